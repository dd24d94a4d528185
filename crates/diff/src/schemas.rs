//! The changes of a CustomResourceDefinition in short: the fields of its schemas, not the lines of its YAML.

use super::fields::Change;
use super::lines::{Delta, Line};
use super::node::inline;
use super::path::{Path, Step};
use super::rules::Pair;
use goyaml::Node;

/// A longer value is cut.
const LONGEST: usize = 100;

/// What changes, line by line: `v1 spec.size.maximum: 10`. Nothing where it is no definition that both sides have.
pub(super) fn summary(pair: &Pair<'_>) -> Option<Vec<Line>> {
    let (_, new) = pair.old.zip(pair.new)?;
    if new.key.kind != "CustomResourceDefinition" || pair.fields.is_empty() {
        return None;
    }
    let is_text = |change: &&Change| change.path.keys().last() == Some("description");
    let descriptions = pair.fields.iter().filter(is_text).count();
    let mut lines = Vec::new();
    for change in pair.fields.iter().filter(|change| !is_text(change)) {
        let place = place(&change.path);
        for (delta, side) in [(Delta::Left, &change.old), (Delta::Right, &change.new)] {
            lines.extend(side.as_ref().map(|value| Line {
                delta,
                text: format!("{place}: {}", short(value)).into_bytes(),
            }));
        }
    }
    if descriptions > 0 {
        let plural = if descriptions == 1 { "" } else { "s" };
        lines.push(Line {
            delta: Delta::Common,
            text: format!("# {descriptions} description{plural} changed (--no-fold shows them)")
                .into_bytes(),
        });
    }
    Some(lines)
}

/// A place in a schema as people write the field: without `properties`, `[]` for the items of a list.
fn place(path: &Path) -> String {
    let is = |step: &Step, name: &str| matches!(step, Step::Key(key) if **key == *name);
    let (version, steps) = match &path.0[..] {
        [
            spec,
            versions,
            Step::Item {
                name: Some(name), ..
            },
            schema,
            root,
            rest @ ..,
        ] if is(spec, "spec")
            && is(versions, "versions")
            && is(schema, "schema")
            && is(root, "openAPIV3Schema") =>
        {
            (Some(name), rest)
        }
        all => (None, all),
    };
    let mut steps = steps.iter().peekable();
    let mut kept = Vec::new();
    while let Some(step) = steps.next() {
        match step {
            // What follows is a field's name, whatever it is.
            step if version.is_some() && is(step, "properties") => {
                kept.extend(steps.next().cloned());
            }
            step if version.is_some() && is(step, "items") && steps.peek().is_some() => {
                kept.push(Step::Key("[]".into()));
            }
            step => kept.push(step.clone()),
        }
    }
    let field = Path(kept).to_string().replace("[\"[]\"]", "[]");
    match version {
        Some(version) => format!("{version} {field}"),
        None => field,
    }
}

/// A value on one line; a schema by its type, and what is in it.
fn short(value: &Node) -> String {
    let kind = value.get("type").and_then(Node::as_str);
    let text = match (kind, value.get("properties")) {
        (Some(kind), None) => kind.to_owned(),
        (Some(kind), Some(fields)) => {
            let names = super::node::entries(fields).iter().map(|entry| &*entry.key);
            format!("{kind} with {}", names.collect::<Vec<_>>().join(", "))
        }
        _ => inline(value).into_owned(),
    };
    let cut: String = text.chars().take(LONGEST).collect();
    match cut.len() < text.len() {
        true => format!("{cut}…"),
        false => cut,
    }
}
