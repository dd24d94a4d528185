//! Changes between two renders of a chart, or between any two manifests.
//!
//! 1. [`rendered`] and [`documents`] cut what a side renders to, or a manifest, into documents.
//! 2. [`compare`] pairs resources by [`Key`], leaves out what [`Ignore`] means, hides secrets
//!    ([`Redaction`]), finds what changed field by field and line by line, and applies the [`rules`].
//!    From here on there is nothing secret any more.
//! 3. [`formats`] shows the [`Comparison`].
//!
//! [`helm_diff`] does the same as the plugin of that name does it, to the byte.

mod ansi_writer;
mod compare;
mod comparison;
mod config;
mod fields;
pub mod formats;
pub mod helm_diff;
mod ignore;
mod lines;
mod merge_keys;
mod node;
mod path;
mod redact;
mod resource;
mod rules;
mod schemas;

pub use compare::{Error, Input, Options, compare};
pub use comparison::{Comparison, Kind, Origin, ResourceChange};
pub use config::{Config, OLDER_CONFIG_FILE};
pub use diagnostics::ConfigError;
pub use diagnostics::{FailOn, Rule, Severity};
pub use fields::Change;
pub use ignore::{Ignore, IgnoreError, preset, presets};
pub use lines::{Delta, Line};
pub use path::{Path, Pattern, PatternError, Step};
pub use redact::{Redaction, Secrets, hide_secrets};
pub use resource::{Document, Key, Resource, documents, rendered};
pub use rules::{Finding, UnknownRule, find as find_rule, parse_fail_on, rules};
