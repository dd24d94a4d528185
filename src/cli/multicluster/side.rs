//! One of the two clusters that are joined.

use super::namespace;
use crate::cli::compat_flags::{CompatFlags, Tables};
use crate::cli::terminal::CliError;
use crate::profile::Profile;
use ::cluster::{Cluster, Settings};
use ::release::{Cluster as _, Condition, Propagation, Resource, Verb, WaitStrategy};
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;

/// How long a namespace may take to go, as long as Helm waits for what it deletes.
const PATIENCE: Duration = Duration::from_secs(300);

/// A cluster, and what it is in the join.
pub(super) struct Side {
    /// `control` or `remote`.
    role: &'static str,
    pub(super) context: String,
    pub(super) namespace: String,
    pub(super) cluster: Rc<Cluster>,
}

/// The connection's settings of a context: nothing that flags and the environment say of one server counts for two.
pub(super) fn settings<T: Tables>(
    compat: &CompatFlags<T>,
    context: &str,
    profile: &Profile,
) -> Settings {
    let given = compat.cluster_settings(profile);
    Settings {
        kubeconfig: given.kubeconfig,
        user_agent: given.user_agent,
        context: context.to_owned(),
        ..Settings::default()
    }
}

impl Side {
    /// Connects to a context's cluster and asks whether it is there.
    pub(super) fn connect(
        role: &'static str,
        settings: &Settings,
        namespace: &str,
    ) -> Result<Side, CliError> {
        namespace::check(namespace)?;
        let context = settings.context.clone();
        let place = format!("{}: ", name(role, &context));
        let connected = Cluster::new(settings).and_then(|cluster| {
            cluster.reach()?;
            Ok(cluster.with_namespace(namespace))
        });
        let cluster = connected.map_err(|error| CliError::new(error).with_prefix(&place))?;
        Ok(Side {
            role,
            context,
            namespace: namespace.to_owned(),
            cluster: Rc::new(cluster),
        })
    }

    /// `remote east`, as messages name it.
    pub(super) fn name(&self) -> String {
        name(self.role, &self.context)
    }

    pub(super) fn error(&self, problem: impl Display) -> CliError {
        CliError::new(problem).with_prefix(&format!("{}: ", self.name()))
    }

    /// What the server has at a path; none where there is nothing.
    pub(super) fn find(&self, path: &str) -> Result<Option<Vec<u8>>, CliError> {
        match self.cluster.get(path, &[], ("", "")) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.error(error)),
        }
    }

    /// The path of objects of the core group in the namespace, or of one of them.
    pub(super) fn path(&self, resource: &str, name: &str) -> String {
        let path = format!("/api/v1/namespaces/{}/{resource}", self.namespace);
        match name {
            "" => path,
            name => format!("{path}/{name}"),
        }
    }

    /// The namespace itself, if it is there.
    pub(super) fn find_namespace(&self) -> Result<Option<Vec<u8>>, CliError> {
        self.find(&format!("/api/v1/namespaces/{}", self.namespace))
    }

    /// Applies objects as the server does it, whoever had them before.
    pub(super) fn apply(&self, manifest: &[u8]) -> Result<(), CliError> {
        let resources = self.build(manifest)?;
        let apply = Verb::Apply {
            force_conflicts: true,
        };
        self.send(&resources, &apply)
    }

    /// Deletes objects; those that are gone count as deleted.
    pub(super) fn delete(&self, manifest: &[u8]) -> Result<(), CliError> {
        let resources = self.build(manifest)?;
        self.send(&resources, &Verb::Delete(Propagation::Background))
    }

    /// Deletes objects and waits until they are gone: a namespace goes only after all that is in it.
    pub(super) fn delete_wholly(&self, manifest: &[u8]) -> Result<(), CliError> {
        self.delete(manifest)?;
        let resources = self.build(manifest)?;
        let (condition, strategy) = (Condition::Deleted, WaitStrategy::Watcher);
        let gone = self.cluster.wait(&resources, condition, strategy, PATIENCE);
        gone.map_err(|error| self.error(error))
    }

    fn build(&self, manifest: &[u8]) -> Result<Vec<Resource>, CliError> {
        let manifest = String::from_utf8_lossy(manifest);
        let built = self.cluster.build(&manifest, true);
        built.map_err(|error| self.error(error))
    }

    fn send(&self, resources: &[Resource], verb: &Verb) -> Result<(), CliError> {
        let requests: Vec<(&Resource, Verb)> =
            resources.iter().map(|one| (one, verb.clone())).collect();
        for answer in self.cluster.send(&requests) {
            match answer {
                Err(error) if matches!(verb, Verb::Delete(_)) && error.is_not_found() => {}
                Err(error) => return Err(self.error(error)),
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

/// The current context has no name here.
fn name(role: &str, context: &str) -> String {
    match context {
        "" => role.to_owned(),
        context => format!("{role} {context}"),
    }
}
