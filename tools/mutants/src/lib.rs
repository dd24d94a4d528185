//! Manifests that Kubernetes accepts, with one mistake each: what its schemas say of a field is broken, field by field.
//!
//! A real API server says of each whether it is refused (`cargo xtask cluster --record`);
//! `crates/checks/tests/kubernetes.rs` holds rhelm's rules beside that.

mod json;

use anyhow::{Context, Result};
use goyaml::{Entry, Kind, Mark, Node};
use kubernetes::fields::{Field, MINORS, Struct, Type};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub use json::to_json;

/// The minor version of Kubernetes 1 whose API server is asked.
pub const MINOR: u16 = 36;

/// A resource, as it is accepted or with a mistake.
pub struct Mutant {
    /// The resource and its mistake: `apps/v1 Deployment web: spec.replicas = "text"`.
    pub name: String,
    /// The resource.
    pub node: Node,
}

/// The directory of the accepted manifests and the verdicts.
pub fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/kubernetes")
}

/// A resource with fields that do not fit together.
pub struct Refused {
    /// The rule that tells of it.
    pub rule: String,
    /// The resource.
    pub node: Node,
    /// Its text.
    pub text: String,
}

fn files(directory: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for file in fs::read_dir(dir().join(directory))? {
        files.push(file?.path());
    }
    files.sort();
    Ok(files)
}

/// The resources in `refused`: before each stands the rule that tells of it, in a comment.
///
/// # Errors
/// When a file cannot be read or is no YAML.
pub fn refused() -> Result<Vec<Refused>> {
    let mut all = Vec::new();
    for file in files("refused")? {
        for text in fs::read_to_string(&file)?.split("---\n") {
            let rule = text.lines().next().and_then(|line| line.strip_prefix("# "));
            let rule =
                rule.with_context(|| format!("{}: no rule before {text}", file.display()))?;
            let node = goyaml::parse(text.as_bytes());
            all.push(Refused {
                rule: rule.to_owned(),
                node: node.with_context(|| file.display().to_string())?,
                text: text.to_owned(),
            });
        }
    }
    Ok(all)
}

/// All accepted resources, each followed by its mutants.
///
/// # Errors
/// When a file cannot be read or is no YAML.
pub fn all() -> Result<Vec<Mutant>> {
    let mut all = Vec::new();
    for file in files("accepted")? {
        let text = fs::read_to_string(&file)?;
        for document in text.split("\n---\n") {
            let node = goyaml::parse(document.as_bytes());
            let node = node.with_context(|| file.display().to_string())?;
            mutate(node, &mut all);
        }
    }
    Ok(all)
}

/// The verdicts of a real API server, by the names of mutants: true of those that it accepts.
///
/// # Errors
/// When they cannot be read.
pub fn verdicts() -> Result<BTreeMap<String, bool>> {
    let text = fs::read_to_string(dir().join("verdicts.txt"))?;
    let verdicts = text.lines().filter_map(|line| {
        let (verdict, name) = line.split_once(' ')?;
        Some((name.to_owned(), verdict == "accepted"))
    });
    Ok(verdicts.collect())
}

fn text<'n>(node: &'n Node, path: &[&str]) -> &'n str {
    let at = path.iter().try_fold(node, |node, key| node.get(key));
    at.and_then(Node::as_str).unwrap_or_default()
}

fn mutate(node: Node, all: &mut Vec<Mutant>) {
    let (api_version, kind) = (text(&node, &["apiVersion"]), text(&node, &["kind"]));
    let name = format!(
        "{api_version} {kind} {}",
        text(&node, &["metadata", "name"])
    );
    let mut changes = Vec::new();
    if let Some(of) = kubernetes::fields::resource(api_version, kind, MINOR.min(MINORS.1)) {
        let mut finder = Finder {
            path: Vec::new(),
            changes: &mut changes,
        };
        finder.fields(&node, of);
    }
    let mutants = changes.into_iter().filter_map(|change| {
        let mut node = node.clone();
        change.apply(&mut node)?;
        Some(Mutant {
            name: format!("{name}: {}", change.name()),
            node,
        })
    });
    let mutants: Vec<Mutant> = mutants.collect();
    all.push(Mutant { name, node });
    all.extend(mutants);
}

#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// The deed at a place.
enum Deed {
    Remove,
    Set(Node),
    /// The last item stands there twice.
    Repeat,
}

struct Change {
    path: Vec<Step>,
    deed: Deed,
}

