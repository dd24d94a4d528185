//! The values that templates compute with: Go's dynamic values, 16 bytes each.

use crate::list::List;
use crate::map::Map;
use crate::text::Text;
use crate::types::{GoType, IntType, Kind, Method, NamedType, StructType};
use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A Go value in an `interface {}`.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// The nil interface.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// Any integer type; unsigned ones keep their bits.
    Int(IntType, i64),
    /// `float64`.
    Float64(f64),
    /// `complex128`: a constant such as `1i` is the only source.
    Complex128(Rc<(f64, f64)>),
    /// `string`.
    Str(Text),
    /// `[]uint8`.
    Bytes(Text),
    /// A map with string keys.
    Map(Map),
    /// A slice.
    List(List),
    /// A value of a named type that is no struct: its methods and its underlying value.
    Named(Rc<Named>),
    /// A struct.
    Struct(Rc<Struct>),
    /// A pointer to a struct.
    Ptr(Rc<Struct>),
}

const _: () = assert!(size_of::<Value>() == 16);

/// A value of a named type (`common.Values`, `time.Duration`).
#[derive(Debug)]
pub struct Named {
    /// Name and methods.
    pub named_type: &'static NamedType,
    /// The value without its name; never itself [`Value::Named`].
    pub value: Value,
    /// The object of the methods, where the value alone does not tell it.
    pub native: Option<Box<dyn Any>>,
}

/// A struct value.
#[derive(Debug)]
pub struct Struct {
    /// Name, fields and methods.
    pub struct_type: &'static StructType,
    /// One value a field, in the type's order.
    pub fields: Vec<Value>,
    /// The object of the methods, where the fields alone do not tell it.
    pub native: Option<Box<dyn Any>>,
}

impl Struct {
    /// The position of an exported field by its Go name, and its value.
    pub fn field(&self, name: &str) -> Option<(&'static crate::types::Field, &Value)> {
        let index = self
            .struct_type
            .fields
            .iter()
            .position(|f| f.name == name)?;
        Some((self.struct_type.fields.get(index)?, self.fields.get(index)?))
    }

    /// The object of the methods, if it is a `T`.
    pub fn native<T: 'static>(&self) -> Option<&T> {
        self.native.as_ref()?.downcast_ref()
    }
}

impl Value {
    /// A Go `int`.
    pub fn int(value: i64) -> Value {
        Value::Int(IntType::Int, value)
    }

    /// A Go `int64`.
    pub fn int64(value: i64) -> Value {
        Value::Int(IntType::Int64, value)
    }

    /// A value of a named type over `value`.
    pub fn named(named_type: &'static NamedType, value: Value) -> Value {
        let native = None;
        Value::Named(Rc::new(Named {
            named_type,
            value,
            native,
        }))
    }

    /// The value without the name of its type.
    pub fn underlying(&self) -> &Value {
        match self {
            Value::Named(named) => &named.value,
            other => other,
        }
    }

