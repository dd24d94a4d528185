//! What is told of mistakes: where they are, and what must not be told of a secret.
#![forbid(unsafe_code)]

mod config_error;
pub mod secrets;
pub mod suggest;
mod terminal_text;

pub use config_error::ConfigError;
pub use terminal_text::escape_controls;
