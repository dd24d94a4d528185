//! Values without their secrets.

use super::{HIDDEN, is_secret_name, may_be_secret};
use gostd::{List, Map, Value};

/// A copy of a value in which secrets are `…`: what is behind keys with secret names, and `value` beside a
/// `name` that is one. All scalars of it are secret where `is_secret` says so.
///
/// It recurses as deep as the value is.
pub fn mask_value(value: &Value, is_secret: bool) -> Value {
    match value.underlying() {
        Value::Map(map) => Value::Map(mask_map(map, is_secret)),
        Value::List(list) => {
            let items = list.snapshot();
            let items = items.iter().map(|item| mask_value(item, is_secret));
            Value::List(List::of(list.element(), items.collect()))
        }
        Value::Nil | Value::Bool(_) => value.clone(),
        scalar if is_secret => {
            let text = gostd::fmt::value_text(scalar);
            let is_public = text.is_ok_and(|text| !may_be_secret(&text.to_string()));
            match is_public {
                true => value.clone(),
                false => Value::from(HIDDEN),
            }
        }
        _ => value.clone(),
    }
}

fn mask_map(map: &Map, is_secret: bool) -> Map {
    let masked = Map::new();
    for (key, value) in map.snapshot() {
        let is_secret = is_secret || is_secret_key(map, &key.to_string());
        // A new map takes every key.
        let _ = masked.insert(key, mask_value(&value, is_secret));
    }
    masked
}

/// Returns true if what a map has at a key is secret.
fn is_secret_key(map: &Map, key: &str) -> bool {
    let has_secret_name = || {
        let name = map.get(b"name");
        let name = name.and_then(|name| gostd::fmt::value_text(&name).ok());
        name.is_some_and(|name| is_secret_name(&name.to_string(), &[]))
    };
    is_secret_name(key, &[]) || key == "value" && has_secret_name()
}

/// Returns true if what is at a path of values is secret: one of its keys is, or is `value` beside a `name` that
/// is one.
pub fn is_secret_path(values: &Map, path: &[String]) -> bool {
    let mut value = Some(Value::Map(values.clone()));
    path.iter().any(|key| {
        let next = match value.as_ref().map(Value::underlying) {
            Some(Value::Map(map)) if is_secret_key(map, key) => return true,
            Some(Value::Map(map)) => map.get(key.as_bytes()),
            Some(Value::List(list)) => key.parse().ok().and_then(|at| list.get(at)),
            _ => None,
        };
        value = next;
        is_secret_name(key, &[])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::values::{Layers, LocalFiles};

    #[test]
    fn secrets_are_hidden_wherever_they_are() {
        for (argument, masked) in [
            ("a.password=x,a.b=y", r#"{"a":{"b":"y","password":"…"}}"#),
            ("tokens={1,two}", r#"{"tokens":["…","…"]}"#),
            (
                "secret.a.b=1,secret.on=true",
                r#"{"secret":{"a":{"b":"…"},"on":true}}"#,
            ),
            (
                "e[0].name=DB_PASSWORD,e[0].value=x,e[1].name=A,e[1].value=y",
                r#"{"e":[{"name":"DB_PASSWORD","value":"…"},{"name":"A","value":"y"}]}"#,
            ),
        ] {
            let layers = Layers {
                set: vec![argument.into()],
                ..Layers::default()
            };
            let profile = compat::profile::Profile::helm4();
            let values = layers.read(&mut LocalFiles, &profile).map(|s| s.values);
            let value = mask_value(&Value::Map(values.unwrap_or_default()), false);
            let json = gostd::json::encode(&value, gostd::json::Options::RAW);
            assert_eq!(String::from_utf8_lossy(&json.unwrap_or_default()), masked);
        }
    }
}
