//! A Go value as go-yaml v3's encoder walks it.

use super::Yaml;
use super::origins::Origins;
use crate::write::{Dialect, Emitter, WriteError, is_sorted, sort_keys};
use gostd::limits::LIMITS;
use gostd::value::{Struct, Value};
use gostd::{List, Map, Text};

/// Go has no limit but its stack, which a value that contains itself exhausts.
const MAX_DEPTH: usize = LIMITS.value_nesting;

pub(super) fn write(value: &Value) -> Result<Yaml, WriteError> {
    let mut walk = Walk {
        emitter: Emitter::new(Dialect::V3),
        origins: Origins::default(),
        depth: 0,
    };
    walk.value(value)?;
    walk.origins.finish(walk.emitter)
}

struct Walk {
    emitter: Emitter,
    origins: Origins,
    depth: usize,
}

impl Walk {
    fn value(&mut self, value: &Value) -> Result<(), WriteError> {
        if self.emitter.len() > LIMITS.text_bytes {
            return Err(WriteError::TooLong);
        }
        match value {
            Value::Nil => self.emitter.null(),
            Value::Bool(b) => self.emitter.bool(*b),
            Value::Int(int, n) if int.signed() => self.emitter.int(*n),
            Value::Int(_, n) => self.emitter.uint(*n as u64),
            Value::Float64(f) => self.emitter.float(*f),
            Value::Complex128(_) => return Err(WriteError::CannotMarshal("complex128".into())),
            Value::Str(text) => self.origins.write_text(&mut self.emitter, text),
            // To reflection, bytes are a slice of numbers.
            Value::Bytes(data) => {
                self.emitter.begin_seq(data.len());
                for byte in data.as_bytes() {
                    self.emitter.uint(u64::from(*byte));
                }
                self.emitter.end_seq();
            }
            Value::Map(map) => return self.map(map),
            Value::List(list) => return self.list(list),
            Value::Named(named) => {
                if !self.own_text(value)? {
                    return self.value(&named.value);
                }
            }
            Value::Struct(data) | Value::Ptr(data) => {
                if !self.own_text(value)? {
                    return self.structure(data);
                }
            }
        }
        Ok(())
    }

    /// Writes a value that has a text of its own: times unquoted, durations, MarshalText.
    fn own_text(&mut self, value: &Value) -> Result<bool, WriteError> {
        if value.methods().is_empty() {
            return Ok(false);
        }
        let type_name = value.type_name();
        let is_time = matches!(&*type_name, "time.Time" | "*time.Time");
        let method = match &*type_name {
            "time.Duration" => value.method("String"),
            _ => value.method("MarshalText"),
        };
        let Some(method) = method else {
            return Ok(false);
        };
        match (method.call)(value, &[]) {
            Ok(Value::Str(text) | Value::Bytes(text)) if is_time => {
                self.emitter.token(text.as_bytes());
            }
            Ok(Value::Str(text) | Value::Bytes(text)) => {
                self.emitter.str(text.as_bytes());
            }
            Ok(_) => return Ok(false),
            Err(error) => return Err(WriteError::Marshaler(error.to_string())),
        }
        Ok(true)
    }

    fn enter(&mut self) -> Result<(), WriteError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(WriteError::Depth);
        }
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), WriteError> {
        self.enter()?;
        let entries = map.borrow();
        self.emitter.begin_map(entries.len());
        if is_sorted(entries.keys().map(Text::as_bytes), Dialect::V3) {
            for (key, entry) in entries.iter() {
                self.emitter.key(key.as_bytes());
                self.value(&entry.value)?;
            }
        } else {
            let mut sorted: Vec<_> = entries.iter().collect();
            sort_keys(&mut sorted, |(key, _)| key.as_bytes(), Dialect::V3);
            for (key, entry) in sorted {
                self.emitter.key(key.as_bytes());
                self.value(&entry.value)?;
            }
        }
        self.emitter.end_map();
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self, list: &List) -> Result<(), WriteError> {
        self.enter()?;
        let items = list.borrow();
        self.emitter.begin_seq(items.len());
        for item in items.iter() {
            self.value(item)?;
        }
        self.emitter.end_seq();
        self.depth -= 1;
        Ok(())
    }

    /// Exported fields in Go's order under their lower-case names: v3 knows nothing of JSON's.
    fn structure(&mut self, data: &Struct) -> Result<(), WriteError> {
        self.enter()?;
        let exported = || {
            let fields = data.struct_type.fields.iter().zip(&data.fields);
            fields.filter(|(field, _)| field.name.starts_with(char::is_uppercase))
        };
        self.emitter.begin_map(exported().count());
        for (field, value) in exported() {
            self.emitter.key(field.name.to_lowercase().as_bytes());
            self.value(value)?;
        }
        self.emitter.end_map();
        self.depth -= 1;
        Ok(())
    }
}
