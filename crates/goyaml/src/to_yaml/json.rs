//! A Go value as encoding/json writes it, which is what `toYaml` turns into YAML.

use super::Yaml;
use super::origins::Origins;
use crate::node::{Kind as NodeKind, Node};
use crate::write::{Dialect, Emitter, WriteError, is_sorted, sort_keys};
use gostd::limits::LIMITS;
use gostd::types::Method;
use gostd::value::{Struct, Value};
use gostd::{List, Map, Text};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// encoding/json looks for cycles from this depth of maps, slices and pointers on.
const CYCLE_DEPTH: usize = gostd::limits::levels(1000);
/// No value is followed deeper; go-yaml refuses more than 10,000 levels anyway.
const MAX_DEPTH: usize = LIMITS.value_nesting + 50;

pub(super) fn write(value: &Value) -> Result<Yaml, WriteError> {
    let mut walk = Walk {
        emitter: Emitter::new(Dialect::V2),
        origins: Origins::default(),
        open: Vec::new(),
    };
    walk.value(value)?;
    walk.origins.finish(walk.emitter)
}

struct Walk {
    emitter: Emitter,
    origins: Origins,
    /// The maps, slices and pointers around the current value.
    open: Vec<usize>,
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
            Value::Float64(f) => match WriteError::of_float(*f) {
                // encoding/json stops at once, before go-yaml finds anything.
                Some(error) => return Err(error),
                None => self.emitter.float(*f),
            },
            Value::Complex128(_) => return Err(WriteError::UnsupportedType("complex128".into())),
            Value::Str(text) => self.origins.write_text(&mut self.emitter, text),
            Value::Bytes(data) if data.is_nil() => self.emitter.null(),
            Value::Bytes(data) => {
                let text = gostd::base64::encode(data.as_bytes());
                self.emitter.str(text.as_bytes());
            }
            Value::Map(map) => return self.map(value, map),
            Value::List(list) => return self.list(value, list),
            Value::Named(named) => match marshaler(value) {
                Some(method) => return self.marshaled(value, method),
                None => return self.named(value, &named.value),
            },
            Value::Struct(data) => match marshaler(value) {
                Some(method) => return self.marshaled(value, method),
                None => return self.structure(data),
            },
            Value::Ptr(data) => match marshaler(value) {
                Some(method) => return self.marshaled(value, method),
                None => {
                    self.enter(value, std::rc::Rc::as_ptr(data) as usize)?;
                    self.structure(data)?;
                    self.open.pop();
                }
            },
        }
        Ok(())
    }

    /// A value of a named type without JSON of its own.
    fn named(&mut self, named: &Value, value: &Value) -> Result<(), WriteError> {
        match value {
            Value::Map(map) => self.map(named, map),
            Value::List(list) => self.list(named, list),
            other => self.value(other),
        }
    }

    fn enter(&mut self, value: &Value, identity: usize) -> Result<(), WriteError> {
        if self.open.len() >= CYCLE_DEPTH {
            let around = self.open.get(CYCLE_DEPTH..).unwrap_or(&[]);
            if around.contains(&identity) {
                return Err(WriteError::Cycle(value.type_name().into_owned()));
            }
            if self.open.len() >= MAX_DEPTH {
                return Err(WriteError::Depth);
            }
        }
        self.open.push(identity);
        Ok(())
    }

    fn map(&mut self, value: &Value, map: &Map) -> Result<(), WriteError> {
        if map.is_nil() {
            self.emitter.null();
            return Ok(());
        }
        self.enter(value, map.identity())?;
        let entries = map.borrow();
        let keys = || entries.keys().map(Text::as_bytes);
        if !keys().all(<[u8]>::is_ascii) {
            let pairs = entries.iter().map(|(k, e)| (valid(k.as_bytes()), &e.value));
            self.pairs(pairs.collect())?;
        } else if is_sorted(keys(), Dialect::V2) {
            self.emitter.begin_map(entries.len());
            for (key, entry) in entries.iter() {
                self.emitter.key(key.as_bytes());
                self.value(&entry.value)?;
            }
            self.emitter.end_map();
        } else {
            let mut sorted: Vec<_> = entries.iter().collect();
            sort_keys(&mut sorted, |(key, _)| key.as_bytes(), Dialect::V2);
            self.emitter.begin_map(sorted.len());
            for (key, entry) in sorted {
                self.emitter.key(key.as_bytes());
                self.value(&entry.value)?;
            }
            self.emitter.end_map();
        }
        self.open.pop();
        Ok(())
    }

    /// A map whose keys come in JSON's order; the last of equal ones counts, as in YAML's reading.
    fn pairs(&mut self, pairs: Vec<(Cow<'_, [u8]>, &Value)>) -> Result<(), WriteError> {
        let unique: BTreeMap<&[u8], &Value> = pairs.iter().map(|(k, v)| (&**k, *v)).collect();
        let mut sorted: Vec<(&[u8], &Value)> = unique.into_iter().collect();
        sort_keys(&mut sorted, |(key, _)| key, Dialect::V2);
        self.emitter.begin_map(sorted.len());
        for (key, value) in sorted {
            self.emitter.key(key);
            self.value(value)?;
        }
        self.emitter.end_map();
        Ok(())
    }

    fn list(&mut self, value: &Value, list: &List) -> Result<(), WriteError> {
        if list.is_nil() {
            self.emitter.null();
            return Ok(());
        }
        self.enter(value, list.identity())?;
        let items = list.borrow();
        self.emitter.begin_seq(items.len());
        for item in items.iter() {
            self.value(item)?;
        }
        self.emitter.end_seq();
        self.open.pop();
        Ok(())
    }

    fn structure(&mut self, data: &Struct) -> Result<(), WriteError> {
        let mut pairs = Vec::with_capacity(data.fields.len());
        let mut depth = 0;
        collect_fields(data, &mut pairs, &mut depth);
        let pairs = pairs.into_iter().map(|(k, v)| (Cow::Borrowed(k), v));
        self.pairs(pairs.collect())
    }

    /// A value with JSON of its own, such as a time.
    fn marshaled(&mut self, value: &Value, method: &Method) -> Result<(), WriteError> {
        let name = value.type_name();
        let failed = |text: &str| {
            let text = format!(
                "json: error calling {} for type {name}: {text}",
                method.name
            );
            WriteError::Marshaler(text)
        };
        let result = (method.call)(value, &[]).map_err(|error| failed(&error.to_string()))?;
        let (Value::Bytes(text) | Value::Str(text)) = result else {
            return Err(failed("no text"));
        };
        if method.name == "MarshalText" {
            self.emitter.str(text.as_bytes());
            return Ok(());
        }
        match crate::parse(text.as_bytes()) {
            Ok(node) => self.node(&node),
            Err(error) => return Err(failed(error.bare())),
        }
        Ok(())
    }

    fn node(&mut self, node: &Node) {
        match &node.kind {
            NodeKind::Null => self.emitter.null(),
            NodeKind::Bool(b) => self.emitter.bool(*b),
            NodeKind::Int(n) => self.emitter.int(*n),
            NodeKind::Uint(n) => self.emitter.uint(*n),
            NodeKind::Float(f) => self.emitter.float(*f),
            NodeKind::Str(text) => {
                self.emitter.str(text.as_bytes());
            }
            NodeKind::Seq(items) => {
                self.emitter.begin_seq(items.len());
                items.iter().for_each(|item| self.node(item));
                self.emitter.end_seq();
            }
            NodeKind::Map(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sort_keys(&mut sorted, |entry| entry.key.as_bytes(), Dialect::V2);
                self.emitter.begin_map(sorted.len());
                for entry in sorted {
                    self.emitter.key(entry.key.as_bytes());
                    self.node(&entry.value);
                }
                self.emitter.end_map();
            }
        }
    }
}

