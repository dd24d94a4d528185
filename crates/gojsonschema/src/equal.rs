//! Equality of values: numbers by value, objects whatever their order.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use crate::decimal::Decimal;
use crate::instance::{Instance, Number, Shape};

/// A value that is no JSON, by the name of its Go type.
pub(crate) type NotJson = Cow<'static, str>;

/// Values nested deeper are refused rather than compared.
const MAX_DEPTH: usize = 4_000;

const TOO_DEEP: NotJson = Cow::Borrowed("(nested too deeply)");

/// Returns true if two values are equal; an error where the left one holds something that is no JSON.
pub(crate) fn equal(left: &dyn Instance, right: &dyn Instance) -> Result<bool, NotJson> {
    equal_at(left, right, 0)
}

fn equal_at(left: &dyn Instance, right: &dyn Instance, depth: usize) -> Result<bool, NotJson> {
    if depth > MAX_DEPTH {
        return Err(TOO_DEEP);
    }
    match (left.shape(), right.shape()) {
        (Shape::Other(name), _) => Err(name),
        (Shape::Null, Shape::Null) => Ok(true),
        (Shape::Bool(a), Shape::Bool(b)) => Ok(a == b),
        (Shape::String(a), Shape::String(b)) => Ok(a == b),
        (Shape::Number(a), Shape::Number(b)) => Ok(numbers_equal(a, b)),
        (Shape::Array(a), Shape::Array(b)) if a == b => items_equal(left, right, depth),
        (Shape::Object(a), Shape::Object(b)) if a == b => properties_equal(left, right, depth),
        _ => Ok(false),
    }
}

fn numbers_equal(left: Number<'_>, right: Number<'_>) -> bool {
    if let (Number::Int(a), Number::Int(b)) = (left, right) {
        return a == b;
    }
    match (Decimal::new(left), Decimal::new(right)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

fn items_equal(left: &dyn Instance, right: &dyn Instance, depth: usize) -> Result<bool, NotJson> {
    let mut result = Ok(true);
    left.visit_items(&mut |index, item| {
        result = Ok(false);
        right.visit_item(index, &mut |other| {
            result = equal_at(item, other, depth + 1)
        });
        go_on_while_equal(&result)
    });
    result
}

fn properties_equal(
    left: &dyn Instance,
    right: &dyn Instance,
    depth: usize,
) -> Result<bool, NotJson> {
    let mut result = Ok(true);
    left.visit_properties(&mut |name, value| {
        result = Ok(false);
        right.visit_property(name, &mut |other| {
            result = equal_at(value, other, depth + 1)
        });
        go_on_while_equal(&result)
    });
    result
}

fn go_on_while_equal(result: &Result<bool, NotJson>) -> ControlFlow<()> {
    match result {
        Ok(true) => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

/// The positions of the first item that equals an earlier one: earlier, then later.
pub(crate) fn duplicates(array: &dyn Instance) -> Result<Option<(usize, usize)>, NotJson> {
    let length = match array.shape() {
        Shape::Array(length) => length,
        _ => 0,
    };
    let mut positions: HashMap<Vec<u8>, usize> = HashMap::with_capacity(length);
    let mut result = Ok(None);
    array.visit_items(&mut |index, item| {
        let mut key = Vec::new();
        if let Err(name) = write_key(item, index, 0, &mut key) {
            result = Err(name);
            return ControlFlow::Break(());
        }
        match positions.get(&key) {
            Some(&earlier) => {
                result = Ok(Some((earlier, index)));
                ControlFlow::Break(())
            }
            None => {
                positions.insert(key, index);
                ControlFlow::Continue(())
            }
        }
    });
    result
}

/// The items of an array, to be found by what they equal.
#[derive(Debug)]
pub(crate) struct Items(HashSet<Vec<u8>>);

impl Items {
    /// Nothing where the array holds what is no JSON.
    pub(crate) fn new(array: &dyn Instance) -> Option<Self> {
        let mut keys = HashSet::new();
        let mut all = true;
        array.visit_items(&mut |index, item| {
            let mut key = Vec::new();
            all = write_key(item, index, 0, &mut key).is_ok();
            keys.insert(key);
            match all {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        });
        all.then_some(Items(keys))
    }

    /// Returns true if an item equals the value; nothing where that cannot be told this way.
    pub(crate) fn contains(&self, value: &dyn Instance) -> Option<bool> {
        let mut key = Vec::new();
        // No item stands at this position.
        write_key(value, usize::MAX, 0, &mut key).ok()?;
        Some(self.0.contains(&key))
    }
}

/// Returns true if no two items of an array are equal.
pub(crate) fn is_unique(array: &dyn Instance) -> bool {
    matches!(duplicates(array), Ok(None))
}

/// Writes a text that two values share if and only if they are equal. A number that `big.Rat`
/// cannot hold equals nothing, not even itself: `position` makes its text unique.
fn write_key(
    value: &dyn Instance,
    position: usize,
    depth: usize,
    key: &mut Vec<u8>,
) -> Result<(), NotJson> {
    if depth > MAX_DEPTH {
        return Err(TOO_DEEP);
    }
    match value.shape() {
        Shape::Null => key.push(b'n'),
        Shape::Bool(b) => key.push(if b { b't' } else { b'f' }),
        Shape::Number(number) => match Decimal::new(number) {
            Some(decimal) => decimal.write_key(key),
            None => {
                key.push(b'?');
                key.extend_from_slice(&position.to_le_bytes());
            }
        },
        Shape::String(text) => write_text(text, key),
        Shape::Array(length) => {
            key.push(b'a');
            key.extend_from_slice(&length.to_le_bytes());
            let mut result = Ok(());
            value.visit_items(&mut |_, item| {
                result = write_key(item, position, depth + 1, key);
                stop_at_error(&result)
            });
            return result;
        }
        Shape::Object(length) => {
            key.push(b'o');
            key.extend_from_slice(&length.to_le_bytes());
            let mut result = Ok(());
            value.visit_properties(&mut |name, property| {
                write_text(name, key);
                result = write_key(property, position, depth + 1, key);
                stop_at_error(&result)
            });
            return result;
        }
        Shape::Other(name) => return Err(name),
    }
    Ok(())
}

fn stop_at_error(result: &Result<(), NotJson>) -> ControlFlow<()> {
    if result.is_ok() {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

fn write_text(text: &[u8], key: &mut Vec<u8>) {
    key.push(b's');
    key.extend_from_slice(&text.len().to_le_bytes());
    key.extend_from_slice(text);
}
