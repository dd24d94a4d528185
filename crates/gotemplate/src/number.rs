//! Numeric constants: all the types one can stand for, as Go's ideal constants can.

use crate::ast::{Pos, Span};

/// A number, with its value under every type that can hold it exactly (Go's `NumberNode`).
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Where it starts.
    pub pos: Pos,
    /// The constant as written.
    pub text: Span,
    /// The value, if it is one of int64.
    pub int: Option<i64>,
    /// The value, if it is one of uint64.
    pub uint: Option<u64>,
    /// The value, if it can be a float64; `1` can, and so can `'a'`.
    pub float: Option<f64>,
    /// Real and imaginary part, if it was written as a complex number (`1i`, `1+2i`).
    pub complex: Option<(f64, f64)>,
}
