//! The way to the value being validated, kept in one buffer: most steps are undone without any
//! error having asked for them.

use crate::json::{Document, NodeId};
use crate::report::Token;

/// A step to be taken.
#[derive(Clone, Copy)]
pub(super) enum Step<'n> {
    Key(&'n [u8]),
    Index { label: usize, real: usize },
}

#[derive(Debug, Default)]
pub(crate) struct Path {
    names: Vec<u8>,
    steps: Vec<Taken>,
}

#[derive(Debug, Clone, Copy)]
enum Taken {
    /// A name starts here and ends where the next one starts.
    Key(usize),
    Index {
        label: usize,
        real: usize,
    },
}

impl Path {
    pub(super) fn push(&mut self, step: Step<'_>) {
        self.steps.push(match step {
            Step::Key(name) => {
                let start = self.names.len();
                self.names.extend_from_slice(name);
                Taken::Key(start)
            }
            Step::Index { label, real } => Taken::Index { label, real },
        });
    }

    pub(super) fn pop(&mut self) {
        if let Some(Taken::Key(start)) = self.steps.pop() {
            self.names.truncate(start);
        }
    }

    /// The steps, to keep.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(self.steps.len());
        let mut end = self.names.len();
        for step in self.steps.iter().rev() {
            tokens.push(match *step {
                Taken::Key(start) => {
                    let name = self.names.get(start..end).unwrap_or_default();
                    end = start;
                    Token::Key(name.into())
                }
                Taken::Index { label, real } => Token::Index { label, real },
            });
        }
        tokens.reverse();
        tokens
    }

    /// Number of steps.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// About how many bytes its tokens take.
    pub(super) fn bytes(&self) -> usize {
        self.names.len() + self.steps.len() * size_of::<Token>()
    }

    /// The node that the steps lead to from the root of a document.
    pub(super) fn resolve(&self, document: &Document) -> Option<NodeId> {
        let mut node = NodeId::ROOT;
        let mut starts = self.steps.iter().filter_map(|step| match step {
            Taken::Key(start) => Some(*start),
            Taken::Index { .. } => None,
        });
        starts.next();
        for step in &self.steps {
            node = match *step {
                Taken::Index { label, .. } => document.item(node, label)?,
                Taken::Key(start) => {
                    let end = starts.next().unwrap_or(self.names.len());
                    let name = std::str::from_utf8(self.names.get(start..end)?).ok()?;
                    document.get(node, name)?
                }
            };
        }
        Some(node)
    }
}
