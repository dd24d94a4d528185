//! The function table of Helm's engine: Sprig's functions, less two, plus Helm's own
//! (`pkg/engine/funcs.go`).

use super::helm_functions;
use super::state::RenderState;
use compat::profile::Profile;
use gostd::json;
use gostd::limits::Exceeded;
use gostd::text::LineOrigin;
use gostd::{List, Map, Text, Value};
use gotemplate::func::{Cost, Reads};
use gotemplate::{ArgumentUse, Uses};
use gotemplate::{Call, Error, FunctionTable};
use goyaml::write::WriteError;
use goyaml::{Kind, Node, Yaml};

/// The functions that the templates of a chart can call under the chosen Helm.
pub fn function_table(profile: &Profile) -> FunctionTable {
    let mut table = FunctionTable::new();
    sprig::register(&mut table);
    // The environment of whoever renders is none of a chart's business.
    table.remove("env");
    table.remove("expandenv");

    table.add("toYaml", |value: Value| to_yaml(&value));
    table.add("toYamlPretty", to_yaml_pretty);
    table.add("fromYaml", from_yaml);
    table.add("fromYamlArray", from_yaml_array);
    table.add("toJson", |value: Value| {
        sprig::lenient(json::encode(&value, json::Options::COMPACT))
    });
    table.add("fromJson", from_json);
    table.add("fromJsonArray", from_json_array);
    table.add("toToml", |value: Value| match gotoml::to_toml(&value) {
        Err(error) if error.panics() => Err(Error::new(error.to_string())),
        // Any other error is the result.
        Err(error) => Ok(error.to_string().into_bytes()),
        Ok(text) => Ok(text),
    });
    table.add("fromToml", from_toml);
    if profile.has_must_to_yaml {
        table.add("mustToYaml", must_to_yaml);
        table.add("mustToJson", must_to_json);
    }
    if profile.has_must_to_toml {
        table.add("mustToToml", |value: Value| {
            gotoml::to_toml(&value).map_err(|e| e.to_string())
        });
    }

    table.add_reading("include", Reads::Reported, helm_functions::include);
    table.add_reading("tpl", Reads::Reported, helm_functions::tpl);
    table.add_reading("required", Reads::Reported, helm_functions::required);
    table.add("fail", helm_functions::fail);
    table.add("lookup", helm_functions::lookup);
    table.add("getHostByName", helm_functions::get_host_by_name);
    let parsing = [
        "fromJson",
        "fromJsonArray",
        "fromToml",
        "fromYaml",
        "fromYamlArray",
    ];
    table.set_cost(Cost::PARSES, &parsing);
    table.declare_uses(USES);
    table.declare_missing_as_text(MISSING_AS_TEXT);
    table.declare_needs_value(NEEDS_VALUE);
    table.set_cost(Cost::PARSES, &["toJson"]);
    table.set_cost(Cost::WRITES, &["toYaml", "toYamlPretty", "toToml"]);
    if profile.has_must_to_yaml {
        table.set_cost(Cost::PARSES, &["mustToJson"]);
        table.set_cost(Cost::WRITES, &["mustToYaml"]);
    }
    if profile.has_must_to_toml {
        table.set_cost(Cost::WRITES, &["mustToToml"]);
    }
    table
}

const NEEDS_VALUE: &[&str] = &["toJson", "toYaml", "tpl"];

const USES: Uses = &[
    (ArgumentUse::Required, &["required"]),
    (ArgumentUse::Include, &["include"]),
    (ArgumentUse::Template, &["tpl"]),
    (ArgumentUse::Encode, &["toYaml", "toYamlPretty", "toJson"]),
    (
        ArgumentUse::Decode,
        &["fromYaml", "fromYamlArray", "fromJsonArray", "fromJson"],
    ),
];

const MISSING_AS_TEXT: &[&str] = &[
    "toToml",
    "toYaml",
    "toYamlPretty",
    "mustToToml",
    "mustToYaml",
    "toJson",
];

/// `toYaml`, which says nothing of what it cannot write, but of what is too long.
pub(super) fn to_yaml(value: &Value) -> Result<Text, Exceeded> {
    match goyaml::to_yaml_with_origins(value) {
        Err(WriteError::TooLong) => Err(Exceeded::Text),
        text => Ok(trimmed(text.unwrap_or_default())),
    }
}

/// `strings.TrimSuffix(text, "\n")`, with the line origins that strings in the value had.
fn trimmed(yaml: Yaml) -> Text {
    let Yaml { mut bytes, lines } = yaml;
    let ended = bytes.pop_if(|last| *last == b'\n').is_some();
    match lines {
        None => Text::new(bytes),
        Some(lines) => {
            let mut lines = lines.into_vec();
            lines.truncate(lines.len() - usize::from(ended));
            Text::with_lines(bytes, lines.into_boxed_slice())
        }
    }
}

fn must_to_yaml(value: Value) -> Result<Text, Error> {
    match goyaml::to_yaml_with_origins(&value) {
        Ok(yaml) => Ok(trimmed(yaml)),
        Err(error) => Err(Error::new(error.to_string())),
    }
}

/// Helm swallows the errors of go-yaml, but not what go-yaml panics with.
fn to_yaml_pretty(value: Value) -> Result<Text, Error> {
    match goyaml::to_yaml_pretty_with_origins(&value) {
        Err(error @ (WriteError::CannotMarshal(_) | WriteError::TooLong)) => {
            Err(Error::new(error.to_string()))
        }
        text => Ok(trimmed(text.unwrap_or_default())),
    }
}

