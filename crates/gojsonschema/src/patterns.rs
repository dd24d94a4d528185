//! Regular expressions of a schema, each compiled once however often it occurs.

use std::collections::HashMap;
use std::sync::Arc;

use gostd::regexp::Regexp;

/// A compiled expression or Go's text on why there is none.
pub(crate) type Compiled = Result<Arc<Regexp>, String>;

/// The expressions met so far.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<Box<str>, Compiled>);

impl Patterns {
    pub(crate) fn compile(&mut self, pattern: &str) -> Compiled {
        if let Some(regexp) = self.0.get(pattern) {
            return regexp.clone();
        }
        let compiled = Regexp::compile(pattern)
            .map(Arc::new)
            .map_err(|e| e.to_string());
        self.0.insert(pattern.into(), compiled.clone());
        compiled
    }
}
