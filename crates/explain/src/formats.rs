//! The forms of explanations: text for people, JSON for programs.

mod json;

pub use json::{lines_json, value_json};

use super::{Effect, Explanation, Line, Through, Used, What};
use diagnostics::escape_controls;
use engine::values::Via;
use trace::usage::{Object, display_value_path};

/// The part of a value or line that is shown, in characters.
const SHOWN: usize = 100;

/// The flag that decided something of `.Release` or `.Capabilities`, as it is shown; none where none did.
pub type FlagOf<'a> = &'a dyn Fn(&Object) -> Option<String>;

/// The explanation of a value.
pub fn value_text(path: &[String], explanation: &Explanation) -> String {
    let name = display_value_path(path);
    let mut text = match (&explanation.value, &explanation.go_type) {
        (Some(value), Some(go_type)) => format!("{name} = {} ({go_type})\n", cut(value)),
        _ => format!("{name} has no value\n"),
    };
    let is_same = explanation.printed == explanation.value;
    if let Some(value) = explanation.printed.as_ref().filter(|_| !is_same) {
        text.push_str(&format!("prints as {}\n", cut(value)));
    }
    text.push_str("\nset by, the last one counts:\n");
    if explanation.layers.is_empty() {
        text.push_str("  (not set by any source)\n");
    }
    for layer in &explanation.layers {
        let place = match layer.mark.line {
            0 => layer.source.clone(),
            line => format!("{}:{line}", layer.source),
        };
        let effect = match &layer.effect {
            Effect::Value(value) => cut(value),
            Effect::Null => "null, which removes what was before".into(),
            Effect::NullDefault => "null, which removes nothing here".into(),
            Effect::Cut(there, value) => {
                format!(
                    "{} is {}, which has no such key",
                    display_value_path(there),
                    cut(value)
                )
            }
        };
        let via = match layer.via {
            Via::Direct => "",
            Via::Global => " (as a global)",
            Via::Import => " (imported)",
        };
        text.push_str(&format!("  {place}{via}: {effect}\n"));
    }
    text.push_str("\nread by:\n");
    if explanation.readers.is_empty() {
        let reason = match &explanation.misspelling {
            None => "no template in this render".into(),
            Some(misspelling) => {
                format!("no template{}", did_you_mean(misspelling.meant.as_deref()))
            }
        };
        text.push_str(&format!("  {reason}\n"));
    }
    for reader in &explanation.readers {
        let whole = match &reader.whole {
            Some(path) if path.is_empty() => " (all values)".into(),
            Some(path) => format!(" (all of {})", display_value_path(path)),
            None => String::new(),
        };
        text.push_str(&format!("  {}:{}{whole}\n", reader.template, reader.line));
    }
    if let Some(failure) = &explanation.failure {
        text.push_str(&format!(
            "\nThe chart does not render with these values:\n{failure}\n"
        ));
    }
    text
}

/// The rest after the name of something that nobody knows: `; did you mean image.tag?`.
pub fn did_you_mean(path: Option<&[String]>) -> String {
    match path {
        Some(path) => format!("; did you mean {}?", display_value_path(path)),
        None => String::new(),
    }
}

/// Lines of the output with what made them.
pub fn lines_text(lines: &[Line], flag_of: FlagOf<'_>) -> String {
    lines.iter().map(|line| line_text(line, flag_of)).collect()
}

fn line_text(line: &Line, flag_of: FlagOf<'_>) -> String {
    let maker = match &line.template {
        Some((path, at)) => format!("{path}:{at}"),
        None => "a text that is not a file".into(),
    };
    let mut text = format!(
        "{}:{}: {}\n  made by {maker}\n",
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
        let source =
            source(used, flag_of).map_or(String::new(), |source| format!(", from {source}"));
        let name = match &used.what {
            What::Value(path) => display_value_path(path),
            What::Object(object) => object.to_string(),
        };
        let through: String = used.through.iter().map(through_text).collect();
        text.push_str(&format!("  reads {name} {value}{source}{through}\n"));
    }
    text
}

fn through_text(through: &Through) -> String {
    let place = match &through.template {
        Some((template, line)) => format!("{template}:{line}"),
        None => "in a string given to tpl".into(),
    };
    match &through.variable {
        Some(variable) => format!(", by way of {variable}, set at {place}"),
        None => format!(", by way of the call at {place}"),
    }
}

/// Describes the source of a value that is used.
fn source(used: &Used, flag_of: FlagOf<'_>) -> Option<String> {
    match &used.what {
        What::Value(_) => used.place.as_ref().map(ToString::to_string),
        What::Object(object) => flag_of(object),
    }
}

/// The start of a text, in one line.
fn cut(text: &str) -> String {
    let line = escape_controls(text);
    match line.chars().count() > SHOWN {
        true => line.chars().take(SHOWN).chain("…".chars()).collect(),
        false => line.into_owned(),
    }
}
