//! The patterns of `.Files.Glob`: github.com/gobwas/glob 0.2.3 with the separator `/`.
//!
//! `*` is any text without slash, `**` any text, `?` a character but a slash, `[abc]`, `[!abc]` and
//! `[a-z]` classes, `{a,b}` alternatives, `\` takes the meaning from what follows. That library rewrites
//! a pattern into matchers which now and then decide otherwise than the pattern says (`a**a` matches
//! `a`), so its rewriting is part of the behaviour: [`syntax`] reads the pattern, [`compile`] rewrites,
//! [`matcher`] decides.

mod compile;
mod matcher;
mod syntax;

use crate::limits::LIMITS;
use std::cell::Cell;
use std::fmt;

use matcher::Matcher;

/// Bytes that one match may search; the library's matchers can need exponentially many.
const SEARCHED: u64 = LIMITS.glob_searched;

/// A compiled pattern.
#[derive(Debug)]
pub struct Glob {
    matcher: Matcher,
}

/// The reason why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GlobError {
    /// The library refuses it. Helm then takes `**`.
    Invalid(String),
    /// It is longer or deeper than [`crate::limits::Limits`] allow. The library would match it: what is to
    /// happen is never that it matches everything.
    TooLarge,
    /// A match takes too long; the library may go on for years.
    TooSlow,
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GlobError::Invalid(text) => f.write_str(text),
            GlobError::TooLarge => f.write_str("the pattern is too large"),
            GlobError::TooSlow => f.write_str("the pattern takes too long to match"),
        }
    }
}

impl std::error::Error for GlobError {}

impl Glob {
    /// `glob.Compile(pattern, '/')`.
    ///
    /// # Errors
    /// [`GlobError::Invalid`]: unclosed or empty classes, ranges the wrong way round, text that is not UTF-8;
    /// [`GlobError::TooLarge`].
    pub fn compile(pattern: &[u8]) -> Result<Self, GlobError> {
        let tree = syntax::parse(pattern)?;
        Ok(Self {
            matcher: compile::compile(&tree),
        })
    }

    /// `**`, which matches everything.
    pub fn everything() -> Self {
        Self {
            matcher: Matcher::Super,
        }
    }

    /// Returns true if the whole text matches.
    ///
    /// # Errors
    /// [`GlobError::TooSlow`].
    pub fn is_match(&self, text: &[u8]) -> Result<bool, GlobError> {
        let budget = Cell::new(SEARCHED);
        let is_match = self.matcher.matches(text, &budget);
        // A match that ran out of it may be wrong either way.
        match budget.get() {
            0 => Err(GlobError::TooSlow),
            _ => Ok(is_match),
        }
    }
}

#[cfg(test)]
mod tests;
