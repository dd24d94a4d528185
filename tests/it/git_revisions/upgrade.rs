//! The objects that `lookup` finds with `rhelm diff --is-upgrade`.

use super::repository::*;

#[test]
fn an_upgrade_finds_the_objects_of_the_old_side() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let lookup = |kind: &str, namespace: &str, name: &str| {
        let (version, kind) = kind.split_at(kind.rfind('/').unwrap_or_default());
        let kind = kind.trim_start_matches('/');
        format!(
            "  {kind}-{namespace}-{name}: {{{{ lookup {version:?} {kind:?} {namespace:?} {name:?} | empty | not }}}}\n"
        )
    };
    let lines = [
        lookup("v1/Secret", "prod", "made"),
        lookup("v1/Secret", "other", "made"),
        lookup("v1/ConfigMap", "elsewhere", "a"),
        lookup("rbac.authorization.k8s.io/v1/ClusterRole", "", "all"),
        lookup("example.com/v1/Zone", "", "zone"),
        lookup("example.org/v1/Unknown", "", "unknown"),
        lookup(
            "apiextensions.k8s.io/v1/CustomResourceDefinition",
            "",
            "zones.example.com",
        ),
        lookup("batch/v1/Job", "prod", "install"),
        lookup("batch/v1/Job", "prod", "done"),
        lookup("batch/v1/Job", "prod", "test"),
        lookup("batch/v1/Job", "prod", "delete"),
    ];
    let hook = |name: &str, annotations: &str| {
        format!(
            "---\napiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\n"
        )
    };
    let objects = [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: made}\nstringData: {key: {{ randAlpha 5 }}}\n---\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: elsewhere}\n---\n",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\n---\n",
        "apiVersion: example.com/v1\nkind: Zone\nmetadata: {name: zone}\n---\n",
        "apiVersion: example.org/v1\nkind: Unknown\nmetadata: {name: unknown}\n",
        &hook("install", "helm.sh/hook: pre-install"),
        &hook(
            "done",
            "helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded",
        ),
        &hook("test", "helm.sh/hook: test"),
        &hook("delete", "helm.sh/hook: pre-delete"),
    ];
    repository.write("charts/web/templates/a.yaml", &objects.concat())?;
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: zones.example.com}\n\
                      spec: {group: example.com, scope: Cluster, names: {kind: Zone}}\n";
    repository.write("charts/web/crds/zones.yaml", definition)?;
    repository.commit("v3")?;
    let looking = format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: looking}}\ndata:\n{}",
        lines.concat()
    );
    repository.write("charts/web/templates/b.yaml", &looking)?;

    let names_in = |args: &[&str]| -> TestResult<Vec<String>> {
        let args = [args, &["charts/web", "-n", "prod", "--show-secrets"]].concat();
        let text = diff(top, &args)?;
        let lines = text.lines().filter_map(|line| line.strip_suffix(": true"));
        Ok(lines
            .map(|line| line.trim_start_matches(['+', ' ']).to_owned())
            .collect())
    };
    let expected = [
        "ClusterRole--all",
        "ConfigMap-elsewhere-a",
        "CustomResourceDefinition--zones.example.com",
        "Job-prod-install",
        "Secret-prod-made",
        "Unknown--unknown",
        "Zone--zone",
    ];
    let args = ["git:v3:charts/web", "--is-upgrade"];
    let mut names = names_in(&args)?;
    names.sort();
    // The Secret is not there in another namespace.
    assert_eq!(names, expected);
    assert_eq!(
        names_in(&["git:v3:charts/web", "--upgrade"])?.len(),
        expected.len()
    );
    assert_eq!(names_in(&["git:v3:charts/web"])?, Vec::<String>::new());

    // The same of a manifest, which has no CRDs.
    let manifest = stdout_of(
        top,
        &[
            "template",
            "charts/web",
            "-n",
            "prod",
            "-s",
            "templates/a.yaml",
        ],
    )?;
    repository.write("old.yaml", &manifest)?;
    let mut names = names_in(&["old.yaml", "--is-upgrade"])?;
    names.sort();
    let expected: Vec<&str> = expected
        .into_iter()
        .filter(|name| !name.starts_with("CustomRes"))
        .collect();
    assert_eq!(names, expected);

    // What is given with --lookup wins.
    repository.write("charts/web/templates/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata:\n  key: {{ (lookup \"v1\" \"Secret\" \"prod\" \"made\").data.key }}\n")?;
    repository.write("live.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: made, namespace: prod}\ndata: {key: bGl2ZQ==}\n")?;
    let text = diff(
        top,
        &[
            "git:v3:charts/web",
            "charts/web",
            "-n",
            "prod",
            "--is-upgrade",
            "--lookup",
            "live.yaml",
        ],
    )?;
    assert!(text.contains("+  key: bGl2ZQ==\n"), "{text}");
    Ok(())
}
