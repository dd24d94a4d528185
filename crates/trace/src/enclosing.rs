//! The `range`, `with` and `if` actions around the lines of a template: what the first two read is read
//! for those lines.

use chart::File;
use gotemplate::ast::{FuncId, List, Node, Pos, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Of how many actions, one in the other, a line is told.
const MOST_AROUND: usize = 32;

/// An action that lines stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Around {
    /// The line on which it begins.
    pub(super) line: u32,
    /// True if lines in it get what it reads: `if` only decides whether they are there.
    pub(super) gives_data: bool,
}

/// For each line of a file, counted from 1, the actions that it stands in.
pub(super) type Enclosing = BTreeMap<u32, BTreeSet<Around>>;

/// The actions around the lines of a template; none where the file is no template.
pub(super) fn of(path: &str, file: &File) -> Enclosing {
    let mut enclosing = Enclosing::new();
    // What functions do does not matter here.
    let any = |_: &str| Some(FuncId(0));
    let text = file.bytes().unwrap_or_default();
    for tree in gotemplate::parse(path, text.into(), &any).unwrap_or_default() {
        add(&tree, &tree.root, &mut Vec::new(), &mut enclosing);
    }
    enclosing
}

fn add(tree: &Tree, list: &List, around: &mut Vec<Around>, enclosing: &mut Enclosing) {
    let line = |pos: Pos| u32::try_from(tree.location(pos).0).unwrap_or(0);
    for node in &list.nodes {
        let first = line(node.pos());
        let last = match node {
            Node::Text { span, .. } => line(Pos(span.end)),
            _ => first,
        };
        for at in first..=last {
            if !around.is_empty() {
                let inner = around.iter().rev().take(MOST_AROUND);
                enclosing.entry(at).or_default().extend(inner);
            }
        }
        let (Node::If(branch) | Node::Range(branch) | Node::With(branch)) = node else {
            continue;
        };
        let gives_data = !matches!(node, Node::If(_));
        let this = Around {
            line: first,
            gives_data,
        };
        around.push(this);
        add(tree, &branch.list, around, enclosing);
        if gives_data {
            around.pop();
        }
        if let Some(list) = &branch.else_list {
            add(tree, list, around, enclosing);
        }
        if !gives_data {
            around.pop();
        }
    }
}
