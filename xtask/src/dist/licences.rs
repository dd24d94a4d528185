//! The notice with the licences of all packages that are part of the program.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::packages::{Id, Package};

/// How the names of files with licences, copyrights and notices begin.
const NAMES: [&str; 5] = ["COPYING", "COPYRIGHT", "LICENCE", "LICENSE", "NOTICE"];

/// The notice: a list of packages with their licences, then each text once, with the packages that bring it.
///
/// # Errors
/// When a package of another project says nothing of its licence.
pub(super) fn notice(packages: &BTreeMap<Id, Package>) -> Result<String> {
    let mut text = String::from("rhelm contains these packages of other projects:\n\n");
    let mut texts = BTreeMap::<String, Vec<String>>::new();
    // Packages of this repository have no checksum; their licence is the program's own.
    for package in packages.values().filter(|it| it.checksum.is_some()) {
        let title = format!("{} {}", package.name, package.version);
        let files = licence_files(&package.dir)?;
        ensure!(
            package.licence.is_some() || !files.is_empty(),
            "{title} has no licence"
        );
        let licence = package.licence.as_deref().unwrap_or("see its text below");
        writeln!(text, "  {title}: {licence}")?;
        for file in files {
            texts.entry(file).or_default().push(title.clone());
        }
    }
    for (licence, packages) in texts {
        let line = "-".repeat(80);
        write!(
            text,
            "\n{line}\n{}\n{line}\n\n{licence}\n",
            packages.join(", ")
        )?;
    }
    Ok(text)
}

/// The texts in a package's directory, trimmed.
fn licence_files(dir: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_uppercase();
        if path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin)) {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: PathBuf| -> Result<String> {
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        Ok(text.replace('\r', "").trim_end().to_owned())
    };
    paths.into_iter().map(read).collect()
}
