//! The configuration file of all commands, `.rhelm.yaml`: a map with a section for each command that has settings.

use crate::ConfigError;
use goyaml::{Entry, Kind, Node};

/// The file's name.
pub const CONFIG_FILE: &str = ".rhelm.yaml";

/// The sections.
const SECTIONS: [&str; 2] = ["validate", "diff"];

/// The entries of a section; none where the file has no such section. `file` is the file's name for errors.
///
/// # Errors
/// A text that is not YAML, and an unknown section.
pub fn section(text: &[u8], file: &str, name: &str) -> Result<Option<Vec<Entry>>, ConfigError> {
    let mut entries_of_name = None;
    for section in map(&parse(text, file)?, file, "the file")? {
        if !SECTIONS.contains(&&*section.key) {
            let [first, second] = SECTIONS;
            return Err(ConfigError {
                file: file.into(),
                line: section.mark.line,
                problem: format!(
                    "no such key: {}; there are {first} and {second}",
                    section.key
                ),
            });
        }
        let entries = map(&section.value, file, &section.key)?;
        if &*section.key == name {
            entries_of_name = Some(entries.to_vec());
        }
    }
    Ok(entries_of_name)
}

/// A text has sections: it is not in the older form, which holds the settings of one command.
///
/// # Errors
/// A text that is not YAML.
pub fn has_sections(text: &[u8], file: &str) -> Result<bool, ConfigError> {
    let root = parse(text, file)?;
    Ok(SECTIONS.iter().any(|section| root.get(section).is_some()))
}

/// The root of a configuration's text.
///
/// # Errors
/// A text that is not YAML.
pub fn parse(text: &[u8], file: &str) -> Result<Node, ConfigError> {
    goyaml::parse_strict(text).map_err(|error| ConfigError {
        file: file.into(),
        line: error.mark().line,
        problem: error.bare().into(),
    })
}

fn map<'n>(node: &'n Node, file: &str, name: &str) -> Result<&'n [Entry], ConfigError> {
    match &node.kind {
        Kind::Map(entries) => Ok(entries),
        Kind::Null => Ok(&[]),
        _ => Err(ConfigError {
            file: file.into(),
            line: node.mark.line,
            problem: format!("{name} must be a map"),
        }),
    }
}
