//! rhelm's own comparison: reading what to ignore, comparing, showing, the exit status.

use super::released::Place;
use super::shown::Shown;
use super::sides::{self, Content, Rendering, SideResult};
use super::values::{self, SideValues};
use super::{Comparison as Flags, Diff};
use crate::action::HookFilter;
use crate::cli::CommandResult;
use crate::cli::config::{ConfigText, read_config};
use crate::cli::string_slice::StringSlice;
use crate::cli::terminal::{self, CliError};
use crate::diff::formats::{self, View};
use crate::diff::{
    Comparison, Config, FailOn, Ignore, Input, OLDER_CONFIG_FILE, Options, Redaction, Severity,
    compare, documents, parse_fail_on, preset, rendered,
};
use crate::render::KubeVersion;
use clap::Args;
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

/// What counts, and what is an error.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Comparison and output")]
pub(in crate::cli) struct Rules {
    /// Fail if this rule applies, or any rule of this severity or worse (error, warning, info); may
    /// be given several times
    #[arg(long, value_name = "RULE")]
    fail_on: Vec<StringSlice>,
    /// Ignore changes of these resources or fields: kind=K,name=N,namespace=N,group=G,path=P, each a pattern with
    /// *; may be given several times
    #[arg(long, value_name = "WHAT")]
    ignore: Vec<String>,
    /// Ignore labels with the chart's version (chart-labels), checksum annotations (checksums), both
    /// (chart-version), or fields that a cluster sets (cluster)
    #[arg(long, value_name = "NAME")]
    ignore_preset: Vec<StringSlice>,
    /// Read the settings from this file [default: .rhelm.yaml, here or above in the repository]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Show resources that differ only in the chart's labels and in checksums, too, not one line about them
    #[arg(long)]
    no_fold: bool,
}

pub(super) fn run(
    diff: &Diff,
    renderings: &[Rendering; 2],
    place: Option<&Place>,
) -> CommandResult {
    let flags = &diff.comparison;
    let format = flags.shown.format()?;
    let config = flags.rules.config()?;
    let fail_on = flags.rules.fail_on(&config)?;
    let mut options = flags.rules.options(&config)?;
    diff.complete(&mut options)?;
    let stdin = sides::read_stdin(renderings)?;
    let [old_rendering, new_rendering] = renderings;
    let side =
        |rendering: &Rendering, side_result| rendered_side(rendering, side_result, flags.live);
    let [mut old, mut new] = sides::render(renderings, &stdin, side)?;
    let mut names = renderings.each_ref().map(|one| one.argument.clone());
    if flags.live {
        let place = place.ok_or_else(|| {
            CliError::new("--live needs a release as OLD: release:[NAMESPACE/]NAME[:REVISION]")
        })?;
        let [was, is] = [&old, &new].map(|side| String::from_utf8_lossy(&side.text));
        let live = place.live(&[&was, &is], old_rendering.namespace())?;
        let is_drift = diff.sides.len() == 1;
        let (side, name) = match (is_drift, &mut names) {
            (true, [_, name]) => (&mut new, name),
            (false, [name, _]) => (&mut old, name),
        };
        side.input.documents = documents(live.as_bytes());
        "the cluster".clone_into(name);
        // It is not known what values made it.
        side.values = None;
    }
    options.kube_minor = new.kube_version.minor_number();
    options.api_versions.clone_from(&new_rendering.api_versions);
    let mut comparison = compare(old.input, new.input, &options).map_err(|error| {
        let rendering = if error.is_new {
            new_rendering
        } else {
            old_rendering
        };
        CliError::new(error.cause).with_prefix(&rendering.place())
    })?;
    if let (Some(old), Some(new)) = (&old.values, &new.values) {
        comparison.add_general("values", values::findings(old, new, &comparison));
    }
    for notice in &comparison.notices {
        terminal::warn(format!("rhelm: {notice}\n").as_bytes());
    }
    let context = flags.shown.context.unwrap_or(3);
    let [old, new] = names;
    let view = View {
        old,
        new,
        context: usize::try_from(context).ok(),
        colour: flags.shown.is_coloured(),
        is_unfolded: flags.rules.no_fold,
        max_bytes: flags.max_bytes,
    };
    format.print(&comparison, &view, flags)?;
    check_rules(&comparison, &fail_on)?;
    match flags.shown.detailed_exitcode && !comparison.changes.is_empty() {
        true => Err(CliError::silent(2)),
        false => Ok(()),
    }
}

/// What a release is and what it shall be.
pub(in crate::cli) struct Report<'t> {
    /// Each side's name and manifest.
    pub(in crate::cli) old: (&'t str, &'t [u8]),
    pub(in crate::cli) new: (&'t str, &'t [u8]),
    /// The files of `crds/` of the new side.
    pub(in crate::cli) crds: &'t [u8],
    /// The release's namespace.
    pub(in crate::cli) namespace: &'t str,
    /// The minor version of the Kubernetes that it is for, if it is known.
    pub(in crate::cli) kube_minor: Option<u16>,
}

