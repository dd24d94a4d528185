//! What is checked before the first write, all at once: kinds, permissions, owners, what the server says to each change, and the
//! record's size.

use super::actions::Plan;
use super::apply::{self, Owner};
use super::cluster::{ClusterError, PatchType, Resource, Verb};
use super::patch::{Patch, create as create_patch};
use super::stored::Stored;
use compat::profile::Profile;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Something that would make the action fail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What kind of problem it is: `kind`, `permission`, `owner`, `refused`, `size`.
    pub rule: &'static str,
    /// What is wrong, in one line or more.
    pub message: String,
}

/// A check that is under way.
struct Check<'c> {
    plan: &'c Plan<'c>,
    problems: BTreeSet<Problem>,
    /// What the user may do: verb, group, plural, namespace.
    allowed: BTreeMap<(String, String, String, String), bool>,
}

/// A resource with what lives of it.
struct Target {
    resource: Resource,
    live: Option<Value>,
    is_hook: bool,
}

/// What would make a plan fail, as far as it can be known before anything is written.
///
/// # Errors
/// A server that gives no answer.
pub fn preflight(plan: &Plan<'_>, profile: &Profile) -> Result<Vec<Problem>, ClusterError> {
    let mut check = Check {
        plan,
        problems: BTreeSet::new(),
        allowed: BTreeMap::new(),
    };
    let (mut targets, gone) = check.targets()?;
    check.permissions(&targets, &gone)?;
    check.owners(&targets);
    let owner = Owner {
        name: &plan.next.name,
        namespace: &plan.next.namespace,
    };
    for target in targets.iter_mut().filter(|target| !target.is_hook) {
        apply::claim(std::slice::from_mut(&mut target.resource), &owner);
    }
    check.verdicts(&targets)?;
    check.size(profile);
    Ok(check.problems.into_iter().collect())
}

