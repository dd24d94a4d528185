//! Keywords of one schema object into rules, draft by draft as the library does: before draft
//! 2019-09 a `$ref` hides the keywords of draft 4 only, so that `const` beside it still counts.

use std::rc::Rc;

use super::Compiler;
use super::reference::{is_anchor, split_fragment};
use crate::decimal::Decimal;
use crate::draft::{Dialect, Draft};
use crate::error::CompileError;
use crate::format;
use crate::json::{Document, Entries, Kind, NodeId};
use crate::pointer;
use crate::schema::{
    Additional, ArrayRules, Bound, Dependency, NumberRules, ObjectRules, Schema, SchemaId,
    StringRules, Types, locate,
};

/// The object being compiled.
pub(super) struct Context<'d> {
    pub(super) root: usize,
    /// The address of the document.
    pub(super) url: Rc<str>,
    pub(super) node: NodeId,
    pub(super) document: &'d Document,
    pub(super) dialect: Dialect,
    /// The address that references are relative to.
    pub(super) base: Rc<str>,
    pub(super) entries: Entries<'d>,
}

type Compiled = Result<(), CompileError>;

impl Compiler<'_> {
    pub(super) fn compile_keywords(&mut self, at: &Context<'_>, schema: &mut Schema) -> Compiled {
        let draft = at.dialect.draft;
        let mut object = ObjectRules::default();
        let mut array = ArrayRules::default();
        let reference = self.reference(at, "$ref")?;
        schema.reference = reference;
        if draft >= Draft::Draft2019 || reference.is_none() {
            self.applicators(at, schema, &mut object, &mut array)?;
            self.assertions(at, schema, &mut object, &mut array)?;
        }
        if draft >= Draft::Draft6 {
            self.since_draft6(at, schema, &mut object, &mut array);
        }
        if draft >= Draft::Draft2019 {
            self.since_draft2019(at, schema, &mut object, &mut array)?;
        }
        if draft >= Draft::Draft2020 {
            self.since_draft2020(at, schema, &mut array)?;
        }
        finish(draft, schema, object, array);
        Ok(())
    }

    /// Keywords of draft 4 that apply subschemas.
    fn applicators(
        &mut self,
        at: &Context<'_>,
        schema: &mut Schema,
        object: &mut ObjectRules,
        array: &mut ArrayRules,
    ) -> Compiled {
        if !at.dialect.has_vocabulary("applicator") {
            return Ok(());
        }
        schema.all_of = self.items(at, "allOf");
        schema.any_of = self.items(at, "anyOf");
        schema.one_of = self.items(at, "oneOf");
        schema.not = self.property(at, "not");
        if at.dialect.draft < Draft::Draft2020 {
            if at.array("items").is_some() {
                array.prefix = self.items(at, "items");
                array.additional = self.additional(at, "additionalItems");
                schema.items_evaluated = array.prefix.len();
            } else {
                array.items = self.property(at, "items");
            }
        }
        object.properties = self.properties(at, "properties");
        for (pattern, sub) in self.properties(at, "patternProperties") {
            let regex = self.patterns.compile(&pattern);
            let regex =
                regex.map_err(|why| at.invalid_regex("patternProperties", &pattern, why))?;
            object.pattern_properties.push((regex, sub));
        }
        object.additional = self.additional(at, "additionalProperties");
        for (name, value) in at.entries("dependencies") {
            let dependency = match at.document.kind(value) {
                Kind::Array(_) => Dependency::Properties(at.strings(value)),
                _ => Dependency::Schema(self.enqueue(at.root, value)),
            };
            object.dependencies.push((name.into(), dependency));
        }
        Ok(())
    }

    /// Keywords of draft 4 that check the value itself.
    fn assertions(
        &mut self,
        at: &Context<'_>,
        schema: &mut Schema,
        object: &mut ObjectRules,
        array: &mut ArrayRules,
    ) -> Compiled {
        if at.dialect.has_vocabulary("validation") {
            schema.types = at.types();
            if let Some(value) = at.get("enum").filter(|_| at.array("enum").is_some()) {
                schema.enumeration = Some((value, at.types_among(value)));
            }
            schema.number = at.number_rules();
            let (min_length, max_length) = (at.count("minLength"), at.count("maxLength"));
            let pattern = match at.string("pattern") {
                Some(text) => {
                    let regex = self.patterns.compile(text);
                    Some(regex.map_err(|why| at.invalid_regex("pattern", text, why))?)
                }
                None => None,
            };
            if min_length.is_some() || max_length.is_some() || pattern.is_some() {
                schema.string = Some(Box::new(StringRules {
                    min_length,
                    max_length,
                    pattern,
                }));
            }
            array.min_items = at.count("minItems");
            array.max_items = at.count("maxItems");
            array.unique_items = at.boolean("uniqueItems") == Some(true);
            object.max_properties = at.count("maxProperties");
            object.min_properties = at.count("minProperties");
            if let Some(value) = at.get("required") {
                object.required = at.strings(value);
            }
        }
        if self.assert_format || at.dialect.asserts_format() {
            schema.format = at.string("format").and_then(format::find);
        }
        Ok(())
    }

    fn since_draft6(
        &mut self,
        at: &Context<'_>,
        schema: &mut Schema,
        object: &mut ObjectRules,
        array: &mut ArrayRules,
    ) {
        if at.dialect.has_vocabulary("applicator") {
            array.contains = self.property(at, "contains");
            object.property_names = self.property(at, "propertyNames");
            if at.dialect.draft >= Draft::Draft7 {
                schema.condition = self.property(at, "if");
            }
            if schema.condition.is_some() {
                let constant = at.boolean("if");
                if constant != Some(false) {
                    schema.then = self.property(at, "then");
                }
                if constant != Some(true) {
                    schema.otherwise = self.property(at, "else");
                }
            }
        }
        if at.dialect.has_vocabulary("validation") {
            schema.constant = at.get("const");
        }
    }

    fn since_draft2019(
        &mut self,
        at: &Context<'_>,
        schema: &mut Schema,
        object: &mut ObjectRules,
        array: &mut ArrayRules,
    ) -> Compiled {
        schema.recursive_ref = self.reference(at, "$recursiveRef")?;
        schema.recursive_anchor = at.boolean("$recursiveAnchor") == Some(true);
        if at.dialect.has_vocabulary("validation") {
            if array.contains.is_some() {
                array.min_contains = at.count("minContains");
                array.max_contains = at.count("maxContains");
            }
            for (name, value) in at.entries("dependentRequired") {
                if at.document.array(value).is_some() {
                    object
                        .dependent_required
                        .push((name.into(), at.strings(value)));
                }
            }
        }
        if at.dialect.has_vocabulary("applicator") {
            object.dependent_schemas = self.properties(at, "dependentSchemas");
        }
        let vocabulary = match at.dialect.draft {
            Draft::Draft2019 => "applicator",
            _ => "unevaluated",
        };
        if at.dialect.has_vocabulary(vocabulary) {
            schema.unevaluated_items = self.property(at, "unevaluatedItems");
            schema.unevaluated_properties = self.property(at, "unevaluatedProperties");
        }
        Ok(())
    }

    fn since_draft2020(
        &mut self,
        at: &Context<'_>,
        schema: &mut Schema,
        array: &mut ArrayRules,
    ) -> Compiled {
        if let Some(target) = self.reference(at, "$dynamicRef")? {
            let (_, fragment) = split_fragment(at.string("$dynamicRef").unwrap_or_default())?;
            let anchor = if is_anchor(&fragment) {
                fragment
            } else {
                String::new()
            };
            schema.dynamic_ref = Some((target, anchor.into()));
        }
        schema.dynamic_anchor = at.string("$dynamicAnchor").unwrap_or_default().into();
        if at.dialect.has_vocabulary("applicator") {
            array.prefix = self.items(at, "prefixItems");
            array.items = self.property(at, "items");
            schema.items_evaluated = array.prefix.len();
        }
        Ok(())
    }

    fn reference(
        &mut self,
        at: &Context<'_>,
        keyword: &str,
    ) -> Result<Option<SchemaId>, CompileError> {
        match at.string(keyword) {
            Some(reference) => self
                .enqueue_reference(at.root, &at.base, reference)
                .map(Some),
            None => Ok(None),
        }
    }

    fn property(&mut self, at: &Context<'_>, keyword: &str) -> Option<SchemaId> {
        at.get(keyword).map(|node| self.enqueue(at.root, node))
    }

    fn items(&mut self, at: &Context<'_>, keyword: &str) -> Vec<SchemaId> {
        let items = at.array(keyword).unwrap_or_default();
        items
            .iter()
            .map(|node| self.enqueue(at.root, *node))
            .collect()
    }

    fn properties(&mut self, at: &Context<'_>, keyword: &str) -> Vec<(Box<str>, SchemaId)> {
        let entries = at.entries(keyword);
        entries
            .map(|(name, node)| (name.into(), self.enqueue(at.root, node)))
            .collect()
    }

    fn additional(&mut self, at: &Context<'_>, keyword: &str) -> Additional {
        match at.boolean(keyword) {
            Some(allowed) => Additional::Allowed(allowed),
            None => self
                .property(at, keyword)
                .map_or(Additional::Unspecified, Additional::Schema),
        }
    }
}

