//! The Helm to emulate.
//!
//! [`profile::Profile`] has every difference between the versions of Helm as named behaviours; it is passed
//! down everywhere. [`notice::Notice`] is what Helm says on stderr while it works.
#![forbid(unsafe_code)]

pub mod notice;
pub mod profile;

pub use notice::{Level, Notice};
pub use profile::{HelmVersion, Profile};
