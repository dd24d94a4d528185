//! Findings: their places, their severity, the secrets that they must not show, and Markdown about them.
#![forbid(unsafe_code)]

pub mod config;
mod config_error;
mod kind_name;
pub mod markdown;
mod rule;
pub mod secrets;
mod severity;
pub mod suggest;
mod terminal_text;

pub use config_error::ConfigError;
pub use kind_name::kind_name;
pub use rule::Rule;
pub use severity::{FailOn, Severity};
pub use terminal_text::escape_controls;
