//! rhelm's own comparison: reading what to ignore, comparing, showing, the exit status.

use super::sides::{self, Content, Rendering, SideResult};
use super::values::{self, SideValues};
use super::{Comparison as Flags, Diff};
use crate::cli::CommandResult;
use crate::cli::config::{ConfigText, read_config};
use crate::cli::string_slice::StringSlice;
use crate::cli::terminal::{self, CliError};
use crate::diff::formats::{self, View};
use crate::diff::{
    Comparison, Config, FailOn, Ignore, Input, OLDER_CONFIG_FILE, Options, Redaction, compare,
    documents, parse_fail_on, preset, rendered,
};
use crate::render::KubeVersion;
use gostd::regexp::Regexp;
use std::path::Path;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Unified,
    Json,
    Markdown,
    Html,
}

/// Name, format, what it is for.
const FORMATS: &[(&str, Format, &str)] = &[
    ("text", Format::Text, "changes with findings, for people"),
    ("unified", Format::Unified, "a unified diff"),
    ("json", Format::Json, "for programs"),
    ("markdown", Format::Markdown, "for a pull request"),
    ("html", Format::Html, "one page with filters"),
];

/// The values of `--output`, with their help.
pub(super) fn output_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    FORMATS.iter().map(|(name, _, about)| (*name, *about))
}

pub(super) fn run(diff: &Diff, renderings: &[Rendering; 2]) -> CommandResult {
    let flags = &diff.comparison;
    let format = flags.format()?;
    let config = flags.config()?;
    let fail_on = flags.fail_on(&config)?;
    let mut options = options(diff, &config)?;
    let stdin = sides::read_stdin(renderings)?;
    let [old_rendering, new_rendering] = renderings;
    let [(old, _, old_values), (new, kube_version, new_values)] =
        sides::render(renderings, &stdin, rendered_side)?;
    options.kube_minor = kube_version.minor_number();
    options.api_versions.clone_from(&new_rendering.api_versions);
    let mut comparison = compare(old, new, &options).map_err(|error| {
        let rendering = if error.is_new {
            new_rendering
        } else {
            old_rendering
        };
        CliError::new(error.cause).with_prefix(&rendering.place())
    })?;
    if let (Some(old), Some(new)) = (&old_values, &new_values) {
        comparison.add_general("values", values::findings(old, new, &comparison));
    }
    for notice in &comparison.notices {
        terminal::warn(format!("rhelm: {notice}\n").as_bytes());
    }
    let context = flags.context.unwrap_or(3);
    let view = View {
        old: old_rendering.argument.clone(),
        new: new_rendering.argument.clone(),
        context: usize::try_from(context).ok(),
        colour: flags.is_coloured(),
        is_unfolded: flags.no_fold,
    };
    format.print(&comparison, &view, flags.max_bytes)?;
    exit_status(flags, &comparison, &fail_on)
}

/// The exit status: rules to fail on first, then whether anything changed.
fn exit_status(flags: &Flags, comparison: &Comparison, fail_on: &[FailOn]) -> CommandResult {
    let failed: Vec<String> = comparison
        .findings()
        .filter(|(_, finding)| {
            fail_on
                .iter()
                .any(|what| what.includes(finding.rule.id, finding.rule.severity))
        })
        .map(|(key, finding)| {
            format!(
                "  {} [{}] {key}: {}",
                finding.rule.severity, finding.rule.id, finding.message
            )
        })
        .collect();
    if !failed.is_empty() {
        let count = failed.len();
        let plural = if count == 1 { "" } else { "s" };
        let list = failed.join("\n");
        return Err(CliError::new(format!(
            "{count} finding{plural} to fail on:\n{list}"
        )));
    }
    match flags.detailed_exitcode && !comparison.changes.is_empty() {
        true => Err(CliError::silent(2)),
        false => Ok(()),
    }
}

