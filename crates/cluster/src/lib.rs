//! A Kubernetes API server: how it is found and reached, and the records of releases in its Secrets and ConfigMaps.
//!
//! [`Cluster::wait`] waits for resources as each Helm does. [`Settings`] are what the command line and the environment say, [`Cluster`] is the connection; nothing is opened before
//! the first request. What is asynchronous inside stays inside: every call returns when its answer is there.
//! Errors are in the words of Go's client.

mod answer;
mod api;
mod build;
mod config;
mod connection;
mod discovery;
mod error;
mod failure;
mod logs;
mod lookup;
mod metadata;
mod objects;
mod path;
mod settings;
mod storage;
mod tables;
mod wait;
mod warnings;

pub use connection::{Cluster, Query};
pub use error::Error;
pub use settings::Settings;
pub use storage::{Kind, Records};
pub use warnings::Warn;

// Its feature chooses the version of Kubernetes whose types `kube` is built with.
use k8s_openapi as _;
