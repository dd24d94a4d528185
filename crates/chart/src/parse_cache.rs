//! Parsed templates, kept with their file: each is parsed once for a path and function table,
//! however often its chart is rendered. What several files of a chart and its dependencies have in common,
//! as a library chart that each of them brings along, is parsed once.

use super::{Chart, Error, File};
use gotemplate::ast::Tree;
use gotemplate::{FunctionNames, ParseError};
use rustc_hash::FxHashMap;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The trees of a template's file.
pub type Trees = Arc<[Arc<Tree>]>;

/// The parsed forms of a file.
#[derive(Debug, Default)]
pub(super) struct ParseCache(Mutex<Vec<Arc<Parse>>>);

/// The parsed templates, for those of a load or of several charts that may have the same contents,
/// by what is known of them before they are read: base name and size.
#[derive(Debug, Default)]
pub struct SharedParseCache(FxHashMap<(Box<str>, usize), Arc<TextCache>>);

impl SharedParseCache {
    /// Lets a template share what it is parsed to with those that may have the same contents.
    pub(super) fn add(&mut self, file: &mut File) {
        let base = file.name().rsplit('/').next().unwrap_or_default();
        let key = (base.into(), file.size());
        let texts = self.0.entry(key).or_default();
        file.shared = Some(Arc::clone(texts));
    }

    /// Forgets what no template of a chart that is still there may need.
    pub fn forget_unshared(&mut self) {
        self.0.retain(|_, texts| Arc::strong_count(texts) > 1);
    }
}

impl Chart {
    /// Lets the templates of this chart and its dependencies share what they are parsed to with those of
    /// other charts that were given the same `parses`. Do it before they
    /// are parsed, and before anybody else has them.
    pub fn share_parses(&mut self, parses: &mut SharedParseCache) {
        let templates = self.templates.iter_mut().filter_map(Arc::get_mut);
        templates.for_each(|file| parses.add(file));
        let dependencies = self.dependencies.iter_mut();
        dependencies.for_each(|dependency| dependency.share_parses(parses));
    }
}

/// Texts that were parsed, with what they were parsed to.
#[derive(Debug, Default)]
pub(super) struct TextCache(Mutex<Vec<ParsedText>>);

#[derive(Debug)]
struct ParsedText {
    text: Arc<[u8]>,
    /// The function table's number.
    table: u64,
    trees: Trees,
}

impl TextCache {
    /// The trees of the same text, under the name `path`.
    fn find(&self, text: &[u8], path: &str, table: u64) -> Option<Trees> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&ParsedText| entry.table == table && *entry.text == *text;
        let trees = &texts.iter().find(same)?.trees;
        if trees.first().is_some_and(|file| *file.parse_name == *path) {
            return Some(Arc::clone(trees));
        }
        let trees = Tree::under_name(trees, path)?;
        Some(trees.into_iter().map(Arc::new).collect())
    }

    fn add(&self, text: Arc<[u8]>, table: u64, trees: Trees) {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts.push(ParsedText { text, table, trees });
    }
}

/// The trees of a file under one name, parsed by the first thread that asks for them.
#[derive(Debug)]
struct Parse {
    path: String,
    /// Function numbers in a tree hold for one table only.
    table: u64,
    is_claimed: AtomicBool,
    /// Nothing where it is no template or could not be read.
    trees: OnceLock<Option<Trees>>,
}

/// The right to parse a file. Whoever waits for the trees does not wait for ever.
struct ParseGuard<'p>(&'p Parse);

impl Drop for ParseGuard<'_> {
    fn drop(&mut self) {
        let _ = self.0.trees.set(None);
    }
}

impl Parse {
    /// The right to do it, if nobody had it before.
    fn claim(&self) -> Option<ParseGuard<'_>> {
        match self.is_claimed.swap(true, Ordering::Relaxed) {
            true => None,
            false => Some(ParseGuard(self)),
        }
    }
}

/// The reason why a file has no trees.
#[derive(Debug, thiserror::Error)]
pub enum NotParsed {
    /// It could not be read.
    #[error(transparent)]
    Unread(Error),
    /// It is no template.
    #[error(transparent)]
    Invalid(ParseError),
}

impl File {
    /// The templates that it defines under the name `path`, if it has been parsed under it.
    pub fn find_trees(&self, path: &str, functions: &FunctionNames) -> Option<Trees> {
        self.parse_of(path, functions).trees.get()?.clone()
    }

    /// Returns true if some thread is parsing it under the name `path`.
    pub fn is_being_parsed(&self, path: &str, functions: &FunctionNames) -> bool {
        let parse = self.parse_of(path, functions);
        parse.is_claimed.load(Ordering::Relaxed) && parse.trees.get().is_none()
    }

