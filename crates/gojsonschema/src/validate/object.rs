//! Keywords for objects.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::path::Step;
use super::{Frame, Validator, causes_of};
use crate::instance::{Instance, ItemVisitor, PropertyVisitor, Shape};
use crate::report::ErrorKind;
use crate::schema::{Additional, Dependency, ObjectRules, SchemaId};

impl Validator<'_> {
    pub(super) fn object(&mut self, frame: &mut Frame<'_>, value: &dyn Instance, length: usize) {
        let schema = frame.schema;
        let Some(rules) = &schema.object else { return };
        if let Some(want) = rules.min_properties.filter(|&min| (length as i64) < min) {
            self.add(frame, || ErrorKind::MinProperties { got: length, want });
        }
        if let Some(want) = rules.max_properties.filter(|&max| length as i64 > max) {
            self.add(frame, || ErrorKind::MaxProperties { got: length, want });
        }
        if let Some(missing) = self.missing(value, &rules.required) {
            self.add(frame, || ErrorKind::Required(missing));
        }
        if frame.is_settled() {
            return;
        }
        for (name, dependency) in &rules.dependencies {
            if !value.has_property(name.as_bytes()) {
                continue;
            }
            match dependency {
                Dependency::Properties(names) => {
                    if let Some(missing) = self.missing(value, names) {
                        let property = name.to_string();
                        self.add(frame, || ErrorKind::Dependency { property, missing });
                    }
                }
                Dependency::Schema(id) => {
                    let verdict = self.also(frame, *id, value, "", false);
                    frame.add(verdict);
                }
            }
        }
        self.properties(frame, rules, value);
        if frame.is_settled() {
            return;
        }
        if let Some(id) = rules.property_names {
            self.property_names(frame, id, value);
        }
        for (name, id) in &rules.dependent_schemas {
            if value.has_property(name.as_bytes()) {
                let verdict = self.also(frame, *id, value, "", false);
                frame.add(verdict);
            }
        }
        for (name, names) in &rules.dependent_required {
            if value.has_property(name.as_bytes())
                && let Some(missing) = self.missing(value, names)
            {
                let property = name.to_string();
                self.add(frame, || ErrorKind::DependentRequired { property, missing });
            }
        }
    }

    /// Those of `names` that the object lacks, if any. Objects one after the other often lack the same.
    fn missing(&mut self, value: &dyn Instance, names: &[Box<str>]) -> Option<Arc<[String]>> {
        let names = || names.iter().map(|name| &**name);
        let lacking = || names().filter(|name| !value.has_property(name.as_bytes()));
        lacking().next()?;
        let last = self.last_missing.iter();
        if !lacking().eq(last.map(String::as_str)) {
            self.last_missing = lacking().map(str::to_owned).collect();
            let bytes = self
                .last_missing
                .iter()
                .map(|name| size_of_val(name) + name.len())
                .sum();
            self.error_bytes = self.error_bytes.saturating_add(bytes);
        }
        Some(Arc::clone(&self.last_missing))
    }

    /// `properties`, `patternProperties` and `additionalProperties`, property by property.
    fn properties(&mut self, frame: &mut Frame<'_>, rules: &ObjectRules, value: &dyn Instance) {
        let has_properties = !rules.properties.is_empty() || !rules.pattern_properties.is_empty();
        if !has_properties && rules.additional == Additional::Unspecified {
            return;
        }
        let mut not_allowed: Vec<Box<[u8]>> = Vec::new();
        let mut position = 0;
        value.visit_properties(&mut |name, property| {
            if frame.is_settled() {
                return ControlFlow::Break(());
            }
            let mut evaluated = false;
            let subschema = rules
                .properties
                .binary_search_by(|(property, _)| property.as_bytes().cmp(name));
            if let Some((_, id)) = subschema.ok().and_then(|at| rules.properties.get(at)) {
                evaluated = true;
                let verdict = self.inside(frame, *id, property, Step::Key(name));
                frame.add(verdict);
            }
            for (pattern, id) in &rules.pattern_properties {
                if pattern.is_match(name) {
                    evaluated = true;
                    let verdict = self.inside(frame, *id, property, Step::Key(name));
                    frame.add(verdict);
                }
            }
            match rules.additional {
                _ if evaluated => {}
                Additional::Unspecified => {}
                Additional::Allowed(allowed) => {
                    evaluated = true;
                    if !allowed {
                        not_allowed.push(name.into());
                    }
                }
                Additional::Schema(id) => {
                    evaluated = true;
                    let verdict = self.inside(frame, id, property, Step::Key(name));
                    frame.add(verdict);
                }
            }
            if evaluated {
                frame.unevaluated.evaluate_property(position);
            }
            position += 1;
            ControlFlow::Continue(())
        });
        if !not_allowed.is_empty() {
            self.add(frame, || ErrorKind::AdditionalProperties(not_allowed));
        }
    }

    /// Each name is validated on its own, as if it were a whole document: with an empty path.
    fn property_names(&mut self, frame: &mut Frame<'_>, id: SchemaId, value: &dyn Instance) {
        value.visit_properties(&mut |name, _| {
            let path = std::mem::take(&mut self.path);
            let scopes = std::mem::take(&mut self.scopes);
            self.depth += scopes.len();
            let verdict = self.start(id, &Name(name), frame.quiet);
            self.depth -= scopes.len();
            self.scopes = scopes;
            let empty = std::mem::replace(&mut self.path, path);
            if let Err(mismatch) = verdict {
                frame.failed = true;
                if !frame.quiet {
                    let kind = ErrorKind::PropertyNames {
                        property: name.into(),
                        at: self.path.tokens(),
                    };
                    let mut violation = self.violation(id, kind, causes_of(mismatch));
                    violation.path = empty.tokens();
                    frame.errors.push(violation);
                }
            }
            match frame.is_settled() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
    }
}

/// A property's name as a value.
struct Name<'n>(&'n [u8]);

impl Instance for Name<'_> {
    fn shape(&self) -> Shape<'_> {
        Shape::String(self.0)
    }

    fn visit_items(&self, _: &mut ItemVisitor<'_>) {}

    fn visit_item(&self, _: usize, _: &mut dyn FnMut(&dyn Instance)) {}

    fn visit_properties(&self, _: &mut PropertyVisitor<'_>) {}

    fn visit_property(&self, _: &[u8], _: &mut dyn FnMut(&dyn Instance)) -> bool {
        false
    }
}
