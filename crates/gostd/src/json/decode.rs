//! Go's `json.Unmarshal` into an `interface{}`, a `map[string]interface{}` or an `[]interface{}`.

use super::error::Error;
use super::kind::Kind;
use super::scan::{Scanner, StringPlace, Token};
use super::string::unescape;
use crate::list::List;
use crate::map::{Entries, Entry, Map, Origin};
use crate::text::Text;
use crate::types::GoType;
use crate::value::Value;
use std::ops::Range;

/// The value of a JSON text, as `json.Unmarshal` stores it in an `interface{}`: every number is a
/// float64, and of equal keys the last one counts.
///
/// # Errors
/// Go's syntax errors, and a number too large for a float64.
pub fn decode(json: &[u8]) -> Result<Value, Error> {
    let (value, error) = build(json)?;
    match error {
        None => Ok(value),
        Some(error) => Err(error),
    }
}

/// The map that `json.Unmarshal` leaves in an empty `map[string]interface{}`, and its error. `null`
/// makes it a nil map. After a number out of range the map has all entries, that one nil.
pub fn decode_map(json: &[u8]) -> (Map, Option<Error>) {
    match build(json) {
        Err(error) => (Map::new(), Some(error)),
        Ok((Value::Map(map), error)) => (map, error),
        Ok((Value::Nil, None)) => (Map::nil(GoType::Interface), None),
        Ok((other, _)) => (
            Map::new(),
            Some(wrong_type(&other, "map[string]interface {}")),
        ),
    }
}

/// The list that `json.Unmarshal` leaves in an empty `[]interface{}`, and its error, by the rules
/// of [`decode_map`].
pub fn decode_list(json: &[u8]) -> (List, Option<Error>) {
    match build(json) {
        Err(error) => (List::new(Vec::new()), Some(error)),
        Ok((Value::List(list), error)) => (list, error),
        Ok((Value::Nil, None)) => (List::nil(GoType::Interface), None),
        Ok((other, _)) => (
            List::new(Vec::new()),
            Some(wrong_type(&other, "[]interface {}")),
        ),
    }
}

fn wrong_type(value: &Value, go_type: &'static str) -> Error {
    Error::WrongType {
        json_type: Kind::of_decoded(value).to_string(),
        go_type,
    }
}

/// An array or object whose end has not come yet.
enum Open {
    Array(Vec<Value>),
    Object(Vec<(Text, Entry)>, Text),
}

struct Builder<'j> {
    json: &'j [u8],
    open: Vec<Open>,
    error: Option<Error>,
}

/// The value, and the first number out of range, which is nil in the value.
fn build(json: &[u8]) -> Result<(Value, Option<Error>), Error> {
    let mut scanner = Scanner::new(json);
    let mut builder = Builder {
        json,
        open: Vec::new(),
        error: None,
    };
    let mut top = Value::Nil;
    while let Some(token) = scanner.next_token()? {
        if let Some(value) = builder.token(token) {
            top = value;
        }
    }
    Ok((top, builder.error))
}

impl Builder<'_> {
    /// Takes the next token; gives the value that is complete with it at the top.
    fn token(&mut self, token: Token) -> Option<Value> {
        let value = match token {
            Token::BeginObject => {
                self.open.push(Open::Object(Vec::new(), Text::default()));
                return None;
            }
            Token::BeginArray => {
                self.open.push(Open::Array(Vec::new()));
                return None;
            }
            Token::Key(place) => {
                let name = self.string(&place);
                if let Some(Open::Object(_, key)) = self.open.last_mut() {
                    *key = name;
                }
                return None;
            }
            Token::EndObject | Token::EndArray => match self.open.pop()? {
                Open::Array(items) => List::new(items).into(),
                Open::Object(pairs, _) => {
                    // Building from all pairs at once keeps the last of equal keys.
                    Map::from_entries(GoType::Interface, Entries::from_iter(pairs)).into()
                }
            },
            Token::String(place) => Value::Str(self.string(&place)),
            Token::Number(range) => self.number(range),
            Token::True => Value::Bool(true),
            Token::False => Value::Bool(false),
            Token::Null => Value::Nil,
        };
        match self.open.last_mut() {
            None => return Some(value),
            Some(Open::Array(items)) => items.push(value),
            Some(Open::Object(pairs, key)) => {
                let origin = Origin::COMPUTED;
                pairs.push((std::mem::take(key), Entry { value, origin }));
            }
        }
        None
    }

    fn string(&self, place: &StringPlace) -> Text {
        let inside = self.json.get(place.inside()).unwrap_or_default();
        match place.is_ascii && !place.is_escaped {
            true => Text::from(inside),
            false => Text::new(unescape(inside)),
        }
    }

    fn number(&mut self, range: Range<usize>) -> Value {
        let digits = self.json.get(range).unwrap_or_default();
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        match digits.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float64(number),
            _ => {
                let number = format!("number {digits}");
                let go_type = "float64";
                self.error.get_or_insert(Error::WrongType {
                    json_type: number,
                    go_type,
                });
                Value::Nil
            }
        }
    }
}
