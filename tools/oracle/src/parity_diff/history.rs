//! The last two versions of each chart in a repository's history.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use super::Pair;

/// Commits that are looked at to find another version of a chart.
const COMMITS: &str = "12";

/// Lays out pairs below `into`, with the dependencies that `vendored` trees have at the same path.
pub(crate) fn lay_out(
    repository: &Path,
    vendored: &[PathBuf],
    into: &Path,
    most: usize,
    matches: &dyn Fn(&str) -> bool,
) -> Result<Vec<Pair>> {
    let repository = repository.canonicalize()?;
    let listing = git(&repository, &["ls-tree", "-r", "--name-only", "HEAD"])?;
    let listing = String::from_utf8_lossy(&listing).into_owned();
    let charts: Vec<&str> = listing
        .lines()
        .filter_map(|path| path.strip_suffix("/Chart.yaml"))
        .collect();
    let is_inside = |path: &str| {
        charts.iter().any(|other| {
            let rest = path.strip_prefix(other);
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let mut pairs = Vec::new();
    for path in charts
        .iter()
        .filter(|path| matches(path) && !is_inside(path))
    {
        if pairs.len() == most {
            break;
        }
        let Some([old, new]) = versions(&repository, path)? else {
            continue;
        };
        let dir = into.join(path.replace('/', "_"));
        for (side, commit) in [("old", old), ("new", new)] {
            let chart = dir.join(side);
            extract(&repository, &format!("{commit}:{path}"), &chart)?;
            for tree in vendored {
                copy(&tree.join(path).join("charts"), &chart.join("charts"))?;
            }
        }
        pairs.push(Pair {
            name: (*path).to_owned(),
            dir,
        });
    }
    Ok(pairs)
}

/// The commits of the last two versions, older one first.
fn versions(repository: &Path, path: &str) -> Result<Option<[String; 2]>> {
    let file = format!("{path}/Chart.yaml");
    let log = git(
        repository,
        &["log", "--format=%H", "-n", COMMITS, "HEAD", "--", &file],
    )?;
    let mut newest: Option<(String, String)> = None;
    for commit in String::from_utf8_lossy(&log).lines() {
        let Ok(text) = git(repository, &["show", &format!("{commit}:{file}")]) else {
            continue;
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        let version = text.lines().find(|line| line.starts_with("version:"));
        let version = version.unwrap_or_default().to_owned();
        match &newest {
            None => newest = Some((commit.to_owned(), version)),
            Some((new, newest)) if *newest != version => {
                return Ok(Some([commit.to_owned(), new.clone()]));
            }
            Some(_) => {}
        }
    }
    Ok(None)
}

fn extract(repository: &Path, tree: &str, into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    let archive = into.with_extension("tar");
    let output = archive.to_string_lossy();
    git(repository, &["archive", "--output", &output, tree])?;
    let status = Command::new("tar")
        .arg("-xf")
        .arg(&archive)
        .arg("-C")
        .arg(into)
        .status()
        .context("cannot run tar")?;
    fs::remove_file(&archive)?;
    if !status.success() {
        bail!("tar cannot unpack {tree}");
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target)?;
        } else if !target.exists() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn git(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(arguments)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
