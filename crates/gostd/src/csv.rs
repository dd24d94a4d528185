//! Go's `encoding/csv` with its default settings: one record of a text.

use std::fmt;

/// The reason why a text has no record that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Only empty lines are left (`io.EOF`).
    End,
    /// The text breaks the rules of quotes (`csv.ParseError`).
    Syntax(SyntaxError),
}

/// A quote where none may be, or the lack of one. Lines and columns count from 1, columns in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line on which the record begins.
    pub record_line: usize,
    /// The line of the error.
    pub line: usize,
    /// The column of the error.
    pub column: usize,
    /// The broken rule.
    pub cause: Cause,
}

/// A broken rule of quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// A field that does not begin with a quote has one (`csv.ErrBareQuote`).
    BareQuote,
    /// A field that begins with a quote does not end with one, or goes on behind it (`csv.ErrQuote`).
    Quote,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::End => f.write_str("EOF"),
            Error::Syntax(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.record_line != self.line {
            write!(f, "record on line {}; ", self.record_line)?;
        }
        let cause = match self.cause {
            Cause::BareQuote => "bare \" in non-quoted-field",
            Cause::Quote => "extraneous or missing \" in quoted-field",
        };
        let (line, column) = (self.line, self.column);
        write!(f, "parse error on line {line}, column {column}: {cause}")
    }
}

impl std::error::Error for Error {}

/// The fields of the first record, `a,"b,c"` having two. Empty lines before it are skipped; what follows
/// its last line is not looked at. A line ends in `\n` or `\r\n`, and a quoted field may have several.
///
/// # Errors
/// When there is no record, or when the quotes of the first one are wrong.
pub fn read_record(text: &str) -> Result<Vec<String>, Error> {
    let mut lines = Lines { rest: text };
    let mut number = 0;
    let mut line = loop {
        number += 1;
        let line = lines.next().ok_or(Error::End)?;
        if !line.text.is_empty() {
            break line;
        }
    };
    let record_line = number;
    let error = |line, column, cause| {
        Error::Syntax(SyntaxError {
            record_line,
            line,
            column,
            cause,
        })
    };
    let mut column = 1;
    let mut fields = Vec::new();
    'fields: loop {
        let Some(quoted) = line.text.strip_prefix('"') else {
            let (field, rest) = match line.text.split_once(',') {
                Some((field, rest)) => (field, Some(rest)),
                None => (line.text, None),
            };
            if let Some(place) = field.find('"') {
                return Err(error(number, column + place, Cause::BareQuote));
            }
            fields.push(field.to_owned());
            let Some(rest) = rest else {
                return Ok(fields);
            };
            column += field.len() + 1;
            line.text = rest;
            continue;
        };
        line.text = quoted;
        column += 1;
        let mut field = String::new();
        loop {
            let Some((before, after)) = line.text.split_once('"') else {
                field.push_str(line.text);
                field.push_str(line.end);
                column += line.text.len() + line.end.len();
                // A lone `\r` at the end is no line.
                let next = lines.next().filter(|line| !line.is_empty());
                line = next.ok_or_else(|| error(number, column, Cause::Quote))?;
                number += 1;
                column = 1;
                continue;
            };
            field.push_str(before);
            column += before.len() + 1;
            line.text = after;
            if let Some(rest) = after.strip_prefix('"') {
                field.push('"');
                column += 1;
                line.text = rest;
            } else if let Some(rest) = after.strip_prefix(',') {
                fields.push(field);
                column += 1;
                line.text = rest;
                continue 'fields;
            } else if after.is_empty() {
                fields.push(field);
                return Ok(fields);
            } else {
                return Err(error(number, column - 1, Cause::Quote));
            }
        }
    }
}

/// A line without its end, and its end as it counts in fields.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    end: &'static str,
}

impl Line<'_> {
    fn is_empty(self) -> bool {
        self.text.is_empty() && self.end.is_empty()
    }
}

/// The lines of a text. The last one may have no `\n`; a `\r` at its end is dropped all the same.
struct Lines<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let (text, end) = match self.rest.split_once('\n') {
            Some((text, rest)) => {
                self.rest = rest;
                (text, "\n")
            }
            None => (std::mem::take(&mut self.rest), ""),
        };
        let text = text.strip_suffix('\r').unwrap_or(text);
        Some(Line { text, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Result<Vec<String>, String> {
        read_record(text).map_err(|error| error.to_string())
    }

    fn ok(fields: &[&str]) -> Result<Vec<String>, String> {
        Ok(fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn one_record_is_read() {
        for (text, expected) in [
            ("a,b", &["a", "b"][..]),
            ("a,", &["a", ""]),
            (",", &["", ""]),
            ("\"\"", &[""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"a\"\"b\"", &["a\"b"]),
            (" \u{a0}a , b", &[" \u{a0}a ", " b"]),
            ("a\nb\"", &["a"]),
            ("\n\r\n\na", &["a"]),
            ("a\r", &["a"]),
            ("a\r\r\n", &["a\r"]),
            ("\"a\r\nb\"\r\nc", &["a\nb"]),
            ("\"a\",\nb", &["a", ""]),
        ] {
            assert_eq!(fields(text), ok(expected), "{text:?}");
        }
    }

    #[test]
    fn errors_tell_their_place() {
        let quote = "extraneous or missing \" in quoted-field";
        for (text, expected) in [
            ("", "EOF".to_owned()),
            ("\n\r\n\r", "EOF".to_owned()),
            (
                "é\"",
                "parse error on line 1, column 3: bare \" in non-quoted-field".into(),
            ),
            (
                "\n a,b\"",
                "parse error on line 2, column 5: bare \" in non-quoted-field".into(),
            ),
            ("\"a", format!("parse error on line 1, column 3: {quote}")),
            (
                "\"a\"b",
                format!("parse error on line 1, column 3: {quote}"),
            ),
            ("\"a\n", format!("parse error on line 1, column 4: {quote}")),
            (
                "\"a\n\r",
                format!("parse error on line 1, column 4: {quote}"),
            ),
            (
                "\"a\nbc",
                format!("record on line 1; parse error on line 2, column 3: {quote}"),
            ),
            (
                "\"a\n\"x",
                format!("record on line 1; parse error on line 2, column 1: {quote}"),
            ),
        ] {
            assert_eq!(fields(text), Err(expected), "{text:?}");
        }
    }
}
