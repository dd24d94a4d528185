//! Packing a chart's missing dependencies into its `charts/` where they are at hand, as `file://`
//! repositories (Helm's `downloader.Manager.Update`, without its network).

use super::package::{package, package_name};
use crate::chart::{self, Chart, Dependency, Metadata, OsError, dependencies_value};
use crate::notice::Notice;
use crate::profile::Profile;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{Input, NamedBy};
use gosemver::{Constraints, Version};
use gostd::limits::LIMITS;
use gostd::{List, Map, Text, Value};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const LOCAL: &str = "file://";

/// The error of a dependency update.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// Only directories can be.
    #[error("only unpacked charts can be updated")]
    Packed,
    /// A repository is not on this machine.
    #[error("dependency {} is in {}, which is not on this machine", gostd::strconv::quote(.name.as_bytes()), crate::secrets::mask(.repository, &[]))]
    Remote {
        /// The dependency's name.
        name: String,
        /// Its repository.
        repository: String,
    },
    /// A `file://` repository, or the chart in `charts/` where there is none.
    #[error("directory {} not found", .0.display())]
    NoDirectory(PathBuf),
    /// A range of versions that is none.
    #[error("dependency {} has an invalid version/constraint format: {cause}", gostd::strconv::quote(.name.as_bytes()))]
    Constraint {
        /// The dependency's name.
        name: String,
        /// The problem with it.
        cause: gosemver::ConstraintError,
    },
    /// No chart at hand is of a version that is asked for.
    #[error(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version \
         exists in the repo, or change the version constraint in Chart.yaml",
        .0.len(), .0.join(", ")
    )]
    NoVersion(Vec<String>),
    /// The chart in `charts/` is not of a version that is asked for.
    #[error("dependency {name} at version {actual} does not satisfy the constraint {constraint}")]
    WrongVersion {
        /// The dependency's name.
        name: String,
        /// The version there is.
        actual: String,
        /// The range that is asked for.
        constraint: String,
    },
    /// A chart could not be loaded.
    #[error(transparent)]
    Chart(#[from] chart::Error),
    /// The lock file is a link.
    #[error("the {file} file is a symlink to {}", gostd::strconv::quote(.target.as_bytes()))]
    LinkedLock {
        /// The lock file's name.
        file: &'static str,
        /// The target of the link.
        target: String,
    },
    /// A file could not be written.
    #[error(transparent)]
    Os(#[from] OsError),
}

/// Packs what the chart in `directory` depends on into its `charts/`, deletes archives there that it
/// does not depend on, and writes the lock file unless it says the same already. `say` is given Helm's
/// words about it, for stdout; those for stderr are added to `notices`. Nothing is written before all
/// charts are found.
///
/// # Errors
/// Helm's texts; a repository that is not on this machine is [`UpdateError::Remote`].
pub fn update_dependencies(
    directory: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
    say: &mut dyn FnMut(&str),
) -> Result<(), UpdateError> {
    if !directory.is_dir() {
        return Err(UpdateError::Packed);
    }
    let chart = chart::load_with_notices(directory, profile, notices)?;
    let dependencies: Vec<&Dependency> = chart.metadata.declared().collect();
    let remote = |d: &&&Dependency| !d.repository.is_empty() && !d.repository.starts_with(LOCAL);
    if let Some(dependency) = dependencies.iter().find(remote) {
        return Err(UpdateError::Remote {
            name: dependency.name.clone(),
            repository: dependency.repository.clone(),
        });
    }
    let resolved = resolve(directory, &dependencies, profile, notices)?;
    let charts = directory.join("charts");
    say(&format!("Saving {} charts\n", resolved.len()));
    let mut packed = Vec::new();
    for (dependency, chart) in dependencies.iter().zip(&resolved) {
        if !dependency.repository.is_empty() {
            packed.push((package_name(chart), package(chart, profile)?));
            continue;
        }
        let name = &dependency.name;
        say(&format!(
            "Dependency {name} did not declare a repository. Assuming it exists in the charts \
             directory\n"
        ));
        check_present(dependency, chart).inspect_err(|error| {
            say(&format!("Save error occurred:  {error}\n"));
        })?;
    }
    let lock = lock_file(directory, &chart, &lock(&dependencies, &resolved)).inspect_err(|_| {
        say("Deleting outdated charts\n");
    })?;
    let mut files = AtomicFiles::new(FileMode::Default);
    for (name, bytes) in &packed {
        files.add(charts.join(name), bytes);
    }
    if let Some((file, text)) = &lock {
        files.add(file, text);
    }
    files.commit()?;
    say("Deleting outdated charts\n");
    let current: HashSet<&str> = packed.iter().map(|(name, _)| name.as_str()).collect();
    delete_outdated(&charts, &current, &dependencies, profile, notices, say)
}

/// Adds the charts that a chart depends on by a `file://` path and that are not in its `charts/`; `load` is given the
/// dependency and the path, which is relative to the chart.
///
/// # Errors
/// Errors of `load`, and a chart of another version than the one asked for.
pub fn add_local_dependencies<E: From<UpdateError>>(
    chart: &mut Chart,
    load: &mut dyn FnMut(&Dependency, &str) -> Result<Chart, E>,
) -> Result<(), E> {
    let (mut added, mut unfit) = (Vec::new(), Vec::new());
    let is_there = |name: &str| chart.dependencies.iter().any(|there| there.name() == name);
    let mut names = HashSet::new();
    for dependency in chart.metadata.declared() {
        let Some(path) = dependency.repository.strip_prefix(LOCAL) else {
            continue;
        };
        if is_there(&dependency.name) || !names.insert((path, &dependency.version)) {
            continue;
        }
        let constraint = constraint(dependency)?;
        let chart = load(dependency, path)?;
        unfit.extend(misfit(dependency, &constraint, &chart));
        added.push(chart);
    }
    if !unfit.is_empty() {
        return Err(UpdateError::NoVersion(unfit).into());
    }
    chart.dependencies.append(&mut added);
    chart.dependencies.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(())
}

/// The name of a dependency in errors, if the chart at hand has no fitting version.
fn misfit(dependency: &Dependency, constraint: &Constraints, chart: &Chart) -> Option<String> {
    let version = Version::parse(&chart.metadata.version);
    if version.is_ok_and(|version| constraint.check(&version)) {
        return None;
    }
    let quoted = |text: &str| gostd::strconv::quote(text.as_bytes());
    Some(format!(
        "{} (repository {}, version {})",
        quoted(&dependency.name),
        quoted(&dependency.repository),
        quoted(&dependency.version)
    ))
}

/// The charts that are depended on, each of a version that is asked for.
fn resolve(
    directory: &Path,
    dependencies: &[&Dependency],
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Vec<Chart>, UpdateError> {
    let mut resolved = Vec::new();
    let mut missing = Vec::new();
    for dependency in dependencies {
        let constraint = constraint(dependency)?;
        let path = match dependency.repository.strip_prefix(LOCAL) {
            Some(path) => directory.join(path),
            None => directory.join("charts").join(&dependency.name),
        };
        let path = cleaned(&path);
        if !path.exists() {
            return Err(UpdateError::NoDirectory(path));
        }
        let chart = chart::load_directory(&path, profile, notices)?;
        if !dependency.repository.is_empty() {
            missing.extend(misfit(dependency, &constraint, &chart));
        }
        resolved.push(chart);
    }
    match missing.is_empty() {
        true => Ok(resolved),
        false => Err(UpdateError::NoVersion(missing)),
    }
}

fn constraint(dependency: &Dependency) -> Result<Constraints, UpdateError> {
    Constraints::new(&dependency.version).map_err(|cause| UpdateError::Constraint {
        name: dependency.name.clone(),
        cause,
    })
}

/// A chart that is in `charts/` must be of a version that is asked for; it is not packed again.
fn check_present(dependency: &Dependency, chart: &Chart) -> Result<(), UpdateError> {
    let constraint = constraint(dependency)?;
    let version = Version::parse(&chart.metadata.version);
    match version.is_ok_and(|version| constraint.check(&version)) {
        true => Ok(()),
        false => Err(UpdateError::WrongVersion {
            name: dependency.name.clone(),
            actual: chart.metadata.version.clone(),
            constraint: dependency.version.clone(),
        }),
    }
}

/// Deletes the archives in `charts/` that are not in `current`, but for charts without a repository.
fn delete_outdated(
    charts: &Path,
    current: &HashSet<&str>,
    dependencies: &[&Dependency],
    profile: &Profile,
    notices: &mut Vec<Notice>,
    say: &mut dyn FnMut(&str),
) -> Result<(), UpdateError> {
    if !charts.exists() {
        return Ok(());
    }
    let unlisted = |error: io::Error| OsError::new("open", charts, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(charts).map_err(unlisted)? {
        paths.push(entry.map_err(unlisted)?.path());
    }
    paths.sort();
    let is_kept = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        path.is_dir() || name.is_some_and(|name| current.contains(name))
    };
    for path in paths.iter().filter(|path| !is_kept(path)) {
        let name = path.display();
        // It is the chart's, and may be a pipe.
        let opened = Input::open(path, NamedBy::Chart, LIMITS.archive_bytes);
        let opened = opened.map_err(|e| OsError::new("open", path, &e).into());
        let archived = match opened.and_then(|_| chart::load_with_notices(path, profile, notices)) {
            Ok(chart) => chart,
            Err(error) => {
                say(&format!(
                    "Could not verify {name} for deletion: {error} (Skipping)\n"
                ));
                continue;
            }
        };
        let unmanaged = |d: &&Dependency| d.repository.is_empty() && d.name == archived.name();
        if dependencies.iter().any(unmanaged) {
            continue;
        }
        if let Err(error) = fs::remove_file(path) {
            let error = OsError::new("remove", path, &error);
            say(&format!("Could not delete {name}: {error} (Skipping)"));
        }
    }
    Ok(())
}

/// The entries of the lock file: names, repositories and exact versions.
fn lock(dependencies: &[&Dependency], resolved: &[Chart]) -> Vec<Dependency> {
    let pairs = dependencies.iter().zip(resolved);
    let locked = pairs.map(|(dependency, chart)| Dependency {
        name: dependency.name.clone(),
        repository: dependency.repository.clone(),
        version: match dependency.repository.is_empty() {
            true => dependency.version.clone(),
            false => chart.metadata.version.clone(),
        },
        ..Dependency::default()
    });
    locked.collect()
}

/// Helm's digest of what is asked for and what is locked (`resolver.HashReq`).
fn digest(metadata: &Metadata, locked: &[Dependency]) -> String {
    let list = Metadata {
        dependencies: Some(locked.iter().cloned().map(Some).collect()),
        ..Metadata::default()
    };
    let both = List::new(vec![
        dependencies_value(metadata),
        dependencies_value(&list),
    ]);
    let json = gostd::json::encode(&both.into(), gostd::json::Options::COMPACT);
    let hash = Sha256::digest(json.unwrap_or_default());
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&hash))
}

