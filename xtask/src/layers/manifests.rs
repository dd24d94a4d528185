//! Checks that a crate's `Cargo.toml` says no more than its sources need.

use super::Package;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Checks that each crate names packages that its own code or its features use, and that `cargo test` starts rustdoc for
/// a library, which takes a second, if and only if its docs have examples.
pub(super) fn check(packages: &BTreeMap<String, Package>) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (name, package) in packages {
        let is_library = |kind: &String| kind == "lib";
        let mut targets = package.targets.iter();
        let Some(library) = targets.find(|target| target.kind.iter().any(is_library)) else {
            continue;
        };
        let directory = library
            .src_path
            .parent()
            .context("a library has a folder")?;
        let sources = sources(directory)?;
        match (has_examples(&sources), library.doctest) {
            (true, false) => problems.push(format!(
                "the docs of {name} have examples, and its Cargo.toml says `doctest = false`"
            )),
            (false, true) => problems.push(format!(
                "the docs of {name} have no example: its Cargo.toml needs `doctest = false` below [lib]"
            )),
            _ => {}
        }
        for dependency in package.dependencies.iter().filter(|one| one.kind.is_none()) {
            let used_name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            if !uses(&sources, &used_name.replace('-', "_")) {
                problems.push(format!("{name} does not use {used_name}"));
            }
        }
    }
    Ok(problems)
}

/// The text of a library's files, without those of tests.
fn sources(directory: &Path) -> Result<String> {
    let mut text = String::new();
    for entry in WalkDir::new(directory) {
        let entry = entry?;
        let path = entry.path();
        let is_source = path.extension().is_some_and(|end| end == "rs");
        if is_source && path.file_name().is_none_or(|name| name != "tests.rs") {
            text.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(text)
}

/// True if a comment for readers of the docs holds a block of Rust, or a page that does.
fn has_examples(sources: &str) -> bool {
    let fence = |line: &str| {
        let line = line.trim_start();
        let text = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))?;
        text.trim_start().strip_prefix("```").map(str::to_owned)
    };
    // Every other fence begins a block.
    let mut languages = sources.lines().filter_map(fence).step_by(2);
    languages.any(|language| language != "yaml") || sources.contains("#[doc = include_str!")
}

/// True if a path begins with the crate, or it is brought in as a whole.
fn uses(sources: &str, name: &str) -> bool {
    sources.match_indices(name).any(|(at, _)| {
        let before = sources[..at].chars().next_back();
        let after = sources[at + name.len()..].trim_start();
        before.is_none_or(|char| !char.is_alphanumeric() && char != '_')
            && ["::", ";", " as ", "as ", ",", "}", "{"]
                .iter()
                .any(|end| after.starts_with(end))
    })
}
