//! The values of a render as instances.

use gostd::types::IntType;
use gostd::{GoType, Value};

use super::{Instance, ItemVisitor, Number, PropertyVisitor, Shape};

impl Instance for Value {
    /// Go's validator knows plain types only: a named or a typed container is no JSON to it.
    fn shape(&self) -> Shape<'_> {
        match self {
            Value::Nil => Shape::Null,
            Value::Bool(b) => Shape::Bool(*b),
            Value::Int(IntType::Uintptr, _) => Shape::Other(self.type_name()),
            Value::Int(int, n) if int.signed() => Shape::Number(Number::Int(*n)),
            Value::Int(_, n) => Shape::Number(Number::Uint(*n as u64)),
            Value::Float64(f) => Shape::Number(Number::Float(*f)),
            Value::Str(text) => Shape::String(text.as_bytes()),
            Value::Map(map) if map.element() == GoType::Interface => Shape::Object(map.len()),
            Value::List(list) if list.element() == GoType::Interface => Shape::Array(list.len()),
            other => Shape::Other(other.type_name()),
        }
    }

    fn visit_items(&self, visit: &mut ItemVisitor<'_>) {
        let Value::List(list) = self else { return };
        for (index, item) in list.borrow().iter().enumerate() {
            if visit(index, item).is_break() {
                return;
            }
        }
    }

    fn visit_item(&self, index: usize, visit: &mut dyn FnMut(&dyn Instance)) {
        let Value::List(list) = self else { return };
        if let Some(item) = list.borrow().get(index) {
            visit(item);
        }
    }

    fn visit_properties(&self, visit: &mut PropertyVisitor<'_>) {
        let Value::Map(map) = self else { return };
        for (name, entry) in map.borrow().iter() {
            if visit(name.as_bytes(), &entry.value).is_break() {
                return;
            }
        }
    }

    fn visit_property(&self, name: &[u8], visit: &mut dyn FnMut(&dyn Instance)) -> bool {
        let Value::Map(map) = self else { return false };
        match map.borrow().get(name) {
            Some(entry) => {
                visit(&entry.value);
                true
            }
            None => false,
        }
    }
}
