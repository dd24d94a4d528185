//! Reading TOML as BurntSushi's parser does, for `fromToml`.

use super::TomlError;
use super::datetime;
use super::lex::{END, Lexer, Scalar, is_blank, is_line_break, quoted};
use super::tree::{Key, Node, Table, dotted, table_value};
use gostd::host::Instant;
use gostd::limits::LIMITS;
use gostd::strconv::{self, NumErrorKind};
use gostd::{List, Map, Value};

type Result<T> = std::result::Result<T, TomlError>;

/// Arrays and inline tables within each other; Go has no limit but its stack.
const MAX_DEPTH: usize = LIMITS.value_nesting;

/// Reads a document into a `map[string]interface {}`: integers are int64, arrays of tables
/// `[]map[string]interface {}`, dates time.Time. Errors have BurntSushi's text.
///
/// `now` is asked when a date or time without a zone is met: BurntSushi gives these the offset that the
/// local zone has at present.
///
/// # Errors
/// Returns an error if the text is not TOML.
pub fn from_toml(text: &[u8], now: &dyn Fn() -> Instant) -> Result<Map> {
    let text = match text {
        [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] => rest,
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        _ => text,
    };
    if text.iter().take(6).any(|b| *b == 0) {
        return Err(TomlError::new(
            "toml: line 1: files cannot contain NULL bytes; probably using UTF-16; \
             TOML files must be UTF-8",
        ));
    }
    let mut parser = Parser {
        lexer: Lexer::new(text),
        key_line: 1,
        depth: 0,
        now,
    };
    parser.document()?;
    Ok(table_value(parser.lexer.document.root))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The line of the last key, where problems with keys are reported.
    key_line: usize,
    depth: usize,
    now: &'a dyn Fn() -> Instant,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Result<()> {
        loop {
            match self.lexer.next()? {
                ' ' | '\t' | '\n' | '\r' => continue,
                '#' => {
                    self.lexer.comment()?;
                    continue;
                }
                END => return Ok(()),
                '[' => self.table_header()?,
                _ => {
                    self.lexer.back();
                    let outer = self.lexer.document.context.clone();
                    self.pair(None)?;
                    self.lexer.document.context = outer;
                    self.lexer.document.current.clear();
                }
            }
            if self.line_end()? {
                return Ok(());
            }
        }
    }

    /// Reads the rest of the line after a pair or header; returns true if the document ends.
    fn line_end(&mut self) -> Result<bool> {
        loop {
            match self.lexer.next()? {
                '#' => {
                    self.lexer.comment()?;
                    return Ok(false);
                }
                ' ' | '\t' => {}
                '\n' | '\r' => return Ok(false),
                END => return Ok(true),
                c => {
                    let c = quoted(c);
                    return Err(self.lexer.error(format!(
                        "expected a top-level item to end with a newline, comment, or EOF, \
                         but got {c} instead"
                    )));
                }
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`, after its first bracket.
    fn table_header(&mut self) -> Result<()> {
        let array = self.lexer.peek()? == '[';
        if array {
            self.lexer.next()?;
        }
        let mut key = Key::new();
        loop {
            self.lexer.skip_while(is_blank)?;
            match self.lexer.peek()? {
                ']' | END => {
                    let message = "unexpected end of table name (table names cannot be empty)";
                    return Err(self.lexer.error(message));
                }
                '.' => {
                    let message = "unexpected table separator (table names cannot be empty)";
                    return Err(self.lexer.error(message));
                }
                _ => {}
            }
            if key.is_empty() {
                self.key_line = self.lexer.line;
            }
            let part = self.key_part()?;
            key.push(part);
            self.lexer.skip_while(is_blank)?;
            match self.lexer.next()? {
                '.' => {}
                ']' => break,
                c => {
                    let c = quoted(c);
                    let message = format!("expected '.' or ']' to end table name, but got {c}");
                    return Err(self.lexer.error(format!("{message} instead")));
                }
            }
        }
        if array {
            let c = self.lexer.next()?;
            if c != ']' {
                let c = quoted(c);
                let message = "expected end of table array name delimiter ']', but got";
                return Err(self.lexer.error(format!("{message} {c} instead")));
            }
        }
        let entered = self.lexer.document.enter(&key, array);
        self.on_key_line(entered)?;
        self.lexer.document.note_type(b"", false);
        Ok(())
    }

    fn on_key_line<T>(&self, result: std::result::Result<T, String>) -> Result<T> {
        result.map_err(|problem| self.lexer.error_on(self.key_line, problem))
    }

    /// One part of a key, bare or quoted.
    fn key_part(&mut self) -> Result<Vec<u8>> {
        let scalar = match self.lexer.peek()? {
            '"' => {
                self.lexer.next()?;
                self.lexer.basic_string()?
            }
            '\'' => {
                self.lexer.next()?;
                self.lexer.raw_string()?
            }
            _ => {
                let part = self.lexer.bare_key()?;
                return Ok(part.as_bytes().to_vec());
            }
        };
        let text = match scalar {
            Scalar::Basic(text) => self.unescaped(text)?,
            Scalar::Raw(text) => text.to_owned(),
            _ => String::new(),
        };
        Ok(text.into_bytes())
    }

    /// All parts of a key and the `=`.
    fn key(&mut self) -> Result<Key> {
        self.lexer.skip_while(is_blank)?;
        match self.lexer.peek()? {
            '=' | END => {
                return Err(self.lexer.error("unexpected '=': key name appears blank"));
            }
            '.' => {
                let message = "unexpected '.': keys cannot start with a '.'";
                return Err(self.lexer.error(message));
            }
            _ => {}
        }
        self.key_line = self.lexer.line;
        let mut key = Key::new();
        loop {
            self.lexer.skip_while(is_blank)?;
            match self.lexer.peek()? {
                '=' | END => return Err(self.lexer.error("unexpected '='")),
                '.' => return Err(self.lexer.error("unexpected '.'")),
                _ => {}
            }
            let part = self.key_part()?;
            key.push(part);
            self.lexer.skip_while(is_blank)?;
            match self.lexer.next()? {
                END => {
                    let message = "unexpected EOF; expected key separator '='";
                    return Err(self.lexer.error(message));
                }
                '.' => {}
                '=' => return Ok(key),
                c => {
                    let message = format!("expected '.' or '=', but got {} instead", quoted(c));
                    return Err(match c {
                        '\n' => self.lexer.error_before(message),
                        _ => self.lexer.error(message),
                    });
                }
            }
        }
    }

    /// `key = value`, into the context and, within an inline table, into that as well.
    fn pair(&mut self, inline: Option<&mut Table>) -> Result<()> {
        let key = self.key()?;
        let Some((last, parents)) = key.split_last() else {
            return Ok(());
        };
        self.lexer.document.current = last.clone();
        for part in parents {
            let mut context = self.lexer.document.context.clone();
            context.push(part.clone());
            self.lexer.document.add_implicit(&context);
            let entered = self.lexer.document.enter(&context, false);
            self.on_key_line(entered)?;
        }
        let (value, is_array) = self.value(false)?;
        let node = Node::Value(value.clone());
        let set = self.lexer.document.set(last, node);
        self.on_key_line(set)?;
        self.lexer.document.note_type(last, is_array);
        let Some(mut table) = inline else {
            return Ok(());
        };
        for (index, part) in parents.iter().enumerate() {
            let node = table.entry(part.clone()).or_insert_with(Node::empty_table);
            table = match node {
                Node::Table(inner) => inner,
                // The value of another inline table takes more keys.
                Node::Value(Value::Map(map)) => {
                    let below = parents.get(index + 1..).unwrap_or_default();
                    let set = set_below(map.clone(), below, last, value);
                    let set = if set { Ok(()) } else { Err(self.no_table()) };
                    return self.on_key_line(set);
                }
                _ => {
                    let problem = Err(self.no_table());
                    return self.on_key_line(problem);
                }
            };
        }
        table.insert(last.clone(), Node::Value(value));
        Ok(())
    }

    fn no_table(&self) -> String {
        let context = strconv::quote(&dotted(&self.lexer.document.context));
        format!("{context} is not a table")
    }

    /// A value; tells whether it is an array.
    fn value(&mut self, in_array: bool) -> Result<(Value, bool)> {
        self.lexer.skip_while(is_blank)?;
        match self.lexer.next()? {
            '[' => {
                self.deeper()?;
                let array = self.array()?;
                self.depth -= 1;
                Ok((array, true))
            }
            '{' => {
                self.deeper()?;
                let table = self.inline_table(in_array)?;
                self.depth -= 1;
                Ok((table, false))
            }
            c => {
                let scalar = self.lexer.scalar(c)?;
                Ok((self.scalar_value(scalar)?, false))
            }
        }
    }

    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.lexer.error("value nested too deeply"));
        }
        Ok(())
    }

    fn array(&mut self) -> Result<Value> {
        let key = self.lexer.document.current.clone();
        self.lexer.document.note_type(&key, true);
        let mut items = Vec::new();
        loop {
            match self.lexer.next()? {
                ' ' | '\t' | '\n' | '\r' => continue,
                '#' => {
                    self.lexer.comment()?;
                    continue;
                }
                ',' => return Err(self.lexer.error("unexpected comma")),
                ']' => break,
                _ => self.lexer.back(),
            }
            items.push(self.value(true)?.0);
            match self.after_item()? {
                ',' => {}
                ']' => break,
                c => {
                    let message = "expected a comma (',') or array terminator (']'), but got";
                    return Err(self.lexer.error(format!("{message} {}", name_of(c))));
                }
            }
        }
        Ok(List::new(items).into())
    }

    /// The first character that is neither blank nor comment.
    fn after_item(&mut self) -> Result<char> {
        loop {
            match self.lexer.next()? {
                '#' => self.lexer.comment()?,
                c if is_blank(c) || is_line_break(c) => {}
                c => return Ok(c),
            }
        }
    }

    fn inline_table(&mut self, in_array: bool) -> Result<Value> {
        let outer_context = self.lexer.document.context.clone();
        let outer_key = std::mem::take(&mut self.lexer.document.current);
        let mut context = outer_context.clone();
        context.push(outer_key.clone());
        self.lexer.document.context.clone_from(&context);
        self.lexer.document.add_implicit(&context);
        let entered = self.lexer.document.enter(&context, in_array);
        self.on_key_line(entered)?;

        let mut table = Table::new();
        loop {
            match self.after_item()? {
                ',' => return Err(self.lexer.error("unexpected comma")),
                '}' => break,
                _ => self.lexer.back(),
            }
            self.pair(Some(&mut table))?;
            self.lexer.document.context.clone_from(&context);
            match self.after_item()? {
                '}' => break,
                ',' => {}
                c => {
                    let message = "expected a comma or an inline table terminator '}', but got";
                    return Err(self
                        .lexer
                        .error(format!("{message} {} instead", name_of(c))));
                }
            }
        }
        self.lexer.document.context = outer_context;
        self.lexer.document.current = outer_key;
        Ok(table_value(table).into())
    }

    fn scalar_value(&self, scalar: Scalar<'a>) -> Result<Value> {
        Ok(match scalar {
            Scalar::Basic(text) => self.unescaped(text)?.into(),
            Scalar::Multiline(text) => {
                let text = joined_lines(without_first_break(text));
                self.unescaped(&text)?.into()
            }
            Scalar::Raw(text) => text.into(),
            Scalar::RawMultiline(text) => without_first_break(text).into(),
            Scalar::Bool(b) => b.into(),
            Scalar::Integer(text) => self.integer(text)?,
            Scalar::Float(text) => self.float(text)?,
            Scalar::Datetime(text) => {
                let text = text.replace('z', "Z").replace(['t', ' '], "T");
                datetime::parse(&text, (self.now)()).ok_or_else(|| {
                    let text = strconv::quote(text.as_bytes());
                    self.lexer
                        .error_on(self.lexer.line, format!("invalid datetime: {text}"))
                })?
            }
        })
    }

    fn integer(&self, text: &str) -> Result<Value> {
        let invalid = |problem: &str| {
            let text = strconv::quote(text.as_bytes());
            let message = format!("Invalid integer {text}: {problem}");
            Err(self.lexer.error_on(self.lexer.line, message))
        };
        if !underscores_are_inside(text) {
            return invalid("underscores must be surrounded by digits");
        }
        if has_leading_zero(text) {
            return invalid("cannot have leading zeroes");
        }
        match strconv::parse_int(text.as_bytes(), 0, 64) {
            Ok(n) => Ok(Value::int64(n)),
            Err(_) => {
                let message = format!("{text} is out of range for int64");
                Err(self.lexer.error_on(self.lexer.line, message))
            }
        }
    }

    fn float(&self, text: &str) -> Result<Value> {
        let error = |message: String| Err(self.lexer.error_on(self.lexer.line, message));
        let number = strconv::quote(text.as_bytes());
        let invalid = |problem: &str| error(format!("Invalid float {number}: {problem}"));
        let mut parts = text.split(['.', 'e', 'E']).filter(|p| !p.is_empty());
        if !parts.clone().all(underscores_are_inside) {
            return invalid("underscores must be surrounded by digits");
        }
        if parts.next().is_some_and(has_leading_zero) {
            return invalid("cannot have leading zeroes");
        }
        let after_points = text.split('.').skip(1);
        if !after_points
            .into_iter()
            .all(|p| p.starts_with(|c: char| c.is_ascii_digit()))
        {
            return invalid("'.' must be followed by one or more digits");
        }
        let value = match text {
            "nan" | "+nan" => f64::NAN,
            "-nan" => -f64::NAN,
            _ => match strconv::parse_float(text.replace('_', "").as_bytes(), 64) {
                Ok(value) => value,
                Err(problem) if problem.kind == NumErrorKind::Range => {
                    return error(format!("{text} is out of range for float64"));
                }
                Err(_) => return error(format!("Invalid float value: {number}")),
            },
        };
        Ok(value.into())
    }

    /// The string that escapes stand for; the lexer has checked their form.
    fn unescaped(&self, text: &str) -> Result<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('\\') {
            out.push_str(before);
            let mut chars = after.chars();
            let kind = chars.next();
            rest = chars.as_str();
            let digits = match kind {
                Some('b') => 0x08,
                Some('t') => 0x09,
                Some('n') => 0x0a,
                Some('f') => 0x0c,
                Some('r') => 0x0d,
                Some('e') => 0x1b,
                Some(c @ ('"' | '\\')) => u32::from(c),
                Some('x') => self.code_point(&mut rest, 2)?,
                Some('u') => self.code_point(&mut rest, 4)?,
                Some('U') => self.code_point(&mut rest, 8)?,
                other => {
                    let c = other.map_or(String::new(), String::from);
                    let message = format!("invalid escape: '\\{c}'");
                    return Err(self.lexer.error_on(self.lexer.line, message));
                }
            };
            out.extend(char::from_u32(digits));
        }
        out.push_str(rest);
        Ok(out)
    }

    fn code_point(&self, rest: &mut &str, count: usize) -> Result<u32> {
        let (digits, after) = rest.split_at_checked(count).unwrap_or((rest, ""));
        *rest = after;
        let code = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
        if char::from_u32(code).is_none() {
            let message = format!("Escaped character '\\u{digits}' is not valid UTF-8.");
            return Err(self.lexer.error_on(self.lexer.line, message));
        }
        Ok(code)
    }
}

fn name_of(c: char) -> String {
    match c {
        END => "end of file".to_owned(),
        c => format!("'{c}'"),
    }
}

fn without_first_break(text: &str) -> &str {
    text.strip_prefix('\n')
        .or_else(|| text.strip_prefix("\r\n"))
        .unwrap_or(text)
}

/// Takes out each backslash at a line's end with all blanks and line breaks after it.
fn joined_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
        let tail = after.get(1..).unwrap_or("");
        let unblanked = tail.trim_start_matches(blank);
        let blanks = tail.len() - unblanked.len();
        if tail.get(..blanks).is_some_and(|b| b.contains('\n')) {
            rest = unblanked;
        } else {
            // The backslash of another escape, kept with the character it escapes.
            let kept = 1 + tail.chars().next().map_or(0, char::len_utf8);
            let (escape, tail) = after.split_at(kept);
            out.push_str(escape);
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// Each underscore stands after a (hexadecimal) digit, and the text ends in one.
fn underscores_are_inside(text: &str) -> bool {
    if matches!(text, "nan" | "+nan" | "-nan" | "inf" | "+inf" | "-inf") {
        return true;
    }
    let mut after_digit = false;
    for c in text.chars() {
        if c == '_' && !after_digit {
            return false;
        }
        after_digit = c.is_ascii_hexdigit();
    }
    after_digit
}

fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', second, ..] => !matches!(second, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

/// Sets a key some tables below a map, which come to be on the way; tells whether nothing else is
/// in their place.
fn set_below(mut map: Map, parents: &[Vec<u8>], last: &[u8], value: Value) -> bool {
    for part in parents {
        let inner = match map.get(part) {
            None => Map::new(),
            Some(Value::Map(inner)) => inner,
            Some(_) => return false,
        };
        // No map here is nil.
        let _ = map.insert(part.as_slice().into(), Value::Map(inner.clone()));
        map = inner;
    }
    let _ = map.insert(last.into(), value);
    true
}
