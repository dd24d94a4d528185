//! Secrets as helm-diff shows them: read into Kubernetes' own type, values hidden or decoded,
//! written anew.

use super::manifest::Document;
use crate::Secrets;
use crate::node::{entries, map, sort_keys, string, to_yaml};
use gostd::unicode::trim_space;
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// The kind whose values are hidden.
const SECRET: &str = "Secret";

/// Changes the texts of both sides where they are secrets.
pub(super) fn treat(
    treatment: Secrets,
    mut old: Option<&mut Document<'_>>,
    mut new: Option<&mut Document<'_>>,
) {
    let other = |side: &Option<&mut Document<'_>>| {
        side.as_ref()
            .is_some_and(|document| document.kind != SECRET)
    };
    if treatment == Secrets::Show || other(&old) || other(&new) {
        return;
    }
    let read = |side: &mut Option<&mut Document<'_>>, name: &str| {
        let document = side.as_mut()?;
        match Secret::read(&document.content) {
            Ok(secret) => Some(secret),
            Err(error) => {
                let text = format!("Error parsing {name} secret: {error}");
                document.content = text.into_bytes().into();
                None
            }
        }
    };
    let (was, is) = (read(&mut old, "old"), read(&mut new, "new"));
    let show =
        |side: Option<&mut Document<'_>>, own: &Option<Secret>, sign, other: Option<&Secret>| {
            if let (Some(document), Some(secret)) = (side, own) {
                let text = secret.write(treatment, sign, other);
                let mut content = first_comment(&document.content).to_vec();
                content.extend_from_slice(text.as_bytes());
                document.content = content.into();
            }
        };
    // A side that cannot be read counts as one without values.
    let nothing = Secret::default();
    let (has_old, has_new) = (old.is_some(), new.is_some());
    let against = |there: bool, secret| there.then_some(Option::unwrap_or(secret, &nothing));
    show(old, &was, "--------", against(has_new, is.as_ref()));
    show(new, &is, "++++++++", against(has_old, was.as_ref()));
}

/// The first line where it is a comment: where the template stands.
fn first_comment(content: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', content).filter(|_| content.starts_with(b"#"));
    end.and_then(|end| content.get(..=end)).unwrap_or_default()
}

/// The text as Kubernetes' decoder takes it from a stream of documents, line by line up to the next line
/// that begins as a separator: every line has an end, also the last one, whose end helm-diff has trimmed. A
/// block text there is a byte longer for it.
///
/// # Errors
/// The rest of the line after a separator, if that is no comment.
fn first_in_stream(content: &[u8]) -> Result<Vec<u8>, String> {
    const SEPARATOR: &[u8] = b"---";
    let mut text = Vec::with_capacity(content.len() + 1);
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    for line in content.split(|byte| *byte == b'\n') {
        if let Some(rest) = line.strip_prefix(SEPARATOR) {
            let rest = trim_space(rest);
            if !rest.is_empty() && !rest.starts_with(b"#") {
                let rest = String::from_utf8_lossy(rest);
                return Err(format!("invalid Yaml document separator: {rest}"));
            }
            if !text.is_empty() {
                break;
            }
        }
        text.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        text.push(b'\n');
    }
    Ok(text)
}

/// Kubernetes' `Secret`: what it knows of a document.
#[derive(Debug, Default)]
struct Secret {
    /// Everything but the values, as it is written.
    rest: Vec<(Box<str>, Node)>,
    /// The values of `data` and, above them, of `stringData`.
    data: BTreeMap<Box<str>, Vec<u8>>,
}

impl Secret {
    fn read(content: &[u8]) -> Result<Secret, String> {
        let mut secret = Secret::default();
        let content = first_in_stream(content)?;
        let root = goyaml::parse(&content).map_err(|error| error.to_string())?;
        if !matches!(root.kind, Kind::Map(_)) {
            return Ok(secret);
        }
        let mut metadata = map([]);
        let mut string_data = Vec::new();
        for entry in entries(&root) {
            let value = &entry.value;
            match &*entry.key.to_ascii_lowercase() {
                "apiversion" => secret.keep_text("apiVersion", value, "Secret.apiVersion")?,
                "kind" => secret.keep_text("kind", value, "Secret.kind")?,
                "type" => secret.keep_text("type", value, "Secret.type")?,
                "immutable" if !matches!(value.kind, Kind::Null) => {
                    secret.rest.push(("immutable".into(), value.clone()));
                }
                "metadata" => metadata = read_metadata(value)?,
                "data" => secret.read_data(value)?,
                "stringdata" => string_data = text_map(value, "Secret.stringData")?,
                _ => {}
            }
        }
        secret.rest.push(("metadata".into(), metadata));
        let texts = string_data.into_iter();
        secret
            .data
            .extend(texts.map(|(key, text)| (key, String::from(text).into_bytes())));
        Ok(secret)
    }

