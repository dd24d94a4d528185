//! References, combinations, conditions, and what is left unevaluated.

use std::ops::ControlFlow;

use super::path::Step;
use super::unevaluated::Unevaluated;
use super::{Frame, Mismatch, Validator, Verdict, causes_of};
use crate::instance::Instance;
use crate::report::ErrorKind;
use crate::schema::SchemaId;

impl Validator<'_> {
    /// Applies the target of a reference; its errors become causes of one of the reference's own.
    pub(super) fn reference(
        &mut self,
        frame: &mut Frame<'_>,
        target: SchemaId,
        keyword: &'static str,
        value: &dyn Instance,
    ) -> Verdict {
        let verdict = self.also(frame, target, value, keyword, false);
        verdict.map_err(|mismatch| {
            if mismatch.0.is_none() {
                return mismatch;
            }
            let kind = ErrorKind::Reference {
                keyword,
                url: self.set.location(target),
            };
            Mismatch(Some(Box::new(self.violation(
                frame.id,
                kind,
                causes_of(mismatch),
            ))))
        })
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost schema with a matching anchor counts.
    pub(super) fn dynamic_references(&mut self, frame: &mut Frame<'_>, value: &dyn Instance) {
        let schema = frame.schema;
        if let Some(mut target) = schema.recursive_ref {
            if self.set.get(target).is_some_and(|s| s.recursive_anchor) {
                target = self.outermost_recursive().unwrap_or(target);
            }
            let verdict = self.reference(frame, target, "$recursiveRef", value);
            frame.add(verdict);
        }
        if let Some((mut target, anchor)) = schema.dynamic_ref.as_ref().map(|(t, a)| (*t, a)) {
            let bookend = |id| {
                self.set
                    .get(id)
                    .is_some_and(|s| s.dynamic_anchor == *anchor)
            };
            if !anchor.is_empty() && bookend(target) {
                target = self.outermost_dynamic(anchor).unwrap_or(target);
            }
            let verdict = self.reference(frame, target, "$dynamicRef", value);
            frame.add(verdict);
        }
    }

    fn outermost_recursive(&self) -> Option<SchemaId> {
        let mut scopes = self.scopes.iter().map(|scope| scope.schema);
        scopes.find(|id| {
            let resource = self
                .set
                .get(*id)
                .and_then(|schema| self.set.get(schema.resource));
            resource.is_some_and(|resource| resource.recursive_anchor)
        })
    }

    fn outermost_dynamic(&self, anchor: &str) -> Option<SchemaId> {
        self.scopes.iter().find_map(|scope| {
            let schema = self.set.get(scope.schema)?;
            let anchors = &self.set.get(schema.resource)?.dynamic_anchors;
            anchors
                .iter()
                .find(|(name, _)| **name == *anchor)
                .map(|(_, id)| *id)
        })
    }

    pub(super) fn logic(&mut self, frame: &mut Frame<'_>, value: &dyn Instance) {
        let schema = frame.schema;
        if let Some(id) = schema.not
            && self.also(frame, id, value, "", true).is_ok()
        {
            self.add(frame, || ErrorKind::Not);
        }
        if !schema.all_of.is_empty() {
            self.all_of(frame, &schema.all_of, value);
        }
        if !schema.any_of.is_empty() {
            self.any_of(frame, &schema.any_of, value);
        }
        if !schema.one_of.is_empty() {
            self.one_of(frame, &schema.one_of, value);
        }
        if let Some(id) = schema.condition {
            let branch = match self.also(frame, id, value, "", true) {
                Ok(_) => schema.then,
                Err(_) => schema.otherwise,
            };
            if let Some(id) = branch {
                let verdict = self.also(frame, id, value, "", false);
                frame.add(verdict);
            }
        }
    }

    fn all_of(&mut self, frame: &mut Frame<'_>, schemas: &[SchemaId], value: &dyn Instance) {
        let mut failed = false;
        let mut errors = Vec::new();
        for &id in schemas {
            if let Err(mismatch) = self.also(frame, id, value, "", false) {
                failed = true;
                errors.extend(mismatch.0.map(|violation| *violation));
                if frame.quiet {
                    break;
                }
            }
        }
        if failed {
            self.add_with(frame, errors, || ErrorKind::AllOf);
        }
    }

    /// Goes on behind the first match only while something is left unevaluated.
    fn any_of(&mut self, frame: &mut Frame<'_>, schemas: &[SchemaId], value: &dyn Instance) {
        let mut matched = false;
        let mut errors = Vec::new();
        for &id in schemas {
            match self.also(frame, id, value, "", false) {
                Err(mismatch) => errors.extend(mismatch.0.map(|violation| *violation)),
                Ok(_) => {
                    matched = true;
                    if frame.unevaluated.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched {
            self.add_with(frame, errors, || ErrorKind::AnyOf);
        }
    }

    fn one_of(&mut self, frame: &mut Frame<'_>, schemas: &[SchemaId], value: &dyn Instance) {
        let mut matched = None;
        let mut errors = Vec::new();
        for (index, &id) in schemas.iter().enumerate() {
            match (self.also(frame, id, value, "", matched.is_some()), matched) {
                (Err(mismatch), None) => errors.extend(mismatch.0.map(|violation| *violation)),
                (Err(_), Some(_)) => {}
                (Ok(_), None) => matched = Some(index),
                (Ok(_), Some(first)) => {
                    self.add(frame, || ErrorKind::OneOf(Some((first, index))));
                    break;
                }
            }
        }
        if matched.is_none() {
            self.add_with(frame, errors, || ErrorKind::OneOf(None));
        }
    }

    /// `unevaluatedProperties` and `unevaluatedItems`, behind everything else.
    pub(super) fn unevaluated(&mut self, frame: &mut Frame<'_>, value: &dyn Instance) {
        let schema = frame.schema;
        if let Some(id) = schema.unevaluated_properties {
            let rest: Unevaluated = std::mem::take(&mut frame.unevaluated);
            let mut flags = rest.properties.iter();
            if rest.properties.contains(&true) {
                value.visit_properties(&mut |name, property| {
                    if flags.next() == Some(&true) {
                        let verdict = self.inside(frame, id, property, Step::Key(name));
                        frame.add(verdict);
                    }
                    ControlFlow::Continue(())
                });
            }
            frame.unevaluated.items = rest.items;
        }
        if let Some(id) = schema.unevaluated_items {
            let rest = std::mem::take(&mut frame.unevaluated.items);
            if rest.contains(&true) {
                value.visit_items(&mut |index, item| {
                    if rest.get(index) == Some(&true) {
                        let step = Step::Index {
                            label: index,
                            real: index,
                        };
                        let verdict = self.inside(frame, id, item, step);
                        frame.add(verdict);
                    }
                    ControlFlow::Continue(())
                });
            }
        }
    }
}
