//! `toJson`, `toPrettyJson`, `toRawJson`, `fromJson` and their `must` forms (Sprig's
//! `defaults.go`).

use gostd::json::{self, Options};
use gostd::{Text, Value};
use gotemplate::{Error, FunctionTable};

pub(crate) fn register(table: &mut FunctionTable) {
    let lenient = |options| move |value: Value| encode(&value, options).unwrap_or_default();
    let strict = |options| move |value: Value| encode(&value, options);
    table.add("toJson", lenient(Options::COMPACT));
    table.add("toPrettyJson", lenient(Options::PRETTY));
    // The one without `must` panics with the same text.
    table.add("toRawJson", strict(Options::RAW));
    table.add("mustToJson", strict(Options::COMPACT));
    table.add("mustToPrettyJson", strict(Options::PRETTY));
    table.add("mustToRawJson", strict(Options::RAW));
    table.add("fromJson", |text: Text| {
        json::decode(text.as_bytes()).unwrap_or_default()
    });
    table.add("mustFromJson", |text: Text| {
        json::decode(text.as_bytes()).map_err(|e| Error::new(e.to_string()))
    });
}

fn encode(value: &Value, options: Options<'_>) -> Result<Vec<u8>, Error> {
    json::encode(value, options).map_err(|e| Error::new(e.to_string()))
}