/// A side to compare and the Kubernetes that it is for; or Helm's error, with which side it was.
fn rendered_side(
    rendering: &Rendering,
    side_result: SideResult,
) -> Result<(Input, KubeVersion, Option<SideValues>), CliError> {
    terminal::notify(&side_result.notices, &rendering.profile);
    let side = side_result.result;
    let side = side.map_err(|failure| failure.with_prefix(&rendering.place()))?;
    let input = Input {
        documents: match side.content {
            Content::Rendered(manifests) => rendered(manifests),
            Content::Text(text) => documents(&text),
        },
        definitions: side.definitions,
        namespace: rendering.namespace().to_owned(),
    };
    Ok((input, side.kube_version, side.values))
}

fn options(diff: &Diff, config: &Config) -> Result<Options, CliError> {
    let flags = &diff.comparison;
    let mut ignores = config.ignores.clone();
    for text in &flags.ignore {
        let ignore = Ignore::parse(text);
        ignores.push(ignore.map_err(|e| CliError::new(format!("--ignore {text}: {e}")))?);
    }
    for name in StringSlice::values(&flags.ignore_preset) {
        let ignored = preset(name).map_err(|e| CliError::new(format!("--ignore-preset: {e}")))?;
        ignores.extend(ignored);
    }
    let mut suppressed_lines = flags.suppressed_lines()?;
    for pattern in &config.suppress_lines {
        suppressed_lines.push(Regexp::compile(pattern).map_err(|error| {
            let message = error.message();
            let message = String::from_utf8_lossy(&message);
            CliError::new(format!("suppressOutputLineRegex: {message}"))
        })?);
    }
    let mut suppressed_kinds = flags.suppressed_kinds();
    suppressed_kinds.extend(config.suppress.iter().cloned());
    Ok(Options {
        ignores,
        redaction: Redaction {
            secrets: flags.secrets(),
            names: config.redact.clone(),
        },
        suppressed_kinds,
        suppressed_lines,
        no_hooks: diff.no_hooks,
        include_tests: diff.include_tests,
        kube_minor: None,
        api_versions: Vec::new(),
    })
}

impl Format {
    fn print(self, comparison: &Comparison, view: &View, max_bytes: usize) -> CommandResult {
        match self {
            Format::Text => terminal::print(&formats::text(comparison, view)),
            Format::Unified => terminal::print(&formats::unified(comparison, view)),
            Format::Markdown => terminal::print(&formats::markdown(comparison, view, max_bytes)),
            Format::Json => terminal::stream(|out| formats::json(comparison, view, out)),
            Format::Html => terminal::stream(|out| formats::html(comparison, view, out)),
        }
    }
}

/// The configuration in a file that has no other.
fn file_config(path: &Path) -> Result<Config, CliError> {
    let config = ConfigText::read(path).map_err(|error| {
        let reason = crate::chart::reason(&error);
        CliError::new(format!("{}: {reason}", path.display()))
    })?;
    Config::read(&config.text, &config.name).map_err(CliError::new)
}

impl Flags {
    fn format(&self) -> Result<Format, CliError> {
        let name = self.output.as_deref().unwrap_or("text");
        let row = FORMATS.iter().find(|(name_of, ..)| *name_of == name);
        row.map(|(_, format, _)| *format).ok_or_else(|| {
            let names: Vec<&str> = output_names().map(|(name, _)| name).collect();
            CliError::new(format!(
                "--output {name}: there are {}; helm-diff's with --compat helm-diff",
                names.join(", ")
            ))
        })
    }

    /// The configuration: of the named file, else the section of `.rhelm.yaml`, else of the older file in the
    /// working directory.
    fn config(&self) -> Result<Config, CliError> {
        if let Some(name) = &self.config {
            return file_config(Path::new(name));
        }
        if let Some(config) = read_config()?
            && let Some(section) =
                Config::of_section(&config.text, &config.name).map_err(CliError::new)?
        {
            return Ok(section);
        }
        let older = Path::new(OLDER_CONFIG_FILE);
        match older.exists() {
            true => file_config(older),
            false => Ok(Config::default()),
        }
    }

    fn fail_on(&self, config: &Config) -> Result<Vec<FailOn>, CliError> {
        let names = StringSlice::values(&self.fail_on).chain(&config.fail_on);
        let rules = names
            .map(|name| parse_fail_on(name).map_err(|e| CliError::new(format!("--fail-on: {e}"))));
        rules.collect()
    }
}
