//! Charts in directories: Helm's `loader.LoadDir` and its `sympath.Walk`, which follows links.

use super::ignore::Rules;
use super::{Error, File, Loaded, OsError, archive, assemble, values_file};
use crate::notice::{Level, Notice};
use crate::profile::{NoticeStyle, Profile};
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};

/// Loads the chart in a directory.
pub(super) fn load(path: &Path, profile: &Profile) -> Result<Loaded, Error> {
    let top = absolute(path)?;
    if profile.detects_chart_version {
        detect_version(&top)?;
    }
    let rules = rules(&top)?;
    let mut walk = Walk {
        rules,
        profile,
        files: Vec::new(),
        notices: Vec::new(),
    };
    let found = std::fs::metadata(&top).map_err(|e| OsError::new("lstat", &top, &e))?;
    let find = || {
        walk.visit(&top, "", found)?;
        Ok(std::mem::take(&mut walk.files))
    };
    let files = values_file::read_ahead(&top, profile, find)?;
    assemble::loaded(files, walk.notices, profile)
}

/// Go's `filepath.Abs`: `.` and `..` are resolved by name, links are not.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(path).map_err(|e| OsError::new("getwd", path, &e))?;
    let mut clean = PathBuf::new();
    for component in whole.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    Ok(clean)
}

fn detect_version(top: &Path) -> Result<(), Error> {
    let path = top.join("Chart.yaml");
    let text = std::fs::read(&path).map_err(|e| Error::NotDetected {
        path: path.to_string_lossy().into_owned(),
        cause: OsError::new("open", &path, &e),
    })?;
    assemble::detect_version(&text)
}

fn rules(top: &Path) -> Result<Rules, Error> {
    let path = top.join(".helmignore");
    if std::fs::metadata(&path).is_err() {
        return Rules::built_in();
    }
    let text = std::fs::read(&path).map_err(|e| OsError::new("open", &path, &e))?;
    Rules::parse(&text)
}

struct Walk<'p> {
    rules: Rules,
    profile: &'p Profile,
    files: Vec<File>,
    notices: Vec<Notice>,
}

impl Walk<'_> {
    /// Visits what `found` describes: `path` on disk, `name` relative to the chart.
    fn visit(&mut self, path: &Path, name: &str, found: Metadata) -> Result<(), Error> {
        if found.is_symlink() {
            let target = self.follow(path)?;
            let found = std::fs::symlink_metadata(&target)
                .map_err(|e| OsError::new("lstat", &target, &e))?;
            return self.visit_target(path, name, &target, found);
        }
        self.visit_target(path, name, path, found)
    }

    fn visit_target(
        &mut self,
        path: &Path,
        name: &str,
        target: &Path,
        found: Metadata,
    ) -> Result<(), Error> {
        if self.rules.ignores(name, found.is_dir()) {
            return Ok(());
        }
        if found.is_dir() {
            return self.children(path, name);
        }
        if !found.is_file() {
            return Err(Error::Irregular(path.to_string_lossy().into_owned()));
        }
        if found.len() > archive::MAX_FILE_SIZE {
            let base = target.file_name().unwrap_or_default().to_string_lossy();
            return Err(Error::FileTooLarge {
                name: gostd::strconv::quote(base.as_bytes()),
                limit: archive::MAX_FILE_SIZE,
            });
        }
        if may_refuse_reading(&found) {
            std::fs::File::open(path).map_err(|e| Error::ReadFile {
                name: name.into(),
                cause: OsError::new("open", path, &e),
            })?;
        }
        let size = found.len() as usize; // not above the limit
        self.files
            .push(File::on_disk(name.into(), path.into(), size));
        Ok(())
    }

    /// Visits the entries of a directory in byte order of their names.
    fn children(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        let failed = |e: std::io::Error| OsError::new("open", path, &e);
        let mut entries = std::fs::read_dir(path)
            .map_err(failed)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        entries.sort_by_cached_key(|entry| entry.file_name());
        for entry in entries {
            let path = entry.path();
            let base = entry.file_name();
            let base = base.to_string_lossy();
            let name = match name {
                "" => base.into_owned(),
                _ => format!("{name}/{base}"),
            };
            let found = entry
                .metadata()
                .map_err(|e| OsError::new("lstat", &path, &e))?;
            self.visit(&path, &name, found)?;
        }
        Ok(())
    }

    /// Where a link leads in the end.
    fn follow(&mut self, path: &Path) -> Result<PathBuf, Error> {
        let target = std::fs::canonicalize(path).map_err(|cause| Error::Symlink {
            path: path.to_string_lossy().into_owned(),
            cause: dangling(path, &cause),
        })?;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        self.notices.push(match self.profile.notices {
            NoticeStyle::ShortFile => Notice::log(
                "walk.go:75",
                format!(
                    "found symbolic link in path: {} resolves to {}. Contents of linked file \
                     included and used",
                    text(path),
                    text(&target)
                ),
            ),
            NoticeStyle::Structured => Notice::structured(
                Level::Info,
                "found symbolic link in path. Contents of linked file included and used",
                vec![("path", text(path)), ("resolved", text(&target))],
            ),
        });
        Ok(target)
    }
}

/// Which part of a link's way does not exist: Go names the path that it could not `lstat`.
fn dangling(path: &Path, cause: &std::io::Error) -> OsError {
    let mut current = path.to_path_buf();
    for _ in 0..255 {
        match std::fs::read_link(&current) {
            Ok(target) => {
                let base = current.parent().unwrap_or(Path::new("/")).join(target);
                current = absolute(&base).unwrap_or(base);
            }
            Err(_) => break,
        }
    }
    let mut known = PathBuf::new();
    for component in current.components() {
        known.push(component);
        if let Err(e) = std::fs::symlink_metadata(&known) {
            return OsError::new("lstat", &known, &e);
        }
    }
    if cause.to_string().contains("symbolic link") {
        return OsError {
            operation: "EvalSymlinks:",
            path: "too many links".into(),
            reason: String::new(),
        };
    }
    OsError::new("lstat", &current, cause)
}

/// Whether opening the file could fail for want of permission. Helm reads every file while
/// loading; here only such files are tried.
#[cfg(unix)]
fn may_refuse_reading(found: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o444 != 0o444
}

#[cfg(not(unix))]
fn may_refuse_reading(_: &Metadata) -> bool {
    true
}
