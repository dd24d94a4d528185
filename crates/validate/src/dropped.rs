//! Values of one file or flag that a later one replaces by another kind, with all that is in them.

use super::diagnostic::{Diagnostic, Place};
use super::kinds::{is_empty_value, value_kind_name};
use super::rules;
use compat::profile::Profile;
use engine::values::{Layers, ReadFile, UserValues};
use gostd::{Entry, Map, Value};
use std::collections::BTreeSet;
use trace::usage::display_value_path;

/// The diagnostics for layers that replace what earlier ones gave. What cannot be read is no finding
/// here.
pub(super) fn diagnostics(
    layers: &Layers,
    reader: &mut dyn ReadFile,
    profile: &Profile,
) -> Vec<Diagnostic> {
    let mut earlier: Vec<UserValues> = Vec::new();
    let mut check = Check {
        told: BTreeSet::new(),
        diagnostics: Vec::new(),
    };
    for (single, _) in layers.split() {
        let Ok(later) = single.read(reader, profile) else {
            continue;
        };
        for earlier in earlier.iter().rev() {
            check.maps(
                (earlier, &earlier.values),
                (&later, &later.values),
                &mut Vec::new(),
            );
        }
        earlier.push(later);
    }
    check.diagnostics
}

struct Check {
    /// The paths that have been told of.
    told: BTreeSet<Vec<String>>,
    diagnostics: Vec<Diagnostic>,
}

impl Check {
    fn maps(
        &mut self,
        (earlier, was): (&UserValues, &Map),
        (later, is): (&UserValues, &Map),
        path: &mut Vec<String>,
    ) {
        for (key, now) in is.borrow().iter() {
            let Some(before) = was.entry(key.as_bytes()) else {
                continue;
            };
            path.push(key.to_string());
            match (&before.value, &now.value) {
                (Value::Map(was), Value::Map(is)) => {
                    self.maps((earlier, was), (later, is), path);
                }
                (was @ Value::Map(_), is) | (was, is @ Value::Map(_))
                    if !is_empty_value(was) && !matches!(is, Value::Nil) =>
                {
                    let places = [place(earlier, &before), place(later, now)];
                    self.replaced(path, [was, is], places);
                }
                _ => {}
            }
            path.pop();
        }
    }

    fn replaced(&mut self, path: &[String], [was, is]: [&Value; 2], [from, to]: [Place; 2]) {
        if !self.told.insert(path.to_vec()) {
            return;
        }
        let key = display_value_path(path);
        let message = format!(
            "{key} is {} here, which replaces {} that was given before",
            value_kind_name(is),
            value_kind_name(was)
        );
        let diagnostic = Diagnostic::new(&rules::DROPPED_VALUE, to, message);
        self.diagnostics
            .push(diagnostic.about(key).relate(from, "what is dropped"));
    }
}

fn place(supplied: &UserValues, entry: &Entry) -> Place {
    Place::of(&supplied.origins.get(entry.origin), |_| None)
}
