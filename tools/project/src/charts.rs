//! Finding the charts below a directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

/// A chart's directory and what to call it.
#[derive(Clone)]
pub struct Chart {
    /// Its path below the directory that was searched.
    pub name: String,
    /// Its directory.
    pub dir: PathBuf,
}

impl Chart {
    /// The last part of its path.
    pub fn short_name(&self) -> String {
        self.dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The first part of its path: the repository, where several are laid out side by side.
    pub fn collection(&self) -> &str {
        self.name.split('/').next().unwrap_or(&self.name)
    }

    /// The values files that the chart's authors test with: `ci/*values.yaml`, relative to the chart.
    pub fn ci_values(&self) -> Vec<String> {
        let in_ci = |file: &&String| {
            let name = file.strip_prefix("ci/").unwrap_or_default();
            !name.contains('/')
                && without_extension(name).is_some_and(|name| name.ends_with("values"))
        };
        self.yaml_files().iter().filter(in_ci).cloned().collect()
    }

    /// All files in the chart's directory that look like values, relative to the chart: tests,
    /// examples, values for one cloud or another.
    pub fn all_values(&self) -> Vec<String> {
        let like_values = |file: &&String| {
            let words = file.split(['/', '-', '_', '.']);
            file.as_str() != "values.yaml"
                && words.into_iter().any(|word| VALUES_WORDS.contains(&word))
        };
        self.yaml_files()
            .iter()
            .filter(like_values)
            .cloned()
            .collect()
    }

    /// The YAML files of the chart that are neither templates nor those of charts in it, sorted.
    fn yaml_files(&self) -> Vec<String> {
        let own = |entry: &walkdir::DirEntry| {
            entry.depth() == 0
                || entry.file_type().is_file()
                || !NO_VALUES.iter().any(|name| entry.file_name() == *name)
                    && !entry.path().join("Chart.yaml").exists()
        };
        let walk = WalkDir::new(&self.dir).sort_by_file_name().into_iter();
        let mut files = Vec::new();
        for entry in walk.filter_entry(own).flatten() {
            let path = entry.path().strip_prefix(&self.dir).unwrap_or(entry.path());
            let path = path.to_string_lossy();
            if entry.path().is_file() && without_extension(&path).is_some() {
                files.push(path.into_owned());
            }
        }
        files
    }
}

/// Parts of the paths of values files.
const VALUES_WORDS: [&str; 9] = [
    "values",
    "ci",
    "example",
    "examples",
    "overrides",
    "scenarios",
    "test",
    "tests",
    "unittests",
];

/// Directories whose YAML files are something else.
const NO_VALUES: [&str; 5] = ["templates", "crds", "charts", ".git", ".github"];

fn without_extension(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"))
}

/// The charts that `charts.txt` lists (a path, and after a tab what its author noted), or every
/// directory with a `Chart.yaml` that is not below another such directory, in order of path. Charts with
/// links to devices are left out: with some of them Helm reads without end. What it says of the others is in
/// recorded cases.
pub fn find(dir: &Path) -> Result<Vec<Chart>> {
    let dir = dir
        .canonicalize()
        .with_context(|| format!("no directory {}", dir.display()))?;
    let listing = dir.join("charts.txt");
    let mut charts = Vec::new();
    if listing.exists() {
        for line in fs::read_to_string(&listing)?.lines() {
            let path = line.split('\t').next().unwrap_or(line);
            charts.push(Chart {
                name: path.to_owned(),
                dir: dir.join(path),
            });
        }
    } else {
        let mut walk = WalkDir::new(&dir).sort_by_file_name().into_iter();
        while let Some(entry) = walk.next() {
            let entry = entry?;
            if entry.file_type().is_dir() && entry.path().join("Chart.yaml").is_file() {
                walk.skip_current_dir();
                if holds_device(entry.path()) {
                    continue;
                }
                let name = entry.path().strip_prefix(dir.parent().unwrap_or(&dir))?;
                charts.push(Chart {
                    name: name.to_string_lossy().into_owned(),
                    dir: entry.path().to_owned(),
                });
            }
        }
    }
    charts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(charts)
}

/// Returns true if a file of a chart is a link to something that is neither a file nor a directory.
fn holds_device(chart: &Path) -> bool {
    let entries = WalkDir::new(chart).into_iter().flatten();
    let mut links = entries.filter(|entry| entry.path_is_symlink());
    links.any(|link| {
        let target = link.path().metadata();
        target.is_ok_and(|target| !target.is_file() && !target.is_dir())
    })
}
