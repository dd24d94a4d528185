//! The configuration file of all commands, `.rhelm.yaml`: a map with a section for each command that has settings.

use crate::ConfigError;
use goyaml::{Entry, Kind, Node};

/// The file's name.
pub const CONFIG_FILE: &str = ".rhelm.yaml";

/// The sections.
const SECTIONS: [&str; 2] = ["validate", "diff"];
/// Keys that are on or off.
const SWITCHES: [&str; 1] = ["preflight"];

/// A configuration that was read.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The file's name, for errors.
    file: String,
    root: Node,
}

impl Configuration {
    /// Reads a text; `file` is the file's name for errors.
    ///
    /// # Errors
    /// A text that is not YAML.
    pub fn read(text: &[u8], file: &str) -> Result<Configuration, ConfigError> {
        let root = goyaml::parse_strict(text).map_err(|error| ConfigError {
            file: file.into(),
            line: error.mark().line,
            problem: error.bare().into(),
        })?;
        let file = file.into();
        Ok(Configuration { file, root })
    }

    /// Returns true if there are sections: the text is not in the older form, which holds the settings of one command.
    pub fn has_sections(&self) -> bool {
        let mut keys = SECTIONS.iter().chain(&SWITCHES);
        keys.any(|key| self.root.get(key).is_some())
    }

    /// Returns true if a switch is on.
    ///
    /// # Errors
    /// A value that is not a boolean, and those of [`Configuration::section`].
    pub fn switch(&self, name: &str) -> Result<bool, ConfigError> {
        self.section("")?;
        match self.root.get(name).map(|value| (&value.kind, value)) {
            None | Some((Kind::Null, _)) => Ok(false),
            Some((Kind::Bool(flag), _)) => Ok(*flag),
            Some((_, value)) => {
                Err(self.error(value.mark.line, format!("{name} must be true or false")))
            }
        }
    }

    /// The entries of a section; none where there is no such section.
    ///
    /// # Errors
    /// An unknown section, and one that is not a map.
    pub fn section(&self, name: &str) -> Result<Option<&[Entry]>, ConfigError> {
        let mut entries = None;
        for section in self.map(&self.root, "the file")? {
            if SWITCHES.contains(&&*section.key) {
                continue;
            }
            if !SECTIONS.contains(&&*section.key) {
                let ([first, second], [switch]) = (SECTIONS, SWITCHES);
                let key = &section.key;
                return Err(self.error(
                    section.mark.line,
                    format!("no such key: {key}; there are {first}, {second} and {switch}"),
                ));
            }
            let map = self.map(&section.value, &section.key)?;
            if &*section.key == name {
                entries = Some(map);
            }
        }
        Ok(entries)
    }

    /// All settings of a text in the older form.
    ///
    /// # Errors
    /// A text that is not a map.
    pub fn entries(&self) -> Result<&[Entry], ConfigError> {
        match &self.root.kind {
            Kind::Map(entries) => Ok(entries),
            Kind::Null => Ok(&[]),
            _ => Err(self.error(self.root.mark.line, "expected a map".into())),
        }
    }

    /// An error about a line of the file.
    pub fn error(&self, line: u32, problem: String) -> ConfigError {
        ConfigError {
            file: self.file.clone(),
            line,
            problem,
        }
    }

    fn map<'n>(&self, node: &'n Node, name: &str) -> Result<&'n [Entry], ConfigError> {
        match &node.kind {
            Kind::Map(entries) => Ok(entries),
            Kind::Null => Ok(&[]),
            _ => Err(self.error(node.mark.line, format!("{name} must be a map"))),
        }
    }
}
