//! `rhelm explain`: where a value comes from and who reads it, or what made a line of the output.

use super::chart_argument::locate;
use super::color::Color;
use super::helm_flags::{HelmFlags, OfOwn};
use super::inputs::Inputs;
use super::outside::Outside;
use super::release::Release;
use super::terminal::{self, Failure};
use super::{Outcome, flags};
use crate::action::Request;
use crate::explain::{self, Explanation, Line, Touch, Wanted, parse_path};
use crate::profile::Profile;
use crate::reads::shown_path;
use crate::render::function_table;
use crate::stack::with_large_stack;
use crate::values::Way;
use clap::Args;

/// How much of a value or line is shown.
const SHOWN: usize = 100;

/// Tell where a value comes from and who reads it, or what made a line of the output.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm explain ./chart image.tag -f prod.yaml --set image.tag=2\n  \
        rhelm explain ./chart 'ingress.hosts[0].host' -f prod.yaml\n  \
        rhelm explain ./chart --output-line templates/deployment.yaml:12 -f prod.yaml\n  \
        rhelm explain ./chart --grep 'replicas:'\n\n\
        Everything that had a say on a value is listed in Helm's order: the last one counts. A key that\n\
        holds dots is written in quotes: annotations.\"example.com/a\".")]
pub(super) struct Explain {
    /// The chart: a bundled chart's name, a directory or an archive
    #[arg(value_name = "CHART")]
    chart: String,
    /// The value: keys with dots between them, indexes in brackets
    #[arg(
        value_name = "PATH",
        required_unless_present_any = ["output_line", "grep"],
        conflicts_with_all = ["output_line", "grep"]
    )]
    path: Option<String>,

    /// Explain a line of what a template renders to: its path and the line, counted from 1
    #[arg(long, value_name = "TEMPLATE:LINE", conflicts_with = "grep")]
    output_line: Option<String>,
    /// Explain all lines of the output that hold a text
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    #[command(flatten)]
    outside: Outside,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    global: HelmFlags<OfOwn>,

    #[command(flatten)]
    color: Color,
}

/// What is asked.
enum Question {
    Value(Vec<String>),
    Lines(Wanted),
}

impl Explain {
    pub(super) fn run(self) -> Outcome {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let question = self.question()?;
        let text = with_large_stack(|| self.answer(&question, &profile));
        let text = text.map_err(|e| Failure::new(format!("no thread to render on: {e}")))??;
        terminal::print(text.as_bytes())
    }

    fn question(&self) -> Result<Question, Failure> {
        if let Some(path) = &self.path {
            let keys = parse_path(path);
            let keys = keys.map_err(|e| Failure::new(format!("{path}: {e}")))?;
            return Ok(Question::Value(keys));
        }
        if let Some(text) = &self.grep {
            return Ok(Question::Lines(Wanted::Holding(text.clone())));
        }
        let place = self.output_line.as_deref().unwrap_or_default();
        let line = place.rsplit_once(':').and_then(|(file, line)| {
            let line = line.parse::<usize>().ok().filter(|line| *line > 0)?;
            Some(Wanted::At(file.into(), line))
        });
        line.map(Question::Lines).ok_or_else(|| {
            Failure::new(format!(
                "--output-line {place}: a template and a line, such as templates/a.yaml:3"
            ))
        })
    }

    fn answer(&self, question: &Question, profile: &Profile) -> Result<String, Failure> {
        let capabilities = self.release.capabilities(profile)?;
        let arguments = [self.chart.clone()];
        let world = self.outside.world()?;
        let (name, chart_argument) = self.release.name_and_chart(&arguments, &world)?;
        let located = locate(chart_argument)?;
        let chart = located.load_installable(chart_argument, profile, &mut Vec::new())?;
        let request = Request {
            profile: *profile,
            functions: &function_table(profile),
            world: &world,
            release: self.release.seen(name, self.global.namespace()),
            capabilities,
            skip_schema_validation: true,
            include_crds: false,
            enable_dns: false,
            track_lines: false,
        };
        let inputs = Inputs::default();
        let (layers, files) = (self.values.layers(), &mut &inputs);
        match question {
            Question::Value(path) => {
                let found = explain::value(&chart, path, &layers, files, &request);
                Ok(shown_value(path, &found.map_err(Failure::new)?))
            }
            Question::Lines(wanted) => {
                let found = explain::lines(&chart, wanted, &layers, files, &request);
                let found = found.map_err(Failure::new)?;
                match found.is_empty() {
                    true => Err(Failure::new("no line of the output is that")),
                    false => Ok(found.iter().map(shown_line).collect()),
                }
            }
        }
    }
}

fn shown_value(path: &[String], found: &Explanation) -> String {
    let name = shown_path(path);
    let mut text = match (&found.value, &found.go_type) {
        (Some(value), Some(go_type)) => format!("{name} = {} ({go_type})\n", cut(value)),
        _ => format!("{name} has no value\n"),
    };
    let is_same = found.printed == found.value;
    if let Some(printed) = found.printed.as_ref().filter(|_| !is_same) {
        text.push_str(&format!("prints as {}\n", cut(printed)));
    }
    text.push_str("\nset by, the last one counts:\n");
    if found.layers.is_empty() {
        text.push_str("  nobody\n");
    }
    for layer in &found.layers {
        let place = match layer.mark.line {
            0 => layer.source.clone(),
            line => format!("{}:{line}", layer.source),
        };
        let said = match &layer.touch {
            Touch::Value(value) => cut(value),
            Touch::Null => "null, which removes what was before".into(),
            Touch::NullDefault => "null, which removes nothing here".into(),
            Touch::Cut(there, value) => {
                format!(
                    "{} is {}, which has no such key",
                    shown_path(there),
                    cut(value)
                )
            }
        };
        let way = match layer.way {
            Way::Direct => "",
            Way::Global => " (as a global)",
            Way::Import => " (imported)",
        };
        text.push_str(&format!("  {place}{way}: {said}\n"));
    }
    text.push_str("\nread by:\n");
    if found.readers.is_empty() {
        text.push_str("  no template in this render\n");
    }
    for reader in &found.readers {
        let whole = match &reader.whole {
            Some(path) if path.is_empty() => " (all values)".into(),
            Some(path) => format!(" (all of {})", shown_path(path)),
            None => String::new(),
        };
        text.push_str(&format!("  {}:{}{whole}\n", reader.template, reader.line));
    }
    if let Some(failure) = &found.failure {
        text.push_str(&format!(
            "\nThe chart does not render with these values:\n{failure}\n"
        ));
    }
    text
}

fn shown_line(line: &Line) -> String {
    let made = match &line.template {
        Some((path, at)) => format!("{path}:{at}"),
        None => "a text that is no file".into(),
    };
    let mut text = format!(
        "{}:{}: {}\n  made by {made}\n",
        line.file,
        line.line,
        cut(&line.text)
    );
    for frame in &line.stack {
        text.push_str(&format!("  {frame}\n"));
    }
    for used in &line.values {
        let value = used.value.as_ref();
        let value = value.map_or("is not there".into(), |value| format!("= {}", cut(value)));
        let source = used.source.as_ref();
        let source = source.map_or(String::new(), |source| format!(", from {source}"));
        text.push_str(&format!(
            "  reads {} {value}{source}\n",
            shown_path(&used.path)
        ));
    }
    text
}

/// The start of a text, in one line.
fn cut(text: &str) -> String {
    let line = text.replace('\n', "\\n");
    match line.chars().count() > SHOWN {
        true => line.chars().take(SHOWN).chain("…".chars()).collect(),
        false => line,
    }
}