fn marshaler(value: &Value) -> Option<&'static Method> {
    if value.methods().is_empty() {
        return None;
    }
    value
        .method("MarshalJSON")
        .or_else(|| value.method("MarshalText"))
}

/// The fields that JSON writes, those of embedded structs among them; an outer field hides an inner
/// one of the same name.
fn collect_fields<'a>(
    data: &'a Struct,
    pairs: &mut Vec<(&'static [u8], &'a Value)>,
    depth: &mut usize,
) {
    const MAX_EMBEDDED: usize = 16;
    let fields = || data.struct_type.fields.iter().zip(&data.fields);
    let own_start = pairs.len();
    *depth += 1;
    for (field, value) in fields().filter(|(field, _)| field.embedded) {
        if let Value::Struct(inner) | Value::Ptr(inner) = value
            && *depth < MAX_EMBEDDED
            && field.json.is_empty()
        {
            collect_fields(inner, pairs, depth);
        }
    }
    *depth -= 1;
    for (field, value) in fields() {
        if field.json.is_empty() || (field.omit_empty && is_empty(value)) {
            continue;
        }
        let key = field.json.as_bytes();
        let inner = pairs.get_mut(own_start..).unwrap_or_default();
        match inner.iter_mut().find(|(name, _)| *name == key) {
            Some(hidden) => hidden.1 = value,
            None => pairs.push((key, value)),
        }
    }
}

/// encoding/json's `omitempty`: false, 0, nil, and empty strings, maps and slices.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Struct(_) | Value::Ptr(_) => false,
        other => !other.truth(),
    }
}

fn valid(key: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(key) {
        Ok(_) => Cow::Borrowed(key),
        Err(_) => Cow::Owned(crate::write::replace_invalid(key).into_bytes()),
    }
}
