//! Go's text of a value, as Sprig's functions take it (`strval`, `strslice`).

use gostd::limits::Budget;
use gostd::{List, Text, Value};
use gotemplate::func::Strings;
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};

/// Bytes that a text takes in a list, beside its own.
pub(crate) const ITEM: usize = Text::OVERHEAD + size_of::<Value>();

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("toString", |value: Value| strval(&value));
    table.add("toStrings", |call: &mut Call<'_, '_>, value: Value| {
        strslice(&value, call.budget()).map(Strings)
    });
    table.declare_uses(USES);
    table.declare_missing_as_text(MISSING_AS_TEXT);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["toString"];

const USES: Uses = &[(ArgumentUse::Text, &["toString"])];

const MISSING_AS_TEXT: &[&str] = &["toString", "toStrings"];

/// The value as text: strings and bytes as they are, everything else as `%v` prints it.
pub(crate) fn strval(value: &Value) -> Result<Text, Error> {
    match value {
        Value::Str(text) | Value::Bytes(text) => Ok(text.clone()),
        other => gostd::fmt::value_text(other).map_err(|e| Error::new(e.to_string())),
    }
}

/// A list as `[]string`, without its nil elements; anything else as a list of its text. A
/// `[]string` is given as it is, not copied: `sortAlpha` sorts it in place.
///
/// # Errors
/// [`gostd::fmt::FormatError`], [`gostd::limits::Exceeded`].
pub(crate) fn strslice(value: &Value, budget: &Budget) -> Result<List, Error> {
    let strings = |items: Vec<Value>| List::of(gostd::GoType::String, items);
    match value {
        Value::List(list) if list.element() == gostd::GoType::String => Ok(list.clone()),
        Value::Nil => Ok(strings(Vec::new())),
        Value::Bytes(bytes) => {
            budget.room(bytes.len().saturating_mul(ITEM))?;
            let numbers = bytes.as_bytes().iter().map(|b| Value::from(b.to_string()));
            Ok(strings(numbers.collect()))
        }
        other => match other.as_list() {
            Some(list) => {
                let items = list.snapshot().into_iter();
                budget.room(items.len().saturating_mul(ITEM))?;
                let texts = items
                    .filter(|item| !matches!(item, Value::Nil))
                    .map(|item| {
                        let text = strval(&item)?;
                        budget.steps(1)?;
                        budget.bytes(text.len())?;
                        budget.memory()?;
                        Ok::<_, Error>(Value::Str(text))
                    });
                Ok(strings(texts.collect::<Result<_, _>>()?))
            }
            None => Ok(strings(vec![Value::Str(strval(other)?)])),
        },
    }
}