    fn keep_text(&mut self, key: &str, value: &Node, field: &str) -> Result<(), String> {
        if let Some(text) = text(value, field)? {
            self.rest.push((key.into(), string(text)));
        }
        Ok(())
    }

    fn read_data(&mut self, value: &Node) -> Result<(), String> {
        let field = |of: &str| format!("struct field Secret.data of type {of}");
        if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
            return Err(mismatch(value, &field("map[string][]uint8")));
        }
        for entry in entries(value) {
            let bytes = match &entry.value.kind {
                Kind::Null => Vec::new(),
                Kind::Str(text) => gostd::base64::decode(text.as_bytes())
                    .map_err(|(_, corrupt)| format!("{DECODING}{corrupt}"))?,
                _ => return Err(mismatch(&entry.value, &field("[]uint8"))),
            };
            self.data.insert(entry.key.clone(), bytes);
        }
        Ok(())
    }

    /// The text, values by `treatment`: `sign` marks those that `other` lacks or has otherwise.
    fn write(&self, treatment: Secrets, sign: &str, other: Option<&Secret>) -> String {
        let entry_text = |key: &str, value: &[u8]| {
            let equal = other.is_some_and(|other| match other.data.get(key) {
                Some(there) => *there == value,
                // Go's lookup of what is not there gives no bytes.
                None => value.is_empty(),
            });
            let text = match treatment {
                Secrets::Decode | Secrets::Show => String::from_utf8_lossy(value).into_owned(),
                Secrets::Redact => {
                    let mark = if equal { "REDACTED" } else { sign };
                    format!("{mark} # ({} bytes)", value.len())
                }
            };
            (key.into(), string(text))
        };
        let mut fields = self.rest.clone();
        if !self.data.is_empty() {
            let data = map(self.data.iter().map(|(key, value)| entry_text(key, value)));
            fields.push(("stringData".into(), data));
        }
        let mut secret = map(fields);
        sort_keys(&mut secret);
        let text = String::from_utf8_lossy(&to_yaml(&secret)).into_owned();
        let text = match treatment {
            Secrets::Redact => text.replacen("stringData", "data", 1),
            _ => text,
        };
        text.replacen("  creationTimestamp: null\n", "", 1)
    }
}

/// The fields of `metadata` that Kubernetes knows, empty ones left out.
fn read_metadata(node: &Node) -> Result<Node, String> {
    const TEXTS: &[&str] = &[
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
    ];
    const OTHERS: &[&str] = &[
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
        "managedFields",
    ];
    let is_field = |names: &'static [&str], key: &str| {
        names
            .iter()
            .find(|name| name.eq_ignore_ascii_case(key))
            .copied()
    };
    let mut fields: Vec<(Box<str>, Node)> = Vec::new();
    for entry in entries(node) {
        if let Some(name) = is_field(TEXTS, &entry.key) {
            let field = format!("ObjectMeta.metadata.{name}");
            if let Some(text) = text(&entry.value, &field)? {
                fields.push((name.into(), string(text)));
            }
        } else if let Some(name) = is_field(&["labels", "annotations"], &entry.key) {
            let field = format!("ObjectMeta.metadata.{name}");
            let texts = text_map(&entry.value, &field)?;
            if !texts.is_empty() {
                let texts = texts.into_iter().map(|(key, text)| (key, string(text)));
                fields.push((name.into(), map(texts)));
            }
        } else if let Some(name) = is_field(OTHERS, &entry.key) {
            let empty = match &entry.value.kind {
                Kind::Null | Kind::Int(0) => true,
                Kind::Seq(items) => items.is_empty(),
                _ => false,
            };
            if !empty {
                fields.push((name.into(), entry.value.clone()));
            }
        }
    }
    Ok(map(fields))
}

/// The prefix that sigs.k8s.io/yaml puts before encoding/json's errors.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

fn mismatch(node: &Node, target: &str) -> String {
    goyaml::Error::mismatch(node, target).to_string()
}

/// A text, if it is not empty.
fn text(value: &Node, field: &str) -> Result<Option<Box<str>>, String> {
    let text = match (&value.kind, value.coerced_text()) {
        (Kind::Null, _) => return Ok(None),
        (_, Some(text)) => text,
        _ => {
            let target = format!("struct field {field} of type string");
            return Err(mismatch(value, &target));
        }
    };
    Ok(Some(text).filter(|text| !text.is_empty()).map(Into::into))
}

/// Keys and texts.
type Texts = Vec<(Box<str>, Box<str>)>;

fn text_map(value: &Node, field: &str) -> Result<Texts, String> {
    if !matches!(value.kind, Kind::Map(_) | Kind::Null) {
        let target = format!("struct field {field} of type map[string]string");
        return Err(mismatch(value, &target));
    }
    let pairs = entries(value).iter().map(|entry| {
        let text = text(&entry.value, field)?;
        Ok((entry.key.clone(), text.unwrap_or_default()))
    });
    pairs.collect()
}
