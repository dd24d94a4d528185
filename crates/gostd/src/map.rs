//! Go's `map[string]T`: a reference to key-sorted entries, each with its origin.

mod entries;

pub use entries::Entries;

use crate::memory;
use crate::text::Text;
use crate::types::GoType;
use crate::value::Value;
use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

/// The origin of a map entry: an index into a table that the owner of the values keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Origin(pub u32);

impl Origin {
    /// Made while rendering, or not known.
    pub const COMPUTED: Origin = Origin(0);
}

/// A value in a map, with where it came from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Its origin.
    pub origin: Origin,
}

/// A Go map with string keys. Cloning copies the reference: both handles see every change.
#[derive(Clone)]
pub struct Map(Rc<Data>);

struct Data {
    element: GoType,
    nil: bool,
    entries: RefCell<Entries>,
    /// Makes the entries at the first use.
    pending: Cell<Option<Box<dyn FnOnce() -> Entries>>>,
    is_pending: Cell<bool>,
}

impl Data {
    fn new(element: GoType, nil: bool, entries: Entries) -> Self {
        memory::add(Map::OVERHEAD + entries.len() * Map::ENTRY);
        Data {
            element,
            nil,
            entries: RefCell::new(entries),
            pending: Cell::new(None),
            is_pending: Cell::new(false),
        }
    }

    fn entries(&self) -> &RefCell<Entries> {
        if self.is_pending.get() {
            self.is_pending.set(false);
            if let Some(make) = self.pending.take() {
                let entries = make();
                memory::add(entries.len() * Map::ENTRY);
                self.entries.replace(entries);
            }
        }
        &self.entries
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        memory::subtract(Map::OVERHEAD + entries.len() * Map::ENTRY);
        crate::value::drop_bounded(entries.into_iter().map(|(_, e)| e.value));
    }
}

impl Map {
    /// Bytes that a map takes beside its entries, about.
    pub const OVERHEAD: usize = 128;
    /// Bytes that an entry takes, about, beside its key and value.
    pub const ENTRY: usize = 48;

    /// A new, empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::from_entries(GoType::Interface, Entries::new())
    }

    /// A map of the given element type with these entries.
    pub fn from_entries(element: GoType, entries: Entries) -> Self {
        Map(Rc::new(Data::new(element, false, entries)))
    }

    /// A map whose entries are made at the first look at them.
    pub fn lazy(element: GoType, make: impl FnOnce() -> Entries + 'static) -> Self {
        let data = Data::new(element, false, Entries::new());
        data.pending.set(Some(Box::new(make)));
        data.is_pending.set(true);
        Map(Rc::new(data))
    }

    /// A nil map of the given element type: reads find nothing, writes are refused.
    pub fn nil(element: GoType) -> Self {
        Map(Rc::new(Data::new(element, true, Entries::new())))
    }

    /// Returns true if this is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// The static type of the values.
    pub fn element(&self) -> GoType {
        self.0.element
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.entries().borrow().len()
    }

    /// Returns true if there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.entries().borrow().is_empty()
    }

    /// The value of `key`.
    pub fn get(&self, key: &[u8]) -> Option<Value> {
        self.0.entries().borrow().get(key).map(|e| e.value.clone())
    }

    /// The value of `key` with its origin.
    pub fn entry(&self, key: &[u8]) -> Option<Entry> {
        self.0.entries().borrow().get(key).cloned()
    }

    /// Returns true if `key` is there.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.0.entries().borrow().contains_key(key)
    }

    /// Sets `key`. Go panics with `assignment to entry in nil map` on a nil map: so says the error.
    pub fn insert(&self, key: Text, value: Value) -> Result<(), NilMap> {
        self.insert_from(key, value, Origin::COMPUTED)
    }

    /// Sets `key` and notes where the value comes from.
    pub fn insert_from(&self, key: Text, value: Value, origin: Origin) -> Result<(), NilMap> {
        if self.0.nil {
            return Err(NilMap);
        }
        let old = self
            .0
            .entries()
            .borrow_mut()
            .insert(key, Entry { value, origin });
        if old.is_none() {
            memory::add(Map::ENTRY);
        }
        drop(old);
        Ok(())
    }

    /// Removes `key` and gives what it had. Nothing happens on a nil map.
    pub fn remove(&self, key: &[u8]) -> Option<Value> {
        let old = self.0.entries().borrow_mut().remove(key)?;
        memory::subtract(Map::ENTRY);
        Some(old.value)
    }

    /// The entries for reading. Hold it briefly: never across a call that may write to the map.
    pub fn borrow(&self) -> Ref<'_, Entries> {
        self.0.entries().borrow()
    }

    /// A copy of keys and values, safe to walk while the map changes.
    pub fn snapshot(&self) -> Vec<(Text, Value)> {
        let entries = self.0.entries().borrow();
        entries
            .iter()
            .map(|(k, e)| (k.clone(), e.value.clone()))
            .collect()
    }

    /// A new map with the same entries (values shared, as a Go loop copying a map does).
    pub fn shallow_copy(&self) -> Map {
        Map::from_entries(self.0.element, self.0.entries().borrow().clone())
    }

    /// Returns true if both are the same map, not merely equal ones.
    pub fn same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that tells this map from every other living one.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.0) as usize
    }

    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.0) > 1
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new()
    }
}

impl std::fmt::Debug for Map {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A map can contain itself: only its size is shown.
        write!(f, "Map({} entries)", self.len())
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let entries = pairs.into_iter().map(|(k, v)| {
            let value = v.into();
            let origin = Origin::COMPUTED;
            (k.into(), Entry { value, origin })
        });
        Map::from_entries(GoType::Interface, entries.collect())
    }
}

/// A write to a nil map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NilMap;

impl std::fmt::Display for NilMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("assignment to entry in nil map")
    }
}

impl std::error::Error for NilMap {}

impl From<NilMap> for String {
    fn from(error: NilMap) -> String {
        error.to_string()
    }
}
