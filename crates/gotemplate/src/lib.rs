//! Go's text/template over gostd values.
//!
//! [`parse`](parse::parse) turns a text into trees; a [`TemplateSet`] holds the trees that can call
//! each other; [`execute`] writes what a template of a set makes of its data. Functions come from a
//! [`FunctionTable`], which has text/template's own ones from the start.

mod argument_use;
pub mod ast;
mod builtins;
pub mod error;
pub mod exec;
pub mod func;
mod lex;
mod line_origins;
pub mod number;
pub mod observe;
pub mod output;
pub mod parse;
pub mod parse_error;
mod position;
mod reflect;
pub mod set;
mod token;

pub use argument_use::{ArgumentUse, FunctionUses, Uses};
pub use error::Error;
pub use exec::{Call, Run, execute, execute_template};
pub use func::{FunctionNames, FunctionTable};
pub use lex::may_define;
pub use observe::{Observer, Site, Used};
pub use output::Output;
pub use parse::parse;
pub use parse_error::ParseError;
pub use set::{LateTemplates, Template, TemplateSet};
