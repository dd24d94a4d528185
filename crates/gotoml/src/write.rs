//! Writing TOML in BurntSushi's layout: plain keys before tables, two blanks of indentation a level.

use super::{TomlError, datetime, push_key, push_quoted};
use gostd::limits::LIMITS;
use gostd::strconv;
use gostd::types::IntType;
use gostd::value::{Struct, Value};
use gostd::{List, Map, Text};
use std::cell::Cell;

/// Go would run out of stack at some depth; a value that contains itself has any.
const MAX_DEPTH: usize = LIMITS.value_nesting;

/// The TOML of a value as BurntSushi's encoder gives it.
///
/// # Errors
/// The encoder's texts: nil in a list, a list of tables at the top, types TOML lacks.
pub fn to_toml(value: &Value) -> Result<Vec<u8>, TomlError> {
    if matches!(value, Value::Nil) {
        return Err(TomlError::panic(
            "reflect: call of reflect.Value.Type on zero Value",
        ));
    }
    let mut writer = Writer::default();
    writer.encode(value)?;
    Ok(writer.out)
}

/// The TOML form of a value, as far as the layout depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nil,
    Table,
    TableArray,
    Other,
}

/// The number of values that may be looked at to find shapes: lists that share others stand for exponentially
/// long ones.
struct Looks(Cell<usize>);

impl Default for Looks {
    fn default() -> Self {
        Looks(Cell::new(LIMITS.text_bytes))
    }
}

impl Looks {
    fn shape(&self, value: &Value) -> Result<Shape, TomlError> {
        self.shape_at(value, 0)
    }

    fn shape_at(&self, value: &Value, depth: usize) -> Result<Shape, TomlError> {
        self.0.set(self.0.get().saturating_sub(1));
        if self.0.get() == 0 {
            return Err(TomlError::too_long());
        }
        if has_text(value) {
            return Ok(Shape::Other);
        }
        match value.underlying() {
            Value::Nil => Ok(Shape::Nil),
            Value::Map(map) if map.is_nil() => Ok(Shape::Nil),
            Value::List(list) if list.is_nil() => Ok(Shape::Nil),
            Value::Bytes(bytes) if bytes.is_nil() => Ok(Shape::Nil),
            Value::List(list) => self.list_shape(list, depth),
            Value::Map(_) | Value::Struct(_) | Value::Ptr(_) => Ok(Shape::Table),
            Value::Complex128(_) | Value::Int(IntType::Uintptr, _) => {
                let kind = value.kind().name();
                Err(TomlError::new(format!("unsupported type: {kind}")))
            }
            _ => Ok(Shape::Other),
        }
    }

    /// A list whose items are all tables is an array of tables; nil items are refused.
    fn list_shape(&self, list: &List, depth: usize) -> Result<Shape, TomlError> {
        if depth > MAX_DEPTH {
            return Err(TomlError::panic("toml: value nested too deeply"));
        }
        let items = list.borrow();
        let mut all_tables = !items.is_empty();
        for item in items.iter() {
            match self.shape_at(item, depth + 1)? {
                Shape::Nil => {
                    return Err(TomlError::new("toml: cannot encode array with nil element"));
                }
                Shape::Table => {}
                _ => all_tables = false,
            }
        }
        Ok(if all_tables {
            Shape::TableArray
        } else {
            Shape::Other
        })
    }
}

impl Shape {
    fn is_table(self) -> bool {
        matches!(self, Shape::Table | Shape::TableArray)
    }
}

/// Returns true if the value writes itself (time.Time, *semver.Version).
fn has_text(value: &Value) -> bool {
    !value.methods().is_empty() && value.method("MarshalText").is_some()
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    /// The key of the current value, dotted and quoted as in a table's header.
    key: Vec<u8>,
    /// The start of the last part of `key`.
    last_part: usize,
    parts: usize,
    depth: usize,
    looks: Looks,
}

impl Writer {
    fn encode(&mut self, value: &Value) -> Result<(), TomlError> {
        self.check_length()?;
        if has_text(value) {
            return self.key_value(value);
        }
        match value.underlying() {
            Value::Nil => Ok(()),
            Value::Map(map) if map.is_nil() => Ok(()),
            Value::List(list) => match self.looks.shape(value)? {
                Shape::TableArray => self.array_of_tables(list),
                _ => self.key_value(value),
            },
            table @ (Value::Map(_) | Value::Struct(_) | Value::Ptr(_)) => self.table(table),
            Value::Complex128(_) | Value::Int(IntType::Uintptr, _) => {
                let key = String::from_utf8_lossy(&self.key);
                let kind = value.kind().name();
                let text = format!("unsupported type for key '{key}': {kind}");
                Err(TomlError::new(text))
            }
            _ => self.key_value(value),
        }
    }

