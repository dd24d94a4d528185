//! The names a file uses, each stored once: templates say `.Values` and `include` over and over.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::{FuncId, Names};

/// All names met so far.
#[derive(Default)]
pub(super) struct Interner<'a> {
    paths: HashMap<&'a [u8], Names>,
    functions: HashMap<&'a [u8], (Arc<str>, FuncId)>,
}

impl<'a> Interner<'a> {
    /// The names in `path`, which is `.a.b` or `$x.a.b`.
    pub(super) fn path(&mut self, path: &'a [u8]) -> Names {
        let names = self.paths.entry(path).or_insert_with(|| {
            let names = path.strip_prefix(b".").unwrap_or(path);
            names.split(|byte| *byte == b'.').map(text).collect()
        });
        Arc::clone(names)
    }

    /// The function `name` stands for, if `resolve` knows it.
    pub(super) fn function(
        &mut self,
        name: &'a [u8],
        resolve: impl FnOnce(&str) -> Option<FuncId>,
    ) -> Option<(Arc<str>, FuncId)> {
        if let Some((name, func)) = self.functions.get(name) {
            return Some((Arc::clone(name), *func));
        }
        let shared: Arc<str> = text(name);
        let func = resolve(&shared)?;
        self.functions.insert(name, (Arc::clone(&shared), func));
        Some((shared, func))
    }
}

/// A name as text; the lexer lets only letters and digits pass, which are valid UTF-8.
fn text<T: for<'s> From<&'s str>>(name: &[u8]) -> T {
    match std::str::from_utf8(name) {
        Ok(name) => name.into(),
        Err(_) => (&*String::from_utf8_lossy(name)).into(),
    }
}
