//! Go's `json.Marshal`: what each kind of value becomes.

use super::error::Error;
use super::string::append_string;
use crate::base64;
use crate::fmt::{MAX_DEPTH, MAX_LENGTH};
use crate::list::List;
use crate::map::Map;
use crate::strconv;
use crate::types::{Field, GoType};
use crate::value::{Struct, Value};
use std::collections::HashSet;

/// Go looks for cycles from this many nested maps, slices and pointers on.
const CYCLE_DEPTH: u32 = crate::limits::levels(1000) as u32;

pub(super) struct Encoder {
    pub(super) out: Vec<u8>,
    escape_html: bool,
    /// The number of values that enclose the current one.
    depth: u32,
    /// The number of them that are references.
    references: u32,
    /// Those beyond [`CYCLE_DEPTH`].
    visiting: HashSet<(usize, usize)>,
}

impl Encoder {
    pub(super) fn new(escape_html: bool) -> Self {
        Encoder {
            out: Vec::with_capacity(128),
            escape_html,
            depth: 0,
            references: 0,
            visiting: HashSet::new(),
        }
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<(), Error> {
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(int, n) if int.signed() => strconv::append_int(&mut self.out, *n, 10),
            Value::Int(_, n) => strconv::append_uint(&mut self.out, n.cast_unsigned(), 10),
            Value::Float64(f) => self.float(*f)?,
            Value::Str(text) => {
                append_string(&mut self.out, text.as_bytes(), self.escape_html);
            }
            Value::Bytes(bytes) if bytes.is_nil() => self.out.extend_from_slice(b"null"),
            Value::Bytes(bytes) => append_base64(&mut self.out, bytes.as_bytes()),
            Value::Complex128(_) => return Err(Error::UnsupportedType("complex128".into())),
            Value::Map(map) => return self.map(map, value),
            Value::List(list) => return self.list(list, value),
            Value::Named(_) | Value::Struct(_) | Value::Ptr(_) => return self.described(value),
        }
        Ok(())
    }

    /// A value whose type is described, and may have methods.
    #[inline(never)]
    fn described(&mut self, value: &Value) -> Result<(), Error> {
        for method in ["MarshalJSON", "MarshalText"] {
            if let Some(result) = self.by_method(value, method) {
                return result;
            }
        }
        match value {
            Value::Named(named) => match &named.value {
                Value::Map(map) => self.map(map, value),
                Value::List(list) => self.list(list, value),
                scalar => self.value(scalar),
            },
            Value::Struct(data) => self.structure(data),
            Value::Ptr(data) => {
                let identity = (std::rc::Rc::as_ptr(data) as usize, 0);
                self.reference(identity, value, |encoder| encoder.structure(data))
            }
            other => self.value(other),
        }
    }

    /// The JSON that the value's own method gives; none where it has no such method.
    fn by_method(&mut self, value: &Value, name: &'static str) -> Option<Result<(), Error>> {
        let method = value.method(name).filter(|m| m.params.is_empty())?;
        let failed = |message: String| Error::Method {
            method: name,
            go_type: value.type_name(),
            message,
        };
        let result = (method.call)(value, &[]).map_err(|error| failed(error.to_string()));
        Some(result.and_then(|result| {
            let text = match &result {
                Value::Str(text) | Value::Bytes(text) => text.as_bytes(),
                _ => b"",
            };
            if name == "MarshalText" {
                append_string(&mut self.out, text, self.escape_html);
                return Ok(());
            }
            let start = self.out.len();
            super::compact(&mut self.out, text, self.escape_html).map_err(|error| {
                self.out.truncate(start);
                failed(error.to_string())
            })
        }))
    }

    /// Runs `inside` one level down, unless it is already at work on the same reference.
    fn reference(
        &mut self,
        identity: (usize, usize),
        value: &Value,
        inside: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.references += 1;
        let watched = self.references > CYCLE_DEPTH;
        if watched && !self.visiting.insert(identity) {
            let text = format!("encountered a cycle via {}", value.type_name());
            return Err(Error::UnsupportedValue(text));
        }
        self.nested(inside)?;
        if watched {
            self.visiting.remove(&identity);
        }
        self.references -= 1;
        Ok(())
    }

