//! Configuration: what to ignore, to hide and to fail on. It is the section `diff` of `.rhelm.yaml`, or all of a
//! `.rhelm-diff.yaml`, as older versions have it.

use super::ignore::{Ignore, preset};
use super::node::{entries, items};
use diagnostics::ConfigError;
use diagnostics::config::Configuration;
use goyaml::{Entry, Kind, Node};

/// The file of older versions, which is read where `.rhelm.yaml` says nothing.
pub const OLDER_CONFIG_FILE: &str = ".rhelm-diff.yaml";

/// The content of the file.
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

/// The problem with a value, and the value inside it, if it is one.
type Wrong<'n> = (Option<&'n Node>, String);
/// The texts of a list.
type Texts<'n> = Vec<(&'n Node, &'n str)>;

impl Config {
    /// Reads a file's text: its section `diff`, or, in the older form, all of it. `file` is the file's name for
    /// errors.
    ///
    /// # Errors
    /// A text that is not YAML, an unknown key, and a value of the wrong kind.
    pub fn read(text: &[u8], file: &str) -> Result<Config, ConfigError> {
        let text = Configuration::read(text, file)?;
        match text.has_sections() {
            true => Ok(Config::of(&text)?.unwrap_or_default()),
            false => Config::of_entries(text.entries()?, &text, ""),
        }
    }

    /// The section `diff` of a file's text; none where it has none.
    ///
    /// # Errors
    /// Those of [`Config::read`].
    pub fn of_section(text: &[u8], file: &str) -> Result<Option<Config>, ConfigError> {
        Config::of(&Configuration::read(text, file)?)
    }

    fn of(text: &Configuration) -> Result<Option<Config>, ConfigError> {
        let section = text.section("diff")?;
        section
            .map(|entries| Config::of_entries(entries, text, "diff."))
            .transpose()
    }

    fn of_entries(
        entries: &[Entry],
        text: &Configuration,
        above: &str,
    ) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        for entry in entries {
            config.set(entry).map_err(|(node, problem)| {
                let line = node.unwrap_or(&entry.value).mark.line;
                text.error(line, format!("{above}{}: {problem}", entry.key))
            })?;
        }
        Ok(config)
    }

    fn set<'n>(&mut self, entry: &'n Entry) -> Result<(), Wrong<'n>> {
        let texts = || -> Result<Texts<'n>, Wrong<'n>> {
            let list = items(&entry.value).iter().map(|item| {
                let text = item.as_str();
                Ok((
                    item,
                    text.ok_or((Some(item), "expected a string".to_owned()))?,
                ))
            });
            list.collect()
        };
        if !matches!(entry.value.kind, Kind::Seq(_) | Kind::Null) {
            return Err((None, "expected a list".into()));
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
                let keys =
                    "ignore, ignorePresets, suppress, suppressOutputLineRegex, redact, failOn";
                return Err((None, format!("no such key; there are {keys}")));
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
            return Err((
                Some(&entry.value),
                format!("{}: expected a string", entry.key),
            ));
        };
        let set = ignore.set(&entry.key, text);
        set.map_err(|e| (Some(&entry.value), e.to_string()))?;
    }
    match ignore == Ignore::default() {
        true => Err((Some(item), "an entry is empty".into())),
        false => Ok(ignore),
    }
}
