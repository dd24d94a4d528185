//! Scalars of values files that YAML 1.1, or Helm, reads as something else than they look like.

use super::context::Context;
use super::defaults::default_at;
use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use super::values_file::Documents;
use engine::action::Manifests;
use gostd::Value;
use goyaml::{Kind, Mark, Node};
use trace::usage::display_value_path;

/// The words that YAML 1.1 has for booleans besides true and false.
const BOOLEANS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "Y", "N"];

/// Whole numbers beyond this are not all floats.
const EXACT: u64 = 1 << 53;

/// The diagnostics for the scalars of a values file; `rendered` is what the chart made of them.
pub(super) fn diagnostics(
    name: &str,
    documents: &Documents,
    context: &Context<'_, '_>,
    rendered: Option<&Manifests>,
) -> Vec<Diagnostic> {
    let mut check = Check {
        name,
        context,
        rendered,
        diagnostics: Vec::new(),
    };
    for document in documents.iter() {
        check.node(document, &mut Vec::new());
    }
    check.diagnostics
}

struct Check<'a, 'c> {
    name: &'a str,
    context: &'a Context<'a, 'c>,
    rendered: Option<&'a Manifests>,
    diagnostics: Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn node(&mut self, node: &Node, path: &mut Vec<String>) {
        match &node.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    path.push(entry.key.to_string());
                    self.key(&entry.key, entry.mark, path);
                    self.node(&entry.value, path);
                    path.pop();
                }
            }
            Kind::Seq(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(index.to_string());
                    self.node(item, path);
                    path.pop();
                }
            }
            Kind::Bool(_) => self.boolean(node, path),
            Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => self.number(node, path),
            Kind::Null | Kind::Str(_) => {}
        }
    }

    fn key(&mut self, key: &str, mark: Mark, path: &[String]) {
        let Some(word) = self.word(mark).filter(|word| is_boolean(word)) else {
            return;
        };
        if matches!(key, "true" | "false") {
            let message = format!("the key {word} is read as {key}");
            self.push(
                &rules::BOOLEAN_KEY,
                mark,
                message,
                path,
                &format!("quote it: \"{word}\""),
            );
        }
    }

    fn boolean(&mut self, node: &Node, path: &[String]) {
        let Some(word) = self.word(node.mark).filter(|word| is_boolean(word)) else {
            return;
        };
        // The value of an environment variable is always a text.
        let is_environment = matches!(path, [.., index, key] if key == "value" && is_index(index));
        if self.default_is_text(path) || is_environment {
            let read = matches!(node.kind, Kind::Bool(true));
            let message = format!("{word} is read as {read}, where a string is meant");
            self.push(
                &rules::YAML_BOOLEAN,
                node.mark,
                message,
                path,
                &format!("quote it: \"{word}\""),
            );
        }
    }

    fn number(&mut self, node: &Node, path: &[String]) {
        let Some(word) = self.word(node.mark) else {
            return;
        };
        let float = match node.kind {
            Kind::Int(n) => n as f64,
            Kind::Uint(n) => n as f64,
            Kind::Float(f) => f,
            _ => return,
        };
        let text = gostd::fmt::value_text(&Value::Float64(float)).unwrap_or_default();
        let text = text.to_string();
        let quote = format!("quote it: \"{word}\"");
        let exact = match node.kind {
            Kind::Int(n) => n.unsigned_abs() <= EXACT || float as i128 == i128::from(n),
            Kind::Uint(n) => float as i128 == i128::from(n),
            _ => true,
        };
        if !exact {
            let message = format!("{word} has more digits than Helm keeps: it is {float}");
            return self.push(&rules::LOST_DIGITS, node.mark, message, path, &quote);
        }
        if text != word && (self.default_is_text(path) || self.is_version(path)) {
            let message = format!("{word} is a number, which prints as {text}");
            return self.push(&rules::REFORMATTED_NUMBER, node.mark, message, path, &quote);
        }
        if text.contains('e') && !word.contains(['e', 'E']) && self.is_rendered(&text) {
            let message = format!("{word} came out as {text}");
            self.push(&rules::EXPONENT_NUMBER, node.mark, message, path, &quote);
        }
    }

    fn push(
        &mut self,
        rule: &'static rules::Rule,
        mark: Mark,
        message: String,
        path: &[String],
        suggestion: &str,
    ) {
        let place = Place::file(self.name, mark);
        let diagnostic = Diagnostic::new(rule, place, message).about(display_value_path(path));
        self.diagnostics.push(diagnostic.suggest(suggestion));
    }

    /// The plain scalar that is written at a place.
    fn word(&self, mark: Mark) -> Option<String> {
        let mark = Marked::from(mark);
        let line = self.context.sources.line(self.name, mark.line)?;
        let start = usize::try_from(mark.column).ok()?.checked_sub(1)?;
        let rest = line.get(start..)?;
        let ends = |b: &u8| {
            matches!(
                b,
                b' ' | b'\t' | b',' | b'[' | b']' | b'{' | b'}' | b':' | b'#'
            )
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let word = std::str::from_utf8(rest.get(..length)?).ok()?;
        let is_plain = word.starts_with(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c));
        is_plain.then(|| word.to_owned())
    }

    fn default_is_text(&self, path: &[String]) -> bool {
        let default = default_at(self.context.prepared, path);
        default.is_some_and(|default| matches!(&default.kind, Kind::Str(_)))
    }

    /// Returns true if a key that has no default says that its value is a version.
    fn is_version(&self, path: &[String]) -> bool {
        let default = default_at(self.context.prepared, path);
        let no_default = default.is_none_or(|default| matches!(default.kind, Kind::Null));
        let last = path
            .last()
            .map(|key| key.to_lowercase())
            .unwrap_or_default();
        no_default && (last.ends_with("tag") || last.ends_with("version"))
    }

    /// Returns true if a number stands in what was rendered, as a word of its own.
    fn is_rendered(&self, text: &str) -> bool {
        let Some(manifests) = self.rendered else {
            return false;
        };
        let hooks = manifests.hooks.iter().map(|hook| &hook.document);
        let mut documents = manifests.manifests.iter().chain(hooks);
        documents.any(|document| {
            let positions = memchr::memmem::find_iter(&document.text, text.as_bytes());
            positions.into_iter().any(|at| {
                let before = at.checked_sub(1).and_then(|at| document.text.get(at));
                let after = document.text.get(at + text.len());
                let part = |b: Option<&u8>| {
                    b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.' || *b == b'-')
                };
                !part(before) && !part(after)
            })
        })
    }
}

fn is_boolean(word: &str) -> bool {
    BOOLEANS.iter().any(|name| name.eq_ignore_ascii_case(word))
}

fn is_index(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_digit())
}
