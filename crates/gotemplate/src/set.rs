//! Template sets: every template that others can call by name, layered so that `tpl` can add to a
//! set without copying it.

use crate::ast::Tree;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The templates that belong together: Go's associated templates.
#[derive(Debug)]
pub struct TemplateSet<'p> {
    name: &'p str,
    parent: Option<&'p TemplateSet<'p>>,
    trees: FxHashMap<Box<[u8]>, Template>,
}

/// A template of a set.
#[derive(Clone, Debug)]
pub struct Template {
    /// What was parsed.
    pub tree: Arc<Tree>,
    /// The number that line origins give for the file it was parsed from; 0 for texts that are no
    /// file.
    pub file: u32,
}

impl<'p> TemplateSet<'p> {
    /// An empty set whose root template has the given name.
    pub fn new(name: &'p str) -> Self {
        TemplateSet {
            name,
            parent: None,
            trees: FxHashMap::default(),
        }
    }

    /// A set that has all of `parent`'s templates and can have others in their stead: what Go's
    /// `Clone` is used for.
    pub fn layered(parent: &'p TemplateSet<'p>) -> Self {
        TemplateSet {
            name: parent.name,
            parent: Some(parent),
            trees: FxHashMap::default(),
        }
    }

    /// The root template's name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Adds a template, or puts it in place of another of its name, unless it is all blank and
    /// comments: such a one never replaces another (Go's `AddParseTree`).
    pub fn add(&mut self, tree: Arc<Tree>, file: u32) {
        if tree.is_empty() && self.lookup(&tree.name).is_some() {
            return;
        }
        self.trees
            .insert(tree.name.clone(), Template { tree, file });
    }

    /// The template called `name`.
    pub fn lookup(&self, name: &[u8]) -> Option<&Template> {
        let mut set = self;
        loop {
            if let Some(found) = set.trees.get(name) {
                return Some(found);
            }
            set = set.parent?;
        }
    }
}
