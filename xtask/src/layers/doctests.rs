//! Which crates have examples in their docs: `cargo test` starts rustdoc for each library, whether it has some or
//! not, so that those without say so in their `Cargo.toml`.

use super::Package;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Checks that a library's docs have examples if and only if cargo is told to run them.
pub(super) fn check(packages: &BTreeMap<String, Package>) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (name, package) in packages {
        let library = package
            .targets
            .iter()
            .find(|target| target.kind.iter().any(|kind| kind == "lib"));
        let Some(library) = library else { continue };
        let sources = library.src_path.parent().context("a library has a folder")?;
        match (has_examples(sources)?, library.doctest) {
            (true, false) => problems.push(format!(
                "the docs of {name} have examples, and its Cargo.toml says `doctest = false`"
            )),
            (false, true) => problems.push(format!(
                "the docs of {name} have no example: its Cargo.toml needs `doctest = false` below [lib]"
            )),
            _ => {}
        }
    }
    Ok(problems)
}

/// Whether a comment for readers of the docs holds a block of code.
fn has_examples(directory: &Path) -> Result<bool> {
    for entry in WalkDir::new(directory) {
        let entry = entry?;
        if entry.path().extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let source = fs::read_to_string(entry.path())?;
        let is_fence = |line: &str| {
            let line = line.trim_start();
            let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            text.is_some_and(|text| text.trim_start().starts_with("```"))
        };
        // The front page of the command's library is a file of its own.
        if source.lines().any(is_fence) || source.contains("#![doc = include_str!") {
            return Ok(true);
        }
    }
    Ok(false)
}
