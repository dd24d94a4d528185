//! Parsed templates, kept with their file: each is parsed once for a path and function table,
//! however often its chart is rendered.

use super::{Error, File};
use gotemplate::ast::Tree;
use gotemplate::{FunctionTable, ParseError};
use std::sync::{Arc, Mutex, PoisonError};

/// The trees of a template's file.
pub type Trees = Arc<[Arc<Tree>]>;

/// What a file has been parsed to.
#[derive(Debug, Default)]
pub(super) struct Parses(Mutex<Vec<Parse>>);

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
    /// The templates that the file defines under the name `path`, the file's own text first.
    pub fn parsed(&self, path: &str, functions: &FunctionTable) -> Result<Trees, NotParsed> {
        let parses = &self.parses.0;
        let known = parses.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |p: &&Parse| p.path == path && p.table == functions.id();
        if let Some(parse) = known.iter().find(same) {
            return Ok(Arc::clone(&parse.trees));
        }
        drop(known);
        let text = self.shared_bytes().map_err(NotParsed::Unread)?;
        let resolve = |name: &str| functions.resolve(name);
        let trees = gotemplate::parse(path, text, &resolve).map_err(NotParsed::Invalid)?;
        let trees: Trees = trees.into_iter().map(Arc::new).collect();
        let mut known = parses.lock().unwrap_or_else(PoisonError::into_inner);
        known.push(Parse {
            path: path.into(),
            table: functions.id(),
            trees: Arc::clone(&trees),
        });
        Ok(trees)
    }
}
