//! Watching an execution: which map entries its templates read, and where.

use gostd::text::LineOrigin;
use gostd::{Map, Origin, Value};

/// Told of reads while templates execute. An execution without one does no work for it.
///
/// Maps are told apart by [`Map::identity`]; the owner of the values knows their paths.
pub trait Observer {
    /// Whether it wants to know the template lines: finding out takes time. Without them, `at` is that of
    /// no template.
    fn wants_lines(&self) -> bool {
        true
    }

    /// `key` was read from `map`; `found` is the entry's origin, or none where the key is missing.
    fn read(&mut self, map: &Map, key: &[u8], found: Option<Origin>, at: LineOrigin);

    /// The whole of a map or list was used: printed, ranged over, or handed to a function that
    /// may look at all of it.
    fn read_whole(&mut self, value: &Value, at: LineOrigin);
}
