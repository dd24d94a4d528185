//! The chart that a user names: a path, or a chart that is part of the program.

use super::chart_source::ChartSource;
use super::remote_schema;
use super::terminal::CliError;
use super::{dependency, program, shell};
use crate::action::Manifests;
use crate::chart::{self, Chart};
use crate::git::Location;
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, NoticeStyle, Profile};
use crate::sources::{Access, Home};
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

    /// Loads the chart that `argument` named, and checks that all it needs is there. It need not be one that can be
    /// installed.
    pub(super) fn load_complete(
        &self,
        argument: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Chart, CliError> {
        let mut chart = self.load(profile, notices).map_err(CliError::new)?;
        chart.fetch_schemas_with(remote_schema::fetch);
        chart::check_dependencies(&chart, profile).map_err(|error| {
            let is_directory = matches!(self, Located::Path(path) if path.is_dir());
            CliError::new(error).hint(match is_directory {
                true => fetch_hint(argument, &chart),
                false => unpack_hint(argument, &chart),
            })
        })?;
        if chart.metadata.deprecated {
            notices.push(deprecated(profile));
        }
        Ok(chart)
    }

    /// Fetches and packs the chart's dependencies into its `charts/`, if one is missing there; what Helm says of it goes to stdout.
    pub(super) fn update_dependencies(
        &self,
        home: &Home,
        access: &Access,
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
        dependency::update(path, home, access, profile, notices)
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
    chart.fetch_schemas_with(remote_schema::fetch);
    chart::check_installable(&chart).map_err(CliError::new)?;
    if chart.metadata.deprecated {
        notices.push(deprecated(profile));
    }
    chart::check_dependencies(&chart, profile)
        .map_err(|error| CliError::new(error).hint(hint(&chart)))?;
    Ok(chart)
}

/// The command that fetches what a chart depends on. Without a lock file `build` does what `update` does, but only
/// `update` knows repositories that were not added.
pub(super) fn fetch_command(chart: &Chart) -> String {
    let command = match chart.lock {
        Some(_) => "build",
        None => "update",
    };
    format!("{} dependency {command}", program::name())
}

/// The hint for a directory that lacks a chart it depends on.
fn fetch_hint(argument: &str, chart: &Chart) -> String {
    let (command, argument) = (fetch_command(chart), shell::word(argument));
    format!("fetch what is missing into charts/:\n  {command} {argument}")
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
        "unpack the archive, fetch what is missing, and name the directory:\n  \
         tar -xzf {archive}\n  {} {name}",
        fetch_command(chart)
    )
}

/// Finds the chart: on this machine, in the program, or in a repository, which fetches it. What exists on disk wins over
/// a bundled name, and Helm 3 takes it before what `--repo` has.
///
/// # Errors
/// Helm's texts.
pub(super) fn locate(
    argument: &str,
    source: &ChartSource,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Located, CliError> {
    let name = argument.trim();
    let is_remote = source.is_from_repository();
    if !is_remote || profile.command_line == CommandLine::Helm3 {
        if let Some(path) = path_here(name)? {
            return Ok(Located::Path(path));
        }
        if name.starts_with('/') || name.starts_with('.') {
            let quoted = gostd::strconv::quote(name.as_bytes());
            return Err(CliError::new(format!("path {quoted} not found")));
        }
    }
    if !is_remote {
        if let Some(bundled) = bundled_name(name) {
            return Ok(Located::Bundled(bundled));
        }
        if let Some(hint) = git_revision_hint(name) {
            let quoted = gostd::strconv::quote(name.as_bytes());
            return Err(CliError::new(format!("chart {quoted} is in a git revision")).hint(hint));
        }
    }
    let path = source.fetch_to_cache(name, profile, notices);
    let path = path.map_err(|failure| match name.contains('/') || is_remote {
        true => failure,
        false => {
            let bundled: Vec<&str> = crate::bundled::names().collect();
            failure.hint(format!(
                "no file or bundled chart is called {}; bundled charts: {}",
                gostd::strconv::quote(name.as_bytes()),
                bundled.join(", ")
            ))
        }
    })?;
    let absolute = std::path::absolute(path).map_err(CliError::new)?;
    Ok(Located::Path(chart::clean_path(&absolute)))
}

/// A chart that is on this machine or in the program, if there is one of that name.
pub(super) fn locate_here(argument: &str) -> Option<Located> {
    let name = argument.trim();
    match path_here(name) {
        Ok(Some(path)) => Some(Located::Path(path)),
        _ if name.starts_with(['/', '.']) => None,
        _ => bundled_name(name).map(Located::Bundled),
    }
}

/// The whole path of what is called so on this machine.
fn path_here(name: &str) -> Result<Option<PathBuf>, CliError> {
    let path = Path::new(name);
    if name.is_empty() || path.metadata().is_err() {
        return Ok(None);
    }
    let absolute = std::path::absolute(path).map_err(CliError::new)?;
    Ok(Some(chart::clean_path(&absolute)))
}

/// A chart that is part of the program.
fn bundled_name(name: &str) -> Option<&'static str> {
    let wanted = match name.trim_end_matches('/') {
        GUIDE_PATH => "istio-remote",
        other => other,
    };
    crate::bundled::names().find(|bundled| *bundled == wanted)
}

/// The advice about a chart that is named as one of a git revision, `git:REVISION:PATH`.
pub(super) fn git_revision_hint(name: &str) -> Option<String> {
    let location = Location::parse(name)?;
    let reason = format!(
        "only `{} diff` takes a chart of a revision; check it out, and name that",
        program::name()
    );
    Some(checkout_hint(&reason, &location, &[]))
}

fn deprecated(profile: &Profile) -> Notice {
    match profile.notices {
        NoticeStyle::Structured => {
            Notice::structured(Level::Warn, "this chart is deprecated", Vec::new())
        }
        NoticeStyle::ShortFile => Notice::log("WARNING", "This chart is deprecated".into()),
    }
}
