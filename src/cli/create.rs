//! `rhelm create`: a new chart, of rhelm's own templates or of a starter.

use super::compat_flags::{CompatFlags, CreateCompat};
use super::terminal::{self, CliError};
use super::{CommandResult, dependency, flags, usage};
use crate::chart::{self, OsError, absolute_path};
use crate::profile::Profile;
use clap::Args;
use files::atomic::{AtomicFiles, FileMode};
use gostd::strconv::quote;
use std::path::{Path, PathBuf};

/// The text that stands for the chart's name in templates, in Helm's starters too.
const PLACEHOLDER: &str = "<CHARTNAME>";

/// The most bytes of a chart's name.
const LONGEST_NAME: usize = 250;

/// The files of a new chart, in the order in which Helm writes those that it has, too.
const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", include_str!("create/scaffold/Chart.yaml")),
    ("values.yaml", include_str!("create/scaffold/values.yaml")),
    (".helmignore", include_str!("create/scaffold/.helmignore")),
    (
        "templates/ingress.yaml",
        include_str!("create/scaffold/templates/ingress.yaml"),
    ),
    (
        "templates/httproute.yaml",
        include_str!("create/scaffold/templates/httproute.yaml"),
    ),
    (
        "templates/deployment.yaml",
        include_str!("create/scaffold/templates/deployment.yaml"),
    ),
    (
        "templates/service.yaml",
        include_str!("create/scaffold/templates/service.yaml"),
    ),
    (
        "templates/serviceaccount.yaml",
        include_str!("create/scaffold/templates/serviceaccount.yaml"),
    ),
    (
        "templates/hpa.yaml",
        include_str!("create/scaffold/templates/hpa.yaml"),
    ),
    (
        "templates/NOTES.txt",
        include_str!("create/scaffold/templates/NOTES.txt"),
    ),
    (
        "templates/_helpers.tpl",
        include_str!("create/scaffold/templates/_helpers.tpl"),
    ),
    (
        "templates/tests/test-connection.yaml",
        include_str!("create/scaffold/templates/tests/test-connection.yaml"),
    ),
    (
        "values.schema.json",
        include_str!("create/scaffold/values.schema.json"),
    ),
];

/// Create a chart: a directory with templates, values and their schema.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm create web\n  \
        rhelm create ./charts/web --starter \"$PWD/chart\"")]
pub(super) struct Create {
    /// The directory to make; its last part is the chart's name
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Begin with this chart instead: a path from /, or a name in Helm's directory `starters`
    #[arg(
        short = 'p',
        long,
        value_name = "CHART",
        default_value = "",
        hide_default_value = true
    )]
    starter: String,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<CreateCompat>,
}

impl Create {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let [name] = &self.names[..] else {
            return Err(usage::wrong_arguments("create", "create NAME [flags]"));
        };
        terminal::print(format!("Creating {name}\n").as_bytes())?;
        match self.compat.last("chart-api-version") {
            None | Some("" | "v2") => {}
            Some("v3") => {
                return Err(CliError::new(
                    "this feature has been marked as experimental and is not enabled by default. Please set \
                     HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature",
                ));
            }
            Some(other) => {
                return Err(CliError::new(format!(
                    "unsupported chart API version: {other} (supported: v2, v3)"
                )));
            }
        }
        let base = gostd::path::base(name.as_bytes());
        let base = String::from_utf8_lossy(base).into_owned();
        let parent = gostd::path::dir(name.as_bytes());
        let parent = PathBuf::from(String::from_utf8_lossy(&parent).into_owned());
        match self.starter.is_empty() {
            true => write_scaffold(&base, &parent),
            false => self.copy_starter(&base, &parent, &profile),
        }
    }

    /// Writes the files of a starter with the new name in its templates and values (Helm's `CreateFrom`).
    fn copy_starter(&self, name: &str, parent: &Path, profile: &Profile) -> CommandResult {
        let starters = Path::new(&self.compat.home().data).join("starters");
        let starter = chart::clean_path(&starters.join(&self.starter));
        let mut notices = Vec::new();
        let loaded = match starter.is_dir() {
            true => chart::load_directory(&starter, profile, &mut notices),
            false => chart::load_with_notices(&starter, profile, &mut notices),
        };
        terminal::notify(&notices, profile);
        let mut chart = loaded.map_err(|error| {
            CliError::new(format!("could not load {}: {error}", starter.display()))
        })?;
        chart.metadata = chart::Metadata {
            name: name.to_owned(),
            description: "A Helm chart for Kubernetes".into(),
            chart_type: "application".into(),
            version: "0.1.0".into(),
            app_version: "0.1.0".into(),
            api_version: "v2".into(),
            ..Default::default()
        };
        let directory = directory_of(parent, name)?;
        let (now, _) = dependency::now();
        let unpacked = chart::unpacked(&chart, profile, now).map_err(CliError::new)?;
        let mut files = AtomicFiles::new(FileMode::Default);
        for (path, contents) in unpacked {
            let has_placeholders = path == "values.yaml" || path.starts_with("templates/");
            let contents = match has_placeholders {
                true => replace(&contents, PLACEHOLDER.as_bytes(), name.as_bytes()),
                false => contents,
            };
            files.add(directory.join(path), contents);
        }
        files.commit().map_err(CliError::new)
    }
}