/// Stores the rules that say anything, and what they count as evaluated.
fn finish(draft: Draft, schema: &mut Schema, object: ObjectRules, array: ArrayRules) {
    schema.all_properties_evaluated = object.additional != Additional::Unspecified;
    schema.all_items_evaluated = array.items.is_some()
        || (draft < Draft::Draft2020 && array.additional != Additional::Unspecified);
    let says_something = object.min_properties.is_some()
        || object.max_properties.is_some()
        || !object.required.is_empty()
        || !object.properties.is_empty()
        || !object.pattern_properties.is_empty()
        || object.additional != Additional::Unspecified
        || object.property_names.is_some()
        || !object.dependencies.is_empty()
        || !object.dependent_required.is_empty()
        || !object.dependent_schemas.is_empty();
    schema.object = says_something.then(|| Box::new(object));
    let says_something = array.min_items.is_some()
        || array.max_items.is_some()
        || array.unique_items
        || !array.prefix.is_empty()
        || array.items.is_some()
        || array.additional != Additional::Unspecified
        || array.contains.is_some();
    schema.array = says_something.then(|| Box::new(array));
}

impl Context<'_> {
    #[inline]
    fn get(&self, keyword: &str) -> Option<NodeId> {
        self.entries.get(keyword)
    }

    fn string(&self, keyword: &str) -> Option<&str> {
        self.document.string(self.get(keyword)?)
    }

    fn array(&self, keyword: &str) -> Option<&[NodeId]> {
        self.get(keyword)
            .and_then(|value| self.document.array(value))
    }

    fn entries(&self, keyword: &str) -> impl Iterator<Item = (&str, NodeId)> {
        let object = self
            .get(keyword)
            .and_then(|value| self.document.object(value));
        object.into_iter().flat_map(Entries::iter)
    }

    fn boolean(&self, keyword: &str) -> Option<bool> {
        match self.document.kind(self.get(keyword)?) {
            Kind::Bool(b) => Some(b),
            _ => None,
        }
    }

    fn decimal(&self, keyword: &str) -> Option<Decimal> {
        match self.document.kind(self.get(keyword)?) {
            Kind::Number(text) => Decimal::parse(text),
            _ => None,
        }
    }

    /// A whole number; the low 64 bits of one that is larger, as in Go.
    fn count(&self, keyword: &str) -> Option<i64> {
        self.decimal(keyword)
            .filter(Decimal::is_integer)
            .map(|n| n.to_i64_wrapping())
    }

    /// The strings of an array, in order; anything else in it is ignored.
    fn strings(&self, value: NodeId) -> Vec<Box<str>> {
        let items = self.document.array(value).unwrap_or_default().iter();
        items
            .filter_map(|item| self.document.string(*item))
            .map(Box::from)
            .collect()
    }

    fn types(&self) -> Types {
        let mut types = Types::default();
        if let Some(name) = self.string("type") {
            types.add_name(name);
        }
        for item in self.array("type").unwrap_or_default() {
            types.add_name(self.document.string(*item).unwrap_or_default());
        }
        types
    }

    fn types_among(&self, array: NodeId) -> Types {
        let mut types = Types::default();
        for item in self.document.array(array).unwrap_or_default() {
            types.add(match self.document.kind(*item) {
                Kind::Null => Types::NULL,
                Kind::Bool(_) => Types::BOOLEAN,
                Kind::Number(_) => Types::NUMBER,
                Kind::String(_) => Types::STRING,
                Kind::Array(_) => Types::ARRAY,
                Kind::Object(_) => Types::OBJECT,
            });
        }
        types
    }

    /// Bounds; `exclusiveMaximum: true` makes `maximum` exclusive, in whichever draft.
    fn number_rules(&self) -> Option<Box<NumberRules>> {
        let bound = |keyword| self.decimal(keyword).map(Bound::new);
        let pair = |inclusive, exclusive| match self.boolean(exclusive) {
            Some(true) => (None, bound(inclusive)),
            _ => (bound(inclusive), bound(exclusive)),
        };
        let (minimum, exclusive_minimum) = pair("minimum", "exclusiveMinimum");
        let (maximum, exclusive_maximum) = pair("maximum", "exclusiveMaximum");
        let multiple_of = bound("multipleOf");
        let all = [
            &minimum,
            &maximum,
            &exclusive_minimum,
            &exclusive_maximum,
            &multiple_of,
        ];
        all.iter().any(|bound| bound.is_some()).then(|| {
            Box::new(NumberRules {
                minimum,
                maximum,
                exclusive_minimum,
                exclusive_maximum,
                multiple_of,
            })
        })
    }

    fn invalid_regex(&self, keyword: &str, regex: &str, why: String) -> CompileError {
        let place = locate(&self.url, self.document, self.node);
        let url = format!("{place}/{}", pointer::encode(&pointer::escape(keyword)));
        CompileError::InvalidRegex {
            url,
            regex: regex.to_owned(),
            why,
        }
    }
}
