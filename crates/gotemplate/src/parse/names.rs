//! The names a file uses, mostly stored once: templates say `.Values` and `include` over and over.

use std::sync::Arc;

use crate::ast::{FuncId, Names};

/// The number of names of a kind that are remembered.
const SLOTS: usize = 256;

/// The names met lately, each in the slot its spelling decides; a newer one drives the older out.
///
/// Against a map, this costs next to nothing per name, and the worst text only makes it useless.
#[derive(Default)]
pub(super) struct Interner<'a> {
    paths: Slots<'a, Names>,
    functions: Slots<'a, (Arc<str>, FuncId)>,
}

/// Names as they are spelled, with what they mean; without room until there is one.
struct Slots<'a, T>(Vec<Option<(&'a [u8], T)>>);

impl<'a> Interner<'a> {
    /// The names in `path`, which is `.a.b` or `$x.a.b`.
    pub(super) fn path(&mut self, path: &'a [u8]) -> Names {
        let slot = self.paths.slot(path);
        if let Some(Some((last_path, names))) = slot
            && *last_path == path
        {
            return Arc::clone(names);
        }
        let names = path.strip_prefix(b".").unwrap_or(path);
        let names: Names = names.split(|byte| *byte == b'.').map(text).collect();
        if let Some(slot) = slot {
            *slot = Some((path, Arc::clone(&names)));
        }
        names
    }

    /// The function `name` stands for, if `resolve` knows it.
    pub(super) fn function(
        &mut self,
        name: &'a [u8],
        resolve: impl FnOnce(&str) -> Option<FuncId>,
    ) -> Option<(Arc<str>, FuncId)> {
        let slot = self.functions.slot(name);
        if let Some(Some((last_name, function))) = slot
            && *last_name == name
        {
            return Some(function.clone());
        }
        let shared: Arc<str> = text(name);
        let function = (Arc::clone(&shared), resolve(&shared)?);
        if let Some(slot) = slot {
            *slot = Some((name, function.clone()));
        }
        Some(function)
    }
}

impl<T> Default for Slots<'_, T> {
    fn default() -> Self {
        Slots(Vec::new())
    }
}

impl<'a, T> Slots<'a, T> {
    /// The slot for `name`, chosen by its length and up to eight bytes at its end.
    fn slot(&mut self, name: &[u8]) -> Option<&mut Option<(&'a [u8], T)>> {
        if self.0.is_empty() {
            self.0.resize_with(SLOTS, || None);
        }
        let tail = name.iter().rev().take(8);
        let hash = tail.fold(name.len() as u64, |hash, byte| {
            (hash << 5).wrapping_sub(hash) ^ u64::from(*byte)
        });
        let hash = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        self.0.get_mut(hash as usize % SLOTS)
    }
}

/// A name as text; the lexer lets only letters and digits pass, which are valid UTF-8.
fn text<T: for<'s> From<&'s str>>(name: &[u8]) -> T {
    match std::str::from_utf8(name) {
        Ok(name) => name.into(),
        Err(_) => (&*String::from_utf8_lossy(name)).into(),
    }
}