    fn nested(&mut self, inside: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.depth >= MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        self.depth += 1;
        inside(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn check_length(&self) -> Result<(), Error> {
        if self.out.len() > MAX_LENGTH {
            return Err(Error::TooLong);
        }
        Ok(())
    }

    fn map(&mut self, map: &Map, value: &Value) -> Result<(), Error> {
        if map.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        self.reference((map.identity(), 0), value, |encoder| {
            let mut before = b'{';
            for (key, entry) in map.borrow().iter() {
                encoder.out.push(before);
                before = b',';
                append_string(&mut encoder.out, key.as_bytes(), encoder.escape_html);
                encoder.out.push(b':');
                encoder.value(&entry.value)?;
                encoder.check_length()?;
            }
            encoder.close(before, b'{', b'}');
            Ok(())
        })
    }

    fn list(&mut self, list: &List, value: &Value) -> Result<(), Error> {
        if list.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let items = list.borrow();
        // Slices are the same to Go if they begin at the same element and are of one length.
        let identity = (items.as_ptr() as usize, items.len().max(1));
        self.reference(identity, value, |encoder| {
            let mut before = b'[';
            for item in items.iter() {
                encoder.out.push(before);
                before = b',';
                encoder.value(item)?;
                encoder.check_length()?;
            }
            encoder.close(before, b'[', b']');
            Ok(())
        })
    }

    /// Closes a container, which opens here if nothing has been `before`.
    fn close(&mut self, before: u8, open: u8, close: u8) {
        if before == open {
            self.out.push(open);
        }
        self.out.push(close);
    }

    fn structure(&mut self, data: &Struct) -> Result<(), Error> {
        let mut fields = Vec::new();
        collect_fields(data, 0, &mut fields);
        self.nested(|encoder| {
            let mut before = b'{';
            for (index, (depth, field, value)) in fields.iter().enumerate() {
                // Of fields with one name the least deeply embedded counts, and none if two are.
                let rivals = fields.iter().enumerate().filter(|(other, rival)| {
                    *other != index && rival.1.json == field.json && rival.0 <= *depth
                });
                let left_out = field.omit_empty && is_empty(field, value);
                if left_out || rivals.count() > 0 {
                    continue;
                }
                encoder.out.push(before);
                before = b',';
                append_string(&mut encoder.out, field.json.as_bytes(), encoder.escape_html);
                encoder.out.push(b':');
                encoder.value(value)?;
            }
            encoder.check_length()?;
            encoder.close(before, b'{', b'}');
            Ok(())
        })
    }

    /// As JavaScript writes numbers: exponents below 1e-6 and from 1e21 on.
    fn float(&mut self, f: f64) -> Result<(), Error> {
        if !f.is_finite() {
            let text = strconv::format_float(f, b'g', -1, 64);
            return Err(Error::UnsupportedValue(text));
        }
        let size = f.abs();
        if size.fract() == 0.0 && size < 1e15 && (size != 0.0 || f.is_sign_positive()) {
            strconv::append_int(&mut self.out, f as i64, 10);
            return Ok(());
        }
        if size == 0.0 || (1e-6..1e21).contains(&size) {
            strconv::append_float(&mut self.out, f, b'f', -1, 64);
            return Ok(());
        }
        strconv::append_float(&mut self.out, f, b'e', -1, 64);
        // e-09 becomes e-9; positive exponents have two digits here anyway.
        if let [.., b'e', b'-', b'0', last] = self.out[..] {
            self.out.truncate(self.out.len() - 2);
            self.out.push(last);
        }
        Ok(())
    }
}

/// The fields that JSON shows, in order, with the depth at which they are embedded.
fn collect_fields<'d>(
    data: &'d Struct,
    depth: u32,
    fields: &mut Vec<(u32, &'static Field, &'d Value)>,
) {
    for (field, value) in data.struct_type.fields.iter().zip(&data.fields) {
        match value {
            Value::Struct(inner) | Value::Ptr(inner)
                if field.embedded && field.json.is_empty() && depth < 32 =>
            {
                collect_fields(inner, depth + 1, fields);
            }
            _ if field.json.is_empty() => {}
            _ => fields.push((depth, field, value)),
        }
    }
}

/// Go's `isEmptyValue`: what `omitempty` leaves out. A struct never is, and in a field of an
/// interface type only nil is.
fn is_empty(field: &Field, value: &Value) -> bool {
    match value.underlying() {
        Value::Nil => true,
        Value::Struct(_) | Value::Ptr(_) => false,
        Value::Complex128(_) => false,
        _ if field.go_type == GoType::Interface => false,
        other => !other.truth(),
    }
}

/// A string of standard base64 with padding.
fn append_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    out.extend(base64::encode(bytes).bytes());
    out.push(b'"');
}
