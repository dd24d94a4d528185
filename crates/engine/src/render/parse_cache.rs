//! Parsed templates, attached to their file: each is parsed once for a path and function table,
//! however often its chart is rendered. What several files of a chart and its dependencies have in common,
//! as a library chart that each of them brings along, is parsed once.

use chart::File;
use gotemplate::ast::Tree;
use gotemplate::{FunctionNames, ParseError};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The trees of a template's file.
pub type Trees = Arc<[Arc<Tree>]>;

/// The parsed forms of a file.
#[derive(Debug, Default)]
struct ParseCache(Mutex<Vec<Arc<Parse>>>);

/// Texts that were parsed, with what they were parsed to.
#[derive(Debug, Default)]
struct TextCache(Mutex<Vec<ParsedText>>);

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
    Unread(chart::Error),
    /// It is no template.
    #[error(transparent)]
    Invalid(ParseError),
}

/// The templates that a file defines under the name `path`, if it has been parsed under it.
pub(super) fn find_trees(file: &File, path: &str, functions: &FunctionNames) -> Option<Trees> {
    parse_of(file, path, functions).trees.get()?.clone()
}

/// Returns true if some thread is parsing a file under the name `path`.
pub(super) fn is_being_parsed(file: &File, path: &str, functions: &FunctionNames) -> bool {
    let parse = parse_of(file, path, functions);
    parse.is_claimed.load(Ordering::Relaxed) && parse.trees.get().is_none()
}

/// The templates that a file defines under the name `path`, the file's own text first. Waits for
/// another thread that is parsing it.
pub fn template_trees(
    file: &File,
    path: &str,
    functions: &FunctionNames,
) -> Result<Trees, NotParsed> {
    let parse = parse_of(file, path, functions);
    match parse.claim() {
        Some(claim) => parse_claimed(file, claim, functions),
        None => match parse.trees.wait() {
            Some(trees) => Ok(Arc::clone(trees)),
            // Only trees are kept: the reason is found once more.
            None => parse_anew(file, path, functions),
        },
    }
}

/// Parses a file under the name `path`, unless some thread does or did; mistakes are left to whoever
/// needs the trees. False if there was nothing to do.
pub(super) fn parse_unless_claimed(file: &File, path: &str, functions: &FunctionNames) -> bool {
    let parse = parse_of(file, path, functions);
    let claim = parse.claim();
    claim
        .map(|claim| parse_claimed(file, claim, functions))
        .is_some()
}

fn parse_of(file: &File, path: &str, functions: &FunctionNames) -> Arc<Parse> {
    let cache = file.attachment().get::<ParseCache>();
    let mut parses = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
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

fn parse_claimed(
    file: &File,
    claim: ParseGuard<'_>,
    functions: &FunctionNames,
) -> Result<Trees, NotParsed> {
    let trees = match under_another_name(file, claim.0) {
        Some(trees) => trees,
        None => parse_anew(file, &claim.0.path, functions)?,
    };
    let _ = claim.0.trees.set(Some(Arc::clone(&trees)));
    Ok(trees)
}

/// The trees from what the file was parsed to before, under the name that another alias of its chart
/// gives it. Waits for another thread that is parsing it.
fn under_another_name(file: &File, own: &Parse) -> Option<Trees> {
    let cache = file.attachment().get::<ParseCache>();
    let parses = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
    // Each waits for earlier ones only: no two wait for each other.
    let earlier = parses.iter().take_while(|parse| !ptr::eq(&***parse, own));
    let claimed =
        |parse: &&Arc<Parse>| parse.table == own.table && parse.is_claimed.load(Ordering::Relaxed);
    let earlier: Vec<_> = earlier.filter(claimed).cloned().collect();
    drop(parses);
    earlier.iter().find_map(|parse| {
        let trees = parse.trees.wait().as_ref()?;
        let trees = Tree::under_name(trees, &own.path)?;
        Some(trees.into_iter().map(Arc::new).collect())
    })
}

fn parse_anew(file: &File, path: &str, functions: &FunctionNames) -> Result<Trees, NotParsed> {
    let text = file.shared_bytes().map_err(NotParsed::Unread)?;
    let shared = file.shared_attachment();
    let shared = shared.map(|shared| shared.get::<TextCache>());
    if let Some(trees) = shared
        .as_ref()
        .and_then(|shared| shared.find(&text, path, functions.id()))
    {
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
        let parse = |path: &'static str| template_trees(&file, path, functions.names()).unwrap();
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
        assert!(template_trees(&file, "x", functions.names()).is_err());
    }
}
