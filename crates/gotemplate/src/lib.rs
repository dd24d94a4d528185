//! Go's text/template over gostd values.

pub mod ast;
pub mod number;
pub mod parse_error;
