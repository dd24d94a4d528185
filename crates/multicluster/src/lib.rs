//! The files that join a cluster to an Istio control plane in another one, beside the chart `istio-remote`:
//! a kubeconfig for the control plane, the Secret that holds it, and the addresses of its pods.
//!
//! Everything here turns texts that a user has at hand into texts that kubectl takes; nothing talks
//! to a cluster, and no error shows a secret.

mod access;
mod client_config;
mod cluster_name;
mod endpoints;
mod error;
mod kubeconfig;
mod pods;
mod ranges;
mod remote_secret;
mod root_certificate;
mod source;
mod token_expiry;
mod token_secret;
mod yaml;

pub use access::{Access, Authority, Server, Token};
pub use client_config::{AuthorityOf, ClientConfig, Context};
pub use cluster_name::{ClusterName, InvalidClusterName};
pub use endpoints::{Selection, select};
pub use error::Error;
pub use kubeconfig::kubeconfig;
pub use pods::{Pod, read_pods};
pub use ranges::{Range, pod_ranges, service_ranges};
pub use remote_secret::{CheckedKubeconfig, remote_secret};
pub use root_certificate::root_certificate;
pub use source::Source;
pub use token_secret::TokenSecret;

/// The generation of Istio's control plane, as in the chart's `mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// Pilot, Mixer and their kin.
    #[default]
    Legacy,
    /// istiod.
    Istiod,
}
