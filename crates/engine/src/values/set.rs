//! The grammar of `--set` and its relatives: Helm's `pkg/strvals`, both of its parsers.
//!
//! A parser reads pairs `key=value` into a map. Keys nest with `.` and `[n]`; what a value is
//! depends on the flag. Helm's parsers work by recursion over one stream and report the end of
//! the input as an error that callers pass up, setting what they have on the way: so does this
//! one, because half a pair at the end of an argument is visible in the result.

use super::error::ReadError;
use super::json;
use super::origin::Flag;
use compat::profile::Profile;
use gostd::limits::LIMITS;
use gostd::strconv::{atoi, parse_int, quote, quote_rune};
use gostd::unicode::{equal_fold, is_space};
use gostd::{List, Map, Origin, Text, Value};

/// Helm's greatest list index.
const MAX_INDEX: i64 = 65_536;
/// Helm's deepest nesting of a key.
const MAX_NESTED_NAME_LEVEL: usize = 30;
/// Our limit on the nesting of list indexes in one key, where Helm has none.
const MAX_NESTED_LISTS: usize = LIMITS.set_indexes;
/// Our limit on the list items that one argument may make, where Helm has none.
const MAX_ITEMS: usize = LIMITS.set_items;

/// The contents of the file that a `--set-file` argument names.
pub(super) type FileReader<'a> = &'a mut dyn FnMut(&str) -> Result<Vec<u8>, ReadError>;

/// Reads one argument into `values`. The error is Helm's text after `failed parsing … data: `.
pub(super) fn parse_into(
    values: &Map,
    argument: &str,
    flag: Flag,
    origin: Origin,
    files: FileReader<'_>,
    profile: &Profile,
) -> Result<(), String> {
    let mut parser = Parser {
        rest: argument,
        flag,
        origin,
        files,
        items: 0,
    };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::EndInIndex) if profile.set_ends_in_open_index => return Ok(()),
            Err(Stop::EndInIndex) => return Err("error parsing index: EOF".into()),
            Err(Stop::Wrong(text)) => return Err(text),
        }
    }
}

/// The reason why reading stops.
enum Stop {
    /// The argument ends: Go's `io.EOF`.
    End,
    /// The argument ends inside brackets.
    EndInIndex,
    /// Something is wrong, in Helm's words.
    Wrong(String),
}

impl From<String> for Stop {
    fn from(text: String) -> Self {
        Stop::Wrong(text)
    }
}

