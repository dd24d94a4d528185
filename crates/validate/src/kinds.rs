//! Values of another kind than their defaults, and nulls.

use super::context::Context;
use super::defaults::default_of;
use super::diagnostic::{Diagnostic, Place};
use super::rules;
use super::schema_names::SchemaNames;
use super::value_flow::LazyValueFlow;
use chart::Chart;
use diagnostics::kind_name;
use diagnostics::secrets::mask_argument;
use engine::values::{Flag, Provenance, Source};
use gostd::{Map, Value};
use goyaml::{Kind, Node};
use trace::usage::display_value_path;

/// The diagnostics for a user's values beside their defaults.
pub(super) fn diagnostics(
    supplied: &Map,
    context: &Context<'_, '_>,
    value_flow: LazyValueFlow<'_>,
    schemas: &SchemaNames,
) -> Vec<Diagnostic> {
    let mut check = Check {
        context,
        value_flow,
        schemas,
        diagnostics: Vec::new(),
    };
    check.map(supplied, &mut Vec::new());
    check.diagnostics
}

struct Check<'a, 'c> {
    context: &'a Context<'a, 'c>,
    value_flow: LazyValueFlow<'a>,
    schemas: &'a SchemaNames,
    diagnostics: Vec<Diagnostic>,
}

impl<'c> Check<'_, 'c> {
    fn map(&mut self, map: &Map, path: &mut Vec<String>) {
        for (key, entry) in map.borrow().iter() {
            path.push(key.to_string());
            let provenance = self.context.provenance(entry.origin);
            let default = default_of(self.context.prepared, path);
            match (&entry.value, default) {
                (Value::Nil, default) => self.null(path, provenance, default),
                (value, Some(default)) => self.value(path, value, provenance, default),
                (_, None) => {}
            }
            if let Value::Map(inner) = &entry.value {
                self.map(inner, path);
            }
            path.pop();
        }
    }

    fn value(
        &mut self,
        path: &[String],
        value: &Value,
        provenance: Provenance<'_>,
        (chart, default): (&'c Chart, &'c Node),
    ) {
        let key = display_value_path(path);
        let place = self.place(path, provenance);
        if let (Kind::Bool(_), Value::Str(text)) = (&default.kind, value)
            && matches!(
                &*text.to_str_lossy().to_lowercase(),
                "false" | "no" | "off" | "n"
            )
            && !self.takes(path, value, &default.kind)
        {
            let message = format!("{key} is the text {text:?}, which is true to templates");
            let diagnostic = Diagnostic::new(&rules::QUOTED_BOOLEAN, place, message);
            self.push(
                diagnostic.suggest(self.boolean_advice(path, provenance)),
                path,
                chart,
                default,
            );
            return;
        }
        if let (Kind::Int(_) | Kind::Float(_), Value::Str(text), Source::Flag { flag, .. }) =
            (&default.kind, value, provenance.source)
            && *flag == Flag::Set
            && gostd::strconv::parse_float(text.as_bytes(), 64).is_ok()
        {
            let message = format!("--set makes a string of {text}, where the default is a number");
            let diagnostic = Diagnostic::new(&rules::NUMBER_AS_TEXT, place, message);
            let diagnostic = diagnostic.suggest(format!("--set-json '{key}={text}'"));
            self.push(diagnostic, path, chart, default);
            return;
        }
        if let (Kind::Str(_), Value::Int(..) | Value::Float64(_) | Value::Bool(_)) =
            (&default.kind, value)
            && let Source::Flag {
                flag: Flag::Set,
                argument,
            } = provenance.source
        {
            let is = value_kind_name(value);
            let message = format!("--set makes {is} of {key}, where the default is a string");
            let diagnostic = Diagnostic::new(&rules::NUMBER_FOR_TEXT, place, message);
            let diagnostic =
                diagnostic.suggest(format!("--set-string '{}'", mask_argument(argument, &[])));
            self.push(diagnostic, path, chart, default);
            return;
        }
        let is = value_kind_name(value);
        let message = if differs(&default.kind, value) {
            let was = kind_name(&default.kind);
            let message = format!("{key} is {is}, but {was} in the chart's values");
            (!self.takes(path, value, &default.kind)).then_some(message)
        } else if is_filled_container(value) && self.is_written(path, &default.kind) {
            Some(format!("{key} is {is}, but templates write it as a string"))
        } else {
            None
        };
        if let Some(message) = message {
            let diagnostic = Diagnostic::new(&rules::TYPE_DIFFERENCE, place, message);
            self.push(diagnostic, path, chart, default);
        }
    }

    /// The boolean spelled by a text.
    fn boolean_advice(&self, path: &[String], provenance: Provenance<'_>) -> String {
        match (provenance.source, self.place(path, provenance)) {
            (Source::Flag { .. }, _) => {
                format!(
                    "use --set {}=false, which makes a boolean of it",
                    display_value_path(path)
                )
            }
            (_, Place::File { name, mark }) => {
                let line = self.context.sources.line(&name, mark.line);
                let column = usize::try_from(mark.column).unwrap_or(1).saturating_sub(1);
                match line.unwrap_or_default().get(column) {
                    Some(b'"' | b'\'') => "leave the quotes out".into(),
                    _ => "write false".into(),
                }
            }
            _ => "write false".into(),
        }
    }

    fn null(
        &mut self,
        path: &[String],
        provenance: Provenance<'_>,
        default: Option<(&'c Chart, &'c Node)>,
    ) {
        let key = display_value_path(path);
        let place = self.place(path, provenance);
        match default {
            Some((chart, default)) if !is_empty(&default.kind) => {
                if self.is_commented_out(&place) {
                    let message = format!("{key} has no value, which removes its default");
                    let diagnostic = Diagnostic::new(&rules::EMPTY_VALUE, place, message);
                    let diagnostic =
                        diagnostic.suggest("write null if that is meant; leave the key out if not");
                    self.push(diagnostic, path, chart, default);
                } else {
                    let message = format!("{key} is null, which removes its default");
                    let diagnostic = Diagnostic::new(&rules::REMOVED_DEFAULT, place, message);
                    self.push(diagnostic, path, chart, default);
                }
            }
            Some(_) => {}
            None if self.takes_anything(path) => {}
            None => {
                let message = format!("{key} is null, but there is no default to remove");
                let diagnostic = Diagnostic::new(&rules::NULL_WITHOUT_DEFAULT, place, message);
                self.diagnostics.push(diagnostic.about(key));
            }
        }
    }

    /// Returns true if what a path is in has no defaults of its own, or is a list: its keys are the user's.
    fn takes_anything(&self, path: &[String]) -> bool {
        let above = path.get(..path.len().saturating_sub(1)).unwrap_or_default();
        match default_of(self.context.prepared, above) {
            Some((_, node)) => is_empty(&node.kind),
            None => true,
        }
    }

    fn push(&mut self, diagnostic: Diagnostic, path: &[String], chart: &Chart, default: &Node) {
        let place = match self.context.sources.values_yaml(chart) {
            Some(name) => Place::file(&name, default.mark),
            None => Place::Nowhere,
        };
        let diagnostic = diagnostic
            .about(display_value_path(path))
            .relate(place, "the default");
        self.diagnostics.push(diagnostic);
    }

    /// The place of a value that a user gave, though it is not in the final values.
    fn place(&self, path: &[String], provenance: Provenance<'_>) -> Place {
        if let Source::File { name } = provenance.source
            && let Some(documents) = self.context.files.get(name)
            && let Some((key, value)) = documents.find(path)
        {
            let mark = match value.mark.line == key.line && !matches!(value.kind, Kind::Null) {
                true => value.mark,
                false => key,
            };
            return Place::file(name, mark);
        }
        Place::of(&provenance, |chart| self.context.sources.defaults_of(chart))
    }

    /// Returns true if nothing stands behind the key at a place of a values file, and what did is commented
    /// out below it. A key that is simply empty removes its default on purpose.
    fn is_commented_out(&self, place: &Place) -> bool {
        let Place::File { name, mark } = place else {
            return false;
        };
        let line = |number| {
            let line = self.context.sources.line(name, number).unwrap_or_default();
            String::from_utf8_lossy(line).into_owned()
        };
        let key = line(mark.line);
        let start = usize::try_from(mark.column).unwrap_or(1).saturating_sub(1);
        let rest = key.get(start..).unwrap_or_default();
        let after = rest.split_once(':').map_or("", |(_, after)| after.trim());
        let next = line(mark.line.saturating_add(1));
        let below = next.trim_start();
        let is_inside = next.len() - below.len() > start;
        (after.is_empty() || after.starts_with('#')) && below.starts_with('#') && is_inside
    }

    /// Returns true if templates do nothing but write a value, of which the default does not tell the kind.
    fn is_written(&self, path: &[String], default: &Kind) -> bool {
        let is_open = match default {
            Kind::Null => true,
            Kind::Str(text) => text.is_empty(),
            _ => false,
        };
        is_open && self.value_flow.is_only_text(path)
    }

    /// Returns true if a value may stand for a default of another kind: templates ask for the kind, or a schema
    /// says which there may be.
    fn takes(&self, path: &[String], value: &Value, default: &Kind) -> bool {
        if self.schemas.name(path) {
            return true;
        }
        let uses = self.value_flow.kinds(path);
        // What is not the kind that templates ask for is the other one.
        let is_other = match default {
            Kind::Map(_) | Kind::Seq(_) => false,
            Kind::Str(_) => uses.text,
            _ => uses.any,
        };
        match value {
            Value::Str(text) if uses.text => may_be_text_of(text.as_bytes(), default),
            Value::Map(_) => uses.map || is_other,
            Value::List(_) => uses.list || is_other,
            _ => is_other,
        }
    }
}

