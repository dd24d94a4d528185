//! Ignored changes: `--ignore`, presets, the configuration.

use super::fields::Change;
use super::merge_keys::Names;
use super::node::to_json;
use super::path::{Path, Pattern, PatternError, Visit, change, glob, walk};
use super::resource::{Key, Resource};
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// Changes that do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    /// Patterns of the API group, kind, namespace and name; any where left out.
    group: Option<String>,
    kind: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    /// The place; the whole resource where left out.
    path: Option<Pattern>,
}

/// Something to ignore that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreError {
    /// A part without `=`.
    #[error("{0:?} is not one of kind=, name=, namespace=, group=, path=")]
    Part(String),
    /// No part at all.
    #[error("it is empty")]
    Empty,
    /// A path.
    #[error(transparent)]
    Path(#[from] PatternError),
    /// A preset that is none.
    #[error("no preset is called {0:?}; there are {presets}", presets = preset_names())]
    Preset(String),
}

/// A preset: a name, and paths that it ignores in every resource.
struct Preset {
    name: &'static str,
    paths: &'static [&'static str],
}

const PRESETS: &[Preset] = &[
    Preset {
        name: "chart-version",
        paths: &[
            "**.labels[\"helm.sh/chart\"]",
            "**.labels[\"app.kubernetes.io/version\"]",
            "**.labels.chart",
            "**.labels.heritage",
            "**.annotations[\"checksum/*\"]",
            "**.annotations.checksum*",
        ],
    },
    Preset {
        name: "chart-labels",
        paths: &[
            "**.labels[\"helm.sh/chart\"]",
            "**.labels[\"app.kubernetes.io/version\"]",
            "**.labels.chart",
            "**.labels.heritage",
        ],
    },
    Preset {
        name: "checksums",
        paths: &["**.annotations[\"checksum/*\"]", "**.annotations.checksum*"],
    },
    Preset {
        name: "cluster",
        paths: &[
            "status",
            "metadata.creationTimestamp",
            "metadata.generation",
            "metadata.managedFields",
            "metadata.resourceVersion",
            "metadata.selfLink",
            "metadata.uid",
            "metadata.annotations[\"deployment.kubernetes.io/revision\"]",
            "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]",
            "metadata.annotations[\"meta.helm.sh/*\"]",
            "metadata.labels[\"app.kubernetes.io/managed-by\"]",
        ],
    },
];

/// The names of all presets.
pub fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}

fn preset_names() -> String {
    presets().collect::<Vec<_>>().join(", ")
}

/// The ignored places of a preset.
pub fn preset(name: &str) -> Result<Vec<Ignore>, IgnoreError> {
    let by_name = PRESETS.iter().find(|preset| preset.name == name);
    let preset = by_name.ok_or_else(|| IgnoreError::Preset(name.into()))?;
    let ignores = preset.paths.iter().map(|path| {
        Ok(Ignore {
            path: Some(Pattern::parse(path)?),
            ..Ignore::default()
        })
    });
    ignores.collect()
}

impl Ignore {
    /// Reads `kind=K,name=N,namespace=N,group=G,path=P`, in any order; a path reaches to the next
    /// comma outside of quotes.
    pub fn parse(text: &str) -> Result<Ignore, IgnoreError> {
        let mut ignore = Ignore::default();
        let mut quoted = false;
        let parts = text.split(|c: char| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        let mut is_empty = true;
        for part in parts.filter(|part| !part.trim().is_empty()) {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| IgnoreError::Part(part.into()))?;
            ignore.set(key.trim(), value.trim())?;
            is_empty = false;
        }
        match is_empty {
            true => Err(IgnoreError::Empty),
            false => Ok(ignore),
        }
    }

