//! Go's slices: a window on shared elements, so that an in-place sort shows through every holder.

use crate::memory;
use crate::types::GoType;
use crate::value::Value;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// A Go slice of any element type but `uint8` (that is [`Value::Bytes`]). Cloning copies the
/// reference.
#[derive(Clone)]
pub struct List(Rc<Data>);

struct Data {
    element: GoType,
    nil: bool,
    start: usize,
    len: usize,
    store: Rc<Store>,
}

struct Store(RefCell<Vec<Value>>);

impl Drop for Store {
    fn drop(&mut self) {
        let items = std::mem::take(self.0.get_mut());
        memory::subtract(List::OVERHEAD + items.len() * size_of::<Value>());
        crate::value::drop_bounded(items);
    }
}

impl Store {
    fn new(items: Vec<Value>) -> Rc<Store> {
        memory::add(List::OVERHEAD + items.len() * size_of::<Value>());
        Rc::new(Store(RefCell::new(items)))
    }
}

impl List {
    /// Bytes that a list takes beside its items, about.
    pub const OVERHEAD: usize = 128;

    /// A new `[]interface {}`.
    pub fn new(items: Vec<Value>) -> Self {
        Self::of(GoType::Interface, items)
    }

    /// A new slice of the given element type; the items must be of that type.
    pub fn of(element: GoType, items: Vec<Value>) -> Self {
        let len = items.len();
        List(Rc::new(Data {
            element,
            nil: false,
            start: 0,
            len,
            store: Store::new(items),
        }))
    }

    /// A nil slice of the given element type.
    pub fn nil(element: GoType) -> Self {
        List(Rc::new(Data {
            element,
            nil: true,
            start: 0,
            len: 0,
            store: Store::new(Vec::new()),
        }))
    }

    /// Returns true if this is Go's nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// The static type of the elements.
    pub fn element(&self) -> GoType {
        self.0.element
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// Returns true if there are no elements.
    pub fn is_empty(&self) -> bool {
        self.0.len == 0
    }

    /// The element at `index`.
    pub fn get(&self, index: usize) -> Option<Value> {
        if index >= self.0.len {
            return None;
        }
        let items = self.0.store.0.borrow();
        items.get(self.0.start + index).cloned()
    }

    /// The elements for reading. Hold it briefly: never across a call that may write.
    pub fn borrow(&self) -> Ref<'_, [Value]> {
        let (start, end) = (self.0.start, self.0.start + self.0.len);
        Ref::map(self.0.store.0.borrow(), |v| {
            v.get(start..end).unwrap_or(&[])
        })
    }

    /// The elements for changing in place, as `sort.Strings` does: every slice over the same
    /// elements sees it. Hold it briefly.
    pub fn borrow_mut(&self) -> RefMut<'_, [Value]> {
        let (start, end) = (self.0.start, self.0.start + self.0.len);
        RefMut::map(self.0.store.0.borrow_mut(), |v| {
            v.get_mut(start..end).unwrap_or(&mut [])
        })
    }

    /// A copy of the elements, safe to walk while they change.
    pub fn snapshot(&self) -> Vec<Value> {
        self.borrow().to_vec()
    }

    /// Go's `s[start:end]`: a window on the same elements. None where the bounds are out of range.
    pub fn window(&self, start: usize, end: usize) -> Option<List> {
        if start > end || end > self.0.len {
            return None;
        }
        Some(List(Rc::new(Data {
            element: self.0.element,
            nil: self.0.nil,
            start: self.0.start + start,
            len: end - start,
            store: Rc::clone(&self.0.store),
        })))
    }

    /// Returns true if both are windows on the same elements.
    pub fn same(&self, other: &List) -> bool {
        Rc::ptr_eq(&self.0.store, &other.0.store)
            && self.0.start == other.0.start
            && self.0.len == other.0.len
    }

    /// A number that tells this slice's elements from those of every other living one.
    pub fn identity(&self) -> usize {
        Rc::as_ptr(&self.0.store) as usize
    }

    pub(crate) fn is_shared(&self) -> bool {
        Rc::strong_count(&self.0) > 1 || Rc::strong_count(&self.0.store) > 1
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A list can contain itself through a map: only its size is shown.
        write!(f, "List({} x {})", self.len(), self.element())
    }
}

impl<V: Into<Value>> FromIterator<V> for List {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        List::new(items.into_iter().map(Into::into).collect())
    }
}
