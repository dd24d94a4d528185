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
//! All of these can be sent to other threads and used there at once; nothing needs an async runtime, or a large stack
//! where the feature `parallel` is on. [`Helm::validate`] finds mistakes in values, and [`Helm::explain`] tells where one
//! comes from.
//!
//! # Values
//!
//! Each call adds values that win over those before it, as `-f` and `--set` do:
//!
//! ```
//! use rhelm::{Chart, Helm, ReleaseOptions, Values};
//!
//! #[derive(serde::Serialize)]
//! struct Web {
//!     replicas: u32,
//! }
//!
//! let chart = Chart::from_files([
//!     ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
//!     ("values.yaml", "replicas: 1\ntag: latest\n"),
//!     ("templates/web.yaml", "replicas: {{ .Values.replicas }}\ntag: {{ .Values.tag }}\n"),
//! ])?;
//! let values = Values::new()
//!     .yaml("prod.yaml", "tag: '1.1'")? // A text in memory; `file` reads one on disk.
//!     .value(&Web { replicas: 3 })? // Whatever serde writes as a map.
//!     .set("tag=1.2")?; // The argument of `--set`.
//! let options = ReleaseOptions::named("web").namespace("prod").kube_version("1.31");
//! let release = Helm::v4().render(&chart, &values, &options)?;
//! let text = String::from_utf8_lossy(release.manifests());
//! assert!(text.ends_with("replicas: 3\ntag: 1.2\n"));
//! # Ok::<(), rhelm::Error>(())
//! ```
//!
//! # Errors
//!
//! An [`Error`] prints Helm's text. Its variants tell what went wrong, and where:
//!
//! ```
//! use rhelm::{Chart, Error, Helm, ReleaseOptions, Values};
//!
//! let chart = Chart::from_files([
//!     ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
//!     ("templates/web.yaml", "\n{{ fail \"no tag\" }}\n"),
//! ])?;
//! match Helm::v4().render(&chart, &Values::new(), &ReleaseOptions::named("web")) {
//!     Ok(release) => println!("{} resources", release.resources().len()),
//!     Err(Error::Template { text, place: Some(place) }) => {
//!         assert_eq!((place.template.as_str(), place.line), ("web/templates/web.yaml", 2));
//!         eprintln!("{}:{}: {text}", place.template, place.line);
//!     }
//!     Err(error) => eprintln!("{error}"),
//! }
//! # Ok::<(), rhelm::Error>(())
//! ```
//!
//! # Charts of strangers
//!
//! [`Limits`] bound the time and the memory of a render, and a [`Cancel`] ends it from another thread:
//!
//! ```
//! use rhelm::{Cancel, Chart, Error, Helm, Limits, ReleaseOptions, Values};
//!
//! let chart = Chart::bundled("istio-reader")?;
//! let cancel = Cancel::new();
//! let limits = Limits::default().steps(1_000_000).bytes(64 << 20);
//! let helm = Helm::v4().with_limits(limits).with_cancel(&cancel);
//! std::thread::spawn(move || cancel.cancel());
//! match helm.render(&chart, &Values::new(), &ReleaseOptions::named("reader")) {
//!     Err(Error::Cancelled) => println!("cancelled"),
//!     Err(Error::Limit { text, .. }) => println!("too much: {text}"),
//!     other => println!("{} resources", other?.resources().len()),
//! }
//! # Ok::<(), rhelm::Error>(())
//! ```
//!
//! # Examples
//!
//! `examples/` has programs for what else there is:
//!
//! | program | what it shows |
//! |---|---|
//! | `render` | what `helm template` prints |
//! | `list_resources` | a chart's objects, their hooks, images and template lines |
//! | `errors` | what went wrong, and where |
//! | `validate` | what is wrong with values, and with what comes of them |
//! | `explain` | where a value comes from, and who reads it |
//! | `diff_charts` | what changes from one chart to another |
//! | `lookup` | objects of a cluster out of a text |
//! | `fixed_clock`, `custom_host` | another clock, randomness and name servers |
//! | `many_values` | one chart for a hundred sets of values, on all cores |
//!
//! # Features
//!
//! All are on unless `default-features = false`. Without one, what needs it is not there, or is an error of the render
//! that says so:
//!
//! | feature | what it brings |
//! |---|---|
//! | `cli` | the `rhelm` command ([`cli`]), with `fs` |
//! | `fs` | charts, values files and `file:` schemas by path, git revisions; without it all of them come from memory |
//! | `crypto` | Sprig's keys, certificates, password hashes and encryption: `genCA`, `htpasswd`, `encryptAES` … |
//! | `dns` | name servers for `getHostByName` |
//! | `provenance` | signatures of packed charts ([`sources::provenance`]), with `fs` |
//! | `cluster` | releases on a cluster |
//! | `sources` | charts from repositories on the network ([`sources::Client`]), with `fs` |
//! | `parallel` | a thread with a large stack for each render, and one that helps; without it the caller must have [`background::CALLER_STACK`] bytes of stack left |
//!
//! With none of them this library builds for `wasm32-unknown-unknown`: `examples/playground` is a page that renders in a browser. There
//! is neither clock nor randomness there: renders are deterministic, unless [`Helm::with_host`] brings a host.
//!
//! # The parts
//!
//! The parts of the `rhelm` command, for programs that need more than a render:
//!
//! - [`chart`] reads a chart, [`values`] merges what a user supplied, [`action`] prepares and renders, [`render`] and
//!   [`manifest`] are its steps.
//! - [`diff`](mod@diff) compares two renders, [`validate`](mod@validate) checks values and what they render to,
//!   [`lint`](mod@lint) is `helm lint`, [`explain`](mod@explain) says where a value comes from and who reads it.
//!
//! These take a [`profile::Profile`], which says which Helm to be, and values that live on one thread;
//! [`background::with_large_stack`] gives the thread that templates need.

/// The programs in README.md and the book.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/library.md")]
struct ReadmePrograms;

pub mod bundled;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "fs")]
pub mod git;
mod library;
mod show;
#[cfg(feature = "fs")]
pub mod side;

pub use ::{background, chart, diff, explain, host, lint, multicluster, validate};
#[cfg(feature = "fs")]
pub use ::sources;
pub use compat::{notice, profile};
pub use diagnostics::secrets;
pub use engine::{manifest, render, values};
pub use library::{
    Cancel, Chart, Error, Helm, Hook, Limits, Place, Release, ReleaseOptions, Resource, Values,
};
pub use trace::usage;

/// The work of Helm's commands, without their arguments and output.
pub mod action {
    pub use crate::show::{Part, show};
    pub use ::chart::{package, package_name};
    pub use engine::action::*;
    pub use lint::path::{Linted, lint_source};
    #[cfg(feature = "fs")]
    pub use lint::path::{lint, subcharts};
}
