//! The properties that the charts' schemas name.

use crate::chart::Chart;
use serde_json::Value;
use std::collections::BTreeSet;

/// Names of properties, each with that of the property it is in: none at the top of a chart's values.
#[derive(Debug, Default)]
pub(super) struct SchemaNames {
    pairs: BTreeSet<(Option<String>, String)>,
    /// Those in definitions and in maps of any keys: they may be anywhere.
    anywhere: BTreeSet<String>,
}

/// Where in the values a part of a schema is.
#[derive(Clone, Copy)]
enum Place<'s> {
    Top,
    In(&'s str),
    Anywhere,
}

impl SchemaNames {
    /// The names in the schema of a chart; none where there is no schema, or it is no JSON.
    pub(super) fn of(chart: &Chart) -> SchemaNames {
        let mut names = SchemaNames::default();
        let text = chart.schema.as_ref().and_then(|file| file.bytes().ok());
        let schema = text.and_then(|text| serde_json::from_slice::<Value>(text).ok());
        if let Some(schema) = schema {
            names.add(&schema, Place::Top);
        }
        names
    }

    fn add(&mut self, schema: &Value, place: Place<'_>) {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Array(items) => return items.iter().for_each(|item| self.add(item, place)),
            _ => return,
        };
        for (keyword, inner) in fields {
            match (keyword.as_str(), inner) {
                ("properties", Value::Object(properties)) => {
                    for (name, inner) in properties {
                        match place {
                            Place::Top => self.pairs.insert((None, name.clone())),
                            Place::In(parent) => {
                                self.pairs.insert((Some(parent.to_owned()), name.clone()))
                            }
                            Place::Anywhere => self.anywhere.insert(name.clone()),
                        };
                        self.add(inner, Place::In(name));
                    }
                }
                ("definitions" | "$defs" | "patternProperties", Value::Object(inner)) => {
                    inner
                        .values()
                        .for_each(|inner| self.add(inner, Place::Anywhere));
                }
                ("additionalProperties", inner) => self.add(inner, Place::Anywhere),
                ("default" | "examples" | "enum" | "const" | "required", _) => {}
                (_, inner) => self.add(inner, place),
            }
        }
    }

    /// Whether the schema names `key` in `parent`, or somewhere that may be there.
    pub(super) fn names(&self, parent: Option<&str>, key: &str) -> bool {
        self.anywhere.contains(key)
            || self
                .pairs
                .contains(&(parent.map(str::to_owned), key.into()))
    }

    /// The names in `parent`.
    pub(super) fn named<'n>(&'n self, parent: Option<&'n str>) -> impl Iterator<Item = &'n str> {
        let pairs = self.pairs.iter();
        let inside = pairs.filter(move |(outer, _)| outer.as_deref() == parent);
        inside.map(|(_, name)| name.as_str())
    }

    /// The properties that have a property of this name, in order.
    pub(super) fn parents<'n>(&'n self, key: &'n str) -> impl Iterator<Item = &'n str> {
        let pairs = self.pairs.iter().filter(move |(_, name)| name == key);
        pairs.filter_map(|(parent, _)| parent.as_deref())
    }
}
