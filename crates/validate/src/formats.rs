//! Diagnostics as texts: for people, for programs, for CI systems.

mod base;
mod github;
mod json;
mod junit;
mod sarif;
mod text;

pub use base::Base;
pub use github::github;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::text;
