//! The parsed document before its scalars are resolved: go-yaml's node tree.

use std::collections::HashMap;

use super::events::{Data, Event, Events};
use crate::Mark;
use crate::error::{Error, ErrorKind};

/// A document's nodes in the order they appear: a node's children follow it, up to its `end`.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Raw>,
}

/// One node.
pub(crate) struct Raw {
    pub(crate) mark: Mark,
    pub(crate) kind: RawKind,
    /// The index after this node's last descendant.
    pub(crate) end: u32,
}

/// What a node is. Tags of lists and maps mean nothing to go-yaml.
pub(crate) enum RawKind {
    Scalar(Scalar),
    /// The index of the node that has the anchor.
    Alias {
        target: u32,
        name: Box<str>,
    },
    Seq,
    Map,
}

/// A scalar as written.
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) tag: Option<Box<str>>,
    /// Plain without tag, or with the tag `!`.
    pub(crate) implicit: bool,
}

impl Tree {
    /// Parses the first document; no nodes if there is none. Syntax errors and unknown anchors
    /// anywhere in it come before all that resolving finds.
    pub(crate) fn parse(mut events: Events<'_>) -> Result<Tree, Error> {
        let mut tree = Tree::default();
        let mut anchors = HashMap::new();
        let mut open: Vec<usize> = Vec::new();
        loop {
            let Event { mark, data } = events.next()?;
            let (kind, anchor, opens) = match data {
                Data::DocumentEnd => return Ok(tree),
                Data::End => {
                    let end = index(tree.nodes.len());
                    if let Some(node) = open.pop().and_then(|i| tree.nodes.get_mut(i)) {
                        node.end = end;
                    }
                    continue;
                }
                Data::Alias(name) => {
                    let Some(&target) = anchors.get(&name) else {
                        let problem = format_args!("unknown anchor '{name}' referenced");
                        return Err(Error::yaml(ErrorKind::Alias, mark, problem));
                    };
                    let name = name.into_boxed_str();
                    (RawKind::Alias { target, name }, None, false)
                }
                Data::Scalar {
                    anchor,
                    tag,
                    text,
                    implicit,
                } => {
                    let tag = tag.filter(|t| !t.is_empty()).map(String::into_boxed_str);
                    let scalar = Scalar {
                        text,
                        tag,
                        implicit,
                    };
                    (RawKind::Scalar(scalar), anchor, false)
                }
                Data::Seq { anchor } => (RawKind::Seq, anchor, true),
                Data::Map { anchor } => (RawKind::Map, anchor, true),
            };
            let at = tree.nodes.len();
            if let Some(anchor) = anchor {
                anchors.insert(anchor, index(at));
            }
            if opens {
                open.push(at);
            }
            tree.nodes.push(Raw {
                mark,
                kind,
                end: index(at + 1),
            });
        }
    }

    pub(crate) fn get(&self, index: u32) -> Option<&Raw> {
        self.nodes.get(index as usize)
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
