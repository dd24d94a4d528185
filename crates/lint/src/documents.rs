//! The documents of a text that may be YAML or JSON, as k8s.io/apimachinery's `YAMLOrJSONDecoder` cuts
//! and reads them.

use chart::Decoder;
use gostd::Value;
use gostd::json::{self, StreamError};
use goyaml::{Entry, Kind, Mark, Node};

/// The number of bytes in which the decoder looks for a `{` at the start.
const LOOKS_AT: usize = 4096;

/// The part of a document that lint reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ResourceHead {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) name: String,
}

/// The documents in order: none for one that is null, an error for the first that cannot be read,
/// after which nobody asks for more.
pub(super) struct Documents<'t> {
    /// The unread rest, while it is read as JSON.
    rest: &'t [u8],
    /// The start of `rest` in the text.
    start: usize,
    mode: Mode<'t>,
    /// The number of documents that were read.
    count: usize,
    /// Name of the Go struct that a document is read into.
    struct_name: &'static str,
}

enum Mode<'t> {
    Json,
    Yaml(goyaml::Documents<'t>),
}

impl<'t> Documents<'t> {
    pub(super) fn new(text: &'t [u8], struct_name: &'static str) -> Self {
        let head = text.get(..LOOKS_AT).unwrap_or(text);
        let mode = match gostd::unicode::trim_left_space(head).starts_with(b"{") {
            true => Mode::Json,
            false => Mode::Yaml(goyaml::documents(text)),
        };
        Documents {
            rest: text,
            start: 0,
            mode,
            count: 0,
            struct_name,
        }
    }

    /// The next document as JSON; if it is none, the text may be YAML from here on, but the error
    /// stays the one of JSON.
    fn json(&mut self) -> Option<Result<Option<ResourceHead>, String>> {
        let error = match json::value_end(self.rest) {
            Err(StreamError::End) => return None,
            Err(error) => error.into(),
            Ok(end) => match from_json(self.rest.get(..end).unwrap_or(self.rest), self.struct_name)
            {
                Ok(resource) => {
                    self.count += 1;
                    self.start += end;
                    self.rest = self.rest.get(end..).unwrap_or_default();
                    return Some(Ok(resource));
                }
                Err(text) => JsonError { text, offset: None },
            },
        };
        // Several values in a row are JSON beyond doubt.
        if self.count > 1 {
            return Some(Err(error.text));
        }
        let error = match error.offset {
            Some(offset) => format!("json: offset {}: {}", self.start + offset, error.text),
            None => error.text,
        };
        let Some(rest) = after_blanks(self.rest) else {
            return Some(Err(error));
        };
        self.mode = Mode::Yaml(goyaml::documents(rest));
        match self.next() {
            Some(Err(_)) => Some(Err(error)),
            other => other,
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Option<ResourceHead>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let Mode::Yaml(documents) = &mut self.mode else {
            return self.json();
        };
        let document = documents.next()?;
        let read = document.map_err(|e| e.to_string());
        let read = read.and_then(|document| from_yaml(&document.text, self.struct_name));
        self.count += usize::from(read.is_ok());
        Some(read)
    }
}

struct JsonError {
    text: String,
    /// The place, if it is an error of syntax.
    offset: Option<usize>,
}

impl From<StreamError> for JsonError {
    fn from(error: StreamError) -> Self {
        JsonError {
            text: error.to_string(),
            offset: match error {
                StreamError::Syntax { offset, .. } => Some(offset),
                _ => None,
            },
        }
    }
}

/// The start of YAML after JSON: blanks up to the first newline are eaten. None where the text is
/// too short for the decoder to look at it, or is no UTF-8.
fn after_blanks(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    loop {
        // The decoder reads four bytes at a time.
        let head = rest.get(..4)?;
        let chunk = head.utf8_chunks().next()?;
        let letter = chunk.valid().chars().next()?;
        if !gostd::unicode::is_space(letter) {
            return Some(rest);
        }
        rest = rest.get(letter.len_utf8()..)?;
        if letter == '\n' {
            return Some(rest);
        }
    }
}

fn from_yaml(text: &[u8], struct_name: &'static str) -> Result<Option<ResourceHead>, String> {
    const KEYS: [&str; 3] = ["apiVersion", "kind", "metadata"];
    let is_key = |key: &str| KEYS.iter().any(|name| key.eq_ignore_ascii_case(name));
    let node = goyaml::parse_keys(text, is_key).map_err(|e| e.to_string())?;
    decode(Decoder::new("rules"), &node, struct_name)
}

fn from_json(text: &[u8], struct_name: &'static str) -> Result<Option<ResourceHead>, String> {
    // A number out of range is no error in a field that nobody reads.
    let value = json::decode(text).unwrap_or_else(|_| Value::Map(json::decode_map(text).0));
    let decoder = Decoder::new("rules").of_json();
    decode(decoder, &node(&value, 2), struct_name)
}

fn decode(
    mut decoder: Decoder,
    node: &Node,
    struct_name: &'static str,
) -> Result<Option<ResourceHead>, String> {
    if let Kind::Null = node.kind {
        return Ok(None);
    }
    let mut resource = ResourceHead::default();
    const FIELDS: &[&str] = &["apiVersion", "Kind", "Metadata"];
    const METADATA: &[&str] = &["Namespace", "Name"];
    decoder.fields(node, struct_name, FIELDS, |d, field, value| match field {
        "apiVersion" => d.string(value, &mut resource.api_version),
        "Kind" => d.string(value, &mut resource.kind),
        _ => d.fields(value, "k8sYamlMetadata", METADATA, |d, field, value| {
            match field {
                "Name" => d.string(value, &mut resource.name),
                _ => d.string(value, &mut resource.namespace),
            };
        }),
    });
    decoder.finish()?;
    Ok(Some(resource))
}

/// A value of JSON as a node, so many levels deep; what is deeper is empty.
fn node(value: &Value, levels: usize) -> Node {
    let mark = Mark::default();
    let kind = match value {
        Value::Nil => Kind::Null,
        Value::Bool(value) => Kind::Bool(*value),
        Value::Str(text) => Kind::Str(text.to_str_lossy().into()),
        Value::List(_) => Kind::Seq(Vec::new()),
        Value::Map(_) if levels == 0 => Kind::Map(Vec::new()),
        Value::Map(map) => {
            let entries = map.borrow();
            let entries = entries.iter().map(|(key, entry)| Entry {
                key: key.to_str_lossy().into(),
                mark,
                value: node(&entry.value, levels - 1),
            });
            Kind::Map(entries.collect())
        }
        _ => Kind::Float(0.0),
    };
    Node { mark, kind }
}