impl Change {
    fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if name.is_empty() => name.push_str(key),
                Step::Key(key) => name.push_str(&format!(".{key}")),
                Step::Index(index) => name.push_str(&format!("[{index}]")),
            }
        }
        match &self.deed {
            Deed::Remove => format!("no {name}"),
            Deed::Set(node) => format!("{name} = {}", to_json(node)),
            Deed::Repeat => format!("{name}, the last item twice"),
        }
    }

    fn apply(&self, node: &mut Node) -> Option<()> {
        let (last, above) = self.path.split_last()?;
        let mut at = node;
        for step in above {
            at = match (step, &mut at.kind) {
                (Step::Key(key), Kind::Map(entries)) => {
                    let mut entries = entries.iter_mut();
                    &mut entries.find(|entry| *entry.key == **key)?.value
                }
                (Step::Index(index), Kind::Seq(items)) => items.get_mut(*index)?,
                _ => return None,
            };
        }
        match (last, &mut at.kind, &self.deed) {
            (Step::Key(key), Kind::Map(entries), Deed::Remove) => {
                entries.retain(|entry| *entry.key != **key);
            }
            (Step::Key(key), Kind::Map(entries), deed) => {
                let found = entries.iter_mut().find(|entry| *entry.key == **key);
                match (found, deed) {
                    (Some(entry), Deed::Set(value)) => entry.value = value.clone(),
                    (Some(entry), _) => {
                        let Kind::Seq(items) = &mut entry.value.kind else {
                            return None;
                        };
                        items.push(items.last()?.clone());
                    }
                    (None, Deed::Set(value)) => entries.push(Entry {
                        key: key.as_str().into(),
                        value: value.clone(),
                        mark: Mark::default(),
                    }),
                    (None, _) => return None,
                }
            }
            (Step::Index(index), Kind::Seq(items), Deed::Set(value)) => {
                *items.get_mut(*index)? = value.clone();
            }
            _ => return None,
        }
        Some(())
    }
}

struct Finder<'c> {
    path: Vec<Step>,
    changes: &'c mut Vec<Change>,
}

impl Finder<'_> {
    fn add(&mut self, deed: Deed) {
        let path = self.path.clone();
        self.changes.push(Change { path, deed });
    }

    fn set(&mut self, kind: Kind) {
        self.add(Deed::Set(Node {
            kind,
            mark: Mark::default(),
        }));
    }

    fn below(&mut self, step: Step, node: &Node, of: Type<'static>, field: Option<Field<'static>>) {
        self.path.push(step);
        self.value(node, of, field);
        self.path.pop();
    }

    fn fields(&mut self, node: &Node, of: Struct<'static>) {
        let Kind::Map(entries) = &node.kind else {
            return;
        };
        self.path.push(Step::Key("unheardOf".into()));
        self.set(Kind::Int(1));
        self.path.pop();
        for entry in entries {
            let key = &*entry.key;
            // What kubectl itself reads, before it asks the server.
            if self.path.is_empty() && matches!(key, "apiVersion" | "kind" | "metadata") {
                continue;
            }
            let Some(field) = of.field(key) else { continue };
            self.path.push(Step::Key(key.into()));
            if field.is_required() {
                self.add(Deed::Remove);
            }
            self.value(&entry.value, field.of(), Some(field));
            self.path.pop();
        }
    }

    fn value(&mut self, node: &Node, of: Type<'static>, field: Option<Field<'static>>) {
        let word = |text: &str| Kind::Str(text.into());
        match of {
            Type::Struct(of) => {
                self.set(Kind::Seq(Vec::new()));
                self.fields(node, of);
            }
            Type::List(of) => {
                self.set(word("text"));
                if field.is_some_and(|field| field.is_set() || field.keys().next().is_some()) {
                    self.add(Deed::Repeat);
                }
                let Kind::Seq(items) = &node.kind else { return };
                for (index, item) in items.iter().enumerate() {
                    self.below(Step::Index(index), item, of.resolve(), field);
                }
            }
            Type::Map(of) => {
                self.set(Kind::Seq(Vec::new()));
                let Kind::Map(entries) = &node.kind else {
                    return;
                };
                for entry in entries {
                    let step = Step::Key(entry.key.to_string());
                    self.below(step, &entry.value, of.resolve(), field);
                }
            }
            Type::Text => {
                self.set(Kind::Int(8080));
                self.set(Kind::Bool(true));
                self.set(word("Not a word!"));
                if field.is_some_and(|field| field.values().next().is_some()) {
                    self.set(word("Wrong"));
                    self.set(word(""));
                }
            }
            Type::Base64 => {
                self.set(word("hunter2!"));
                self.set(word("YWJj\n"));
            }
            Type::Time => self.set(word("yesterday")),
            Type::Int32 | Type::Int64 => {
                self.set(word("8080"));
                self.set(Kind::Float(1.5));
                self.set(Kind::Int(-1));
                self.set(Kind::Int(0));
                self.set(Kind::Int(70_000));
                self.set(Kind::Int(i64::from(i32::MAX) + 1));
            }
            Type::Number => self.set(word("1")),
            Type::Boolean => {
                self.set(word("true"));
                self.set(Kind::Int(1));
            }
            Type::Quantity => {
                for bad in ["100mi", "1G i", "512mb", "lots", "-1"] {
                    self.set(word(bad));
                }
                self.set(Kind::Bool(true));
                self.set(Kind::Float(0.5));
            }
            Type::IntOrText => {
                self.set(Kind::Bool(true));
                self.set(Kind::Float(1.5));
                self.set(Kind::Int(-1));
                self.set(Kind::Int(70_000));
                self.set(word("Not a word!"));
            }
            Type::Anything => {}
        }
    }
}
