//! The parsed document before its scalars are resolved: go-yaml's node tree.

use std::borrow::Cow;

use crate::Mark;

/// A document's nodes in the order they appear: a node's children follow it, up to its `end`.
#[derive(Default)]
pub(crate) struct Tree<'t> {
    pub(crate) nodes: Vec<Raw<'t>>,
    /// The number of lists and maps that may be open at once.
    pub(crate) depth: usize,
}

/// One node.
pub(crate) struct Raw<'t> {
    pub(crate) mark: Mark,
    pub(crate) kind: RawKind<'t>,
    /// The index after this node's last descendant.
    pub(crate) end: u32,
}

/// The content of a node. Tags of lists and maps mean nothing to go-yaml.
pub(crate) enum RawKind<'t> {
    Scalar(Scalar<'t>),
    Alias {
        /// The index of the node that has the anchor.
        target: u32,
        name: Cow<'t, str>,
    },
    Seq,
    Map,
}

/// A scalar as written.
pub(crate) struct Scalar<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) tag: Option<Box<str>>,
    /// Plain without tag, or with the tag `!`.
    pub(crate) implicit: bool,
}

impl<'t> Tree<'t> {
    pub(crate) fn get(&self, index: u32) -> Option<&Raw<'t>> {
        self.nodes.get(index as usize)
    }
}
