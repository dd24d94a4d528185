//! Helm's chart rendering, byte for byte.
//!
//! What the `rhelm` command does, as a library. The steps, in order:
//!
//! 1. [`chart::load`] reads a directory or an archive into a [`chart::Chart`], which never changes
//!    afterwards and can be rendered many times, from several threads; [`bundled::load`] gives a
//!    chart that is part of the program.
//! 2. [`values::Layers::read`] reads and merges what a user supplied, files and flags.
//! 3. [`action::prepare`] processes dependencies, coalesces values and checks them against schemas.
//! 4. [`action::render`] executes the templates ([`render`]), cuts what they write into documents
//!    and sorts them ([`manifest`]). In [`action::parse_beside`], a second thread parses them from step 3 on.
//! 5. [`action::Manifests::text`] is what `helm template` prints.
//!
//! [`action::lint`] says what is wrong with a chart instead ([`lint`]).
//! [`validate`](mod@validate) checks values before and after that, and tells people what it found;
//! [`explain`] says where a value comes from, who reads it, and what made a line of the output.
//!
//! [`profile::Profile`] says which version of Helm to be; it is passed down everywhere. Values live
//! on one thread; [`stack::with_large_stack`] gives the thread that templates need.
//!
//! ```
//! use rhelm::action::{self, HookFilter, Request};
//! use rhelm::profile::Profile;
//! use rhelm::render::{Capabilities, Release, function_table};
//! use rhelm::values::{Layers, LocalFiles};
//! use rhelm::{bundled, stack, world};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let profile = Profile::helm4();
//! let chart = bundled::load("istio-remote", &profile)?.chart;
//! let layers = Layers {
//!     set: vec!["global.pilotEndpoint=10.1.2.3".into()],
//!     ..Layers::default()
//! };
//! let functions = function_table(&profile);
//! let text = stack::with_large_stack(|| {
//!     let supplied = layers.read(&mut LocalFiles, &profile).map_err(|e| e.to_string())?;
//!     let request = Request {
//!         profile,
//!         functions: &functions,
//!         world: &world::System,
//!         release: Release::new("istio-remote", "istio-system"),
//!         capabilities: Capabilities::new(&profile),
//!         skip_schema_validation: false,
//!         include_crds: false,
//!         enable_dns: false,
//!         track_lines: false,
//!     };
//!     let manifests = action::template(&chart, &supplied, &request, &mut Vec::new());
//!     let manifests = manifests.map_err(|e| e.to_string())?;
//!     Ok::<_, String>(manifests.text(HookFilter::default()))
//! })??;
//! assert!(String::from_utf8(text)?.contains("- \"10.1.2.3\""));
//! # Ok(())
//! # }
//! ```

pub mod bundled;
pub mod cli;
mod dependency_update;
pub mod git;
mod package;
mod show;
pub mod side;

pub use ::{diff, explain, lint, multicluster, validate};
pub use ::chart;
pub use background as stack;
pub use compat::{notice, profile};
pub use diagnostics::secrets;
pub use engine::{manifest, render, values};
use files::{atomic as atomic_files, input, interrupts};
pub use host as world;
pub use trace::reads;

/// What Helm's commands do, without their arguments and output.
pub mod action {
    pub use crate::dependency_update::{UpdateError, add_local_dependencies, update_dependencies};
    pub use crate::package::{PackageError, package, package_name};
    pub use crate::show::{Part, show};
    pub use engine::action::*;
    pub use lint::path::{Linted, lint, lint_source, subcharts};
}
