//! What is sent, in what order, and what is said where the server refuses.

#![allow(clippy::unwrap_used)]

use super::super::cluster::{Cluster, ClusterError, Propagation, WaitStrategy};
use super::test_cluster::{TestCluster, config_map, error, resource};
use super::{
    Applier, Method, MethodFlags, Owner, claim, create_namespace, existing, install_crds, remove,
};
use compat::profile::Profile;
use serde_json::{Value, json};

const SERVER: Method = Method::ServerSide {
    force_conflicts: false,
    migrate: false,
};
const CLIENT: Method = Method::ClientSide { three_way: false };
const OWNER: Owner<'_> = Owner {
    name: "web",
    namespace: "ns",
};

fn applier<'a>(cluster: &'a TestCluster, method: Method, profile: &'a Profile) -> Applier<'a> {
    Applier {
        cluster,
        method,
        profile,
    }
}

fn text<T>(answer: Result<T, ClusterError>) -> String {
    answer.err().unwrap_or_default().message
}

#[test]
fn all_kinds_are_tried_and_errors_joined() {
    for (profile, expected) in [
        (
            Profile::helm3(),
            "2 errors occurred:\n\t* no\n\t* nor this\n\n",
        ),
        (Profile::helm4(), "no\nnor this"),
    ] {
        let cluster = TestCluster::default();
        cluster.refuse("create ConfigMap/b", error(422, "Invalid", "no"));
        cluster.refuse("create Service/c", error(403, "Forbidden", "nor this"));
        let service = resource("Service", "c", json!({}));
        let mut resources = [config_map("a", "1"), config_map("b", "1"), service];
        let answer = applier(&cluster, CLIENT, &profile).create(&mut resources);
        assert_eq!(answer.as_ref().unwrap_err().status, 422);
        assert_eq!(text(answer), expected);
        let requests = "create ConfigMap/a; create ConfigMap/b; create Service/c";
        assert_eq!(cluster.requests(), requests);
    }
}

#[test]
fn conflicts_are_sent_again() {
    let (profile, cluster) = (Profile::helm4(), TestCluster::default());
    let quota = "Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified; please";
    cluster.refuse("apply ConfigMap/a", error(409, "Conflict", quota));
    let answer = applier(&cluster, SERVER, &profile).create(&mut [config_map("a", "1")]);
    assert_eq!(text(answer), "");
    assert_eq!(cluster.requests(), "apply ConfigMap/a; apply ConfigMap/a");

    cluster.refuse("apply ConfigMap/a", error(409, "Conflict", "theirs"));
    let answer = applier(&cluster, SERVER, &profile).create(&mut [config_map("a", "1")]);
    let expected = "conflict occurred while applying object ns/a /v1, Kind=ConfigMap: theirs";
    assert_eq!(text(answer), expected);
}

#[test]
fn foreign_objects_are_not_taken() {
    let profile = Profile::helm3();
    let cluster = TestCluster::with(&[config_map("a", "1")]);
    let mut target = [config_map("a", "2"), config_map("b", "2")];
    let expected = "ConfigMap \"a\" in namespace \"ns\" exists and cannot be imported into the current release: \
         invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": must \
         be set to \"Helm\"; annotation validation error: missing key \"meta.helm.sh/release-name\": must be set \
         to \"web\"; annotation validation error: missing key \"meta.helm.sh/release-namespace\": must be set to \
         \"ns\"";
    let answer = existing(&cluster, &target, Some(&OWNER), &profile);
    assert_eq!(text(answer), expected);
    assert_eq!(
        existing(&cluster, &target, None, &profile).unwrap().len(),
        1
    );

    claim(&mut target, &OWNER);
    let cluster = TestCluster::with(&target[..1]);
    let found = existing(&cluster, &target, Some(&OWNER), &profile).unwrap();
    assert_eq!(found.len(), 1);
    let other = Owner { name: "x", ..OWNER };
    let answer = existing(&cluster, &target, Some(&other), &profile);
    let expected = "annotation validation error: key \"meta.helm.sh/release-name\" must equal \"x\": current value is \"web\"";
    assert!(text(answer).ends_with(expected));
}