fn from_yaml(call: &mut Call<'_, '_>, text: Text) -> Result<Map, Error> {
    call.budget().parse_room(text.len())?;
    let lines = text.lines().filter(|_| call.tracks_lines());
    let read = read_yaml(call, &text, |node| match &node.kind {
        // Go's decoder leaves the map that it was given alone.
        Kind::Null => Ok(Map::new()),
        _ => match value_with_lines(node, lines) {
            Value::Map(map) => Ok(map),
            _ => Err(goyaml::Error::mismatch(
                node,
                "value of type map[string]interface {}",
            )),
        },
    });
    Ok(match read {
        Ok(map) => map,
        Err(error) => with_error(Map::new(), Some(error)),
    })
}

/// The value of a node; its texts of one line know the template lines that they come from, where those
/// of the YAML are known.
fn value_with_lines(node: &Node, lines: Option<&[LineOrigin]>) -> Value {
    let value = node.to_value();
    if let Some(lines) = lines {
        let mut open = vec![(node, value.clone())];
        while let Some((node, value)) = open.pop() {
            match (&node.kind, value) {
                (Kind::Map(entries), Value::Map(map)) => {
                    for entry in entries {
                        let key = entry.key.as_bytes();
                        let Some(inner) = map.get(key) else { continue };
                        if let Some(with_origin) = with_origin(&entry.value, &inner, lines) {
                            // A map that was just made takes all keys.
                            let _ = map.insert(key.into(), with_origin);
                        } else {
                            open.push((&entry.value, inner));
                        }
                    }
                }
                (Kind::Seq(items), Value::List(list)) => {
                    for (item, inner) in items.iter().zip(list.borrow_mut().iter_mut()) {
                        match with_origin(item, inner, lines) {
                            Some(with_origin) => *inner = with_origin,
                            None => open.push((item, inner.clone())),
                        }
                    }
                }
                _ => {}
            }
        }
    }
    value
}

/// A text of one line with the template line that it comes from.
fn with_origin(node: &Node, value: &Value, lines: &[LineOrigin]) -> Option<Value> {
    let text = value.as_text()?;
    let at = usize::try_from(node.mark.line).ok()?.checked_sub(1)?;
    let origin = lines.get(at).filter(|origin| origin.line != 0)?;
    let is_one_line = memchr::memchr(b'\n', text.as_bytes()).is_none();
    is_one_line.then(|| Text::with_lines(text.as_bytes().to_vec(), [*origin].into()).into())
}

/// Reads YAML and gives what `convert` makes of it. The last long text that was read is kept: charts
/// write `($text | fromYaml).kind` and then `$text | fromYaml` again, and reading is what takes time.
fn read_yaml<T>(
    call: &mut Call<'_, '_>,
    text: &Text,
    convert: impl FnOnce(&Node) -> Result<T, goyaml::Error>,
) -> Result<T, goyaml::Error> {
    /// Shorter texts are read in no time.
    const LONG: usize = 512;
    let Some(state) = call.state::<RenderState>().filter(|_| text.len() >= LONG) else {
        return convert(&goyaml::parse(text.as_bytes())?);
    };
    let node = match state.last_yaml.take() {
        Some((source, node)) if source == *text => node,
        _ => goyaml::parse(text.as_bytes())?,
    };
    let (_, node) = state.last_yaml.insert((text.clone(), node));
    convert(node)
}

fn from_yaml_array(call: &mut Call<'_, '_>, text: Text) -> Result<List, Error> {
    call.budget().parse_room(text.len())?;
    let read = goyaml::parse(text.as_bytes()).and_then(|node| match &node.kind {
        Kind::Null => Ok(List::new(Vec::new())),
        _ => match node.to_value() {
            Value::List(list) => Ok(list),
            _ => Err(goyaml::Error::mismatch(
                &node,
                "value of type []interface {}",
            )),
        },
    });
    Ok(match read {
        Ok(list) => list,
        Err(error) => [error.to_string()].into_iter().collect(),
    })
}

fn must_to_json(value: Value) -> Result<Vec<u8>, Error> {
    json::encode(&value, json::Options::COMPACT).map_err(|e| Error::new(e.to_string()))
}

fn from_json(call: &mut Call<'_, '_>, text: Text) -> Result<Map, Error> {
    call.budget().parse_room(text.len())?;
    let (map, error) = json::decode_map(text.as_bytes());
    Ok(with_error(map, error))
}

fn from_json_array(call: &mut Call<'_, '_>, text: Text) -> Result<List, Error> {
    call.budget().parse_room(text.len())?;
    Ok(match json::decode_list(text.as_bytes()) {
        (list, None) => list,
        (_, Some(error)) => [error.to_string()].into_iter().collect(),
    })
}

fn from_toml(call: &mut Call<'_, '_>, text: Text) -> Result<Map, Error> {
    call.budget().parse_room(text.len())?;
    let host = call.host();
    Ok(match gotoml::from_toml(text.as_bytes(), &|| host.now()) {
        Ok(map) => map,
        Err(error) => with_error(Map::new(), Some(error)),
    })
}

/// The value read before an error, with the error's text: `fromYaml` and the like do not fail.
fn with_error(map: Map, error: Option<impl std::fmt::Display>) -> Map {
    let Some(error) = error else {
        return map;
    };
    // Reading a null leaves Go's nil map, but then there is no error.
    let _ = map.insert("Error".into(), error.to_string().into());
    map
}
