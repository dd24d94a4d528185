//! `quote`, `squote` and `cat`: arguments as one text, nil ones left out.

use crate::lines::{Pieces, check_len};
use crate::text::strval;
use gostd::{Text, Value};
use gotemplate::func::Rest;
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("quote", quote);
    table.add("squote", |Rest(values): Rest<Value>| {
        blank_separated(&values, |pieces, value| {
            pieces.bytes(b"'");
            pieces.text(&print(value)?);
            pieces.bytes(b"'");
            Ok(())
        })
    });
    table.add("cat", |Rest(values): Rest<Value>| {
        blank_separated(&values, |pieces, value| {
            pieces.text(&print(value)?);
            Ok(())
        })
    });
    table.declare_uses(USES);
    table.declare_missing_as_text(MISSING_AS_TEXT);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &["cat", "quote", "squote"];

const USES: Uses = &[(ArgumentUse::Text, &["cat", "quote", "squote"])];

const MISSING_AS_TEXT: &[&str] = &["cat", "quote", "squote"];

/// Each argument as a Go string literal.
fn quote(Rest(values): Rest<Value>) -> Result<Text, Error> {
    blank_separated(&values, |pieces, value| {
        let text = strval(value)?;
        let mut quoted = Vec::with_capacity(text.len() + 2);
        gostd::strconv::append_quoted(&mut quoted, text.as_bytes());
        // A quoted text is one line, which begins where the text began.
        pieces.piece(&text, 0, &quoted);
        Ok(())
    })
}

fn blank_separated(
    values: &[Value],
    mut append: impl FnMut(&mut Pieces, &Value) -> Result<(), Error>,
) -> Result<Text, Error> {
    let mut pieces = Pieces::default();
    let mut first = true;
    for value in values.iter().filter(|v| !matches!(v, Value::Nil)) {
        if !std::mem::take(&mut first) {
            pieces.bytes(b" ");
        }
        append(&mut pieces, value)?;
        check_len(Some(pieces.len()))?;
    }
    Ok(pieces.finish())
}

/// The value as `%v` prints it.
fn print(value: &Value) -> Result<Text, Error> {
    gostd::fmt::value_text(value).map_err(|e| Error::new(e.to_string()))
}
