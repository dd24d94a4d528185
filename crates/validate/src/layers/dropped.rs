//! Values of one file or flag that a later one replaces by another kind, with all that is in them.

use super::place;
use crate::diagnostic::{Diagnostic, Place};
use crate::kinds::{is_empty_value, value_kind_name};
use crate::rules;
use engine::values::UserValues;
use gostd::{Map, Value};
use std::collections::BTreeSet;
use trace::usage::display_value_path;

/// The diagnostics for layers that replace what earlier ones gave.
pub(super) fn check(layers: &[&UserValues]) -> Vec<Diagnostic> {
    let mut check = Check {
        told: BTreeSet::new(),
        diagnostics: Vec::new(),
    };
    for (at, later) in layers.iter().enumerate() {
        for earlier in layers.iter().take(at).rev() {
            check.maps(
                (earlier, &earlier.values),
                (later, &later.values),
                &mut Vec::new(),
            );
        }
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