/// Writes rhelm's own files of a new chart.
fn write_scaffold(name: &str, parent: &Path) -> CommandResult {
    check_name(name)?;
    let parent = absolute_path(parent).map_err(CliError::new)?;
    match std::fs::metadata(&parent) {
        Err(error) => return Err(CliError::new(OsError::new("stat", &parent, &error))),
        Ok(found) if !found.is_dir() => {
            let parent = parent.display();
            return Err(CliError::new(format!("no such directory {parent}")));
        }
        Ok(_) => {}
    }
    let directory = directory_of(&parent, name)?;
    let mut files = AtomicFiles::new(FileMode::Default);
    for (path, text) in FILES {
        let file = directory.join(path);
        if file.metadata().is_ok() {
            let quoted = quote(file.to_string_lossy().as_bytes());
            let warning = format!("WARNING: File {quoted} already exists. Overwriting.\n");
            terminal::print(warning.as_bytes())?;
        }
        files.add(file, with_name(path, text, name).into_bytes());
    }
    files.commit().map_err(CliError::new)?;
    let charts = directory.join("charts");
    std::fs::create_dir_all(&charts)
        .map_err(|error| CliError::new(OsError::new("mkdir", &charts, &error)))
}

/// The text of a file with the chart's name in it.
fn with_name(path: &str, text: &str, name: &str) -> String {
    let text = match path {
        // YAML reads a name like `123` as something else.
        "Chart.yaml" if !is_plain(name) => {
            let quoted = format!("name: \"{PLACEHOLDER}\"");
            text.replacen(&format!("name: {PLACEHOLDER}"), &quoted, 1)
        }
        _ => text.to_owned(),
    };
    text.replace(PLACEHOLDER, name)
}

/// Returns true if YAML reads a text as this text.
fn is_plain(text: &str) -> bool {
    goyaml::parse(text.as_bytes()).is_ok_and(|node| node.as_str() == Some(text))
}

/// The chart's directory, which is not there, or is one.
fn directory_of(parent: &Path, name: &str) -> Result<PathBuf, CliError> {
    let directory = chart::clean_path(&parent.join(name));
    match directory.metadata() {
        Ok(found) if !found.is_dir() => Err(CliError::new(format!(
            "file {} already exists and is not a directory",
            directory.display()
        ))),
        _ => Ok(directory),
    }
}

fn check_name(name: &str) -> CommandResult {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(CliError::new(format!(
            "chart name must be between 1 and {LONGEST_NAME} characters"
        )));
    }
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match name.chars().all(is_good) {
        true => Ok(()),
        false => Err(CliError::new(
            "chart name must match the regular expression \"^[a-zA-Z0-9._-]+$\"",
        )),
    }
}

/// A text with each `old` replaced.
fn replace(text: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = memchr::memmem::find(rest, old)
        .and_then(|at| Some((rest.get(..at)?, rest.get(at + old.len()..)?)))
    {
        result.extend_from_slice(before);
        result.extend_from_slice(new);
        rest = after;
    }
    result.extend_from_slice(rest);
    result
}
