//! `toJson`, `toPrettyJson`, `toRawJson`, `fromJson` and their `must` forms (Sprig's
//! `defaults.go`).

use gostd::json::{self, Options};
use gostd::limits::Exceeded;
use gostd::{Text, Value};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    let lenient = |options| move |value: Value| lenient(json::encode(&value, options));
    let strict = |options| move |value: Value| encode(&value, options);
    table.add("toJson", lenient(Options::COMPACT));
    table.add("toPrettyJson", lenient(Options::PRETTY));
    // The one without `must` panics with the same text.
    table.add("toRawJson", strict(Options::RAW));
    table.add("mustToJson", strict(Options::COMPACT));
    table.add("mustToPrettyJson", strict(Options::PRETTY));
    table.add("mustToRawJson", strict(Options::RAW));
    table.add("fromJson", |call: &mut Call<'_, '_>, text: Text| {
        call.budget().parse_room(text.len())?;
        Ok::<_, Error>(json::decode(text.as_bytes()).unwrap_or_default())
    });
    table.add("mustFromJson", |call: &mut Call<'_, '_>, text: Text| {
        call.budget().parse_room(text.len())?;
        json::decode(text.as_bytes()).map_err(|e| Error::new(e.to_string()))
    });
    table.declare_uses(USES);
    table.declare_missing_as_text(MISSING_AS_TEXT);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["toPrettyJson", "toRawJson"];

const USES: Uses = &[(ArgumentUse::Encode, &["toRawJson", "toPrettyJson"])];

const MISSING_AS_TEXT: &[&str] = &[
    "toPrettyJson",
    "toRawJson",
    "mustToPrettyJson",
    "mustToRawJson",
    "mustToJson",
];

/// The result of Go's functions without `must`: nothing if there is an error. What is too long is one here too.
///
/// # Errors
/// [`Exceeded::Text`].
pub fn lenient(encoded: Result<Vec<u8>, json::Error>) -> Result<Vec<u8>, Error> {
    match encoded {
        Err(json::Error::TooLong) => Err(Exceeded::Text.into()),
        encoded => Ok(encoded.unwrap_or_default()),
    }
}

fn encode(value: &Value, options: Options<'_>) -> Result<Vec<u8>, Error> {
    json::encode(value, options).map_err(|e| Error::new(e.to_string()))
}
