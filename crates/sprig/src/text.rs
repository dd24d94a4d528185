//! Go's text of a value, as Sprig's functions take it (`strval`, `strslice`).

use gostd::{List, Text, Value};
use gotemplate::func::Strings;
use gotemplate::{Error, FunctionTable};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("toString", |value: Value| strval(&value));
    table.add("toStrings", |value: Value| strslice(&value).map(Strings));
}

/// The value as text: strings and bytes as they are, everything else as `%v` prints it.
pub(crate) fn strval(value: &Value) -> Result<Text, Error> {
    match value {
        Value::Str(text) | Value::Bytes(text) => Ok(text.clone()),
        other => gostd::fmt::value_text(other).map_err(|e| Error::new(e.to_string())),
    }
}

/// A list as `[]string`, without its nil elements; anything else as a list of its text. A
/// `[]string` is given as it is, not copied: `sortAlpha` sorts it in place.
pub(crate) fn strslice(value: &Value) -> Result<List, Error> {
    let strings = |items: Vec<Value>| List::of(gostd::GoType::String, items);
    match value {
        Value::List(list) if list.element() == gostd::GoType::String => Ok(list.clone()),
        Value::Nil => Ok(strings(Vec::new())),
        Value::Bytes(bytes) => {
            let numbers = bytes.as_bytes().iter().map(|b| Value::from(b.to_string()));
            Ok(strings(numbers.collect()))
        }
        other => match other.as_list() {
            Some(list) => {
                let items = list.snapshot().into_iter();
                let texts = items
                    .filter(|item| !matches!(item, Value::Nil))
                    .map(|item| strval(&item).map(Value::Str));
                Ok(strings(texts.collect::<Result<_, _>>()?))
            }
            None => Ok(strings(vec![Value::Str(strval(other)?)])),
        },
    }
}
