//! Explanations as JSON; `docs/explain.md` tells the schema.

use super::FlagOf;
use crate::{Effect, Explanation, Frame, Layer, Line, Reader, Through, Used, What};
use engine::values::Via;
use serde::Serialize;
use serde_json::Value as Json;
use trace::usage::display_value_path;

/// The version of the schema: it changes when a program that reads the old one would fail.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Value<'a> {
    schema_version: u32,
    path: String,
    keys: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    go_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    printed: Option<&'a str>,
    set_by: Vec<SetBy<'a>>,
    read_by: Vec<ReadBy<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    did_you_mean: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SetBy<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    way: &'static str,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadBy<'a> {
    template: &'a str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    whole_of: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lines<'a> {
    schema_version: u32,
    lines: Vec<OutputLine<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputLine<'a> {
    output: Place<'a>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<Place<'a>>,
    calls: Vec<Call<'a>>,
    reads: Vec<Read<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    template: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct Call<'a> {
    name: Option<&'a str>,
    template: Option<&'a str>,
    line: u32,
}

#[derive(Serialize)]
struct Read<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    through: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    variable: Option<&'a str>,
    template: Option<&'a str>,
    line: Option<u32>,
}

/// The explanation of a value, as a JSON object and a newline.
pub fn value_json(path: &[String], explanation: &Explanation) -> String {
    let did_you_mean = explanation.misspelling.as_ref();
    let did_you_mean = did_you_mean.and_then(|misspelling| misspelling.meant.as_deref());
    text(&Value {
        schema_version: VERSION,
        path: display_value_path(path),
        keys: path,
        value: explanation.value.as_deref().and_then(json),
        go_type: explanation.go_type.as_deref(),
        printed: explanation.printed.as_deref(),
        set_by: explanation.layers.iter().map(set_by).collect(),
        read_by: explanation.readers.iter().map(read_by).collect(),
        did_you_mean: did_you_mean.map(display_value_path),
        failure: explanation.failure.as_deref(),
    })
}

/// Lines of the output with what made them, as a JSON object and a newline.
pub fn lines_json(lines: &[Line], flag_of: FlagOf<'_>) -> String {
    text(&Lines {
        schema_version: VERSION,
        lines: lines
            .iter()
            .map(|line| output_line(line, flag_of))
            .collect(),
    })
}

fn text(report: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// A value that is text of JSON already.
fn json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

fn set_by(layer: &Layer) -> SetBy<'_> {
    let (effect, value, ends_at) = match &layer.effect {
        Effect::Value(value) => ("sets", json(value), None),
        Effect::Null => ("removes", None, None),
        Effect::NullDefault => ("nothing", None, None),
        Effect::Cut(path, value) => ("ends", json(value), Some(display_value_path(path))),
    };
    SetBy {
        source: &layer.source,
        line: (layer.mark.line > 0).then_some(layer.mark.line),
        way: match layer.via {
            Via::Direct => "direct",
            Via::Global => "global",
            Via::Import => "import",
        },
        effect,
        value,
        ends_at,
    }
}

fn read_by(reader: &Reader) -> ReadBy<'_> {
    ReadBy {
        template: &reader.template,
        line: reader.line,
        whole_of: reader.whole.as_deref().map(display_value_path),
    }
}

fn output_line<'a>(line: &'a Line, flag_of: FlagOf<'_>) -> OutputLine<'a> {
    OutputLine {
        output: Place {
            template: &line.file,
            line: line.line as u64,
        },
        text: &line.text,
        made_by: line.template.as_ref().map(|(template, line)| Place {
            template,
            line: u64::from(*line),
        }),
        calls: line.stack.iter().map(call).collect(),
        reads: line.values.iter().map(|used| read(used, flag_of)).collect(),
    }
}

fn call(frame: &Frame) -> Call<'_> {
    Call {
        name: frame.name.as_deref(),
        template: frame.template.as_deref(),
        line: frame.line,
    }
}

fn read<'a>(used: &'a Used, flag_of: FlagOf<'_>) -> Read<'a> {
    let (path, object, source) = match &used.what {
        What::Value(path) => {
            let place = used.place.as_ref();
            (
                Some(display_value_path(path)),
                None,
                place.map(|place| place.source.clone()),
            )
        }
        What::Object(object) => (None, Some(object.to_string()), flag_of(object)),
    };
    Read {
        path,
        object,
        value: used.value.as_deref().and_then(json),
        source,
        line: used.place.as_ref().and_then(|place| place.line),
        through: used.through.iter().map(step).collect(),
    }
}

fn step(through: &Through) -> Step<'_> {
    let (template, line) = through
        .template
        .as_ref()
        .map(|(t, l)| (t.as_str(), *l))
        .unzip();
    Step {
        variable: through.variable.as_deref(),
        template,
        line,
    }
}
