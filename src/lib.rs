//! Helm's chart rendering, byte for byte.
//!
//! A chart renders in four lines. [`Chart`] is one on disk, in an archive, in memory or bundled; [`Values`] is what
//! is put on top of its defaults; [`Helm`] is the version of Helm to be, and what the render sees of the machine;
//! [`Release`] is what comes of it: Kubernetes objects as data, and the text that `helm template` prints.
//!
//! ```
//! use rhelm::{Chart, Helm, ReleaseOptions, Values};
//!
//! let chart = Chart::bundled("istio-remote")?;
//! let values = Values::new().set("global.pilotEndpoint=10.1.2.3")?;
//! let release = Helm::v4().render(&chart, &values, &ReleaseOptions::named("istio-remote"))?;
//! for resource in release.resources() {
//!     println!("{} {}", resource.kind(), resource.name());
//! }
//! # assert!(release.resources().iter().any(|resource| resource.kind() == "Service"));
//! # assert!(String::from_utf8_lossy(release.manifests()).contains("- \"10.1.2.3\""));
//! # Ok::<(), rhelm::Error>(())
//! ```
//!
//! All of these can be sent to other threads and used there at once; nothing needs a large stack or an async runtime.
//! `examples/` has more: resources as a list, a fixed clock, objects for `lookup`, errors with their places, a chart
//! for many values files on all cores.
//!
//! # The parts
//!
//! What the `rhelm` command is made of, for programs that need more than a render:
//!
//! - [`chart`] reads a chart, [`values`] merges what a user supplied, [`action`] prepares and renders, [`render`] and
//!   [`manifest`] are its steps.
//! - [`diff`](mod@diff) compares two renders, [`validate`](mod@validate) checks values and what they render to,
//!   [`lint`](mod@lint) is `helm lint`, [`explain`](mod@explain) says where a value comes from and who reads it.
//!
//! These take a [`profile::Profile`], which says which Helm to be, and values that live on one thread;
//! [`background::with_large_stack`] gives the thread that templates need.

/// The programs in README.md.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmePrograms;

pub mod bundled;
pub mod cli;
mod dependency_update;
pub mod git;
mod library;
mod package;
mod show;
pub mod side;

pub use ::{background, chart, diff, explain, host, lint, multicluster, validate};
pub use compat::{notice, profile};
pub use diagnostics::secrets;
pub use engine::{manifest, render, values};
pub use library::{Chart, Error, Helm, Hook, Place, Release, ReleaseOptions, Resource, Values};
pub use trace::reads;

/// What Helm's commands do, without their arguments and output.
pub mod action {
    pub use crate::dependency_update::{UpdateError, add_local_dependencies, update_dependencies};
    pub use crate::package::{PackageError, package, package_name};
    pub use crate::show::{Part, show};
    pub use engine::action::*;
    pub use lint::path::{Linted, lint, lint_source, subcharts};
}
