//! The names that files use, mostly stored once: templates say `.Values` and `include` over and over.

use std::cell::RefCell;
use std::sync::Arc;

use crate::ast::{FuncId, Names};

/// The number of functions' names that are remembered.
const FUNCTIONS: usize = 128;

/// The number of paths that are remembered.
const PATHS: usize = 512;

/// Paths of more bytes are not remembered.
const LONGEST_PATH: usize = 128;

thread_local! {
    /// The paths that the files of a thread have in common.
    static COMMON_PATHS: RefCell<Slots<Box<[u8]>, Names>> = const { RefCell::new(Slots(Vec::new())) };
}

/// The names met lately, each in the slot its spelling decides; a newer one drives the older out.
///
/// Against a map, this costs next to nothing per name, and the worst text only makes it useless. The files of a chart read
/// the same values: paths are remembered from one file to the next. What a function's name stands for depends on the
/// function table.
#[derive(Default)]
pub(super) struct Interner<'a> {
    functions: Slots<&'a [u8], (Arc<str>, FuncId)>,
}

/// Names as they are spelled, with what they mean; without room until there is one.
struct Slots<K, T>(Vec<Option<(K, T)>>);

/// The names in `path`, which is `.a.b` or `$x.a.b`.
pub(super) fn path(path: &[u8]) -> Names {
    if path.len() > LONGEST_PATH {
        return parts(path);
    }
    COMMON_PATHS.with_borrow_mut(|paths| {
        let slot = paths.slot(path, PATHS);
        if let Some(Some((last_path, names))) = slot
            && **last_path == *path
        {
            return Arc::clone(names);
        }
        let names = parts(path);
        if let Some(slot) = slot {
            *slot = Some((path.into(), Arc::clone(&names)));
        }
        names
    })
}

fn parts(path: &[u8]) -> Names {
    let names = path.strip_prefix(b".").unwrap_or(path);
    names.split(|byte| *byte == b'.').map(text).collect()
}

impl<'a> Interner<'a> {
    /// The function `name` stands for, if `resolve` knows it.
    pub(super) fn function(
        &mut self,
        name: &'a [u8],
        resolve: impl FnOnce(&str) -> Option<FuncId>,
    ) -> Option<(Arc<str>, FuncId)> {
        let slot = self.functions.slot(name, FUNCTIONS);
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

impl<K, T> Default for Slots<K, T> {
    fn default() -> Self {
        Slots(Vec::new())
    }
}

impl<K, T> Slots<K, T> {
    /// The slot of `room` for `name`, chosen by its length and up to eight bytes at its end.
    fn slot(&mut self, name: &[u8], room: usize) -> Option<&mut Option<(K, T)>> {
        if self.0.is_empty() {
            self.0.resize_with(room, || None);
        }
        let tail = name.iter().rev().take(8);
        let hash = tail.fold(name.len() as u64, |hash, byte| {
            (hash << 5).wrapping_sub(hash) ^ u64::from(*byte)
        });
        let hash = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        self.0.get_mut(hash as usize % room)
    }
}

/// A name as text; the lexer lets only letters and digits pass, which are valid UTF-8.
fn text<T: for<'s> From<&'s str>>(name: &[u8]) -> T {
    match std::str::from_utf8(name) {
        Ok(name) => name.into(),
        Err(_) => (&*String::from_utf8_lossy(name)).into(),
    }
}
