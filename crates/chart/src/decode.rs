//! From YAML to Chart.yaml's structs as sigs.k8s.io/yaml and encoding/json go: keys in byte order
//! and without regard to case, scalars made strings, the first mismatch reported.

use super::metadata::{Dependency, ImportValues, Lock, Maintainer, Metadata, Pin};
use gostd::json;
use gostd::strconv::format_float;
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// The reason why a text does not become a struct, in the words of sigs.k8s.io/yaml.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(String);

impl From<String> for DecodeError {
    fn from(text: String) -> DecodeError {
        DecodeError(text)
    }
}

impl From<DecodeError> for String {
    fn from(error: DecodeError) -> String {
        error.0
    }
}

/// Decodes into Go structs of one package.
pub struct Decoder {
    /// The package's name in type names.
    package: &'static str,
    /// Names of the fields from the root to the current one.
    path: Vec<&'static str>,
    /// The struct type that the current field belongs to.
    struct_name: &'static str,
    /// The first mismatch. Decoding goes on after it, as encoding/json's does.
    mismatch: Option<String>,
    /// The error of a type's own decoding; it ends the decoding.
    failure: Option<String>,
    /// Unknown keys are errors, and keys that a map has twice.
    strict: bool,
    /// The text was JSON from the start: only strings are strings.
    json: bool,
    /// Scalars stay what they are: sigs.k8s.io/yaml makes strings only of fields that it finds, not of those of embedded
    /// structs.
    keeps_scalars: bool,
}

/// The fields of Chart.yaml.
pub const METADATA: &[&str] = &[
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];
const MAINTAINER: &[&str] = &["name", "email", "url"];
const DEPENDENCY: &[&str] = &[
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
];
const LOCK: &[&str] = &["generated", "digest", "dependencies"];

impl Decoder {
    /// A decoder into the types of Go package `package`.
    pub fn new(package: &'static str) -> Decoder {
        Decoder {
            package,
            path: Vec::new(),
            struct_name: "",
            mismatch: None,
            failure: None,
            strict: false,
            json: false,
            keeps_scalars: false,
        }
    }

    /// The same as `UnmarshalStrict` decodes: unknown keys and keys that a map has twice are errors.
    pub fn strict(self) -> Decoder {
        Decoder {
            strict: true,
            ..self
        }
    }

    /// The same as encoding/json alone decodes: a scalar is no string, and errors have no prefix.
    pub fn of_json(self) -> Decoder {
        Decoder { json: true, ..self }
    }

    /// Chart.yaml or requirements.yaml over what `metadata` already has: keys that the text lacks
    /// stay.
    pub fn metadata(mut self, text: &[u8], metadata: &mut Metadata) -> Result<(), DecodeError> {
        let node = match self.strict {
            true => goyaml::parse_strict(text),
            false => goyaml::parse(text),
        };
        let node = node.map_err(|e| e.to_string())?;
        self.fields(&node, "Metadata", METADATA, |d, field, value| {
            d.metadata_field(field, value, metadata);
        });
        self.finish()
    }

    /// Reads the current field into a `chart.Metadata` that is embedded in the struct at hand.
    pub fn embedded_metadata(
        &mut self,
        field: &'static str,
        value: &Node,
        metadata: &mut Metadata,
    ) {
        let keeps_scalars = std::mem::replace(&mut self.keeps_scalars, true);
        self.path.pop();
        self.path.extend(["Metadata", field]);
        self.metadata_field(field, value, metadata);
        self.path.pop();
        self.keeps_scalars = keeps_scalars;
    }

    /// Reads what a field of `chart.Metadata` gets, by its name in Chart.yaml.
    fn metadata_field(&mut self, field: &str, value: &Node, metadata: &mut Metadata) {
        let d = self;
        match field {
            "name" => d.string(value, &mut metadata.name),
            "home" => d.string(value, &mut metadata.home),
            "sources" => d.strings(value, &mut metadata.sources),
            "version" => d.string(value, &mut metadata.version),
            "description" => d.string(value, &mut metadata.description),
            "keywords" => d.strings(value, &mut metadata.keywords),
            "maintainers" => d.list(
                value,
                "*",
                "Maintainer",
                &mut metadata.maintainers,
                Decoder::maintainer,
            ),
            "icon" => d.string(value, &mut metadata.icon),
            "apiVersion" => d.string(value, &mut metadata.api_version),
            "condition" => d.string(value, &mut metadata.condition),
            "tags" => d.string(value, &mut metadata.tags),
            "appVersion" => d.string(value, &mut metadata.app_version),
            "deprecated" => d.boolean(value, &mut metadata.deprecated),
            "annotations" => d.annotations(value, &mut metadata.annotations),
            "kubeVersion" => d.string(value, &mut metadata.kube_version),
            "dependencies" => d.dependencies(value, &mut metadata.dependencies),
            _ => d.string(value, &mut metadata.chart_type),
        }
    }

