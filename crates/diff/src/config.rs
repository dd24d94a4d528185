//! `.rhelm-diff.yaml`: what to ignore, to hide and to fail on, kept beside the charts.

use super::ignore::{Ignore, preset};
use super::node::{entries, items};
use diagnostics::ConfigError;
use goyaml::{Entry, Kind, Node};

/// The file that is read where no other is named.
pub const FILE: &str = ".rhelm-diff.yaml";

/// What such a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `ignore` and `ignorePresets`.
    pub ignores: Vec<Ignore>,
    /// `suppress`: kinds whose changes are not shown.
    pub suppress: Vec<String>,
    /// `suppressOutputLineRegex`.
    pub suppress_lines: Vec<String>,
    /// `redact`: parts of names whose values are secret.
    pub redact: Vec<String>,
    /// `failOn`: rules or severities.
    pub fail_on: Vec<String>,
}

/// What is wrong with a value, and the value inside it, if it is one.
type Wrong<'n> = (Option<&'n Node>, String);
/// The texts of a list.
type Texts<'n> = Vec<(&'n Node, &'n str)>;

impl Config {
    /// Reads a file's text; `file` is its name for errors.
    pub fn read(text: &[u8], file: &str) -> Result<Config, ConfigError> {
        let error = |node: &Node, problem: String| ConfigError {
            file: file.into(),
            line: node.mark.line,
            problem,
        };
        let root = goyaml::parse_strict(text).map_err(|e| ConfigError {
            file: file.into(),
            line: e.mark().line,
            problem: e.bare().into(),
        })?;
        if !matches!(root.kind, Kind::Map(_) | Kind::Null) {
            return Err(error(&root, "the file is no map".into()));
        }
        let mut config = Config::default();
        for entry in entries(&root) {
            config.set(entry).map_err(|(node, problem)| {
                let node = node.unwrap_or(&entry.value);
                error(node, format!("{}: {problem}", entry.key))
            })?;
        }
        Ok(config)
    }

    fn set<'n>(&mut self, entry: &'n Entry) -> Result<(), Wrong<'n>> {
        let texts = || -> Result<Texts<'n>, Wrong<'n>> {
            let list = items(&entry.value).iter().map(|item| {
                let text = item.as_str();
                Ok((item, text.ok_or((Some(item), "it is no text".to_owned()))?))
            });
            list.collect()
        };
        if !matches!(entry.value.kind, Kind::Seq(_) | Kind::Null) {
            return Err((None, "it is no list".into()));
        }
        let owned = |texts: Vec<(&Node, &str)>| texts.iter().map(|(_, t)| (*t).into()).collect();
        match &*entry.key {
            "ignore" => {
                for item in items(&entry.value) {
                    self.ignores.push(ignore(item)?);
                }
            }
            "ignorePresets" => {
                for (item, name) in texts()? {
                    let ignores = preset(name).map_err(|e| (Some(item), e.to_string()))?;
                    self.ignores.extend(ignores);
                }
            }
            "suppress" => self.suppress = owned(texts()?),
            "suppressOutputLineRegex" => self.suppress_lines = owned(texts()?),
            "redact" => self.redact = owned(texts()?),
            "failOn" => self.fail_on = owned(texts()?),
            _ => {
                let known =
                    "ignore, ignorePresets, suppress, suppressOutputLineRegex, redact, failOn";
                return Err((None, format!("no such key; there are {known}")));
            }
        }
        Ok(())
    }
}

/// A map of `kind`, `name`, `namespace`, `group`, `path`, or their text as `--ignore` takes it.
fn ignore(item: &Node) -> Result<Ignore, Wrong<'_>> {
    if let Some(text) = item.as_str() {
        return Ignore::parse(text).map_err(|e| (Some(item), e.to_string()));
    }
    let mut ignore = Ignore::default();
    for entry in entries(item) {
        let Some(text) = entry.value.as_str() else {
            return Err((Some(&entry.value), format!("{} is no text", entry.key)));
        };
        let set = ignore.set(&entry.key, text);
        set.map_err(|e| (Some(&entry.value), e.to_string()))?;
    }
    match ignore == Ignore::default() {
        true => Err((Some(item), "an entry is empty".into())),
        false => Ok(ignore),
    }
}
