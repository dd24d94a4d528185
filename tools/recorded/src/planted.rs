//! Mistakes and hazards in `tests/planted`: changes of a chart of our own, each with the rule that finds it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::directory;

/// One change of the chart, as a table in `tests/planted` has it.
pub struct Planted {
    texts: BTreeMap<String, String>,
    /// True if the changed chart is the old one.
    pub is_back: bool,
    /// Arguments for the command.
    pub flags: Vec<String>,
}

/// The directory of the chart `web` and the tables.
pub fn dir() -> PathBuf {
    project::root().join("tests/planted")
}

/// The changes of a kind in a file.
///
/// # Errors
/// When the file cannot be read.
pub fn read(file: &str, kind: &str) -> Result<Vec<Planted>> {
    let table: toml::Table = fs::read_to_string(dir().join(file))?.parse()?;
    let list = table.get(kind).and_then(toml::Value::as_array);
    let planted = list.into_iter().flatten().filter_map(|row| {
        let row = row.as_table()?;
        let texts = row.iter().filter_map(|(key, value)| {
            let text = value.as_str()?;
            Some((key.clone(), text.trim_start_matches('\n').to_owned()))
        });
        Some(Planted {
            texts: texts.collect(),
            is_back: row.get("back").and_then(toml::Value::as_bool) == Some(true),
            flags: row
                .get("flags")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|flag| flag.as_str().map(str::to_owned))
                .collect(),
        })
    });
    Ok(planted.collect())
}

/// The values files that a change may come with, in their order.
pub const VALUES: [&str; 2] = ["base.yaml", "prod.yaml"];

impl Planted {
    /// The text of a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Its name, for messages.
    pub fn name(&self) -> &str {
        self.text("name").unwrap_or_default()
    }

    /// A directory with a copy of the chart, `web`, with this change, and the values files beside it.
    ///
    /// # Errors
    /// When the place of the change is not there.
    pub fn plant(&self) -> Result<tempfile::TempDir> {
        let copy = tempfile::tempdir()?;
        let to = copy.path().join("web");
        directory::copy(&dir().join("web"), &to)?;
        for values in VALUES {
            if let Some(text) = self.text(values) {
                fs::write(copy.path().join(values), text)?;
            }
        }
        let Some(file) = self.text("file") else {
            return Ok(copy);
        };
        let path = to.join(file);
        let text = fs::read_to_string(&path)?;
        let find = self.text("find").context("no find")?;
        let put = self.text("put").context("no put")?;
        if !text.contains(find) {
            bail!("{}: {find:?} is not there", self.name());
        }
        let changed = text.replacen(find, put, 1) + self.text("append").unwrap_or_default();
        fs::write(&path, changed)?;
        Ok(copy)
    }
}
