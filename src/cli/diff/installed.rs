//! The objects of a release in the cluster, as far as the old side tells: those that `lookup` finds while the
//! new side is rendered as an upgrade of it.

use super::sides::{Content, Rendered};
use crate::manifest::{self, Hook, HookEvent, Scopes, Sorted};
use crate::profile::Profile;
use gostd::Map;
use gostd::host::{Host, Instant, LookupError, Missing};
use gostd::time::ZoneDatabase;
use host::{HostOverrides, OfflineCluster};
use kubernetes::Scope;
use std::cell::OnceCell;
use std::rc::Rc;

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

/// The host on which a release is upgraded. Its objects are read when a template asks for the first one.
pub(super) struct Upgrade<'u> {
    host: &'u HostOverrides,
    installed: Option<&'u Installed>,
    objects: OnceCell<OfflineCluster>,
}

impl<'u> Upgrade<'u> {
    /// A host with the installed objects, if there are any.
    pub(super) fn new(host: &'u HostOverrides, installed: Option<&'u Installed>) -> Upgrade<'u> {
        Upgrade {
            host,
            installed,
            objects: OnceCell::new(),
        }
    }
}

impl Host for Upgrade<'_> {
    fn now(&self) -> Instant {
        self.host.now()
    }

    fn random(&self, bytes: &mut [u8]) {
        self.host.random(bytes);
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, Missing> {
        self.host.lookup_host(name)
    }

    fn environment(&self, name: &str) -> Option<String> {
        self.host.environment(name)
    }

    fn lookup_object(
        &self,
        version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Map, LookupError> {
        match self.installed {
            None => self.host.lookup_object(version, kind, namespace, name),
            Some(installed) => {
                let objects = || installed.objects(&self.host.objects);
                let objects = self.objects.get_or_init(objects);
                Ok(objects.lookup(version, kind, namespace, name))
            }
        }
    }

    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        self.host.zones()
    }

    fn begin(&self, template: &str) {
        self.host.begin(template);
    }
}
