//! What a release needs of a cluster. How it is reached is the edge's business.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The name under which Helm's writes stand in `managedFields`.
pub const FIELD_MANAGER: &str = "helm";

/// An object of a manifest, and where the server has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// The API group; empty for the core one.
    pub group: String,
    /// The version in that group: `v1`.
    pub version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The kind as paths name it: `deployments`.
    pub plural: String,
    /// False for kinds that belong to the whole cluster.
    pub is_namespaced: bool,
    /// The namespace: the object's own, or the release's; empty for kinds of the whole cluster.
    pub namespace: String,
    /// The object's name; empty where the server is to make one (`generateName`).
    pub name: String,
    /// The object itself.
    pub object: Value,
}

impl Resource {
    /// `apiVersion`: `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        match &*self.group {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// Returns true if both are the same object, in whatever version of its kind.
    pub fn is_same_object(&self, other: &Resource) -> bool {
        self.group == other.group
            && self.kind == other.kind
            && self.namespace == other.namespace
            && self.name == other.name
    }
}

/// What is asked of the server about one resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// The object as it is now.
    Get,
    /// POST: it must not be there.
    Create,
    /// Server-side apply.
    Apply {
        /// Takes fields from other managers.
        force_conflicts: bool,
    },
    /// PATCH with a body made by the caller.
    Patch {
        /// How the body is meant.
        patch: PatchType,
        /// The patch as JSON.
        body: Vec<u8>,
    },
    /// PUT.
    Replace,
    /// DELETE.
    Delete(Propagation),
    /// DELETE of the object with this `uid` alone.
    DeleteOne(String),
    /// Another one, of which the server keeps nothing: the answer is what would come of it.
    Try(Box<Verb>),
}

/// How the body of a patch is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchType {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' own, which merges lists by key.
    Strategic,
}

/// What becomes of the objects that a deleted one owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted afterwards.
    #[default]
    Background,
    /// They are deleted first.
    Foreground,
    /// They stay.
    Orphan,
}

/// How much of the resources' life is waited for (Helm 4's `--wait`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitStrategy {
    /// The end of hooks, and no more.
    #[default]
    HookOnly,
    /// Watches, by the rules of kstatus.
    Watcher,
    /// Asks again and again, by Helm 3's own rules.
    Legacy,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The resources are ready.
    Ready {
        /// Jobs must have come to their end, too.
        jobs: bool,
    },
    /// A hook's resources have done their work: Jobs and Pods have come to their end.
    HookDone,
    /// The resources are gone.
    Deleted,
}

/// The pods that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodSelector<'a> {
    /// Those of the Job with this name.
    Job(&'a str),
    /// The one with this name, if there is one.
    Name(&'a str),
    /// Those with these labels, as the server takes them.
    Labels(&'a str),
}

/// Where the logs of a container are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSource<'a> {
    /// The namespace of the pod.
    pub namespace: &'a str,
    /// The pod.
    pub pod: &'a str,
    /// The container; empty for the pod's only one.
    pub container: &'a str,
}

/// An object that a template looks up, in the template's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Reference<'a> {
    pub api_version: &'a str,
    pub kind: &'a str,
    /// Empty for what is in no namespace, or for objects of all of them.
    pub namespace: &'a str,
    /// Empty for a list.
    pub name: &'a str,
}

impl<'r> Reference<'r> {
    /// The group and the version of its API version; both empty where it is no version (`schema.ParseGroupVersion`).
    pub fn group_version(&self) -> (&'r str, &'r str) {
        match self.api_version.split_once('/') {
            Some((_, version)) if version.contains('/') => ("", ""),
            Some(both) => both,
            None => ("", self.api_version),
        }
    }
}

/// The reason why an object was not looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupFailure {
    /// The kinds of the version could not be asked for.
    Kinds(ClusterError),
    /// The object could not.
    Object(ClusterError),
}

/// What the server is, for `.Capabilities`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerInfo {
    /// `gitVersion`: `v1.36.3`.
    pub version: String,
    /// `major` and `minor` as the server tells them.
    pub major: String,
    /// See `major`.
    pub minor: String,
    /// `apps/v1` and `apps/v1/Deployment`, as Helm's `GetVersionSet` lists them.
    pub api_versions: Vec<String>,
}

