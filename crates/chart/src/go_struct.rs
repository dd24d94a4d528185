//! Metadata as Go's structs, which templates see as `.Chart` and which are written like Chart.yaml.

use super::metadata::{Dependency, ImportValues, Lock, Maintainer, Metadata};
use compat::profile::Profile;
use gostd::types::{Field, StructType};
use gostd::value::Struct;
use gostd::{GoType, List, Map, Value};
use std::rc::Rc;

const MAINTAINERS: GoType = GoType::Slice(&GoType::Named("*chart.Maintainer"));
const DEPENDENCIES: GoType = GoType::Slice(&GoType::Named("*chart.Dependency"));

static METADATA: StructType = StructType {
    name: "chart.Metadata",
    fields: &[
        Field::omit_empty("Name", GoType::String, "name"),
        Field::omit_empty("Home", GoType::String, "home"),
        Field::omit_empty("Sources", GoType::STRINGS, "sources"),
        Field::omit_empty("Version", GoType::String, "version"),
        Field::omit_empty("Description", GoType::String, "description"),
        Field::omit_empty("Keywords", GoType::STRINGS, "keywords"),
        Field::omit_empty("Maintainers", MAINTAINERS, "maintainers"),
        Field::omit_empty("Icon", GoType::String, "icon"),
        Field::omit_empty("APIVersion", GoType::String, "apiVersion"),
        Field::omit_empty("Condition", GoType::String, "condition"),
        Field::omit_empty("Tags", GoType::String, "tags"),
        Field::omit_empty("AppVersion", GoType::String, "appVersion"),
        Field::omit_empty("Deprecated", GoType::Bool, "deprecated"),
        Field::omit_empty("Annotations", GoType::Map(&GoType::String), "annotations"),
        Field::omit_empty("KubeVersion", GoType::String, "kubeVersion"),
        Field::omit_empty("Dependencies", DEPENDENCIES, "dependencies"),
        Field::omit_empty("Type", GoType::String, "type"),
    ],
    methods: &[],
};

static MAINTAINER: StructType = StructType {
    name: "chart.Maintainer",
    fields: &[
        Field::omit_empty("Name", GoType::String, "name"),
        Field::omit_empty("Email", GoType::String, "email"),
        Field::omit_empty("URL", GoType::String, "url"),
    ],
    methods: &[],
};

static DEPENDENCY: StructType = StructType {
    name: "chart.Dependency",
    fields: &[
        Field::new("Name", GoType::String, "name"),
        Field::omit_empty("Version", GoType::String, "version"),
        Field::new("Repository", GoType::String, "repository"),
        Field::omit_empty("Condition", GoType::String, "condition"),
        Field::omit_empty("Tags", GoType::STRINGS, "tags"),
        Field::omit_empty("Enabled", GoType::Bool, "enabled"),
        Field::omit_empty("ImportValues", GoType::LIST, "import-values"),
        Field::omit_empty("Alias", GoType::String, "alias"),
    ],
    methods: &[],
};

static LOCK: StructType = StructType {
    name: "chart.Lock",
    fields: &[
        Field::new("Generated", GoType::String, "generated"),
        Field::new("Digest", GoType::String, "digest"),
        Field::new("Dependencies", DEPENDENCIES, "dependencies"),
    ],
    methods: &[],
};

/// The struct without a name that Helm 3 makes of the metadata for templates.
static CHART: StructType = StructType {
    name: "struct { chart.Metadata; IsRoot bool }",
    fields: &[
        Field {
            name: "Metadata",
            go_type: GoType::Named("chart.Metadata"),
            json: "",
            omit_empty: false,
            embedded: true,
        },
        Field::new("IsRoot", GoType::Bool, "IsRoot"),
    ],
    methods: &[],
};

/// `.Chart`: a struct in Helm 3, a map with the same names in Helm 4.
pub fn chart_object(metadata: &Metadata, is_root: bool, profile: &Profile) -> Value {
    let is_root = Value::Bool(is_root);
    match profile.chart_is_map {
        false => {
            let metadata = structure(&METADATA, metadata_fields(metadata));
            let fields = vec![Value::Struct(metadata), is_root];
            Value::Struct(structure(&CHART, fields))
        }
        true => {
            let map = as_map(&METADATA, metadata_fields(metadata));
            // A new map takes every key.
            let _ = map.insert("IsRoot".into(), is_root);
            Value::Map(map)
        }
    }
}

/// The dependencies alone, as Go's `[]*Dependency`.
pub fn dependencies_value(metadata: &Metadata) -> Value {
    let fields = METADATA.fields.iter().zip(metadata_fields(metadata));
    let mut matching = fields.filter(|(field, _)| field.name == "Dependencies");
    matching.next().map_or(Value::Nil, |(_, value)| value)
}

/// The metadata alone, as a struct that is written like Chart.yaml.
pub fn metadata_value(metadata: &Metadata) -> Value {
    Value::Struct(structure(&METADATA, metadata_fields(metadata)))
}