    /// Go's `reflect.Kind` of the value.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(int, _) => Kind::Int(*int),
            Value::Float64(_) => Kind::Float64,
            Value::Complex128(_) => Kind::Complex128,
            Value::Str(_) => Kind::String,
            Value::Map(_) => Kind::Map,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Named(named) => named.value.kind(),
            Value::Struct(_) => Kind::Struct,
            Value::Ptr(_) => Kind::Ptr,
        }
    }

    /// The type's name as `%T` and `typeOf` print it; `<nil>` for nil.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Value::Nil => Cow::Borrowed("<nil>"),
            Value::Bool(_) => Cow::Borrowed("bool"),
            Value::Int(int, _) => Cow::Borrowed(int.name()),
            Value::Float64(_) => Cow::Borrowed("float64"),
            Value::Complex128(_) => Cow::Borrowed("complex128"),
            Value::Str(_) => Cow::Borrowed("string"),
            Value::Bytes(_) => Cow::Borrowed("[]uint8"),
            Value::Map(map) => match map.element() {
                GoType::Interface => Cow::Borrowed("map[string]interface {}"),
                element => Cow::Owned(format!("map[string]{element}")),
            },
            Value::List(list) => match list.element() {
                GoType::Interface => Cow::Borrowed("[]interface {}"),
                element => Cow::Owned(format!("[]{element}")),
            },
            Value::Named(named) => Cow::Borrowed(named.named_type.name),
            Value::Struct(data) => Cow::Borrowed(data.struct_type.name),
            Value::Ptr(data) => Cow::Owned(format!("*{}", data.struct_type.name)),
        }
    }

    /// Go's `template.IsTrue`: false are nil, false, 0, "", and empty maps and slices.
    pub fn truth(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(_, n) => *n != 0,
            Value::Float64(f) => *f != 0.0,
            Value::Complex128(c) => **c != (0.0, 0.0),
            Value::Str(text) | Value::Bytes(text) => !text.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Named(named) => named.value.truth(),
            Value::Struct(_) | Value::Ptr(_) => true,
        }
    }

    /// Returns true if Go's `v == nil` or `reflect.Value.IsNil` holds.
    pub fn is_nil(&self) -> bool {
        match self {
            Value::Nil => true,
            Value::Map(map) => map.is_nil(),
            Value::List(list) => list.is_nil(),
            Value::Bytes(bytes) => bytes.is_nil(),
            Value::Named(named) => named.value.is_nil(),
            _ => false,
        }
    }

    /// The map, also behind a named type.
    pub fn as_map(&self) -> Option<&Map> {
        match self.underlying() {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The slice, also behind a named type.
    pub fn as_list(&self) -> Option<&List> {
        match self.underlying() {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The string.
    pub fn as_text(&self) -> Option<&Text> {
        match self.underlying() {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// All methods declared on the value's type, whatever their receiver.
    pub fn methods(&self) -> &'static [Method] {
        match self {
            Value::Named(named) => named.named_type.methods,
            Value::Struct(data) | Value::Ptr(data) => data.struct_type.methods,
            _ => &[],
        }
    }

    /// The method called `name` in Go's method set of this value: a struct that is no pointer
    /// lacks the methods with a pointer receiver.
    pub fn method(&self, name: &str) -> Option<&'static Method> {
        let copied = matches!(self, Value::Struct(_));
        let is_method = |m: &&Method| m.name == name && !(copied && m.pointer);
        self.methods().iter().find(is_method)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float64(value)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Value::Str(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Str(text.into())
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

/// The depth to which values may be dropped by plain recursion; deeper ones wait in a queue.
const DROP_DEPTH: u32 = 256;

thread_local! {
    static DROPPING: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Drops the contents of a container without deep recursion: `list (list (list …))` a million
/// deep is a legal value and must not overflow the stack when it goes.
pub(crate) fn drop_bounded(values: impl IntoIterator<Item = Value>) {
    let depth = DROPPING.with(Cell::get);
    if depth >= DROP_DEPTH {
        let last_owner = |v: &Value| match v {
            Value::Map(map) => !map.is_shared(),
            Value::List(list) => !list.is_shared(),
            Value::Named(_) | Value::Struct(_) | Value::Ptr(_) => true,
            _ => false,
        };
        // A thread that is ending has no queue any more: then the recursion goes on.
        let _ = WAITING.try_with(|queue| {
            queue
                .borrow_mut()
                .extend(values.into_iter().filter(last_owner));
        });
        return;
    }
    DROPPING.with(|d| d.set(depth + 1));
    values.into_iter().for_each(drop);
    DROPPING.with(|d| d.set(depth));
    if depth == 0 {
        while let Some(value) = WAITING.try_with(|q| q.borrow_mut().pop()).ok().flatten() {
            DROPPING.with(|d| d.set(1));
            drop(value);
            DROPPING.with(|d| d.set(0));
        }
    }
}