struct Parser<'a> {
    rest: &'a str,
    flag: Flag,
    origin: Origin,
    files: FileReader<'a>,
    /// List items made so far.
    items: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    /// The part before the next of the `stops`, and which it is; None at the end.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            if stops.contains(&c) {
                return (text, Some(c));
            }
            match c {
                '\\' if self.flag != Flag::SetLiteral => match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        (text, None)
    }

    fn set(&self, data: &Map, key: &str, value: Value) {
        // An empty key is left out.
        if !key.is_empty() {
            let _ = data.insert_from(Text::from(key), value, self.origin);
        }
    }

    /// Reads one key, or the rest of one, with its value into `data`.
    fn key(&mut self, data: &Map, level: usize) -> Result<(), Stop> {
        let stops: &[char] = match self.flag {
            Flag::SetLiteral => &['=', '[', '.'],
            _ => &['=', '[', ',', '.'],
        };
        let (key, stop) = self.until(stops);
        match stop {
            None if key.is_empty() => Err(Stop::End),
            None => Err(Stop::Wrong(format!(
                "key {} has no value",
                quote(key.as_bytes())
            ))),
            Some('=') => self.assignment(data, &key),
            Some('[') => self.list_entry(data, &key, level),
            Some('.') => self.table_entry(data, &key, level + 1),
            Some(_) => {
                self.set(data, &key, Value::from(""));
                Err(Stop::Wrong(format!(
                    "key {} has no value (cannot end with ,)",
                    quote(key.as_bytes())
                )))
            }
        }
    }

    /// The rest after `key=`.
    fn assignment(&mut self, data: &Map, key: &str) -> Result<(), Stop> {
        let (value, result) = self.value();
        if let Some(value) = value {
            self.set(data, key, value);
        }
        result
    }

    /// The rest after `key[`.
    fn list_entry(&mut self, data: &Map, key: &str, level: usize) -> Result<(), Stop> {
        let index = self.index()?;
        let list = match data.get(key.as_bytes()) {
            None => Vec::new(),
            Some(Value::List(list)) => list.snapshot(),
            Some(other) => return Err(conversion(&other, "[]interface {}")),
        };
        let (list, result) = self.list_item(list, index, level, 0);
        self.set(data, key, Value::List(List::new(list)));
        result
    }

    /// The rest after `key.`.
    fn table_entry(&mut self, data: &Map, key: &str, level: usize) -> Result<(), Stop> {
        if level > MAX_NESTED_NAME_LEVEL {
            return Err(Stop::Wrong(format!(
                "value name nested level is greater than maximum supported nested level of \
                 {MAX_NESTED_NAME_LEVEL}"
            )));
        }
        let inner = match data.get(key.as_bytes()) {
            None => Map::new(),
            Some(Value::Map(map)) => map,
            Some(other) => return Err(conversion(&other, "map[string]interface {}")),
        };
        let result = self.key(&inner, level);
        if result.is_ok() && inner.is_empty() {
            return Err(Stop::Wrong(format!(
                "key map {} has no value",
                quote(key.as_bytes())
            )));
        }
        if !inner.is_empty() {
            self.set(data, key, Value::Map(inner));
        }
        result
    }

    /// An index, after its `[`.
    fn index(&mut self) -> Result<i64, Stop> {
        match self.until(&[']']) {
            (_, None) => Err(Stop::EndInIndex),
            (text, Some(_)) => atoi(text.as_bytes())
                .map_err(|error| Stop::Wrong(format!("error parsing index: {error}"))),
        }
    }

    /// The rest after an index. Gives the list as far as it was made, whatever the result.
    fn list_item(
        &mut self,
        mut list: Vec<Value>,
        index: i64,
        level: usize,
        depth: usize,
    ) -> (Vec<Value>, Result<(), Stop>) {
        if index < 0 {
            return (list, Err(negative(index)));
        }
        if depth > MAX_NESTED_LISTS {
            let text = format!("lists nested more than {MAX_NESTED_LISTS} levels deep");
            return (list, Err(Stop::Wrong(text)));
        }
        let (text, stop) = self.until(&['[', '.', '=']);
        if !text.is_empty() {
            let runes: Vec<_> = text.chars().map(|c| quote_rune(c as i64)).collect();
            let text = format!(
                "unexpected data at end of array index: [{}]",
                runes.join(" ")
            );
            return (list, Err(Stop::Wrong(text)));
        }
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let (value, result) = match stop {
            None => return (list, Err(Stop::End)),
            Some('=') => match self.value() {
                // In a list, the end of the argument is no end of the work.
                (Some(value), Err(Stop::End)) => (Some(value), Ok(())),
                (value, Ok(())) => (value, Ok(())),
                (_, Err(stop)) => (None, Err(stop)),
            },
            Some('[') => self.nested_list(list.get(at), level, depth),
            Some(_) => {
                let inner = match list.get_mut(at) {
                    Some(Value::Map(map)) => map.clone(),
                    Some(other) => {
                        let map = Map::new();
                        *other = Value::Map(map.clone());
                        map
                    }
                    None => Map::new(),
                };
                let result = self.key(&inner, level);
                (result.is_ok().then_some(Value::Map(inner)), result)
            }
        };
        let stored = match value {
            Some(value) => self.set_index(&mut list, index, value),
            None => Ok(()),
        };
        (list, stored.and(result))
    }

    /// The rest after `[n][`, where the outer list has `existing` at n.
    fn nested_list(
        &mut self,
        existing: Option<&Value>,
        level: usize,
        depth: usize,
    ) -> (Option<Value>, Result<(), Stop>) {
        let index = match self.index() {
            Ok(index) => index,
            Err(stop) => return (None, Err(stop)),
        };
        let inner = match existing {
            None | Some(Value::Nil) => Vec::new(),
            Some(Value::List(list)) => list.snapshot(),
            Some(other) => return (None, Err(conversion(other, "[]interface {}"))),
        };
        let (inner, result) = self.list_item(inner, index, level, depth + 1);
        let list = result.is_ok().then(|| Value::List(List::new(inner)));
        (list, result)
    }

    fn set_index(&mut self, list: &mut Vec<Value>, index: i64, value: Value) -> Result<(), Stop> {
        if index > MAX_INDEX {
            return Err(Stop::Wrong(format!(
                "index of {index} is greater than maximum supported index of {MAX_INDEX}"
            )));
        }
        let Ok(at) = usize::try_from(index) else {
            return Err(negative(index));
        };
        if list.len() <= at {
            self.items += at + 1 - list.len();
            if self.items > MAX_ITEMS {
                let text = format!("more than {MAX_ITEMS} list items");
                return Err(Stop::Wrong(text));
            }
            list.resize(at + 1, Value::Nil);
        }
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
        Ok(())
    }

    /// The value after `=` with what separates it from the next key, and how that ended. A value
    /// that comes with an error is set nevertheless.
    fn value(&mut self) -> (Option<Value>, Result<(), Stop>) {
        match self.flag {
            Flag::SetJson => match self.json_value() {
                Ok(value) => (Some(value), Ok(())),
                Err(stop) => (None, Err(stop)),
            },
            Flag::SetLiteral => (Some(Value::from(std::mem::take(&mut self.rest))), Ok(())),
            _ if self.rest.is_empty() => (Some(Value::from("")), Err(Stop::End)),
            _ => match self.rest.strip_prefix('{') {
                Some(rest) => {
                    self.rest = rest;
                    match self.braced_list() {
                        Ok(list) => (Some(list), Ok(())),
                        Err(stop) => (None, Err(stop)),
                    }
                }
                None => {
                    let (text, _) = self.until(&[',']);
                    match self.scalar(&text) {
                        Ok(value) => (Some(value), Ok(())),
                        Err(stop) => (None, Err(stop)),
                    }
                }
            },
        }
    }

    /// `a,b}` and the comma after it.
    fn braced_list(&mut self) -> Result<Value, Stop> {
        let mut list = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            let Some(stop) = stop else {
                return Err(Stop::Wrong("list must terminate with '}'".into()));
            };
            list.push(self.scalar(&text)?);
            if stop == '}' {
                self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
                return Ok(Value::List(List::new(list)));
            }
        }
    }

    fn scalar(&mut self, text: &str) -> Result<Value, Stop> {
        match self.flag {
            Flag::Set => Ok(typed(text)),
            Flag::SetFile => Ok(Value::Str(Text::from(
                (self.files)(text).map_err(|error| error.to_string())?,
            ))),
            _ => Ok(Value::from(text)),
        }
    }

    /// A JSON value with the blanks and the comma after it; null where there is none.
    fn json_value(&mut self) -> Result<Value, Stop> {
        if self.blank() {
            return Ok(Value::Nil);
        }
        let (value, length) =
            json::decode_first(self.rest.as_bytes(), self.origin).map_err(Stop::Wrong)?;
        self.rest = self.rest.get(length..).unwrap_or("");
        self.blank();
        Ok(value)
    }

    /// Skips blanks; whether a comma (which goes too) or the end follows.
    fn blank(&mut self) -> bool {
        self.rest = self.rest.trim_start_matches(is_space);
        match self.rest.strip_prefix(',') {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => self.rest.is_empty(),
        }
    }
}

/// `--set`'s idea of types: booleans, null and int64, everything else is a string.
fn typed(text: &str) -> Value {
    let is = |word: &str| equal_fold(text.as_bytes(), word.as_bytes());
    if is("true") {
        Value::Bool(true)
    } else if is("false") {
        Value::Bool(false)
    } else if is("null") {
        Value::Nil
    } else if text == "0" {
        Value::int64(0)
    } else if text.starts_with('0') {
        Value::from(text)
    } else {
        parse_int(text.as_bytes(), 10, 64).map_or_else(|_| Value::from(text), Value::int64)
    }
}

fn negative(index: i64) -> Stop {
    Stop::Wrong(format!("negative {index} index not allowed"))
}

/// The panic of a failed type assertion, as Helm reports it.
fn conversion(value: &Value, go_type: &str) -> Stop {
    let actual_type = match value {
        Value::Nil => "nil".into(),
        other => other.type_name(),
    };
    Stop::Wrong(format!(
        "unable to parse key: interface conversion: interface {{}} is {actual_type}, not {go_type}"
    ))
}