impl Report<'_> {
    /// The changes with what is found of them, as text; and the error where rules apply that are to be failed on.
    pub(in crate::cli) fn text(
        &self,
        rules: &Rules,
        colour: bool,
    ) -> Result<(Vec<u8>, CommandResult), CliError> {
        let config = rules.config()?;
        let fail_on = rules.fail_on(&config)?;
        let mut options = rules.options(&config)?;
        options.kube_minor = self.kube_minor;
        let input = |text: &[u8]| Input {
            documents: documents(text),
            definitions: vec![(String::new(), self.crds.to_vec())],
            namespace: self.namespace.to_owned(),
        };
        let ((old, was), (new, is)) = (self.old, self.new);
        let compared = compare(input(was), input(is), &options);
        let comparison = compared.map_err(|error| CliError::new(error.cause))?;
        let view = View {
            old: old.to_owned(),
            new: new.to_owned(),
            context: Some(3),
            colour,
            is_unfolded: rules.no_fold,
            max_bytes: None,
        };
        let checked = check_rules(&comparison, &fail_on);
        Ok((formats::text(&comparison, &view), checked))
    }
}

/// The errors that rules find in a manifest for Kubernetes 1.`minor`: each one's rule, and a line about it.
pub(in crate::cli) fn findings_for(
    manifest: &[u8],
    namespace: &str,
    minor: u16,
) -> Result<Vec<(String, String)>, CliError> {
    let input = |text: &[u8]| Input {
        documents: documents(text),
        definitions: Vec::new(),
        namespace: namespace.to_owned(),
    };
    let options = Options {
        kube_minor: Some(minor),
        ..Rules::default().options(&Config::default())?
    };
    let compared = compare(input(b""), input(manifest), &options);
    let comparison = compared.map_err(|error| CliError::new(error.cause))?;
    let findings = comparison.findings().filter(|(_, finding)| {
        finding.rule.severity == Severity::Error || finding.rule.id == "api-disabled"
    });
    let told = findings.map(|(key, finding)| {
        let rule = finding.rule.id.to_owned();
        let line = format!("[{rule}] {key}: {}", finding.message);
        (rule, line)
    });
    Ok(told.collect())
}

/// The error where rules apply that are to be failed on.
fn check_rules(comparison: &Comparison, fail_on: &[FailOn]) -> CommandResult {
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
    if failed.is_empty() {
        return Ok(());
    }
    let count = failed.len();
    let plural = if count == 1 { "" } else { "s" };
    let list = failed.join("\n");
    Err(CliError::new(format!(
        "{count} finding{plural} to fail on:\n{list}"
    )))
}

/// A side that is to be compared.
struct Compared {
    input: Input,
    kube_version: KubeVersion,
    values: Option<SideValues>,
    /// Its manifest, if it is wanted as text.
    text: Vec<u8>,
}

/// A side to compare; or Helm's error, with which side it was.
fn rendered_side(
    rendering: &Rendering,
    side_result: SideResult,
    keeps_text: bool,
) -> Result<Compared, CliError> {
    terminal::notify(&side_result.notices, &rendering.profile);
    let side = side_result.result;
    let side = side.map_err(|failure| failure.with_prefix(&rendering.place()))?;
    let (documents, text) = match side.content {
        Content::Rendered(manifests) if keeps_text => {
            let none = HookFilter {
                none: true,
                ..HookFilter::default()
            };
            let text = manifests.into_text(none);
            (documents(&text), text)
        }
        Content::Rendered(manifests) => (rendered(manifests), Vec::new()),
        Content::Text(text) => (documents(&text), text),
    };
    Ok(Compared {
        input: Input {
            documents,
            definitions: side.definitions,
            namespace: rendering.namespace().to_owned(),
        },
        kube_version: side.kube_version,
        values: side.values,
        text,
    })
}

impl Diff {
    /// Adds what the flags of the output say.
    fn complete(&self, options: &mut Options) -> CommandResult {
        let shown = &self.comparison.shown;
        options.suppressed_lines.extend(shown.suppressed_lines()?);
        options.suppressed_kinds.extend(shown.suppressed_kinds());
        options.redaction.secrets = shown.secrets();
        options.no_hooks = self.no_hooks;
        options.include_tests = self.include_tests;
        Ok(())
    }
}

impl Format {
    fn print(self, comparison: &Comparison, view: &View, flags: &Flags) -> CommandResult {
        match self {
            Format::Text => flags.pager.print(&formats::text(comparison, view)),
            Format::Unified => flags.pager.print(&formats::unified(comparison, view)),
            Format::Markdown => terminal::print(&formats::markdown(comparison, view)),
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

impl Shown {
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
}

impl Rules {
    /// Returns true if rules are named that are errors.
    pub(in crate::cli) fn has_fail_on(&self) -> bool {
        !self.fail_on.is_empty()
    }

    fn options(&self, config: &Config) -> Result<Options, CliError> {
        let mut ignores = config.ignores.clone();
        for text in &self.ignore {
            let ignore = Ignore::parse(text);
            ignores.push(ignore.map_err(|e| CliError::new(format!("--ignore {text}: {e}")))?);
        }
        for name in StringSlice::values(&self.ignore_preset) {
            let ignored =
                preset(name).map_err(|e| CliError::new(format!("--ignore-preset: {e}")))?;
            ignores.extend(ignored);
        }
        let mut suppressed_lines = Vec::new();
        for pattern in &config.suppress_lines {
            suppressed_lines.push(Regexp::compile(pattern).map_err(|error| {
                let message = error.message();
                let message = String::from_utf8_lossy(&message);
                CliError::new(format!("suppressOutputLineRegex: {message}"))
            })?);
        }
        Ok(Options {
            ignores,
            redaction: Redaction {
                names: config.redact.clone(),
                ..Redaction::default()
            },
            suppressed_kinds: config.suppress.clone(),
            suppressed_lines,
            no_hooks: false,
            include_tests: false,
            kube_minor: None,
            api_versions: Vec::new(),
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
