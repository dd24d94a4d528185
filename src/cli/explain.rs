//! `rhelm explain`: where a value comes from and who reads it, or what made a line of the output.

use super::color::Color;
use super::compat_flags::{CompatFlags, OwnCompat};
use super::host_flags::HostFlags;
use super::inputs::Inputs;
use super::program;
use super::release::Release;
use super::session::Session;
use super::terminal::{self, CliError};
use super::{CommandResult, flags};
use crate::action::Request;
use crate::explain::{self, LineSelection, formats, parse_path};
use crate::profile::Profile;
use crate::secrets::Visibility;
use crate::usage::{Object, display_value_path};
use background::with_large_stack;
use clap::{Args, ValueEnum};

/// Show where a value comes from and what reads it, or what made an output line.
#[derive(Debug, Args)]
#[command(override_usage = "rhelm explain [NAME] CHART PATH [OPTIONS]\n       \
        rhelm explain [NAME] CHART --output-line TEMPLATE:LINE [OPTIONS]\n       \
        rhelm explain [NAME] CHART --grep TEXT [OPTIONS]")]
#[command(after_help = "Examples:\n  \
        rhelm explain ./chart image.tag -f prod.yaml --set image.tag=2\n  \
        rhelm explain ./chart 'ingress.hosts[0].host' -f prod.yaml\n  \
        rhelm explain ./chart --output-line templates/deployment.yaml:12 -f prod.yaml\n  \
        rhelm explain ./chart --grep 'replicas:'\n\n\
        All sources of a value are listed in the order in which Helm applies them: the last one wins. A key\n\
        that holds dots is written in quotes: annotations.\"example.com/a\".")]
pub(super) struct Explain {
    /// The chart: a bundled chart's name, a directory or an archive. Before it, a name for the release; after it,
    /// the path of a value: keys with dots between them, indexes in brackets
    #[arg(value_name = "ARGUMENT", num_args = 0..)]
    arguments: Vec<String>,

    /// Explain an output line: the template's path, and the line of its output, counted from 1
    #[arg(long, value_name = "TEMPLATE:LINE", conflicts_with = "grep")]
    output_line: Option<String>,
    /// Explain all output lines that contain this text
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,

    /// The output format
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    output: OutputFormat,
    /// Show secrets: values of keys such as password and token, and data of Secrets
    #[arg(long)]
    show_secrets: bool,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    #[command(flatten)]
    host_flags: HostFlags,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    global: CompatFlags<OwnCompat>,

    #[command(flatten)]
    color: Color,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people
    Text,
    /// A JSON object, for programs
    Json,
}

/// The question.
enum Question {
    Value(Vec<String>),
    Lines(LineSelection),
}

impl Explain {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let (question, arguments) = self.question()?;
        let text = with_large_stack(|| self.answer(&question, arguments, &profile));
        let text = text.map_err(|e| CliError::new(format!("no thread to render on: {e}")))??;
        terminal::print(text.as_bytes())
    }

    /// Returns the question, the name of the release and the chart.
    fn question(&self) -> Result<(Question, &[String]), CliError> {
        let is_line = self.output_line.is_some() || self.grep.is_some();
        let (path, chart) = match self.arguments.split_last() {
            Some((path, chart)) if !is_line && !chart.is_empty() => (Some(path), chart),
            _ => (None, self.arguments.as_slice()),
        };
        if let Some(path) = path {
            let keys = parse_path(path);
            let keys = keys.map_err(|e| CliError::new(format!("{path}: {e}")))?;
            return Ok((Question::Value(keys), chart));
        }
        let example = match is_line {
            true => "./chart --grep 'replicas:'",
            false => "./chart image.tag",
        };
        if !is_line || chart.is_empty() {
            let what = if is_line {
                "a chart"
            } else {
                "a chart and the path of a value"
            };
            let name = program::name();
            return Err(CliError::new(format!(
                "explain needs {what}: {name} explain {example}"
            )));
        }
        if let Some(text) = &self.grep {
            return Ok((Question::Lines(LineSelection::Holding(text.clone())), chart));
        }
        let place = self.output_line.as_deref().unwrap_or_default();
        let line = place.rsplit_once(':').and_then(|(file, line)| {
            let line = line.parse::<usize>().ok().filter(|line| *line > 0)?;
            Some(LineSelection::At(file.into(), line))
        });
        let line = line.ok_or_else(|| {
            CliError::new(format!(
                "--output-line {place}: a template and a line, such as templates/a.yaml:3"
            ))
        })?;
        Ok((Question::Lines(line), chart))
    }

    fn answer(
        &self,
        question: &Question,
        arguments: &[String],
        profile: &Profile,
    ) -> Result<String, CliError> {
        let session = Session::begin(
            *profile,
            &self.release,
            Some(&self.host_flags),
            self.global.namespace(),
            arguments,
        )?;
        let chart = session.load(&mut Vec::new())?;
        let request = Request {
            skip_schema_validation: true,
            ..session.request(&session.host)
        };
        let inputs = Inputs::new(*profile);
        let (layers, files) = (self.values.layers(), &mut &inputs);
        let secrets = match self.show_secrets {
            true => Visibility::Shown,
            false => Visibility::Hidden,
        };
        match question {
            Question::Value(path) => {
                let explanation = explain::value(&chart, path, &layers, files, &request, secrets);
                let explanation = explanation.map_err(CliError::new)?;
                if let Some(misspelling) = explanation
                    .misspelling
                    .as_ref()
                    .filter(|_| explanation.is_empty())
                {
                    return Err(CliError::new(format!(
                        "the chart has no value {}{}",
                        display_value_path(path),
                        formats::did_you_mean(misspelling.meant.as_deref())
                    )));
                }
                Ok(match self.output {
                    OutputFormat::Text => formats::value_text(path, &explanation),
                    OutputFormat::Json => formats::value_json(path, &explanation),
                })
            }
            Question::Lines(selection) => {
                let lines = explain::lines(&chart, selection, &layers, files, &request, secrets);
                let lines = lines.map_err(CliError::new)?;
                let flag_of = |object: &Object| match object {
                    Object::ReleaseNamespace => self.global.namespace_source(),
                    object => self.release.flag_of(object, arguments),
                };
                Ok(match self.output {
                    OutputFormat::Text => formats::lines_text(&lines, &flag_of),
                    OutputFormat::Json => formats::lines_json(&lines, &flag_of),
                })
            }
        }
    }
}