    /// Sets one part by its name.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), IgnoreError> {
        let field = match key {
            "kind" => &mut self.kind,
            "name" => &mut self.name,
            "namespace" => &mut self.namespace,
            "group" => &mut self.group,
            "path" => {
                self.path = Some(Pattern::parse(value)?);
                return Ok(());
            }
            _ => return Err(IgnoreError::Part(key.into())),
        };
        *field = Some(value.to_owned());
        Ok(())
    }

    fn means(&self, key: &Key, namespace: &str) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| glob(pattern, text))
        };
        fits(&self.kind, &key.kind)
            && fits(&self.name, &key.name)
            && fits(&self.group, &key.group)
            && fits(&self.namespace, key.place(namespace))
    }
}

/// Returns true if a resource does not count at all.
pub(super) fn ignores_whole(ignores: &[Ignore], key: &Key, namespace: &str) -> bool {
    let mut whole = ignores.iter().filter(|ignore| ignore.path.is_none());
    whole.any(|ignore| ignore.means(key, namespace))
}

/// The places of a resource that do not count.
pub(super) fn patterns<'i>(ignores: &'i [Ignore], key: &Key, namespace: &str) -> Vec<&'i Pattern> {
    let own = ignores.iter().filter(|ignore| ignore.means(key, namespace));
    own.filter_map(|ignore| ignore.path.as_ref()).collect()
}

/// The places of the preset for labels with a chart's version, and checksums.
pub(super) fn chart_labels() -> Vec<Pattern> {
    let preset = PRESETS.iter().find(|preset| preset.name == "chart-version");
    let paths = preset.map_or(&[][..], |preset| preset.paths);
    paths
        .iter()
        .filter_map(|path| Pattern::parse(path).ok())
        .collect()
}

/// Returns true if nothing but what patterns mean is in changes.
pub(super) fn hides_all(patterns: &[&Pattern], changes: &[Change], names: Names) -> bool {
    changes.iter().all(|change| {
        let mut is_hidden = true;
        let start = &change.path.0;
        for side in [&change.old, &change.new].into_iter().flatten() {
            walk(side, names, &mut |below, node| {
                let path = [start, below].concat();
                if patterns.iter().any(|pattern| pattern.matches(&path)) {
                    return false;
                }
                let is_container = matches!(&node.kind, Kind::Map(entries) if !entries.is_empty());
                is_hidden &= is_container;
                is_hidden
            });
        }
        is_hidden
    })
}

/// The places whose changes do not count: changed there, or inside something that came or went.
pub(super) fn hidden(patterns: &[&Pattern], changes: &[Change], names: Names) -> Vec<Path> {
    let mut hidden = Vec::new();
    if patterns.is_empty() {
        return hidden;
    }
    for change in changes {
        let start = &change.path.0;
        for side in [&change.old, &change.new].into_iter().flatten() {
            walk(side, names, &mut |below, _| {
                let path = Path([start, below].concat());
                let is_hidden = patterns.iter().any(|pattern| pattern.matches(&path.0));
                if is_hidden && hidden.last() != Some(&path) {
                    hidden.push(path);
                }
                !is_hidden
            });
        }
    }
    hidden
}

/// Takes what does not count out of both sides, and tells how many places of it differ.
pub(super) fn prune(patterns: &[&Pattern], old: &mut Resource, new: &mut Resource) -> usize {
    if patterns.is_empty() {
        return 0;
    }
    let names = Names::of_group(&new.key.group);
    let [old, new] = [&mut old.node, &mut new.node].map(|node| take(node, patterns, names));
    let places = old
        .keys()
        .chain(new.keys().filter(|place| !old.contains_key(*place)));
    places
        .filter(|place| old.get(*place) != new.get(*place))
        .count()
}

/// Takes out what patterns mean: values by place.
fn take(node: &mut Node, patterns: &[&Pattern], names: Names) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    change(node, names, &mut |path, node| {
        if path.is_empty() || !patterns.iter().any(|pattern| pattern.matches(path)) {
            return Visit::Descend;
        }
        values.insert(Path(path.to_vec()).to_string(), to_json(node));
        Visit::Remove
    });
    values
}
