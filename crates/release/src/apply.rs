//! How a release's resources come to the cluster, change there and go, as Helm's client does it (`pkg/kube/client.go`,
//! `pkg/action/validate.go`).
//!
//! Everything goes through a [`Cluster`]: what is sent in what order is decided here, how it is sent is not.

mod create;
mod delete;
mod migrate;
mod owner;
mod prepare;
mod update;

#[cfg(test)]
mod test_cluster;
#[cfg(test)]
mod tests;

pub use delete::{Removal, delete, remove};
pub use owner::{Owner, claim, existing};
pub use prepare::{apply_crds, create_namespace, install_crds};
pub use update::Changes;

use super::cluster::{Cluster, ClusterError, Resource};
use compat::profile::{CommandLine, Profile};

/// The annotation by which a resource stays when its release goes.
const RESOURCE_POLICY: &str = "helm.sh/resource-policy";
/// Its value that keeps.
const KEEP: &str = "keep";

/// How often a request is sent where the server tells of a conflict (client-go's `DefaultRetry`).
const TRIES: usize = 5;

/// How objects that exist are changed; new ones are made to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Server-side apply.
    ServerSide {
        /// Takes fields from other managers (`--force-conflicts`).
        force_conflicts: bool,
        /// First turns what Helm owns by client-side writes into what it owns by apply.
        migrate: bool,
    },
    /// A patch of what differs; new objects by POST.
    ClientSide {
        /// Objects of kinds that client-go does not know are compared with the cluster, too (`--take-ownership`).
        three_way: bool,
    },
    /// PUT (`--force`, `--force-replace`); new objects by POST.
    Replace,
}

/// The flags that choose a [`Method`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MethodFlags {
    /// Apply on the server's side.
    pub server_side: bool,
    /// `--force-conflicts`.
    pub force_conflicts: bool,
    /// `--force-replace`, Helm 3's `--force`.
    pub force_replace: bool,
    /// See [`Method::ClientSide`].
    pub three_way: bool,
    /// See [`Method::ServerSide`].
    pub migrate: bool,
}

impl Method {
    /// The method of an update.
    ///
    /// # Errors
    /// Helm's text on flags that exclude each other.
    pub fn update(flags: MethodFlags) -> Result<Method, ClusterError> {
        let wrong = |text: &str| Err(ClusterError::new(text));
        if flags.force_conflicts && !flags.server_side {
            return wrong(
                "invalid client update option(s): forceConflicts enabled when serverSideApply disabled",
            );
        }
        if flags.three_way && flags.server_side {
            return wrong(
                "invalid operation: cannot use three-way merge for unstructured and server-side apply together",
            );
        }
        if flags.force_conflicts && flags.force_replace {
            return wrong(
                "invalid operation: cannot use force conflicts and force replace together",
            );
        }
        if flags.server_side && flags.force_replace {
            return wrong(
                "invalid operation: cannot use server-side apply and force replace together",
            );
        }
        Ok(match flags {
            MethodFlags {
                force_replace: true,
                ..
            } => Method::Replace,
            MethodFlags {
                server_side: true,
                force_conflicts,
                migrate,
                ..
            } => Method::ServerSide {
                force_conflicts,
                migrate,
            },
            MethodFlags { three_way, .. } => Method::ClientSide { three_way },
        })
    }

    /// The method by which new objects are made.
    ///
    /// # Errors
    /// Helm's text on flags that exclude each other.
    pub fn create(server_side: bool, force_conflicts: bool) -> Result<Method, ClusterError> {
        match (server_side, force_conflicts) {
            (false, true) => Err(ClusterError::new(
                "invalid client create option(s): forceConflicts enabled when serverSideApply disabled",
            )),
            (false, false) => Ok(Method::ClientSide { three_way: false }),
            (true, force_conflicts) => Ok(Method::ServerSide {
                force_conflicts,
                migrate: false,
            }),
        }
    }
}

/// A cluster, and how it is written to.
#[derive(Clone, Copy)]
pub struct Applier<'a> {
    /// The cluster.
    pub cluster: &'a dyn Cluster,
    /// How objects are changed.
    pub method: Method,
    /// The version of Helm whose texts count.
    pub profile: &'a Profile,
}

impl std::fmt::Debug for Applier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applier")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Applier<'_> {
    fn is_helm_3(&self) -> bool {
        self.profile.command_line == CommandLine::Helm3
    }
}

impl ClusterError {
    /// The same with words before it. What the user stopped stays as it is.
    pub(crate) fn context(mut self, words: impl std::fmt::Display) -> ClusterError {
        if !self.is_cancelled() {
            self.message = format!("{words}: {}", self.message);
        }
        self
    }

    /// The object has changed meanwhile.
    fn is_conflict(&self) -> bool {
        self.status == 409 && matches!(&*self.reason, "Conflict" | "")
    }

    /// Several errors as one, which has the status of the first that has any. What the user stopped counts before all.
    pub fn join(errors: Vec<ClusterError>, is_helm_3: bool) -> Option<ClusterError> {
        if errors.iter().any(ClusterError::is_cancelled) {
            return Some(ClusterError::cancelled());
        }
        let first = errors.iter().find(|error| error.status != 0);
        let first = first.or(errors.first())?;
        let messages: Vec<&str> = errors.iter().map(|error| &*error.message).collect();
        let message = match (is_helm_3, messages.len()) {
            (false, _) => messages.join("\n"),
            // The words of hashicorp/go-multierror.
            (true, 1) => format!("1 error occurred:\n\t* {}\n\n", messages.concat()),
            (true, count) => format!(
                "{count} errors occurred:\n\t* {}\n\n",
                messages.join("\n\t* ")
            ),
        };
        Some(ClusterError {
            status: first.status,
            reason: first.reason.clone(),
            message,
        })
    }
}

/// A resource by which errors call it: `ConfigMap "a" in namespace "b"`.
fn name_of(resource: &Resource) -> String {
    use gostd::strconv::quote;
    format!(
        "{} {} in namespace {}",
        resource.kind,
        quote(resource.name.as_bytes()),
        quote(resource.namespace.as_bytes())
    )
}

/// What Go prints of a group, version and kind: `apps/v1, Kind=Deployment`.
fn kind_of(resource: &Resource) -> String {
    format!(
        "{}/{}, Kind={}",
        resource.group, resource.version, resource.kind
    )
}

/// Groups of one kind in a row: each group is sent side by side, the next one after it.
fn groups<T>(items: &[T], kind: impl Fn(&T) -> &str) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let mut groups = Vec::new();
    for group in items.chunk_by(|a, b| kind(a) == kind(b)) {
        groups.push(start..start + group.len());
        start += group.len();
    }
    groups
}
