//! The objects of a release in the cluster, as far as the old side tells: those that `lookup` finds while the
//! new side is rendered as an upgrade of it.

use super::sides::{Content, Rendered};
use crate::manifest::{self, Hook, HookEvent, Scopes, Sorted};
use crate::profile::Profile;
use gostd::Map;
use gostd::host::{LookupError, Objects, WithObjects};
use host::{HostOverrides, OfflineCluster};
use kubernetes::Scope;
use std::cell::OnceCell;

/// The texts of a release's objects.
pub(super) struct Installed {
    documents: Vec<Vec<u8>>,
    /// The release's namespace.
    namespace: String,
}

impl Installed {
    /// The objects in the cluster once a side is installed.
    pub(super) fn of(side: &Rendered, namespace: &str) -> Installed {
        let mut documents = Vec::new();
        for (_, text) in &side.definitions {
            documents.extend(cut(text));
        }
        match &side.content {
            Content::Text(text) => documents.extend(remaining(text)),
            Content::Rendered(manifests) => {
                for (_, text) in &manifests.crds {
                    documents.extend(cut(text));
                }
                let hooks = manifests.hooks.iter().filter(|hook| remains(hook));
                let hooks = hooks.map(|hook| &hook.document);
                let all = manifests.manifests.iter().chain(hooks);
                documents.extend(all.map(|document| document.text.clone()));
            }
        }
        Installed {
            documents,
            namespace: namespace.to_owned(),
        }
    }

    /// The objects, and over them those that the user gives.
    fn objects(&self, cluster: &OfflineCluster) -> OfflineCluster {
        let mut scopes = Scopes::default();
        for document in &self.documents {
            scopes.add_document(document);
        }
        // What is of an unknown kind may be in no namespace: it is found in every one.
        let is_namespaced =
            |version: &str, kind: &str| scopes.scope(version, kind) == Some(Scope::Namespaced);
        let mut objects = OfflineCluster::empty_cluster();
        for document in &self.documents {
            let filled = manifest::fill_namespace(document, &self.namespace, &is_namespaced);
            let text = filled.map(|filled| filled.text);
            // What is no object has no name to look for.
            let _ = objects.add_text("the old side", text.as_ref().unwrap_or(document));
        }
        objects.extend(cluster);
        objects
    }
}

/// The documents of a manifest, as `helm get manifest` or `helm template` prints it, that are there after an install.
fn remaining(text: &[u8]) -> Vec<Vec<u8>> {
    let profile = Profile::helm4();
    let mut files = [manifest::check(String::new(), text.to_vec(), &profile)];
    let Ok(Sorted {
        manifests, hooks, ..
    }) = manifest::sort(&mut files, &profile)
    else {
        return cut(text);
    };
    let hooks = hooks.into_iter().filter(remains);
    let hooks = hooks.map(|hook| hook.document);
    let all = manifests.into_iter().chain(hooks);
    all.map(|document| document.text).collect()
}

/// Returns true if a hook's object is there after an install: it was made, and not deleted when it was done.
fn remains(hook: &Hook) -> bool {
    let goes = hook
        .delete_policies()
        .iter()
        .any(|policy| policy == "hook-succeeded");
    let mut events = hook.events.iter();
    let comes = events.any(|event| matches!(event, HookEvent::PreInstall | HookEvent::PostInstall));
    comes && !goes
}

fn cut(text: &[u8]) -> Vec<Vec<u8>> {
    let parts = manifest::split(text, &Profile::helm4()).into_iter();
    parts.map(<[u8]>::to_vec).collect()
}

/// The host on which a release is upgraded.
pub(super) type UpgradeHost<'u> = WithObjects<'u, UpgradeObjects<'u>>;

/// The objects of a release that is upgraded, read when a template asks for the first one; the user's alone where none is
/// installed.
pub(super) struct UpgradeObjects<'u> {
    installed: Option<&'u Installed>,
    given: &'u OfflineCluster,
    objects: OnceCell<OfflineCluster>,
}

/// A host with the installed objects, if there are any.
pub(super) fn upgrade_host<'u>(
    host: &'u HostOverrides,
    installed: Option<&'u Installed>,
) -> UpgradeHost<'u> {
    let objects = UpgradeObjects {
        installed,
        given: &host.objects,
        objects: OnceCell::new(),
    };
    WithObjects { host, objects }
}

impl Objects for UpgradeObjects<'_> {
    fn lookup_object(
        &self,
        version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError> {
        let objects = match self.installed {
            None => self.given,
            Some(installed) => self.objects.get_or_init(|| installed.objects(self.given)),
        };
        Ok(objects.lookup(version, kind, namespace, name))
    }
}
