//! Charts in directories: Helm's `loader.LoadDir` and its `sympath.Walk`, which follows links.

// Reads charts from disk, which only who names a path asks for.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use super::disk::{self, Details, Directory, Kind};
use super::ignore::Rules;
use super::path::absolute;
use super::{Chart, Error, File, OsError, archive, assemble, links, values_ahead};
use compat::notice::{Level, Notice};
use compat::profile::{NoticeStyle, Profile};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::io;
use std::path::{Path, PathBuf};

/// Loads the chart in a directory.
pub(super) fn load(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    if profile.detects_chart_version {
        detect_version(&absolute(path)?)?;
    }
    load_any_version(path, profile, notices)
}

/// The same without Helm 4's look at the version first.
pub(super) fn load_any_version(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let top = absolute(path)?;
    let rules = rules(&top)?;
    let mut walk = Walk {
        rules,
        profile,
        files: Vec::new(),
        notices: &mut *notices,
    };
    let metadata = std::fs::metadata(&top).map_err(|e| OsError::new("lstat", &top, &e))?;
    let find = || {
        walk.visit(&top, "", Kind::from(&metadata), &|| {
            Ok(Details::from(&metadata))
        })?;
        Ok(std::mem::take(&mut walk.files))
    };
    let files = values_ahead::read_ahead(&top, profile, find)?;
    assemble::chart(files, profile, notices)
}

fn detect_version(top: &Path) -> Result<(), Error> {
    let path = top.join("Chart.yaml");
    let text = input::read(&path, NamedBy::Chart, LIMITS.chart_file_bytes);
    let text = text.map_err(|e| Error::NotDetected {
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
    let read = |limit| input::read_start(&path, NamedBy::Chart, limit);
    let start = read(LIMITS.chart_file_bytes).map_err(|e| OsError::new("open", &path, &e))?;
    let rules = Rules::parse(&start.bytes)?;
    match start.check_whole() {
        Ok(()) => Ok(rules),
        Err(e) => Err(OsError::new("read", &path, &e).into()),
    }
}

struct Walk<'p> {
    rules: Rules,
    profile: &'p Profile,
    files: Vec<File>,
    notices: &'p mut Vec<Notice>,
}

impl Walk<'_> {
    /// Visits a `kind` of thing: `path` on disk, `name` relative to the chart. Of a file `details` tells more.
    fn visit(
        &mut self,
        path: &Path,
        name: &str,
        kind: Kind,
        details: &dyn Fn() -> io::Result<Details>,
    ) -> Result<(), Error> {
        if kind != Kind::Link {
            return self.visit_target(path, name, path, kind, details);
        }
        let target = self.follow(path)?;
        let metadata = std::fs::symlink_metadata(&target);
        let metadata = metadata.map_err(|e| OsError::new("lstat", &target, &e))?;
        // Whoever opens the link may have more of them to follow than the system does.
        let details = || {
            Ok(Details {
                is_open_to_all: false,
                ..Details::from(&metadata)
            })
        };
        self.visit_target(path, name, &target, Kind::from(&metadata), &details)
    }

    fn visit_target(
        &mut self,
        path: &Path,
        name: &str,
        target: &Path,
        kind: Kind,
        details: &dyn Fn() -> io::Result<Details>,
    ) -> Result<(), Error> {
        if self.rules.ignores(name, kind == Kind::Directory) {
            return Ok(());
        }
        match kind {
            Kind::Directory => return self.children(path, name),
            Kind::File => {}
            Kind::Link | Kind::Other => {
                return Err(Error::Irregular(path.to_string_lossy().into_owned()));
            }
        }
        let details = details().map_err(|e| OsError::new("lstat", target, &e))?;
        if details.size > archive::MAX_FILE_SIZE {
            let base = target.file_name().unwrap_or_default().to_string_lossy();
            return Err(Error::FileTooLarge {
                name: gostd::strconv::quote(base.as_bytes()),
                limit: archive::MAX_FILE_SIZE,
            });
        }
        // Helm reads every file while loading; here only those that may not be read are tried.
        if !details.is_open_to_all {
            disk::open(path).map_err(|e| Error::ReadFile {
                name: name.into(),
                cause: OsError::new("open", path, &e),
            })?;
        }
        let size = details.size as usize; // not above the limit
        self.files
            .push(File::on_disk(name.into(), path.into(), size));
        Ok(())
    }

    /// Visits the entries of a directory in byte order of their names.
    fn children(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        let directory = Directory::open(path).map_err(|e| OsError::new("open", path, &e))?;
        for (base, kind) in directory.entries() {
            let path = path.join(base);
            let details = || directory.details(base);
            let base = base.to_string_lossy();
            let name = match name {
                "" => base.into_owned(),
                _ => format!("{name}/{base}"),
            };
            self.visit(&path, &name, kind, &details)?;
        }
        Ok(())
    }

    /// Returns the final target of a link.
    fn follow(&mut self, path: &Path) -> Result<PathBuf, Error> {
        let target = links::resolve(path).map_err(|cause| Error::Symlink {
            path: path.to_string_lossy().into_owned(),
            cause,
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
