//! The templates one file defines, each name once.

use rustc_hash::FxHashMap;

use crate::ast::Tree;

/// The finished templates of a file.
#[derive(Default)]
pub(super) struct Trees {
    trees: Vec<Tree>,
    index: FxHashMap<Box<[u8]>, usize>,
}

impl Trees {
    /// Adds a template; false if there is another one of that name and neither is blank.
    ///
    /// A blank one gives way to the other, whichever comes first.
    pub(super) fn add(&mut self, tree: Tree) -> bool {
        let old = match self.index.get(&tree.name) {
            Some(index) => self.trees.get_mut(*index),
            None => None,
        };
        match old {
            None => {
                self.index.insert(tree.name.clone(), self.trees.len());
                self.trees.push(tree);
                true
            }
            Some(old) if old.is_empty() => {
                *old = tree;
                true
            }
            Some(_) => tree.is_empty(),
        }
    }

    /// Returns true if there is a template of this name.
    pub(super) fn knows(&self, name: &[u8]) -> bool {
        self.index.contains_key(name)
    }

    /// All templates, the one with the given name first.
    pub(super) fn into_vec(mut self, first: &[u8]) -> Vec<Tree> {
        if let Some(index) = self.index.get(first)
            && let Some(head) = self.trees.get_mut(..=*index)
        {
            head.rotate_right(1);
        }
        self.trees
    }
}