    /// The templates that the file defines under the name `path`, the file's own text first. Waits for
    /// another thread that is parsing it.
    pub fn parsed(&self, path: &str, functions: &FunctionNames) -> Result<Trees, NotParsed> {
        let parse = self.parse_of(path, functions);
        match parse.claim() {
            Some(claim) => self.parse(claim, functions),
            None => match parse.trees.wait() {
                Some(trees) => Ok(Arc::clone(trees)),
                // Only trees are kept: the reason is found once more.
                None => self.parse_anew(path, functions),
            },
        }
    }

    /// Parses the file under the name `path`, unless some thread does or did; mistakes are left to whoever
    /// needs the trees. False if there was nothing to do.
    pub fn parse_unless_claimed(&self, path: &str, functions: &FunctionNames) -> bool {
        let parse = self.parse_of(path, functions);
        let claim = parse.claim();
        claim.map(|claim| self.parse(claim, functions)).is_some()
    }

    fn parse_of(&self, path: &str, functions: &FunctionNames) -> Arc<Parse> {
        let mut parses = self.parses.0.lock().unwrap_or_else(PoisonError::into_inner);
        let table = functions.id();
        let same = |parse: &&Arc<Parse>| parse.path == path && parse.table == table;
        if let Some(parse) = parses.iter().find(same) {
            return Arc::clone(parse);
        }
        let parse = Arc::new(Parse {
            path: path.into(),
            table,
            is_claimed: AtomicBool::new(false),
            trees: OnceLock::new(),
        });
        parses.push(Arc::clone(&parse));
        parse
    }

    fn parse(&self, claim: ParseGuard<'_>, functions: &FunctionNames) -> Result<Trees, NotParsed> {
        let trees = match self.under_another_name(claim.0) {
            Some(trees) => trees,
            None => self.parse_anew(&claim.0.path, functions)?,
        };
        let _ = claim.0.trees.set(Some(Arc::clone(&trees)));
        Ok(trees)
    }

    /// The trees from what the file was parsed to before, under the name that another alias of its chart
    /// gives it. Waits for another thread that is parsing it.
    fn under_another_name(&self, own: &Parse) -> Option<Trees> {
        let parses = self.parses.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Each waits for earlier ones only: no two wait for each other.
        let earlier = parses.iter().take_while(|parse| !ptr::eq(&***parse, own));
        let claimed = |parse: &&Arc<Parse>| {
            parse.table == own.table && parse.is_claimed.load(Ordering::Relaxed)
        };
        let earlier: Vec<_> = earlier.filter(claimed).cloned().collect();
        drop(parses);
        earlier.iter().find_map(|parse| {
            let trees = parse.trees.wait().as_ref()?;
            let trees = Tree::under_name(trees, &own.path)?;
            Some(trees.into_iter().map(Arc::new).collect())
        })
    }

    fn parse_anew(&self, path: &str, functions: &FunctionNames) -> Result<Trees, NotParsed> {
        let text = self.shared_bytes().map_err(NotParsed::Unread)?;
        let shared = self
            .shared
            .as_ref()
            .filter(|shared| Arc::strong_count(shared) > 1);
        if let Some(trees) = shared.and_then(|shared| shared.find(&text, path, functions.id())) {
            return Ok(trees);
        }
        let resolve = |name: &str| functions.resolve(name);
        let trees = gotemplate::parse(path, Arc::clone(&text), &resolve);
        let trees = trees.map_err(NotParsed::Invalid)?;
        let trees: Trees = trees.into_iter().map(Arc::new).collect();
        if let Some(shared) = shared {
            shared.add(text, functions.id(), Arc::clone(&trees));
        }
        Ok(trees)
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::unwrap_used
    )]

    use super::*;
    use gotemplate::FunctionTable;
    use std::thread;

    /// As the templates of a chart that has two aliases.
    #[test]
    fn a_file_is_parsed_once_for_all_names() {
        let functions = FunctionTable::new();
        let text = "{{ define \"x\" }}1{{ end }}{{ print . }}";
        let file = File::in_memory("templates/x.yaml", text);
        let parse = |path: &'static str| file.parsed(path, functions.names()).unwrap();
        let all: Vec<Trees> = thread::scope(|scope| {
            let threads = ["a", "b", "c"].map(|path| scope.spawn(move || parse(path)));
            threads.map(|thread| thread.join().unwrap()).into()
        });
        for (trees, name) in all.iter().zip(["a", "b", "c"]) {
            assert_eq!(trees.len(), 2);
            assert_eq!(
                (&*trees[0].name, &*trees[0].parse_name),
                (name.as_bytes(), name)
            );
            assert_eq!((&*trees[1].name, &*trees[1].parse_name), (&b"x"[..], name));
        }
        let (first, again) = (parse("a"), parse("d"));
        assert!(Arc::ptr_eq(&first[1].root, &again[1].root));
        // What the file defines cannot be called as the file is.
        assert!(file.parsed("x", functions.names()).is_err());
    }
}
