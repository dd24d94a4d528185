//! The documents of a values file: one (Helm 3) or all of them merged (Helm 4, through
//! k8s.io/apimachinery's YAML reader).

use crate::decode::DecodeError;
use compat::profile::{Profile, ValuesDocuments};
use goyaml::{Kind, Mark, Node};
use std::collections::BTreeMap;

/// Reads the text of a values file: a map, or null where there is nothing. The error is what
/// Helm says after the file's name.
pub fn read(text: &[u8], profile: &Profile) -> Result<Node, DecodeError> {
    match profile.values_documents {
        ValuesDocuments::First => Ok(table(goyaml::parse(text))?),
        ValuesDocuments::Merged => {
            let mut values = None;
            for document in goyaml::documents(text) {
                let document = document.map_err(|e| format!("error reading yaml document: {e}"))?;
                let node = goyaml::parse_after(&document.text, document.lines_before);
                let mut node =
                    table(node).map_err(|e| format!("cannot unmarshal yaml document: {e}"))?;
                values = Some(match values {
                    None => node,
                    Some(mut before) => {
                        merge(&mut before, &mut node);
                        before
                    }
                });
            }
            Ok(values.unwrap_or(Node {
                mark: Mark::default(),
                kind: Kind::Null,
            }))
        }
    }
}

/// Checks that the result is a map or null.
fn table(read: Result<Node, goyaml::Error>) -> Result<Node, String> {
    let node = read.and_then(Node::require_map);
    node.map_err(|error| error.to_string())
}

/// Helm's `MergeMaps`: maps merge, everything else is replaced.
fn merge(target: &mut Node, later: &mut Node) {
    let Kind::Map(new) = &mut later.kind else {
        return;
    };
    let Kind::Map(old) = &mut target.kind else {
        std::mem::swap(target, later);
        return;
    };
    let places: BTreeMap<Box<str>, usize> = old
        .iter()
        .enumerate()
        .map(|(index, entry)| (entry.key.clone(), index))
        .collect();
    for mut entry in new.drain(..) {
        match places.get(&entry.key).and_then(|at| old.get_mut(*at)) {
            None => old.push(entry),
            Some(before) => {
                let both = (&before.value.kind, &entry.value.kind);
                if matches!(both, (Kind::Map(_), Kind::Map(_))) {
                    merge(&mut before.value, &mut entry.value);
                } else {
                    *before = entry;
                }
            }
        }
    }
}
