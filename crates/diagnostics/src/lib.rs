//! What is told of mistakes: where they are, and what must not be told of a secret.
#![forbid(unsafe_code)]

pub mod config;
mod config_error;
pub mod secrets;
mod severity;
pub mod suggest;
mod terminal_text;

pub use config_error::ConfigError;
pub use severity::{FailOn, Severity};
pub use terminal_text::escape_controls;
