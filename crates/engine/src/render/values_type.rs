//! `.Values`: a map with the methods of Helm's `Values` type.

use compat::profile::Profile;
use gostd::errors::ERROR;
use gostd::strconv::quote;
use gostd::types::{Method, MethodError, NamedType};
use gostd::{GoType, Map, Text, Value};

const WRITER: GoType = GoType::Named("io.Writer");

macro_rules! values_type {
    ($name:literal) => {
        NamedType {
            name: $name,
            methods: &[
                Method::new("YAML", &[], GoType::String, yaml),
                Method::new("AsMap", &[], GoType::MAP, as_map),
                Method::new("Encode", &[WRITER], ERROR, encode),
                Method::new("Table", &[GoType::String], GoType::Named($name), table),
                Method::new(
                    "PathValue",
                    &[GoType::String],
                    GoType::Interface,
                    path_value,
                ),
            ],
        }
    };
}

static COMMON_VALUES: NamedType = values_type!("common.Values");
static CHARTUTIL_VALUES: NamedType = values_type!("chartutil.Values");

/// A map as the `Values` type of the chosen Helm.
pub(super) fn values(map: Map, profile: &Profile) -> Value {
    let named_type = match profile.values_type {
        "chartutil.Values" => &CHARTUTIL_VALUES,
        _ => &COMMON_VALUES,
    };
    Value::named(named_type, Value::Map(map))
}

fn receiver_map(receiver: &Value) -> Map {
    receiver.as_map().cloned().unwrap_or_default()
}

fn yaml(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    let text = goyaml::to_yaml(receiver).map_err(|e| e.to_string())?;
    Ok(Value::Str(text.into()))
}

/// An empty map comes back as another one.
fn as_map(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    let map = receiver_map(receiver);
    Ok(Value::Map(if map.is_empty() { Map::new() } else { map }))
}

/// No template has a writer but nil, which Go's code calls.
fn encode(_: &Value, _: &[Value]) -> Result<Value, MethodError> {
    Err("runtime error: invalid memory address or nil pointer dereference".into())
}

fn path_argument(args: &[Value]) -> Text {
    args.first()
        .and_then(Value::as_text)
        .cloned()
        .unwrap_or_default()
}

fn table(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let path = path_argument(args);
    let table = find_table(
        receiver_map(receiver),
        path.as_bytes().split(|b| *b == b'.'),
    )?;
    Ok(match receiver {
        Value::Named(named) => Value::named(named.named_type, Value::Map(table)),
        _ => Value::Map(table),
    })
}

fn find_table<'k>(mut map: Map, keys: impl Iterator<Item = &'k [u8]>) -> Result<Map, MethodError> {
    for key in keys {
        map = match map.get(key).as_ref().and_then(Value::as_map) {
            Some(inner) => inner.clone(),
            None => return Err(format!("{} is not a table", quote(key)).into()),
        };
    }
    Ok(map)
}

fn path_value(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let path = path_argument(args);
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let keys: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'.').collect();
    let Some((last, tables)) = keys.split_last() else {
        return Ok(Value::Nil);
    };
    let no_value = || MethodError::from(format!("{} is not a value", quote(last)));
    let map = find_table(receiver_map(receiver), tables.iter().copied());
    match map.map_err(|_| no_value())?.get(last) {
        // Only the unnamed map type counts as a table here.
        Some(Value::Map(_)) | None => Err(no_value()),
        Some(value) => Ok(value),
    }
}
