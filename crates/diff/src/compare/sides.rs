//! The documents of a side: which of them both sides have, and the resources of the others.

use super::{Error, Options};
use crate::node::{at, node};
use crate::resource::{Document, Key, Read, Resource};
use engine::manifest::Scopes;
use goyaml::{Kind, Node};
use rustc_hash::FxHashMap;

pub(super) struct Split {
    pub(super) equal: Vec<Document>,
    pub(super) old: Vec<Document>,
    pub(super) new: Vec<Document>,
}

/// Tells documents whose text both sides have from the others, which alone are read.
pub(super) fn split(old: Vec<Document>, new: Vec<Document>) -> Split {
    let mut texts: FxHashMap<(bool, &[u8]), Vec<usize>> = FxHashMap::default();
    for (at, document) in new.iter().enumerate().rev() {
        texts.entry(document.identity()).or_default().push(at);
    }
    let mut is_equal = vec![false; new.len()];
    let mut rest = Vec::with_capacity(old.len());
    for document in &old {
        let met = texts.get_mut(&document.identity()).and_then(Vec::pop);
        if let Some(met) = met.and_then(|at| is_equal.get_mut(at)) {
            *met = true;
        }
        rest.push(met.is_none());
    }
    let old = old.into_iter().zip(rest).filter(|(_, is_rest)| *is_rest);
    let old = old.map(|(document, _)| document).collect();
    let (equal, new): (Vec<_>, Vec<_>) = new.into_iter().zip(is_equal).partition(|(_, e)| *e);
    let documents = |list: Vec<(Document, bool)>| list.into_iter().map(|(d, _)| d).collect();
    Split {
        equal: documents(equal),
        old,
        new: documents(new),
    }
}

/// A resource of one side that waits for the other side's.
#[derive(Clone)]
pub(super) struct Waiting {
    /// The parts that identify it, or all of it.
    pub(super) head: Resource,
    /// The place of the rest.
    pub(super) document: Option<Document>,
}

impl Waiting {
    /// A resource, and the document that it alone is in.
    pub(super) fn new(resource: Resource, document: Option<Document>) -> Waiting {
        let head = match document {
            Some(_) => Resource {
                node: node(Kind::Null),
                ..resource
            },
            None => resource,
        };
        Waiting { head, document }
    }

    /// The whole resource. Trees take several times the memory of their texts, which are read again for it.
    pub(super) fn read_all(self, namespace: &str) -> Resource {
        let resources = self.document.map(|document| document.resources(namespace));
        match resources.and_then(|mut resources| resources.pop()) {
            Some(resource) => Resource {
                key: self.head.key,
                ..resource
            },
            None => self.head,
        }
    }
}

/// Reads documents one after the other and hands their resources to `take`; those with the same key are
/// numbered. `read` says whether it read only a part: `take` is given the document then.
pub(super) fn read_all(
    documents: Vec<Document>,
    read: impl Fn(&Document) -> Result<(Read, bool), Error>,
    options: &Options,
    scopes: &Scopes,
    notices: &mut Vec<String>,
    take: &mut dyn FnMut(Resource, Option<Document>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut counts: FxHashMap<Key, usize> = FxHashMap::default();
    for document in documents {
        let (read, is_part) = read(&document)?;
        let mut document = is_part.then_some(document);
        match read {
            Read::Resources(read) => {
                for mut resource in read.into_iter().filter(|r| is_compared(r, options)) {
                    resource.key.apply(scopes);
                    let count = counts.entry(resource.key.clone()).or_default();
                    resource.key.ordinal = *count;
                    *count += 1;
                    if resource.key.name.is_empty() && *count == 1 {
                        let kind = &resource.key.kind;
                        notices.push(format!("unnamed {kind}: compared by position"));
                    }
                    take(resource, document.take())?;
                }
            }
            Read::Nothing(notice) => notices.extend(notice),
        }
    }
    let twice = counts
        .iter()
        .filter(|(key, count)| **count > 1 && !key.name.is_empty());
    let twice = twice.map(|(key, count)| {
        let (kind, name) = (&key.kind, &key.name);
        format!("{kind} {name} occurs {count} times: compared by position")
    });
    let mut twice: Vec<String> = twice.collect();
    twice.sort();
    notices.append(&mut twice);
    Ok(())
}

/// Returns true if a resource is compared, by the hooks it is run at.
fn is_compared(resource: &Resource, options: &Options) -> bool {
    let hook = at(&resource.node, &["metadata", "annotations", "helm.sh/hook"]);
    let Some(events) = hook.and_then(Node::as_str) else {
        return true;
    };
    let mut events = events.split(',').map(str::trim);
    let is_test = events.any(|event| matches!(event, "test" | "test-success"));
    !options.no_hooks && (!is_test || options.include_tests)
}
