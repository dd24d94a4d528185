//! JSON values at the start of a text, as `--set-json` reads them: encoding/json's `Decoder` into
//! an `interface {}`, each object entry with an origin.

use gostd::map::Entries;
use gostd::strconv::parse_float;
use gostd::{Entry, GoType, List, Map, Origin, Text, Value};

/// encoding/json's limit on nesting.
const MAX_DEPTH: usize = 10_000;

/// Decodes the JSON value at the start of `text` and tells how many bytes it takes. What follows
/// is not looked at. Fails where there is no such value; the text of the error is not Go's.
pub(crate) fn decode_first(text: &[u8], origin: Origin) -> Result<(Value, usize), String> {
    let mut decoder = Decoder {
        text,
        at: 0,
        origin,
    };
    let value = decoder.value(0)?;
    Ok((value, decoder.at))
}

/// Decodes a text that is one JSON value, blanks aside.
pub(crate) fn decode_whole(text: &[u8], origin: Origin) -> Result<Value, String> {
    let (value, length) = decode_first(text, origin)?;
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    match text
        .get(length..)
        .is_some_and(|rest| rest.iter().all(blank))
    {
        true => Ok(value),
        false => Err("data after the value".into()),
    }
}

struct Decoder<'a> {
    text: &'a [u8],
    at: usize,
    origin: Origin,
}

impl Decoder<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn wrong<T>(&self) -> Result<T, String> {
        Err(format!("no JSON at byte {}", self.at))
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return Err("exceeded max depth".into());
        }
        self.blanks();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::Str(self.string()?)),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Nil),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, String> {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        if !rest.starts_with(word) {
            return self.wrong();
        }
        self.at += word.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut entries = Entries::new();
        self.blanks();
        if !self.take(b'}') {
            loop {
                self.blanks();
                if self.peek() != Some(b'"') {
                    return self.wrong();
                }
                let key = self.string()?;
                self.blanks();
                if !self.take(b':') {
                    return self.wrong();
                }
                let value = self.value(depth + 1)?;
                let origin = self.origin;
                entries.insert(key, Entry { value, origin });
                self.blanks();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return self.wrong();
                }
            }
        }
        Ok(Value::Map(Map::from_entries(GoType::Interface, entries)))
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if !self.take(b']') {
            loop {
                items.push(self.value(depth + 1)?);
                self.blanks();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return self.wrong();
                }
            }
        }
        Ok(Value::List(List::new(items)))
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        self.take(b'-');
        // No digit follows a leading zero: it would be the next value.
        if !self.take(b'0') && !self.digits() {
            return self.wrong();
        }
        if self.take(b'.') && !self.digits() {
            return self.wrong();
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if !self.digits() {
                return self.wrong();
            }
        }
        let digits = self.text.get(start..self.at).unwrap_or(&[]);
        let value = parse_float(digits, 64).map_err(|error| error.to_string())?;
        Ok(Value::Float64(value))
    }

    fn string(&mut self) -> Result<Text, String> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                return self.wrong();
            };
            self.at += 1;
            match byte {
                b'"' => return Ok(Text::from(gostd::unicode::to_valid(&text))),
                b'\\' => self.escape(&mut text)?,
                0..=0x1f => return self.wrong(),
                _ => text.push(byte),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), String> {
        let escaped = self.peek();
        self.at += 1;
        text.push(match escaped {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let c = self.unicode_escape()?;
                gostd::unicode::push_rune(text, c);
                return Ok(());
            }
            _ => return self.wrong(),
        });
        Ok(())
    }

    /// The character of `\u….`, of two of them for a surrogate pair; a lone half is U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, String> {
        let first = self.hex()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let pair = self.text.get(self.at..self.at + 2) == Some(b"\\u");
        if pair && first < 0xdc00 {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            let Some(digit) = digit else {
                return self.wrong();
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}
