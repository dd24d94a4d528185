//! The parts of Go's standard library that templates can observe.
//!
//! A template computes with [`Value`]s: Go's dynamic values, with Go's types, reference semantics
//! and printing. The modules below are named after the Go packages whose behaviour they have.

pub mod base64;
pub mod csv;
pub mod errors;
pub mod fmt;
pub mod glob;
pub mod host;
pub mod http;
pub mod json;
pub mod limits;
pub mod list;
pub mod map;
pub mod memory;
pub mod netip;
pub mod path;
pub mod regexp;
pub mod strconv;
pub mod strings;
#[cfg(test)]
mod test_vectors;
pub mod text;
pub mod time;
pub mod types;
pub mod unicode;
pub mod url;
pub mod value;

pub use list::List;
pub use map::{Entry, Map, Origin};
pub use text::Text;
pub use types::GoType;
pub use value::{Struct, Value};
