//! Keywords for arrays.

use std::ops::ControlFlow;

use super::path::Step;
use super::{Frame, Validator};
use crate::draft::Draft;
use crate::equal::duplicates;
use crate::instance::Instance;
use crate::report::ErrorKind;
use crate::schema::{Additional, ArrayRules, SchemaId};

impl Validator<'_> {
    pub(super) fn array(&mut self, frame: &mut Frame<'_>, value: &dyn Instance, length: usize) {
        let schema = frame.schema;
        let Some(rules) = &schema.array else { return };
        if let Some(want) = rules.min_items.filter(|&min| (length as i64) < min) {
            self.add(frame, || ErrorKind::MinItems { got: length, want });
        }
        if let Some(want) = rules.max_items.filter(|&max| length as i64 > max) {
            self.add(frame, || ErrorKind::MaxItems { got: length, want });
        }
        if rules.unique_items && length > 1 {
            match duplicates(value) {
                Ok(None) => {}
                Ok(Some((a, b))) => self.add(frame, || ErrorKind::UniqueItems(a, b)),
                Err(name) => self.add(frame, || ErrorKind::InvalidJsonValue(name.into_owned())),
            }
        }
        self.items(frame, rules, value, length);
        if let Some(id) = rules.contains {
            self.contains(frame, rules, id, value);
        }
    }

    /// The prefix one by one, then the rest. The library counts the rest from 0 again.
    fn items(
        &mut self,
        frame: &mut Frame<'_>,
        rules: &ArrayRules,
        value: &dyn Instance,
        length: usize,
    ) {
        let prefix = rules.prefix.len();
        let rest = match (rules.items, rules.additional) {
            (Some(id), _) => Some(id),
            (None, Additional::Schema(id)) => Some(id),
            _ => None,
        };
        if prefix > 0 || rest.is_some() {
            value.visit_items(&mut |real, item| {
                let (id, label) = match rules.prefix.get(real) {
                    Some(id) => (Some(*id), real),
                    None => (rest, real - prefix),
                };
                let Some(id) = id.filter(|_| !frame.is_settled()) else {
                    return ControlFlow::Break(());
                };
                let verdict = self.inside(frame, id, item, Step::Index { label, real });
                frame.add(verdict);
                ControlFlow::Continue(())
            });
        }
        if rules.additional == Additional::Allowed(false) && length > prefix {
            self.add(frame, || ErrorKind::AdditionalItems(length - prefix));
        }
    }

    fn contains(
        &mut self,
        frame: &mut Frame<'_>,
        rules: &ArrayRules,
        id: SchemaId,
        value: &dyn Instance,
    ) {
        let mut matched = Vec::new();
        let mut errors = Vec::new();
        let counts_as_evaluated = frame.schema.draft >= Draft::Draft2020;
        value.visit_items(&mut |index, item| {
            match self.inside(
                frame,
                id,
                item,
                Step::Index {
                    label: index,
                    real: index,
                },
            ) {
                Err(mismatch) => errors.extend(mismatch.0.map(|violation| *violation)),
                Ok(_) => {
                    matched.push(index);
                    if counts_as_evaluated {
                        frame.unevaluated.evaluate_item(index);
                    }
                }
            }
            ControlFlow::Continue(())
        });
        let count = matched.len() as i64;
        match rules.min_contains {
            Some(want) if count < want => {
                let got = matched.clone();
                self.add_with(frame, errors, || ErrorKind::MinContains { got, want });
            }
            None if count == 0 => self.add_with(frame, errors, || ErrorKind::Contains),
            _ => {}
        }
        if let Some(want) = rules.max_contains.filter(|&max| count > max) {
            self.add(frame, || ErrorKind::MaxContains { got: matched, want });
        }
    }
}