/// The lock file and its text; nothing where it says the same already.
fn lock_file(
    directory: &Path,
    chart: &Chart,
    locked: &[Dependency],
) -> Result<Option<(PathBuf, Vec<u8>)>, UpdateError> {
    let digest = digest(&chart.metadata, locked);
    if chart
        .lock
        .as_ref()
        .is_some_and(|lock| lock.digest == digest)
    {
        return Ok(None);
    }
    let file = match &*chart.metadata.api_version {
        "v1" => "requirements.lock",
        _ => "Chart.lock",
    };
    let path = directory.join(file);
    if let Ok(target) = fs::read_link(&path) {
        let target = target.to_string_lossy().into_owned();
        return Err(UpdateError::LinkedLock { file, target });
    }
    let entry = |entries: &[(&str, &str)]| -> Value {
        let entries = entries
            .iter()
            .map(|(key, value)| (Text::from(*key), Value::from(*value)));
        Value::Map(entries.collect::<Map>())
    };
    let dependencies = locked.iter().map(|dependency| {
        entry(&[
            ("name", &dependency.name),
            ("repository", &dependency.repository),
            ("version", &dependency.version),
        ])
    });
    let lock: Map = [
        (
            "dependencies",
            Value::from(List::new(dependencies.collect())),
        ),
        ("digest", Value::from(digest)),
        ("generated", Value::from(now())),
    ]
    .into_iter()
    .map(|(key, value)| (Text::from(key), value))
    .collect();
    let text = goyaml::to_yaml(&lock.into()).unwrap_or_default();
    Ok(Some((path, text)))
}

/// The time as Go's JSON has it, in UTC.
fn now() -> String {
    use gostd::host::Host;
    let now = host::System.now();
    let time = gostd::time::Time::from_unix(
        now.seconds,
        now.nanoseconds.into(),
        gostd::time::Location::utc(),
    );
    let text = time.format(b"2006-01-02T15:04:05.999999999Z07:00");
    String::from_utf8_lossy(&text).into_owned()
}

/// The path without `..`, as Go's `filepath.Join` gives it.
fn cleaned(path: &Path) -> PathBuf {
    let clean = gostd::path::clean(path.as_os_str().as_encoded_bytes());
    String::from_utf8(clean).map_or_else(|_| path.to_owned(), PathBuf::from)
}