impl Check<'_> {
    fn add(&mut self, rule: &'static str, message: String) {
        self.problems.insert(Problem { rule, message });
    }

    /// The resources of the new revision, and those of the old one that it lacks.
    fn targets(&mut self) -> Result<(Vec<Target>, Vec<Resource>), ClusterError> {
        let plan = self.plan;
        let mut new = self.build(&plan.next.manifest, true)?;
        let count = new.len();
        if !plan.skip_hooks {
            for hook in &plan.next.hooks {
                new.extend(self.build(&hook.manifest, true)?);
            }
        }
        let mut gone = match plan.last {
            Some(last) => self.build(&last.manifest, false)?,
            None => Vec::new(),
        };
        gone.retain(|one| !new.iter().any(|other| other.is_same_object(one)));
        let named = new.iter().filter(|one| !one.name.is_empty());
        let requests: Vec<(&Resource, Verb)> = named.map(|one| (one, Verb::Get)).collect();
        let mut answers = plan.cluster.send(&requests).into_iter();
        let mut targets = Vec::new();
        for (at, resource) in new.iter().enumerate() {
            let live = match (&*resource.name, answers.len()) {
                ("", _) | (_, 0) => None,
                _ => match answers.next() {
                    Some(Ok(live)) => Some(live),
                    Some(Err(error)) if error.status == 0 => return Err(error),
                    // What is forbidden is told with all permissions.
                    _ => None,
                },
            };
            targets.push(Target {
                resource: resource.clone(),
                live,
                is_hook: at >= count,
            });
        }
        Ok((targets, gone))
    }

    /// The resources of a manifest whose kinds the server knows; the others are problems, but for those that come with the
    /// chart.
    fn build(&mut self, manifest: &str, tells: bool) -> Result<Vec<Resource>, ClusterError> {
        let mut built = Vec::new();
        for document in goyaml::documents(manifest.as_bytes()) {
            let document = document.map_err(|error| ClusterError::new(error.to_string()))?;
            let text = String::from_utf8_lossy(&document.text);
            match self.plan.cluster.build(&text, tells) {
                Ok(mut resources) => built.append(&mut resources),
                Err(error) if error.status == 0 && error.message.contains("unreachable") => {
                    return Err(error);
                }
                Err(_) if !tells => {}
                Err(error) if error.message.contains("no matches for kind") => {
                    self.missing_kind(&document.text, &error);
                }
                Err(error) => self.add("refused", error.message),
            }
        }
        Ok(built)
    }

    fn missing_kind(&mut self, document: &[u8], error: &ClusterError) {
        let (version, kind) = head(document);
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let plan = self.plan;
        let with_chart = plan.crds.iter().filter(|_| plan.writes_crds);
        let texts = with_chart.map(|(_, text)| text.as_str());
        let mut texts = texts.chain([plan.next.manifest.as_str()]);
        if texts.any(|text| defines(text, group, &kind)) {
            return;
        }
        let replaced = kubernetes::Api::find(&version, &kind).is_some();
        let advice = match replaced {
            true => "this Kubernetes does not serve it: another apiVersion is needed",
            false => "its CustomResourceDefinition is not there, and does not come with the chart",
        };
        let first = error.message.lines().next().unwrap_or_default();
        self.add("kind", format!("{first}; {advice}"));
    }

    /// Asks for everything that is done to resources and records.
    fn permissions(&mut self, targets: &[Target], gone: &[Resource]) -> Result<(), ClusterError> {
        let plan = self.plan;
        let change = match plan.force_replace {
            true => "update",
            false => "patch",
        };
        let mut wanted = BTreeSet::new();
        let mut want = |verb: &str, resource: &Resource| {
            wanted.insert((
                verb.to_owned(),
                resource.group.clone(),
                resource.plural.clone(),
                resource.namespace.clone(),
            ));
        };
        for target in targets {
            let resource = &target.resource;
            want("get", resource);
            match (&target.live, target.is_hook) {
                (Some(_), false) => want(change, resource),
                (Some(_), true) => want("delete", resource),
                (None, _) => {}
            }
            if target.live.is_none() || target.is_hook {
                want("create", resource);
                if plan.server_side {
                    want("patch", resource);
                }
            }
        }
        for resource in gone {
            want("get", resource);
            want("delete", resource);
        }
        if let Some(plural) = plan.storage.resource() {
            for verb in ["list", "create", "update"] {
                wanted.insert((
                    verb.to_owned(),
                    String::new(),
                    plural.to_owned(),
                    plan.next.namespace.clone(),
                ));
            }
        }
        self.ask(wanted)
    }

    fn ask(
        &mut self,
        wanted: BTreeSet<(String, String, String, String)>,
    ) -> Result<(), ClusterError> {
        let reviews: Vec<Resource> = wanted.iter().map(access_review).collect();
        let requests: Vec<(&Resource, Verb)> =
            reviews.iter().map(|one| (one, Verb::Create)).collect();
        for (what, answer) in wanted.into_iter().zip(self.plan.cluster.send(&requests)) {
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) if error.status == 0 => return Err(error),
                // A server that does not answer such questions: what is forbidden shows then.
                Err(_) => continue,
            };
            let allowed = answer.pointer("/status/allowed") == Some(&Value::Bool(true));
            if !allowed {
                let (verb, group, plural, namespace) = &what;
                let name = match &**group {
                    "" => plural.clone(),
                    group => format!("{plural}.{group}"),
                };
                let place = match &**namespace {
                    "" => "in the whole cluster".to_owned(),
                    namespace => format!("in the namespace {namespace}"),
                };
                self.add("permission", format!("not allowed: {verb} {name} {place}"));
            }
            self.allowed.insert(what, allowed);
        }
        Ok(())
    }

    fn may(&self, verb: &str, resource: &Resource) -> bool {
        let key = (
            verb.to_owned(),
            resource.group.clone(),
            resource.plural.clone(),
            resource.namespace.clone(),
        );
        self.allowed.get(&key).copied().unwrap_or(true)
    }

    /// Resources that are somebody else's.
    fn owners(&mut self, targets: &[Target]) {
        let plan = self.plan;
        if plan.take_ownership {
            return;
        }
        let owner = Owner {
            name: &plan.next.name,
            namespace: &plan.next.namespace,
        };
        let old = plan
            .last
            .map(|last| plan.cluster.build(&last.manifest, false));
        let old = old.and_then(Result::ok).unwrap_or_default();
        for target in targets.iter().filter(|target| !target.is_hook) {
            let resource = &target.resource;
            let is_own = old
                .iter()
                .any(|one| one.is_same_object(resource) && one.version == resource.version);
            let Some(live) = target.live.as_ref().filter(|_| !is_own) else {
                continue;
            };
            if let Some(cause) = owner.refuse(live) {
                let (kind, name) = (&resource.kind, &resource.name);
                self.add("owner", format!("{kind} {name} exists already: {cause}"));
            }
        }
    }

    /// What the server says to each change, of which it keeps nothing: fields that cannot change, quotas, admission.
    fn verdicts(&mut self, targets: &[Target]) -> Result<(), ClusterError> {
        let plan = self.plan;
        let old = plan
            .last
            .map(|last| plan.cluster.build(&last.manifest, false));
        let old = old.and_then(Result::ok).unwrap_or_default();
        let mut requests = Vec::new();
        for target in targets.iter().filter(|target| !target.is_hook) {
            let resource = &target.resource;
            let force_conflicts = plan.force_conflicts;
            let verb = match (&target.live, plan.server_side) {
                (None, false) if self.may("create", resource) => Verb::Create,
                (Some(live), false) if self.may("patch", resource) => {
                    let before = old.iter().find(|one| one.is_same_object(resource));
                    let before = before.map_or(live, |one| &one.object);
                    let patch = create_patch(resource, before, &resource.object, live, false);
                    match patch {
                        Ok(Patch { patch, body }) => Verb::Patch { patch, body },
                        Err(error) => {
                            self.add("refused", format!("{}: {error}", place(resource)));
                            continue;
                        }
                    }
                }
                (_, true) if self.may("patch", resource) && self.may("create", resource) => {
                    Verb::Apply { force_conflicts }
                }
                _ => continue,
            };
            let is_nothing = matches!(&verb, Verb::Patch { patch: PatchType::Merge | PatchType::Strategic, body } if body == b"{}");
            if !is_nothing {
                requests.push((resource, Verb::Try(Box::new(verb))));
            }
        }
        let answers = plan.cluster.send(&requests);
        for ((resource, _), answer) in requests.iter().zip(answers) {
            let Err(error) = answer else { continue };
            if error.status == 0 {
                return Err(error);
            }
            // The namespace may come with the release, or be made for it.
            let is_new_namespace = error.is_not_found() && error.message.contains("namespaces ");
            let comes = plan.creates_namespace
                || targets.iter().any(|one| {
                    one.resource.kind == "Namespace" && one.resource.name == resource.namespace
                });
            if !(is_new_namespace && comes) {
                self.add("refused", format!("{}: {}", place(resource), error.message));
            }
        }
        Ok(())
    }

    fn size(&mut self, profile: &Profile) {
        let plan = self.plan;
        let stored = Stored {
            key: super::key(&plan.next.name, plan.next.version),
            labels: BTreeMap::new(),
            text: Stored::pack(&plan.next.json(profile)),
        };
        if let Err(error) = plan.storage.check(&stored) {
            let sizes = plan.next.sizes().into_iter().take(3);
            let sizes = sizes.map(|(part, bytes)| format!("{part} has {bytes} bytes"));
            let sizes: Vec<String> = sizes.collect();
            self.add("size", format!("{error}; {}", sizes.join(", ")));
        }
    }
}