/// Returns true if a text is YAML of the same kind as a default, or a template that may come to such: templates
/// that take texts and maps write both alike.
fn may_be_text_of(text: &[u8], default: &Kind) -> bool {
    if memchr::memmem::find(text, b"{{").is_some() {
        return true;
    }
    let Ok(node) = goyaml::parse(text) else {
        return false;
    };
    match default {
        Kind::Map(_) => matches!(node.kind, Kind::Map(_) | Kind::Null),
        Kind::Seq(_) => matches!(node.kind, Kind::Seq(_) | Kind::Null),
        _ => true,
    }
}

/// Returns true if a value cannot stand where its default does. Empty ones are as good as each other to most
/// templates.
fn differs(default: &Kind, value: &Value) -> bool {
    if !value.truth() {
        return false;
    }
    let is_container = matches!(value, Value::Map(_) | Value::List(_));
    match default {
        Kind::Null => false,
        Kind::Map(_) => !matches!(value, Value::Map(_)),
        Kind::Seq(_) => !matches!(value, Value::List(_)),
        Kind::Str(text) => !text.is_empty() && is_container,
        Kind::Bool(_) | Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => is_container,
    }
}

fn is_filled_container(value: &Value) -> bool {
    matches!(value, Value::Map(_) | Value::List(_)) && value.truth()
}

/// Returns true if there is nothing in a value that could be lost.
pub(super) fn is_empty_value(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// Returns true if removing a default changes nothing for `if` and `with`.
pub(super) fn is_empty(kind: &Kind) -> bool {
    match kind {
        Kind::Null | Kind::Bool(false) | Kind::Int(0) => true,
        Kind::Str(text) => text.is_empty(),
        Kind::Seq(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

pub(super) fn value_kind_name(value: &Value) -> &'static str {
    match value {
        Value::Nil => "null",
        Value::Bool(_) => "a boolean",
        Value::Str(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
        _ => "a number",
    }
}
