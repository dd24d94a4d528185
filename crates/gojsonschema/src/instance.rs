//! A value that can be validated: anything that has the shape of JSON. Helm hands over the Go values of a
//! render as they are, ints and floats apart, without a detour through JSON text.

mod value;

use std::borrow::Cow;
use std::ops::ControlFlow;

/// Takes an item with its index and tells whether to go on.
pub type ItemVisitor<'v> = dyn FnMut(usize, &dyn Instance) -> ControlFlow<()> + 'v;

/// Takes a property with its name and tells whether to go on.
pub type PropertyVisitor<'v> = dyn FnMut(&[u8], &dyn Instance) -> ControlFlow<()> + 'v;

/// A value to validate.
///
/// Containers are visited, not borrowed, so that values behind a `RefCell` qualify. The order of
/// visits decides the order of messages: properties must come sorted bytewise.
pub trait Instance {
    /// Returns the kind of value.
    fn shape(&self) -> Shape<'_>;

    /// Visits the items of an array in order until told to stop; visits nothing else.
    fn visit_items(&self, visit: &mut ItemVisitor<'_>);

    /// Visits the item at `index`; nothing if there is none.
    fn visit_item(&self, index: usize, visit: &mut dyn FnMut(&dyn Instance));

    /// Visits the properties of an object, sorted by name, until told to stop.
    fn visit_properties(&self, visit: &mut PropertyVisitor<'_>);

    /// Visits the property called `name`; false if there is none.
    fn visit_property(&self, name: &[u8], visit: &mut dyn FnMut(&dyn Instance)) -> bool;

    /// Returns true if an object has a property called `name`.
    fn has_property(&self, name: &[u8]) -> bool {
        self.visit_property(name, &mut |_| {})
    }
}

/// The kind of a value, with what is needed of it at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape<'a> {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number<'a>),
    /// A string of any bytes.
    String(&'a [u8]),
    /// An array with its length.
    Array(usize),
    /// An object with the number of its properties.
    Object(usize),
    /// No JSON value, with the name of its Go type.
    Other(Cow<'static, str>),
}

/// A number as the values of a render and JSON texts hold it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number<'a> {
    /// Any signed Go integer.
    Int(i64),
    /// Any unsigned Go integer.
    Uint(u64),
    /// Go's float64; it counts as the shortest decimal that reads back as it.
    Float(f64),
    /// A JSON literal (`json.Number`), exact.
    Text(&'a str),
}