fn place(resource: &Resource) -> String {
    format!("{} {}", resource.kind, resource.name)
}

/// The question whether the user may do something.
fn access_review((verb, group, plural, namespace): &(String, String, String, String)) -> Resource {
    Resource {
        group: "authorization.k8s.io".into(),
        version: "v1".into(),
        kind: "SelfSubjectAccessReview".into(),
        plural: "selfsubjectaccessreviews".into(),
        object: json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {
                "verb": verb, "group": group, "resource": plural, "namespace": namespace,
            }},
        }),
        ..Resource::default()
    }
}

/// `apiVersion` and kind of a document.
fn head(document: &[u8]) -> (String, String) {
    let node = goyaml::parse(document).ok();
    let text = |key: &str| {
        let value = node.as_ref().and_then(|node| node.get(key)?.as_str());
        value.unwrap_or_default().to_owned()
    };
    (text("apiVersion"), text("kind"))
}

/// Returns true if a text has the CustomResourceDefinition of a kind.
fn defines(text: &str, group: &str, kind: &str) -> bool {
    goyaml::documents(text.as_bytes())
        .flatten()
        .any(|document| {
            let Ok(node) = goyaml::parse(&document.text) else {
                return false;
            };
            let is = |value: Option<&goyaml::Node>, text: &str| {
                value.and_then(|v| v.as_str()) == Some(text)
            };
            let spec = node.get("spec");
            is(node.get("kind"), "CustomResourceDefinition")
                && is(spec.and_then(|spec| spec.get("group")), group)
                && is(spec.and_then(|spec| spec.get("names")?.get("kind")), kind)
        })
}