/// An API server.
///
/// Every call ends by its answer, by its timeout, or with [`ClusterError::is_cancelled`] when the user wants no more.
pub trait Cluster {
    /// Asks whether the server is there.
    ///
    /// # Errors
    /// Helm's text on a cluster that cannot be reached.
    fn reach(&self) -> Result<(), ClusterError>;

    /// The version of the server and what it serves.
    ///
    /// # Errors
    /// Helm's text on what could not be asked.
    fn server_info(&self) -> Result<ServerInfo, ClusterError>;

    /// Returns true if there is none: what Helm's printing client is for, which builds no resources.
    fn is_absent(&self) -> bool {
        false
    }

    /// Forgets what kinds the server knows: there may be new ones.
    fn forget_kinds(&self);

    /// The object that a template looks up; where it names none, the list of all objects of the kind. `Null` where there is no
    /// such object.
    ///
    /// # Errors
    /// The server does not tell of the kind's version, or refuses.
    fn look_up(&self, object: &Reference<'_>) -> Result<Value, LookupFailure>;

    /// The resources of a manifest, in its order. Those without a namespace get the release's. With `validate`, objects that
    /// do not fit their kind's schema are errors.
    ///
    /// # Errors
    /// All that is wrong, as Helm joins it.
    fn build(&self, manifest: &str, validate: bool) -> Result<Vec<Resource>, ClusterError>;

    /// Sends one request for each resource, side by side, and returns the answers in the same order. The answer to
    /// [`Verb::Delete`] may be anything.
    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>>;

    /// Waits for resources.
    ///
    /// # Errors
    /// Helm's text on the resources that did not come so far in time, or that never will.
    fn wait(
        &self,
        resources: &[Resource],
        condition: Condition,
        strategy: WaitStrategy,
        timeout: Duration,
    ) -> Result<(), ClusterError>;

    /// The pods of a namespace that are meant.
    ///
    /// # Errors
    /// The server's.
    fn pods(&self, namespace: &str, selector: PodSelector<'_>) -> Result<Vec<Value>, ClusterError>;

    /// The logs of a container, up to now.
    ///
    /// # Errors
    /// The server's.
    fn logs(&self, source: &LogSource<'_>) -> Result<Vec<u8>, ClusterError>;

    /// The resources as the server prints them in tables (`meta.k8s.io/v1`, `Table`), each with its `apiVersion` and
    /// kind, in Helm's form for `RESOURCES:`.
    ///
    /// # Errors
    /// The server's.
    fn tables(&self, resources: &[Resource]) -> Result<String, ClusterError>;

    /// The resources as they are, and the pods of those that have some, by version and kind, as Helm's `status` lists them.
    /// What is not there is left out.
    fn objects(&self, resources: &[Resource]) -> BTreeMap<String, Vec<Value>>;
}

/// The reason why a cluster did not do what was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterError {
    /// The HTTP status; 0 where no answer came.
    pub status: u16,
    /// The server's reason: `AlreadyExists`, `NotFound`; empty where it gives none.
    pub reason: String,
    /// The message, in Helm's and client-go's words.
    pub message: String,
}

impl ClusterError {
    /// An error without an answer.
    pub fn new(message: impl Into<String>) -> ClusterError {
        ClusterError {
            message: message.into(),
            ..ClusterError::default()
        }
    }

    /// The user wants no more (`context canceled`).
    pub fn cancelled() -> ClusterError {
        ClusterError::new("context canceled")
    }

    /// See [`ClusterError::cancelled`].
    pub fn is_cancelled(&self) -> bool {
        self.status == 0 && self.message == "context canceled"
    }

    /// The object is not there.
    pub fn is_not_found(&self) -> bool {
        self.status == 404
    }

    /// The object is there already.
    pub fn is_already_exists(&self) -> bool {
        self.status == 409 && self.reason == "AlreadyExists"
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ClusterError {}
