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

/// A pattern that the library refuses. Helm then takes `**`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobError(String);

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GlobError {}

impl Glob {
    /// `glob.Compile(pattern, '/')`.
    ///
    /// # Errors
    /// Unclosed or empty classes, ranges the wrong way round, text that is not UTF-8; beyond the library,
    /// patterns too long or too deep.
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

    /// Whether the whole text matches. A match that takes too many steps (no
    /// path of a file does) counts as none.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.matcher.matches(text, &Cell::new(SEARCHED))
    }
}

#[cfg(test)]
mod tests;
