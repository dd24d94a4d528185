//! Diagnostics as texts: for people, for programs, for CI systems.

mod base;
mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

pub use base::Base;
pub use diagnostics::markdown::MAX_BYTES;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::text;
