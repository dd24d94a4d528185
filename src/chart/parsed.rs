//! Parsed templates, kept with their file: each is parsed once for a path and function table,
//! however often its chart is rendered. What several files of a chart and its dependencies have in common,
//! as a library chart that each of them brings along, is parsed once.

use super::{Chart, Error, File};
use gotemplate::ast::Tree;
use gotemplate::{FunctionTable, ParseError};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The trees of a template's file.
pub type Trees = Arc<[Arc<Tree>]>;

/// What a file has been parsed to.
#[derive(Debug, Default)]
pub(super) struct Parses(Mutex<Vec<Parse>>);

/// What templates are parsed to, for those of a load or of several charts that may have the same contents,
/// by what is known of them before they are read: base name and size.
#[derive(Debug, Default)]
pub struct SharedParses(FxHashMap<(Box<str>, usize), Arc<Texts>>);

impl SharedParses {
    /// Lets a template share what it is parsed to with those that may have the same contents.
    pub(super) fn add(&mut self, file: &mut File) {
        let base = file.name().rsplit('/').next().unwrap_or_default();
        let key = (base.into(), file.size());
        let texts = self.0.entry(key).or_default();
        file.twins = Some(Arc::clone(texts));
    }

    /// Forgets what no template of a chart that is still there may need.
    pub fn forget_unshared(&mut self) {
        self.0.retain(|_, texts| Arc::strong_count(texts) > 1);
    }
}

impl Chart {
    /// Lets the templates of this chart and its dependencies share what they are parsed to with those of
    /// other charts that were given the same `parses`. Do it before they are parsed.
    pub fn share_parses(&mut self, parses: &mut SharedParses) {
        self.templates.iter_mut().for_each(|file| parses.add(file));
        let dependencies = self.dependencies.iter_mut();
        dependencies.for_each(|dependency| dependency.share_parses(parses));
    }
}

/// Texts that were parsed, with what they were parsed to.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<Vec<ParsedText>>);

#[derive(Debug)]
struct ParsedText {
    text: Arc<[u8]>,
    /// The function table's number.
    table: u64,
    trees: Trees,
}

impl Texts {
    /// The trees of the same text, under the name `path`.
    fn find(&self, text: &[u8], path: &str, table: u64) -> Option<Trees> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &&ParsedText| known.table == table && *known.text == *text;
        let trees = &known.iter().find(same)?.trees;
        if trees.first().is_some_and(|file| *file.parse_name == *path) {
            return Some(Arc::clone(trees));
        }
        let trees = Tree::under_name(trees, path)?;
        Some(trees.into_iter().map(Arc::new).collect())
    }

    fn add(&self, text: Arc<[u8]>, table: u64, trees: Trees) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(ParsedText { text, table, trees });
    }
}

#[derive(Debug)]
struct Parse {
    path: String,
    /// Function numbers in a tree hold for one table only.
    table: u64,
    trees: Trees,
}

/// Why a file has no trees.
#[derive(Debug)]
pub enum NotParsed {
    /// It could not be read.
    Unread(Error),
    /// It is no template.
    Invalid(ParseError),
}

impl File {
    /// The templates that it defines under the name `path`, if it has been parsed under it.
    pub(crate) fn known(&self, path: &str, functions: &FunctionTable) -> Option<Trees> {
        let known = self.parses.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |p: &&Parse| p.path == path && p.table == functions.id();
        known.iter().find(same).map(|p| Arc::clone(&p.trees))
    }

    /// The templates that the file defines under the name `path`, the file's own text first.
    pub fn parsed(&self, path: &str, functions: &FunctionTable) -> Result<Trees, NotParsed> {
        if let Some(trees) = self.known(path, functions) {
            return Ok(trees);
        }
        let text = self.shared_bytes().map_err(NotParsed::Unread)?;
        let twins = self
            .twins
            .as_ref()
            .filter(|twins| Arc::strong_count(twins) > 1);
        let twin = twins.and_then(|twins| twins.find(&text, path, functions.id()));
        let trees = match twin {
            Some(trees) => trees,
            None => {
                let resolve = |name: &str| functions.resolve(name);
                let trees = gotemplate::parse(path, Arc::clone(&text), &resolve);
                let trees = trees.map_err(NotParsed::Invalid)?;
                let trees: Trees = trees.into_iter().map(Arc::new).collect();
                if let Some(twins) = twins {
                    twins.add(text, functions.id(), Arc::clone(&trees));
                }
                trees
            }
        };
        let mut known = self.parses.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(Parse {
            path: path.into(),
            table: functions.id(),
            trees: Arc::clone(&trees),
        });
        Ok(trees)
    }
}
