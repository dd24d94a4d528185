//! Hosts: the system's clock, randomness, environment and name servers, or a seed and objects in their
//! place.

mod deterministic;
mod host_overrides;
mod offline_cluster;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod system;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[path = "no_system.rs"]
mod system;

pub use deterministic::DeterministicSource;
pub use gostd::host::{Host, Instant, Missing};
pub use host_overrides::HostOverrides;
pub use offline_cluster::{OfflineCluster, OfflineClusterError};
pub use system::System;
