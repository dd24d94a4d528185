//! Go's text/template over gostd values.

pub mod ast;
mod lex;
pub mod number;
pub mod parse;
pub mod parse_error;
mod position;
mod token;