    fn check_length(&self) -> Result<(), TomlError> {
        match self.out.len() > LIMITS.text_bytes {
            true => Err(TomlError::too_long()),
            false => Ok(()),
        }
    }

    /// `key = value` on a line; at the top the value alone.
    fn key_value(&mut self, value: &Value) -> Result<(), TomlError> {
        if self.parts == 0 {
            return self.element(value);
        }
        self.indent();
        let part = self.key.get(self.last_part..).unwrap_or(&[]);
        self.out.extend_from_slice(part);
        self.out.extend_from_slice(b" = ");
        self.element(value)?;
        self.out.push(b'\n');
        Ok(())
    }

    fn indent(&mut self) {
        let blanks = 2 * self.parts.saturating_sub(1);
        self.out.resize(self.out.len() + blanks, b' ');
    }

    /// A line feed, unless nothing is written yet.
    fn line_feed(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    fn header(&mut self, open: &[u8], close: &[u8]) {
        self.indent();
        self.out.extend_from_slice(open);
        self.out.extend_from_slice(&self.key);
        self.out.extend_from_slice(close);
        self.out.push(b'\n');
    }

    fn table(&mut self, table: &Value) -> Result<(), TomlError> {
        if self.parts == 1 {
            self.line_feed();
        }
        if self.parts > 0 {
            self.header(b"[", b"]");
        }
        self.entries(table)
    }

    fn array_of_tables(&mut self, list: &List) -> Result<(), TomlError> {
        if self.parts == 0 {
            return Err(TomlError::new(
                "toml: top-level values must be Go maps or structs",
            ));
        }
        for item in list.borrow().iter() {
            self.line_feed();
            self.header(b"[[", b"]]");
            self.entries(item.underlying())?;
        }
        Ok(())
    }

    fn entries(&mut self, table: &Value) -> Result<(), TomlError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TomlError::panic("toml: value nested too deeply"));
        }
        match table {
            Value::Map(map) => {
                let entries = map.borrow();
                for tables in [false, true] {
                    for (key, entry) in entries.iter() {
                        if self.looks.shape(&entry.value)?.is_table() == tables {
                            self.entry(key.as_bytes(), &entry.value)?;
                        }
                    }
                }
            }
            Value::Struct(data) | Value::Ptr(data) => {
                for (_, name, value) in in_order(data, &self.looks)? {
                    self.entry(name.as_bytes(), value)?;
                }
            }
            _ => {}
        }
        self.depth -= 1;
        Ok(())
    }

    fn entry(&mut self, name: &[u8], value: &Value) -> Result<(), TomlError> {
        if value.is_nil() {
            return Ok(());
        }
        let (length, last_part) = (self.key.len(), self.last_part);
        if self.parts > 0 {
            self.key.push(b'.');
        }
        self.last_part = self.key.len();
        push_key(&mut self.key, name);
        self.parts += 1;
        self.encode(value)?;
        self.parts -= 1;
        self.key.truncate(length);
        self.last_part = last_part;
        Ok(())
    }

    /// A value after `=` or in an array.
    fn element(&mut self, value: &Value) -> Result<(), TomlError> {
        self.check_length()?;
        if let Some(time) = gostd::time::value::native(value) {
            self.out.extend_from_slice(&datetime::format(time));
            return Ok(());
        }
        if let Some(text) = own_text(value)? {
            push_quoted(&mut self.out, text.as_bytes());
            return Ok(());
        }
        match value.underlying() {
            Value::Str(text) => push_quoted(&mut self.out, text.as_bytes()),
            Value::Bool(b) => self
                .out
                .extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Int(int, n) if int.signed() => strconv::append_int(&mut self.out, *n, 10),
            Value::Int(_, n) => strconv::append_uint(&mut self.out, *n as u64, 10),
            Value::Float64(f) => self.float(*f),
            Value::List(list) => return self.array(list),
            Value::Bytes(data) => self.byte_array(data),
            Value::Map(map) => return self.inline_map(map),
            Value::Struct(data) | Value::Ptr(data) => return self.inline_struct(data),
            Value::Nil | Value::Complex128(_) | Value::Named(_) => {
                let text = format!("unexpected type: {}", value.type_name());
                return Err(TomlError::new(text));
            }
        }
        Ok(())
    }

    /// A float always has a point or an exponent.
    fn float(&mut self, value: f64) {
        if value.is_nan() || value.is_infinite() {
            if value.is_sign_negative() {
                self.out.push(b'-');
            }
            let name: &[u8] = if value.is_nan() { b"nan" } else { b"inf" };
            self.out.extend_from_slice(name);
            return;
        }
        let start = self.out.len();
        strconv::append_float(&mut self.out, value, b'g', -1, 64);
        let digits = self.out.get(start..).unwrap_or(&[]);
        if !digits.iter().any(|b| matches!(b, b'e' | b'.')) {
            self.out.extend_from_slice(b".0");
        }
    }

    fn array(&mut self, list: &List) -> Result<(), TomlError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TomlError::panic("toml: value nested too deeply"));
        }
        self.out.push(b'[');
        for (i, item) in list.borrow().iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(b", ");
            }
            self.element(item)?;
        }
        self.out.push(b']');
        self.depth -= 1;
        Ok(())
    }

    fn byte_array(&mut self, data: &Text) {
        self.out.push(b'[');
        for (i, byte) in data.as_bytes().iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(b", ");
            }
            strconv::append_uint(&mut self.out, u64::from(*byte), 10);
        }
        self.out.push(b']');
    }

    /// `{a = 1, b = {c = 2}}`. Go writes the comma before it skips a nil: `{a = 1, }`.
    fn inline_map(&mut self, map: &Map) -> Result<(), TomlError> {
        let entries = map.borrow();
        let mut plain = Vec::new();
        let mut tables = Vec::new();
        for (key, entry) in entries.iter() {
            if self.looks.shape(&entry.value)?.is_table() {
                tables.push((key, &entry.value));
            } else {
                plain.push((key, &entry.value));
            }
        }
        self.out.push(b'{');
        let more = !tables.is_empty();
        for (group, more) in [(plain, more), (tables, false)] {
            let last = group.len().saturating_sub(1);
            for (i, (key, value)) in group.into_iter().enumerate() {
                if !value.is_nil() {
                    self.inline_entry(key.as_bytes(), value, more || i != last)?;
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn inline_struct(&mut self, data: &Struct) -> Result<(), TomlError> {
        self.out.push(b'{');
        let fields = in_order(data, &self.looks)?;
        let count = fields.len();
        for (position, name, value) in fields {
            if !value.is_nil() {
                // Go asks for the field's place in the struct, not in what is written.
                self.inline_entry(name.as_bytes(), value, position + 1 != count)?;
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    fn inline_entry(&mut self, key: &[u8], value: &Value, comma: bool) -> Result<(), TomlError> {
        push_key(&mut self.out, key);
        self.out.extend_from_slice(b" = ");
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TomlError::panic("toml: value nested too deeply"));
        }
        self.element(value)?;
        self.depth -= 1;
        if comma {
            self.out.extend_from_slice(b", ");
        }
        Ok(())
    }
}

/// The text of a value that writes itself: MarshalText, or a duration's String.
fn own_text(value: &Value) -> Result<Option<Text>, TomlError> {
    if value.methods().is_empty() {
        return Ok(None);
    }
    let name = match &*value.type_name() {
        "time.Duration" => "String",
        _ => "MarshalText",
    };
    let Some(method) = value.method(name) else {
        return Ok(None);
    };
    match (method.call)(value, &[]) {
        Ok(Value::Str(text) | Value::Bytes(text)) => Ok(Some(text)),
        Ok(_) => Ok(None),
        Err(error) => Err(TomlError::new(error.to_string())),
    }
}

/// Exported fields, those that are tables last, each with the place of the (outermost) field in its
/// struct. Helm's structs have no TOML names: Go's count.
fn in_order<'a>(
    data: &'a Struct,
    looks: &Looks,
) -> Result<Vec<(usize, &'static str, &'a Value)>, TomlError> {
    let mut fields = Vec::with_capacity(data.fields.len());
    collect(data, None, 0, &mut fields);
    let mut tables = Vec::new();
    let mut plain = Vec::with_capacity(fields.len());
    for field in fields {
        let group = match looks.shape(field.2)?.is_table() {
            true => &mut tables,
            false => &mut plain,
        };
        group.push(field);
    }
    plain.append(&mut tables);
    Ok(plain)
}

fn collect<'a>(
    data: &'a Struct,
    outer: Option<usize>,
    embedding: usize,
    fields: &mut Vec<(usize, &'static str, &'a Value)>,
) {
    const MAX_EMBEDDED: usize = 16;
    for (i, (field, value)) in data.struct_type.fields.iter().zip(&data.fields).enumerate() {
        let place = outer.unwrap_or(i);
        match value {
            Value::Struct(inner) if field.embedded && embedding < MAX_EMBEDDED => {
                collect(inner, Some(place), embedding + 1, fields);
            }
            _ if field.name.starts_with(char::is_uppercase) => {
                fields.push((place, field.name, value));
            }
            _ => {}
        }
    }
}