#[test]
fn generated_names_are_new_to_helm_4() {
    let mut target = config_map("", "1");
    target.object["metadata"] = json!({"generateName": "a-"});
    let cluster = TestCluster::default();
    let found = existing(&cluster, &[target.clone()], None, &Profile::helm4());
    assert_eq!(found.unwrap(), []);
    assert_eq!(cluster.requests(), "");
    target.name = "a".into();
    let answer = existing(&cluster, &[target], None, &Profile::helm4());
    let expected = "metadata.name and metadata.generateName cannot both be set";
    assert_eq!(text(answer), expected);
}

#[test]
fn an_update_makes_changes_and_deletes() {
    let profile = Profile::helm4();
    let mut kept = config_map("kept", "1");
    kept.object["metadata"]["annotations"] = json!({"helm.sh/resource-policy": "keep"});
    let old = [config_map("a", "1"), config_map("gone", "1"), kept];
    let cluster = TestCluster::with(&old);
    let mut new = [config_map("new", "1"), config_map("a", "2")];
    let (changes, answer) = applier(&cluster, SERVER, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "");
    let names = |resources: &[crate::Resource]| {
        let names: Vec<&str> = resources.iter().map(|one| &*one.name).collect();
        names.join(",")
    };
    assert_eq!(names(&changes.created), "new");
    assert_eq!(names(&changes.updated), "a");
    assert_eq!(names(&changes.deleted), "gone");
    assert_eq!(
        cluster.requests(),
        "get ConfigMap/new; apply ConfigMap/new; get ConfigMap/a; apply ConfigMap/a; \
         get ConfigMap/gone; delete ConfigMap/gone; get ConfigMap/kept"
    );
}

#[test]
fn errors_of_an_update_leave_what_is_old() {
    let profile = Profile::helm4();
    let old = [
        config_map("a", "1"),
        config_map("b", "1"),
        config_map("gone", "1"),
    ];
    let cluster = TestCluster::with(&old);
    cluster.refuse("apply ConfigMap/a", error(422, "Invalid", "no"));
    cluster.refuse("apply ConfigMap/b", error(403, "Forbidden", "nor this"));
    let mut new = [config_map("a", "2"), config_map("b", "2")];
    let (_, answer) = applier(&cluster, SERVER, &profile).update(&old, &mut new);
    let expected = "server-side apply failed for object ns/a /v1, Kind=ConfigMap: no && \
         server-side apply failed for object ns/b /v1, Kind=ConfigMap: nor this";
    assert_eq!(text(answer), expected);
    assert!(!cluster.requests().contains("delete"));
}

#[test]
fn failed_deletions_count_in_helm_4() {
    for (profile, expected) in [
        (Profile::helm3(), ""),
        (
            Profile::helm4(),
            "failed to delete resource namespace=ns, name=b, kind=ConfigMap: no",
        ),
    ] {
        let old = [config_map("a", "1"), config_map("b", "1")];
        let cluster = TestCluster::with(&old);
        cluster.refuse("delete ConfigMap/b", error(403, "Forbidden", "no"));
        let mut new = [config_map("a", "1")];
        let (_, answer) = applier(&cluster, Method::Replace, &profile).update(&old, &mut new);
        assert_eq!(text(answer), expected);
    }
}

#[test]
fn what_the_old_manifest_lacks() {
    let cluster = TestCluster::with(&[config_map("a", "1")]);
    let mut new = [config_map("a", "2")];
    let (profile, old) = (Profile::helm3(), []);
    let (_, answer) = applier(&cluster, CLIENT, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "no ConfigMap with the name \"a\" found");
    let profile = Profile::helm4();
    let (changes, answer) = applier(&cluster, SERVER, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "");
    assert_eq!(changes.foreign.len(), 1);
}

#[test]
fn replacing_sends_the_version_that_is_there() {
    let profile = Profile::helm3();
    let old = [config_map("a", "1")];
    let mut live = config_map("a", "1");
    live.object["metadata"]["resourceVersion"] = json!("7");
    let cluster = TestCluster::with(&[live]);
    let mut new = [config_map("a", "2")];
    let (_, answer) = applier(&cluster, Method::Replace, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "");
    let objects = cluster.objects.borrow();
    let version = objects["ConfigMap/a"].pointer("/metadata/resourceVersion");
    assert_eq!(version, Some(&json!("7")));
}

