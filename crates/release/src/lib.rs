//! Helm's releases: the record of each revision, the form in which it is stored, and what is listed of them.
//!
//! A revision is stored as JSON ([`Record`]), packed and in base64, under a key and with labels ([`Stored`]). Where it is
//! stored is a matter of the [`Storage`]: Secrets or ConfigMaps of a cluster, or [`Memory`]. Nothing here
//! opens a file or a connection.

pub mod actions;
pub mod apply;
mod cluster;
mod encode;
mod error;
mod list;
mod live;
mod memory;
mod no_cluster;
mod patch;
mod preflight;
mod progress;
mod readiness;
mod record;
mod selector;
mod storage;
mod stored;
mod three_way;
mod time;

pub use cluster::{
    Cluster, ClusterError, Condition, FIELD_MANAGER, LogSource, LookupFailure, PatchType,
    PodSelector, Propagation, Reference, Resource, ServerInfo, Verb, WaitStrategy,
};
pub use error::Error;
pub use list::{Order, Query, States};
pub use live::{live_manifest, set_fields};
pub use memory::Memory;
pub use no_cluster::NoCluster;
pub use patch::{Patch, PatchError, create as create_patch};
pub use preflight::{Problem, preflight};
pub use progress::{Progress, crashed_containers};
pub use readiness::{LegacyChecks, Listing, Readiness, State, selector_text, with_pods};
pub use record::{
    ApplyMethod, Chart, ChartMetadata, Dependency, Execution, File, Hook, Info, Record, Status,
    Summary,
};
pub use selector::{Selector, SelectorError};
pub use storage::{History, SYSTEM_LABELS, Storage, content, key};
pub use stored::Stored;
pub use three_way::three_way_manifests;
pub use time::Timestamp;
