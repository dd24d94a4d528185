//! Values one after another, as Go's `json.Decoder` takes them from a stream.

use super::error::Error;
use super::scan::Scanner;
use std::fmt;

/// The reason why there is no next value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamError {
    /// Nothing but blanks is left: `io.EOF`.
    End,
    /// The text ends inside a value: `io.ErrUnexpectedEOF`.
    UnexpectedEnd,
    /// The rest is no JSON: `json.SyntaxError`.
    Syntax {
        /// The problem, in Go's words.
        message: String,
        /// The number of bytes that had been read, the wrong one included.
        offset: usize,
    },
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StreamError::End => "EOF",
            StreamError::UnexpectedEnd => "unexpected EOF",
            StreamError::Syntax { message, .. } => message,
        })
    }
}

impl std::error::Error for StreamError {}

/// The number of bytes of `text` that the first value takes, with the blanks before it. What follows the value
/// does not matter.
///
/// # Errors
/// Those of `json.Decoder`.
pub fn value_end(text: &[u8]) -> Result<usize, StreamError> {
    if text.iter().all(|b| b" \t\r\n".contains(b)) {
        return Err(StreamError::End);
    }
    let mut scanner = Scanner::new(text);
    while !scanner.is_complete() {
        match scanner.next_token() {
            Ok(_) => {}
            Err(Error::Syntax { message, offset }) if scanner.at() < text.len() => {
                return Err(StreamError::Syntax { message, offset });
            }
            Err(_) => return Err(StreamError::UnexpectedEnd),
        }
    }
    Ok(scanner.at())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        assert_eq!(value_end(b" {\"a\": [1]} x"), Ok(11));
        assert_eq!(value_end(b"null{"), Ok(4));
        assert_eq!(value_end(b" \n"), Err(StreamError::End));
        assert_eq!(value_end(b"{\"a\""), Err(StreamError::UnexpectedEnd));
        let message = "invalid character 'a' looking for beginning of object key string".into();
        let syntax = StreamError::Syntax { message, offset: 2 };
        assert_eq!(value_end(b"{a: 1}"), Err(syntax));
    }
}