#[test]
fn fields_change_hands_once() {
    let entry = |manager: &str, operation: &str, fields: Value| json!({"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields});
    let profile = Profile::helm4();
    let old = [config_map("a", "1")];
    let mut live = config_map("a", "1");
    let written = json!({"f:data": {"f:a": {}}});
    live.object["metadata"]["managedFields"] = json!([entry("helm", "Update", written)]);
    let cluster = TestCluster::with(&[live]);
    cluster.refuse("patch ConfigMap/a", error(409, "Conflict", "changed"));
    let method = Method::ServerSide {
        force_conflicts: false,
        migrate: true,
    };
    let mut new = [config_map("a", "2")];
    let (_, answer) = applier(&cluster, method, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "");
    assert_eq!(
        cluster.requests(),
        "get ConfigMap/a; patch ConfigMap/a; get ConfigMap/a; patch ConfigMap/a; apply ConfigMap/a"
    );
    // It has no managedFields by now.
    let (_, answer) = applier(&cluster, method, &profile).update(&old, &mut new);
    assert_eq!(text(answer), "");
    assert_eq!(cluster.requests(), "get ConfigMap/a; apply ConfigMap/a");
}

#[test]
fn a_release_goes_in_helms_order() {
    let manifest = "---\n# Source: a\nkind: ConfigMap\nmetadata:\n  name: a\n---\nkind: Service\nmetadata:\n  \
         name: b\n---\nkind: Secret\nmetadata:\n  name: c\n  annotations:\n    helm.sh/resource-policy: \" Keep\"\n\
         ---\nkind: Secret\nmetadata:\n  name: d\n  annotations:\n    helm.sh/resource-policy: other\n";
    let cluster = TestCluster::with(&[config_map("a", "1")]);
    let background = Propagation::Background;
    let removal = remove(&cluster, manifest, background, &Profile::helm4()).unwrap();
    assert_eq!(removal.kept, "[Secret] c\n");
    assert_eq!(removal.resources.len(), 2);
    assert_eq!(cluster.requests(), "delete Service/b; delete ConfigMap/a");
    let errors = remove(&cluster, "kind: [\n", background, &Profile::helm4()).unwrap_err();
    let text = "corrupted release record. You must manually delete the resources: YAML parse error on manifest-0: ";
    assert!(errors[0].message.starts_with(text));
}

#[test]
fn crds_that_are_there_are_skipped() {
    let profile = Profile::helm4();
    let cluster = TestCluster::default();
    let (a, b) = ("kind: CRD\nname: a\n", "kind: CRD\nname: b\n");
    cluster.send(&[(&resource("CRD", "a", json!({})), crate::Verb::Create)]);
    cluster.requests();
    let applier = applier(&cluster, CLIENT, &profile);
    let files = [("crds/a.yaml", a), ("crds/b.yaml", b)];
    let answer = install_crds(&applier, &files, WaitStrategy::Watcher);
    assert_eq!(text(answer), "");
    assert_eq!(
        cluster.requests(),
        "create CRD/a; create CRD/b; wait b Watcher 60s; forget kinds"
    );
    let answer = install_crds(&applier, &[("crds/c.yaml", "")], WaitStrategy::Watcher);
    let expected = "failed to install CRD crds/c.yaml: resources are empty";
    assert_eq!(text(answer), expected);
}

#[test]
fn a_namespace_may_be_there() {
    let profile = Profile::helm3();
    let cluster = TestCluster::default();
    let applier = applier(&cluster, CLIENT, &profile);
    for _ in 0..2 {
        assert_eq!(text(create_namespace(&applier, "team")), "");
    }
    assert_eq!(
        cluster.requests(),
        "create Namespace/team; create Namespace/team"
    );
}

#[test]
fn flags_exclude_each_other() {
    let wrong = |flags| text(Method::update(flags));
    let flags = MethodFlags {
        server_side: true,
        force_replace: true,
        ..MethodFlags::default()
    };
    let expected = "invalid operation: cannot use server-side apply and force replace together";
    assert_eq!(wrong(flags), expected);
    let flags = MethodFlags {
        force_conflicts: true,
        ..MethodFlags::default()
    };
    let expected =
        "invalid client update option(s): forceConflicts enabled when serverSideApply disabled";
    assert_eq!(wrong(flags), expected);
    assert_eq!(Method::create(false, false).unwrap(), CLIENT);
}
