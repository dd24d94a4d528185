//! A release's resources as data: what each is, which template it comes from, when a hook runs.

use super::{HookFilter, Manifests};
use crate::manifest::{self, Hook};
use compat::profile::Profile;
use gostd::{List, Map, Value};
use goyaml::Node;
use std::io::{self, Write};

/// The form of resources.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Format {
    /// A JSON array, one resource a line.
    Json,
    /// A YAML list.
    Yaml,
}

/// The reason why resources could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The writer failed.
    #[error("cannot write resources: {0}")]
    Io(#[from] io::Error),
    /// A document is no YAML. Helm has read all but those of CRDs by then.
    #[error("{path}: {cause}")]
    Yaml {
        /// The file.
        path: String,
        /// go-yaml's words.
        cause: goyaml::Error,
    },
    /// A `--show-only` path that no resource comes from.
    #[error(transparent)]
    ShowOnly(#[from] manifest::ShowOnlyError),
}

/// One resource, before it is written.
struct ResourceRecord<'m> {
    path: &'m str,
    kind: &'static str,
    text: &'m [u8],
    hook: Option<&'m Hook>,
}

impl Manifests {
    /// Writes all resources as they become ready, in the order in which Helm prints them. With
    /// patterns, only those whose template one of them matches, in the patterns' order.
    ///
    /// A resource is a map of `source` (the template), `type` (`crd`, `manifest` or `hook`), `apiVersion`,
    /// `kind`, `name`, `namespace`, `object` (all of it) and, of hooks, `hook` (`events`, `weight`,
    /// `deletePolicies`). Documents with nothing but comments are left out.
    pub fn write_resources(
        &self,
        filter: HookFilter,
        patterns: &[String],
        format: Format,
        profile: &Profile,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let mut writer = ResourceWriter {
            format,
            any: false,
            out,
        };
        if patterns.is_empty() {
            for resource in self.resources(filter, profile) {
                writer.write(&resource)?;
            }
            return writer.finish();
        }
        let mut chosen = Vec::new();
        for pattern in patterns {
            let before = chosen.len();
            let comes_from = |resource: &ResourceRecord<'_>| {
                let below = resource.path.split_once('/').map_or("", |(_, path)| path);
                let matched = gostd::path::filepath_matches(pattern.as_bytes(), below.as_bytes());
                matched.unwrap_or(false)
            };
            chosen.extend(self.resources(filter, profile).filter(comes_from));
            if chosen.len() == before {
                return Err(manifest::ShowOnlyError(pattern.clone()).into());
            }
        }
        for resource in &chosen {
            writer.write(resource)?;
        }
        writer.finish()
    }

    fn resources<'m>(
        &'m self,
        filter: HookFilter,
        profile: &'m Profile,
    ) -> impl Iterator<Item = ResourceRecord<'m>> {
        let crds = self.crds.iter().flat_map(|(path, text)| {
            let documents = manifest::split(text, profile).into_iter();
            documents.map(move |text| ResourceRecord {
                path,
                kind: "crd",
                text,
                hook: None,
            })
        });
        let manifests = self.manifests.iter().map(|document| ResourceRecord {
            path: &document.path,
            kind: "manifest",
            text: &document.text,
            hook: None,
        });
        let hooks = self.hooks(filter).map(|hook| ResourceRecord {
            path: &hook.document.path,
            kind: "hook",
            text: &hook.document.text,
            hook: Some(hook),
        });
        crds.chain(manifests).chain(hooks)
    }
}

struct ResourceWriter<'o> {
    format: Format,
    /// True if a resource has been written.
    any: bool,
    out: &'o mut dyn Write,
}

impl ResourceWriter<'_> {
    fn write(&mut self, resource: &ResourceRecord<'_>) -> Result<(), Error> {
        let not_yaml = |cause| Error::Yaml {
            path: resource.path.to_owned(),
            cause,
        };
        let object = goyaml::parse(resource.text).map_err(not_yaml)?;
        if matches!(object.kind, goyaml::Kind::Null) {
            return Ok(());
        }
        let entry = Value::from(resource.entry(object));
        let text = match self.format {
            Format::Json => gostd::json::encode(&entry, gostd::json::Options::RAW).ok(),
            Format::Yaml => goyaml::to_yaml(&List::new(vec![entry]).into()).ok(),
        };
        // What was read from YAML can be written as both.
        let text = text.unwrap_or_default();
        if self.format == Format::Json {
            self.out.write_all(if self.any { b",\n" } else { b"[\n" })?;
        }
        self.any = true;
        Ok(self.out.write_all(&text)?)
    }

    fn finish(self) -> Result<(), Error> {
        let end: &[u8] = match (self.format, self.any) {
            (Format::Json, true) => b"\n]\n",
            (_, false) => b"[]\n",
            (Format::Yaml, true) => b"",
        };
        self.out.write_all(end)?;
        Ok(self.out.flush()?)
    }
}

impl ResourceRecord<'_> {
    fn entry(&self, object: Node) -> Map {
        let text = |node: Option<&Node>| node.and_then(Node::coerced_text).map(|t| t.into_owned());
        let metadata = |key: &str| text(object.get("metadata").and_then(|m| m.get(key)));
        let fields = [
            ("apiVersion", text(object.get("apiVersion"))),
            ("kind", text(object.get("kind"))),
            ("name", metadata("name")),
            ("namespace", metadata("namespace")),
            ("source", Some(self.path.to_owned())),
            ("type", Some(self.kind.to_owned())),
        ];
        let entry = Map::new();
        for (key, value) in fields {
            if let Some(value) = value {
                set(&entry, key, value);
            }
        }
        if let Some(hook) = self.hook {
            set(&entry, "hook", hook_entry(hook));
        }
        set(&entry, "object", object.into_value());
        entry
    }
}

fn hook_entry(hook: &Hook) -> Map {
    let texts = |texts: Vec<String>| List::new(texts.into_iter().map(Value::from).collect());
    let events = hook.events.iter().map(|event| event.name().to_owned());
    let entry = Map::new();
    set(&entry, "events", texts(events.collect()));
    set(&entry, "weight", Value::int(hook.weight));
    set(&entry, "deletePolicies", texts(hook.delete_policies()));
    entry
}

fn set(map: &Map, key: &str, value: impl Into<Value>) {
    // Only nil maps refuse an entry, and this one is not.
    let _ = map.insert(key.into(), value.into());
}
