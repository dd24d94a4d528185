//! Template sets: every template that others can call by name, layered so that `tpl` can add to a
//! set without copying it.

use crate::ast::Tree;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::sync::Arc;

/// The templates that belong together: Go's associated templates.
pub struct TemplateSet<'p> {
    name: &'p str,
    parent: Option<&'p TemplateSet<'p>>,
    trees: FxHashMap<Box<[u8]>, Template>,
    /// Files that are parsed when they are first called.
    late: FxHashMap<&'p [u8], LateTemplate<'p>>,
}

/// A file that is parsed when it is first called.
struct LateTemplate<'p> {
    file: u32,
    source: &'p dyn LateTemplates,
    parsed: OnceCell<Option<Template>>,
}

/// Files that are parsed when a template of theirs is first called.
pub trait LateTemplates {
    /// The file's own template, by the number it was added with; nothing where it cannot be parsed.
    fn tree(&self, file: u32) -> Option<Arc<Tree>>;
}

/// A template of a set.
#[derive(Clone, Debug)]
pub struct Template {
    /// The template's tree.
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
            late: FxHashMap::default(),
        }
    }

    /// A set that has all of `parent`'s templates and can have others in their stead: what Go's
    /// `Clone` is used for.
    pub fn layered(parent: &'p TemplateSet<'p>) -> Self {
        TemplateSet {
            name: parent.name,
            parent: Some(parent),
            trees: FxHashMap::default(),
            late: FxHashMap::default(),
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

    /// Adds a file that is parsed when it is first called: one whose text defines no other templates, and
    /// whose name nothing else in the set has. `file` is the number that line origins give for it.
    pub fn add_late(&mut self, name: &'p [u8], file: u32, source: &'p dyn LateTemplates) {
        let template = LateTemplate {
            file,
            source,
            parsed: OnceCell::new(),
        };
        self.late.insert(name, template);
    }

    /// The template called `name`.
    pub fn lookup(&self, name: &[u8]) -> Option<&Template> {
        let mut set = self;
        loop {
            if let Some(tree) = set.trees.get(name) {
                return Some(tree);
            }
            if let Some(late) = set.late.get(name) {
                return late.template();
            }
            set = set.parent?;
        }
    }
}

impl LateTemplate<'_> {
    fn template(&self) -> Option<&Template> {
        let parse = || {
            let file = self.file;
            let tree = self.source.tree(file)?;
            Some(Template { tree, file })
        };
        self.parsed.get_or_init(parse).as_ref()
    }
}

impl std::fmt::Debug for TemplateSet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TemplateSet")
            .field("name", &self.name)
            .field("parent", &self.parent)
            .field("trees", &self.trees)
            .finish_non_exhaustive()
    }
}