    /// Chart.lock or requirements.lock.
    pub fn lock(mut self, text: &[u8]) -> Result<Lock, DecodeError> {
        let node = goyaml::parse(text).map_err(|e| e.to_string())?;
        let mut lock = Lock::default();
        self.fields(&node, "Lock", LOCK, |d, field, value| match field {
            "generated" => d.time(value, &mut lock.generated),
            "digest" => d.string(value, &mut lock.digest),
            _ => {
                lock.pins = pins(value);
                d.dependencies(value, &mut lock.dependencies);
            }
        });
        self.finish().map(|()| lock)
    }

    /// The apiVersion alone, as Helm 4 looks for it first.
    pub fn api_version(text: &[u8]) -> Result<String, DecodeError> {
        let node = goyaml::parse(text).map_err(|e| e.to_string())?;
        let mut decoder = Decoder::new("loader");
        let mut version = String::new();
        decoder.fields(&node, "chartBase", &["apiVersion"], |d, _, value| {
            d.string(value, &mut version);
        });
        decoder.finish().map(|()| version)
    }

    /// The first thing that was wrong.
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.failure.or(self.mismatch) {
            Some(text) if self.json => Err(DecodeError(text)),
            Some(text) => Err(DecodeError(format!(
                "error unmarshaling JSON: while decoding JSON: {text}"
            ))),
            None => Ok(()),
        }
    }

    /// Hands every known key of a map to `set`, in the order in which JSON would have them. A struct
    /// without a name is given as Go writes its type, `struct { … }`.
    pub fn fields(
        &mut self,
        node: &Node,
        struct_name: &'static str,
        names: &'static [&'static str],
        mut set: impl FnMut(&mut Self, &'static str, &Node),
    ) {
        let is_anonymous = struct_name.starts_with("struct {");
        let entries = match &node.kind {
            Kind::Null => return,
            Kind::Map(entries) => entries,
            _ => {
                let name = match is_anonymous {
                    true => struct_name.to_owned(),
                    false => format!("{}.{struct_name}", self.package),
                };
                return self.mismatch(node, &name);
            }
        };
        let mut sorted: Vec<_> = entries.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        let struct_name = if is_anonymous { "" } else { struct_name };
        let outer = std::mem::replace(&mut self.struct_name, struct_name);
        for entry in sorted {
            let exact = names.iter().find(|name| **name == &*entry.key);
            let folded = || names.iter().find(|name| folds(&entry.key, name));
            if let Some(field) = exact.or_else(folded) {
                self.path.push(field);
                set(self, field, &entry.value);
                self.path.pop();
            } else if self.strict {
                let key = gostd::strconv::quote(entry.key.as_bytes());
                self.mismatch
                    .get_or_insert_with(|| format!("json: unknown field {key}"));
            }
        }
        self.struct_name = outer;
    }

    /// Reads what a Go field of type `string` gets; null leaves it as it is.
    pub fn string(&mut self, node: &Node, target: &mut String) {
        *target = match &node.kind {
            Kind::Null => return,
            Kind::Str(text) => text.to_string(),
            _ if self.json || self.keeps_scalars => return self.mismatch(node, "string"),
            Kind::Bool(value) => value.to_string(),
            Kind::Int(value) => value.to_string(),
            Kind::Uint(value) => value.to_string(),
            // sigs.k8s.io/yaml prints floats with the digits of a float32.
            Kind::Float(value) => format_float(*value, b'g', -1, 32),
            Kind::Seq(_) | Kind::Map(_) => return self.mismatch(node, "string"),
        };
    }

    /// Reads what a Go field of type `bool` gets.
    pub fn boolean(&mut self, node: &Node, target: &mut bool) {
        match &node.kind {
            Kind::Null => {}
            Kind::Bool(value) => *target = *value,
            _ => self.mismatch(node, "bool"),
        }
    }

    /// Reads what a Go field of type `[]string` gets.
    pub fn strings(&mut self, node: &Node, target: &mut Option<Vec<String>>) {
        self.slice(node, "[]string", target, Decoder::string);
    }

    /// A slice of pointers to `name`: an item that is already there is decoded into.
    fn list<T: Default>(
        &mut self,
        node: &Node,
        pointer: &str,
        name: &str,
        target: &mut Option<Vec<Option<T>>>,
        item: fn(&mut Self, &Node, &mut T),
    ) {
        let type_name = format!("[]{pointer}{}.{name}", self.package);
        self.slice(node, &type_name, target, |d, value, target| {
            match value.kind {
                Kind::Null => *target = None,
                _ => item(d, value, target.get_or_insert_default()),
            }
        });
    }

    /// Reads what a Go slice gets: `item` reads each of its entries.
    pub fn slice<T: Default>(
        &mut self,
        node: &Node,
        type_name: &str,
        target: &mut Option<Vec<T>>,
        mut item: impl FnMut(&mut Self, &Node, &mut T),
    ) {
        let items = match &node.kind {
            Kind::Null => {
                *target = None;
                return;
            }
            Kind::Seq(items) => items,
            _ => return self.mismatch(node, type_name),
        };
        let slots = target.get_or_insert_default();
        slots.resize_with(items.len(), T::default);
        for (value, slot) in items.iter().zip(slots) {
            item(self, value, slot);
        }
    }

    /// Reads what a Go map gets: `item` reads each of its entries, in the order of keys.
    pub fn map(
        &mut self,
        node: &Node,
        type_name: &str,
        mut item: impl FnMut(&mut Self, &str, &Node),
    ) {
        let entries = match &node.kind {
            Kind::Null => return,
            Kind::Map(entries) => entries,
            _ => return self.mismatch(node, type_name),
        };
        let mut sorted: Vec<_> = entries.iter().collect();
        sorted.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in sorted {
            item(self, &entry.key, &entry.value);
        }
    }

    /// Reads what a Go field of type `map[string]string` gets.
    pub fn annotations(&mut self, node: &Node, target: &mut Option<BTreeMap<String, String>>) {
        match &node.kind {
            Kind::Null => *target = None,
            Kind::Map(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                let map = target.get_or_insert_default();
                for entry in sorted {
                    let mut text = String::new();
                    self.string(&entry.value, &mut text);
                    map.insert(entry.key.to_string(), text);
                }
            }
            _ => self.mismatch(node, "map[string]string"),
        }
    }

    fn maintainer(&mut self, node: &Node, target: &mut Maintainer) {
        self.fields(node, "Maintainer", MAINTAINER, |d, field, value| {
            let text = match field {
                "name" => &mut target.name,
                "email" => &mut target.email,
                _ => &mut target.url,
            };
            d.string(value, text);
        });
    }

    fn dependencies(&mut self, node: &Node, target: &mut Option<Vec<Option<Dependency>>>) {
        self.list(node, "*", "Dependency", target, Decoder::dependency);
    }

    fn dependency(&mut self, node: &Node, target: &mut Dependency) {
        self.fields(
            node,
            "Dependency",
            DEPENDENCY,
            |d, field, value| match field {
                "name" => d.string(value, &mut target.name),
                "version" => d.string(value, &mut target.version),
                "repository" => d.string(value, &mut target.repository),
                "condition" => d.string(value, &mut target.condition),
                "tags" => d.strings(value, &mut target.tags),
                "enabled" => d.boolean(value, &mut target.enabled),
                "import-values" => d.import_values(value, &mut target.import_values),
                _ => d.string(value, &mut target.alias),
            },
        );
    }

    fn import_values(&mut self, node: &Node, target: &mut ImportValues) {
        *target = match &node.kind {
            Kind::Null => ImportValues::Written(None),
            Kind::Seq(items) => ImportValues::Written(Some(items.clone())),
            _ => return self.mismatch(node, "[]interface {}"),
        };
    }

    /// Reads what a Go field of type `time.Time` gets.
    pub fn time(&mut self, node: &Node, target: &mut String) {
        match &node.kind {
            Kind::Null => {}
            Kind::Str(text) => match check_time(text) {
                Ok(()) => *target = text.to_string(),
                Err(text) => {
                    self.failure.get_or_insert(text);
                }
            },
            _ => {
                let text = "Time.UnmarshalJSON: input is not a JSON string";
                self.failure.get_or_insert(text.into());
            }
        }
    }

    /// Notes encoding/json's `UnmarshalTypeError`, if it is the first one.
    fn mismatch(&mut self, node: &Node, type_name: &str) {
        if self.mismatch.is_some() {
            return;
        }
        let value = node.json_kind();
        let target = match self.path.is_empty() {
            true => format!("value of type {type_name}"),
            false => {
                let (owner, field) = (self.struct_name, self.path.join("."));
                format!("struct field {owner}.{field} of type {type_name}")
            }
        };
        self.mismatch = Some(json::mismatch(value, target));
    }
}

/// What a lock file says of its dependencies besides what Helm reads.
fn pins(node: &Node) -> Vec<Pin> {
    let text = |item: &Node, name: &str| {
        let Kind::Map(entries) = &item.kind else {
            return String::new();
        };
        let entry = entries.iter().find(|entry| &*entry.key == name);
        match entry.map(|entry| &entry.value.kind) {
            Some(Kind::Str(text)) => text.to_string(),
            _ => String::new(),
        }
    };
    let Kind::Seq(items) = &node.kind else {
        return Vec::new();
    };
    let pin = |item: &Node| Pin {
        digest: text(item, "digest"),
        commit: text(item, "commit"),
    };
    items.iter().map(pin).collect()
}

/// Returns true if a key names the field when case does not count.
fn folds(key: &str, field: &str) -> bool {
    gostd::unicode::equal_fold(key.as_bytes(), field.as_bytes())
}

/// The verdict of Go's `Time.UnmarshalJSON` on a time.
fn check_time(text: &str) -> Result<(), String> {
    gostd::time::parse(b"2006-01-02T15:04:05Z07:00", text.as_bytes())
        .map(|_| ())
        .map_err(|error| error.to_string())
}
