//! Finding the charts below a directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

/// A chart's directory and what to call it.
#[derive(Clone)]
pub(crate) struct Chart {
    /// Its path below the directory that was searched.
    pub(crate) name: String,
    /// Its directory.
    pub(crate) dir: PathBuf,
}

impl Chart {
    /// The last part of its path.
    pub(crate) fn short_name(&self) -> String {
        self.dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The first part of its path: the repository, where several are laid out side by side.
    pub(crate) fn collection(&self) -> &str {
        self.name.split('/').next().unwrap_or(&self.name)
    }

    /// The values files that the chart's authors test with: `ci/*-values.yaml`, relative to the chart.
    pub(crate) fn ci_values(&self) -> Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(self.dir.join("ci")) else {
            return Ok(Vec::new());
        };
        let mut files = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with("values.yaml") || name.ends_with("values.yml") {
                files.push(format!("ci/{name}"));
            }
        }
        files.sort();
        Ok(files)
    }
}

/// The charts that `charts.txt` lists (a path, and after a tab what its author noted), or every
/// directory with a `Chart.yaml` that is not below another such directory, in order of path.
pub(crate) fn find(dir: &Path) -> Result<Vec<Chart>> {
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
