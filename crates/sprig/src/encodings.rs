//! `b64enc`, `b64dec`, `b32enc`, `b32dec` (Go's packages `encoding/base64` and `base32`). A text that
//! cannot be decoded becomes the text of Go's error.

mod base32;
mod base64;

use gostd::Text;
use gotemplate::{Error, FunctionTable};

pub(crate) use base64::encode as base64_encode;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("b64enc", |text: Text| base64::encode(text.as_bytes()));
    table.add("b64dec", |text: Text| {
        base64::decode(text.as_bytes()).unwrap_or_else(|e| e.to_string().into())
    });
    table.add("b32enc", |text: Text| base32::encode(text.as_bytes()));
    table.add("b32dec", |text: Text| {
        base32::decode(text.as_bytes()).unwrap_or_else(|e| e.to_string().into())
    });
}

/// Go's `CorruptInputError`: what is at byte `at` does not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("illegal {encoding} data at input byte {at}")]
pub(crate) struct CorruptInput {
    encoding: &'static str,
    at: usize,
}

impl From<CorruptInput> for Error {
    fn from(error: CorruptInput) -> Self {
        Error::new(error.to_string())
    }
}

fn is_newline(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// The value of each digit of an alphabet by its byte, 0xff for any other byte.
const fn values(alphabet: &[u8]) -> [u8; 256] {
    let mut values = [0xff; 256];
    let mut digit = 0;
    while digit < alphabet.len() {
        values[alphabet[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
}