/// A lock, as a struct that is written like Chart.lock. Its time is as Go writes it.
pub fn lock_value(lock: &Lock) -> Value {
    const LAYOUT: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";
    let generated = gostd::time::parse(LAYOUT, lock.generated.as_bytes());
    let generated = generated.unwrap_or_else(|_| gostd::time::Time::zero());
    let generated = generated.format(LAYOUT);
    let list = Metadata {
        dependencies: lock.dependencies.clone(),
        ..Metadata::default()
    };
    let fields = vec![
        Value::from(&*String::from_utf8_lossy(&generated)),
        Value::from(&*lock.digest),
        dependencies_value(&list),
    ];
    Value::Struct(structure(&LOCK, fields))
}

fn structure(struct_type: &'static StructType, fields: Vec<Value>) -> Rc<Struct> {
    Rc::new(Struct {
        struct_type,
        fields,
        native: None,
    })
}

/// A struct as Helm 4's `structToMap` has it: slices become `[]interface {}`, never nil, pointers
/// to structs become maps.
fn as_map(struct_type: &'static StructType, fields: Vec<Value>) -> Map {
    let names = struct_type.fields.iter().map(|field| field.name);
    names
        .zip(fields.into_iter().map(|value| match value {
            Value::List(list) => {
                let items = list.snapshot().into_iter().map(|item| match item {
                    Value::Ptr(data) => Value::Map(as_map(data.struct_type, data.fields.clone())),
                    other => other,
                });
                Value::List(items.collect())
            }
            other => other,
        }))
        .collect()
}

fn metadata_fields(metadata: &Metadata) -> Vec<Value> {
    let text = |s: &str| Value::from(s);
    vec![
        text(&metadata.name),
        text(&metadata.home),
        strings(&metadata.sources),
        text(&metadata.version),
        text(&metadata.description),
        strings(&metadata.keywords),
        pointers(&metadata.maintainers, maintainer, "*chart.Maintainer"),
        text(&metadata.icon),
        text(&metadata.api_version),
        text(&metadata.condition),
        text(&metadata.tags),
        text(&metadata.app_version),
        Value::Bool(metadata.deprecated),
        annotations(metadata),
        text(&metadata.kube_version),
        pointers(&metadata.dependencies, dependency, "*chart.Dependency"),
        text(&metadata.chart_type),
    ]
}

fn annotations(metadata: &Metadata) -> Value {
    let Some(annotations) = &metadata.annotations else {
        return Value::Map(Map::nil(GoType::String));
    };
    let map = Map::from_entries(GoType::String, Default::default());
    for (key, value) in annotations {
        // A new map takes every key.
        let _ = map.insert(key.as_str().into(), value.as_str().into());
    }
    Value::Map(map)
}

fn strings(texts: &Option<Vec<String>>) -> Value {
    Value::List(match texts {
        None => List::nil(GoType::String),
        Some(texts) => {
            let items = texts.iter().map(|s| Value::from(s.as_str())).collect();
            List::of(GoType::String, items)
        }
    })
}

fn pointers<T>(
    items: &Option<Vec<Option<T>>>,
    value: impl Fn(&T) -> Value,
    type_name: &'static str,
) -> Value {
    let element = GoType::Named(type_name);
    Value::List(match items {
        None => List::nil(element),
        Some(items) => List::of(element, items.iter().flatten().map(value).collect()),
    })
}

fn maintainer(maintainer: &Maintainer) -> Value {
    let Maintainer { name, email, url } = maintainer;
    let fields = [name, email, url].map(|s| Value::from(s.as_str()));
    Value::Ptr(structure(&MAINTAINER, fields.into()))
}

fn dependency(dependency: &Dependency) -> Value {
    let text = |s: &str| Value::from(s);
    let fields = vec![
        text(&dependency.name),
        text(&dependency.version),
        text(&dependency.repository),
        text(&dependency.condition),
        strings(&dependency.tags),
        Value::Bool(dependency.enabled),
        import_values(&dependency.import_values),
        text(&dependency.alias),
    ];
    Value::Ptr(structure(&DEPENDENCY, fields))
}

fn import_values(import: &ImportValues) -> Value {
    Value::List(match import {
        ImportValues::Written(None) | ImportValues::Resolved(None) => List::nil(GoType::Interface),
        ImportValues::Written(Some(nodes)) => nodes.iter().map(goyaml::Node::to_value).collect(),
        ImportValues::Resolved(Some(pairs)) => pairs
            .iter()
            .map(|(child, parent)| {
                let pairs = [("child", child), ("parent", parent)];
                let entries = pairs.map(|(k, v)| (k, Value::from(v.as_str())));
                let map: Map = entries.into_iter().collect();
                let entries = map.borrow().clone();
                Value::Map(Map::from_entries(GoType::String, entries))
            })
            .collect(),
    })
}
