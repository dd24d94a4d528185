//! `b64enc`, `b64dec`, `b32enc`, `b32dec` (Go's packages `encoding/base64` and `base32`). A text that
//! cannot be decoded becomes the text of Go's error.

mod base32;

use gostd::{Text, base64};
use gotemplate::{ArgumentUse, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("b64enc", |text: Text| base64::encode(text.as_bytes()));
    table.add("b64dec", |text: Text| {
        base64::decode(text.as_bytes()).unwrap_or_else(|(_, e)| e.to_string().into())
    });
    table.add("b32enc", |text: Text| base32::encode(text.as_bytes()));
    table.add("b32dec", |text: Text| {
        base32::decode(text.as_bytes()).unwrap_or_else(|e| e.to_string().into())
    });
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["b64enc"];

const USES: Uses = &[(ArgumentUse::Text, &["b64enc", "b64dec"])];
