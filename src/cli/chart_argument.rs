//! The chart that a user names: a path, or a chart that is part of the program.

use super::curl;
use super::pull::Pull;
use super::terminal::{self, CliError};
use super::{program, shell};
use crate::action::{self, Manifests};
use crate::chart::{self, Chart, Dependency};
use crate::git::Location;
use crate::notice::{Level, Notice};
use crate::profile::{NoticeStyle, Profile};
use crate::secrets::mask;
use std::path::{Path, PathBuf};

/// The path of the chart in Istio's guide: an alias of the bundled one.
const GUIDE_PATH: &str = "install/kubernetes/helm/istio-remote";

/// A chart that can be loaded.
#[derive(Debug, PartialEq)]
pub(super) enum Located {
    /// A directory or archive.
    Path(PathBuf),
    /// A bundled chart.
    Bundled(&'static str),
}

impl Located {
    /// Loads the chart. What Helm says on stderr is added to `notices`, before an error too.
    pub(super) fn load(
        &self,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, chart::Error> {
        match self {
            Located::Path(path) => chart::load_with_notices(path, profile, notices),
            Located::Bundled(name) => {
                let loaded = crate::bundled::load(name, profile)?;
                notices.extend(loaded.notices);
                Ok(loaded.chart)
            }
        }
    }

    /// Helm 4's line with `--debug` about the chart's path.
    pub(super) fn debug_path(&self, profile: &Profile) -> Option<Notice> {
        let Located::Path(path) = self else {
            return None;
        };
        let path = || vec![("path", path.to_string_lossy().into_owned())];
        Notice::debug(profile, "Chart path", path)
    }

    /// A bundled chart's messages for whoever renders it: the lines of its notes that begin with
    /// `NOTE: `. Helm's `template` shows no notes, and so nothing is said of charts on disk.
    pub(super) fn notes(&self, manifests: &Manifests) -> Vec<Notice> {
        let Located::Bundled(name) = self else {
            return Vec::new();
        };
        let texts = manifests.notes.iter();
        let texts = texts.map(|(_, notes)| String::from_utf8_lossy(notes));
        let mut notices = Vec::new();
        for text in texts {
            let notes = text.lines().filter_map(|line| line.strip_prefix("NOTE: "));
            notices.extend(notes.map(|line| Notice {
                level: Level::Warn,
                place: name,
                message: line.to_owned(),
                attributes: vec![("chart", (*name).to_owned())],
            }));
        }
        notices
    }

    /// Loads the chart that `argument` named and checks that it can be installed, with all it needs.
    pub(super) fn load_installable(
        &self,
        argument: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, CliError> {
        let chart = self.load(profile, notices).map_err(CliError::new)?;
        let is_directory = matches!(self, Located::Path(path) if path.is_dir());
        installable(chart, profile, notices, |chart| match is_directory {
            true => fetch_hint(argument, chart),
            false => unpack_hint(argument, chart),
        })
    }

    /// Packs the chart's dependencies into its `charts/`, as far as they are on this machine, if one is
    /// missing there; what Helm says of it goes to stdout.
    pub(super) fn update_dependencies(
        &self,
        argument: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<(), CliError> {
        let Located::Path(path) = self else {
            return Ok(());
        };
        // A chart that cannot be loaded, or needs nothing, is the next step's matter.
        let mut first = Vec::new();
        let Ok(chart) = self.load(profile, &mut first) else {
            return Ok(());
        };
        let ready = chart::check_installable(&chart)
            .and_then(|()| chart::check_dependencies(&chart, profile));
        if !matches!(ready, Err(chart::Error::MissingDependencies { .. })) {
            return Ok(());
        }
        notices.append(&mut first);
        let mut warnings = String::new();
        let updated = action::update_dependencies(path, profile, notices, &mut |text| {
            warnings.push_str(text)
        });
        terminal::print(warnings.as_bytes())?;
        updated.map_err(|error| match error {
            action::UpdateError::Remote { .. } => CliError::new(error).hint(format!(
                "rhelm does not use the network; fetch it first:\n  helm dependency update {}",
                shell::word(argument)
            )),
            other => CliError::new(other),
        })
    }
}

/// A loaded chart, checked that it can be installed, with all it needs; `hint` tells what to do where a dependency
/// is missing.
pub(super) fn installable(
    mut chart: Chart,
    profile: &Profile,
    notices: &mut Vec<Notice>,
    hint: impl FnOnce(&Chart) -> String,
) -> Result<Chart, CliError> {
    chart.fetch_schemas_with(curl::fetch);
    chart::check_installable(&chart).map_err(CliError::new)?;
    if chart.metadata.deprecated {
        notices.push(deprecated(profile));
    }
    chart::check_dependencies(&chart, profile)
        .map_err(|error| CliError::new(error).hint(hint(&chart)))?;
    Ok(chart)
}

/// The command that fetches what a chart depends on. Without a lock file Helm's `build` does what its `update` does,
/// but only `update` knows repositories that were not added.
pub(super) fn fetch_command(chart: &Chart) -> &'static str {
    match chart.lock {
        Some(_) => "helm dependency build",
        None => "helm dependency update",
    }
}

/// The hint for a directory that lacks a chart it depends on.
fn fetch_hint(argument: &str, chart: &Chart) -> String {
    let argument = shell::word(argument);
    let is_missing = |dependency: &&Dependency| {
        let mut there = chart.dependencies.iter();
        !there.any(|there| there.name() == dependency.name)
    };
    let mut missing = chart.metadata.declared().filter(is_missing);
    match missing.all(|dependency| dependency.repository.starts_with("file://")) {
        true => format!(
            "what is missing has a file:// path; pack it into charts/:\n  {} template {argument} \
             --dependency-update > /dev/null",
            program::name()
        ),
        false => {
            let command = fetch_command(chart);
            format!("rhelm does not fetch dependencies:\n  {command} {argument}")
        }
    }
}

/// The commands that check a revision out, and those for what is at a location then.
pub(super) fn checkout_hint(reason: &str, location: &Location, commands: &[&str]) -> String {
    const CHECKOUT: &str = "/tmp/revision";
    let revision = shell::word(&location.revision);
    let path = location.from_top().unwrap_or_default();
    let path = format!("{CHECKOUT}/{path}");
    let path = shell::word(path.trim_end_matches('/'));
    let mut text = format!("{reason}:\n  git worktree add --detach {CHECKOUT} {revision}\n");
    for command in commands {
        text.push_str(&format!("  {command} {path}\n"));
    }
    text.push_str(&format!("{location} is {path} then"));
    text
}

/// The hint for an archive that lacks a chart it depends on.
pub(super) fn unpack_hint(archive: &str, chart: &Chart) -> String {
    let (archive, name) = (shell::word(archive), shell::word(chart.name()));
    format!(
        "rhelm does not fetch dependencies; unpack the archive, fetch them, and name the directory:\n  \
         tar -xzf {archive}\n  {} {name}",
        fetch_command(chart)
    )
}

/// Finds the chart. What exists on disk always wins over a bundled name.
///
/// # Errors
/// Helm's texts, with advice that keeps what flags say of the chart's place.
pub(super) fn locate(argument: &str, pull: &Pull) -> Result<Located, CliError> {
    let name = argument.trim();
    let path = Path::new(name);
    if !name.is_empty() && path.metadata().is_ok() {
        let absolute = std::path::absolute(path).map_err(CliError::new)?;
        return Ok(Located::Path(clean(&absolute)));
    }
    if name.starts_with('/') || name.starts_with('.') {
        let quoted = gostd::strconv::quote(name.as_bytes());
        return Err(CliError::new(format!("path {quoted} not found")));
    }
    if pull.is_from_repository() {
        return Err(remote(name, pull));
    }
    let directory = match name.trim_end_matches('/') {
        GUIDE_PATH => "istio-remote",
        other => other,
    };
    if let Some(bundled) = crate::bundled::names().find(|bundled| *bundled == directory) {
        return Ok(Located::Bundled(bundled));
    }
    Err(not_found(name, pull))
}

/// The path without `..`: Go's `filepath.Abs` cleans what it gives.
pub(super) fn clean(path: &Path) -> PathBuf {
    let clean = gostd::path::clean(path.as_os_str().as_encoded_bytes());
    match String::from_utf8(clean) {
        Ok(text) => text.into(),
        Err(_) => path.to_owned(),
    }
}

/// The failure for a chart that Helm would fetch.
pub(super) fn not_here(name: &str) -> CliError {
    let quoted = gostd::strconv::quote(mask(name, &[]).as_bytes());
    CliError::new(format!("chart {quoted} is not on this machine"))
}

fn remote(name: &str, pull: &Pull) -> CliError {
    not_here(name).hint(pull.hint(name))
}

/// The hint for a chart that is named as one of a git revision, `git:REVISION:PATH`.
pub(super) fn git_revision_hint(name: &str) -> Option<String> {
    let location = Location::parse(name)?;
    let reason = format!(
        "only `{} diff` takes a chart of a revision; check it out, and name that",
        program::name()
    );
    Some(checkout_hint(&reason, &location, &[]))
}

fn not_found(name: &str, pull: &Pull) -> CliError {
    let quoted = gostd::strconv::quote(name.as_bytes());
    if ["oci://", "http://", "https://"]
        .iter()
        .any(|scheme| name.starts_with(scheme))
    {
        return remote(name, pull);
    }
    if let Some(hint) = git_revision_hint(name) {
        return CliError::new(format!("chart {quoted} is in a git revision")).hint(hint);
    }
    // A path with a slash is a repository's name and a chart's; what else is in a URL does not count.
    let url = gostd::url::Url::parse(name.as_bytes());
    let path = url.map_or_else(|_| name.as_bytes().to_vec(), |url| url.path.to_vec());
    let path = String::from_utf8_lossy(&path);
    match path.split_once('/') {
        Some((repository, _)) => {
            CliError::new(format!("repo {repository} not found")).hint(pull.hint(name))
        }
        None => {
            let bundled: Vec<&str> = crate::bundled::names().collect();
            CliError::new(format!(
                "non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}"
            ))
            .hint(format!(
                "no file or bundled chart is called {quoted}; bundled charts: {}",
                bundled.join(", ")
            ))
        }
    }
}

fn deprecated(profile: &Profile) -> Notice {
    match profile.notices {
        NoticeStyle::Structured => {
            Notice::structured(Level::Warn, "this chart is deprecated", Vec::new())
        }
        NoticeStyle::ShortFile => Notice::log("WARNING", "This chart is deprecated".into()),
    }
}
