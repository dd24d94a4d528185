//! Applying compiled schemas to a value, in the order of santhosh-tekuri's validator, so that the
//! errors come in its order. Where that one walks a Go map, in random order, names are sorted.

mod array;
mod logic;
mod number;
mod object;
mod path;
mod unevaluated;

use gostd::limits::LIMITS;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::draft::Draft;
use crate::equal::{Items, equal};
use crate::error::Stopped;
use crate::format;
use crate::instance::{Instance, Shape};
use crate::json::{Document, Kind, NodeId};
use crate::report::{ErrorKind, RawFailure, RawViolation, quote};
use crate::schema::{Schema, SchemaId, SchemaSet, Types};
use path::Path;
use unevaluated::Unevaluated;

/// Schemas in each other, through values and references: far beyond any real chart, within reach
/// of an ordinary thread's stack.
const MAX_DEPTH: usize = LIMITS.schema_nesting;

/// Schemas applied in one validation.
const MAX_STEPS: u64 = LIMITS.schema_steps;

/// Errors and the steps of their paths, together.
const MAX_FINDINGS: usize = LIMITS.schema_findings;

/// Bytes that errors take.
const MAX_ERROR_BYTES: usize = LIMITS.schema_error_bytes;

/// Bytes of the texts of errors, as far as they share lists.
const MAX_TEXT_BYTES: usize = LIMITS.schema_text_bytes;

/// A validation under way.
pub(crate) struct Validator<'s> {
    set: &'s SchemaSet,
    path: Path,
    /// The schemas being applied, outermost first.
    scopes: Vec<Scope>,
    steps: u64,
    findings: usize,
    /// Bytes that errors take, and those that their shared lists are printed as.
    error_bytes: usize,
    text_bytes: usize,
    /// The schemas whose addresses errors have.
    located: HashSet<SchemaId>,
    /// The items of enumerations as errors show them, by document and array.
    shown_items: HashMap<(usize, NodeId), Option<Arc<[String]>>>,
    /// The properties that were missing the last time.
    last_missing: Arc<[String]>,
    /// Schemas of all validations that this one is part of.
    depth: usize,
    switches: Option<Switches<'s>>,
    stopped: Option<Stopped>,
    /// The items of long enumerations by document, which stays in its place, and array; nothing for those that are compared one by one.
    enumerations: HashMap<(usize, NodeId), Option<Items>>,
}

/// Up to so many items of an enumeration are compared one by one.
const FEW_ITEMS: usize = 32;

/// Validation of a schema by metaschemas: which one counts changes at every resource.
#[derive(Clone, Copy)]
pub(crate) struct Switches<'s> {
    /// The metaschema that counts now.
    pub(crate) current: SchemaId,
    /// The document with the schema.
    pub(crate) document: &'s Document,
    /// The metaschemas of resources.
    pub(crate) at: &'s HashMap<NodeId, SchemaId>,
}

/// A schema being applied.
#[derive(Clone, Copy)]
struct Scope {
    schema: SchemaId,
    /// The keyword that led here from the scope before, where that is a reference.
    keyword: &'static str,
    /// Tells the value being validated: scopes of the same value follow each other.
    value: usize,
}

/// A value did not meet a schema: what was found, or nothing where only the verdict is wanted.
struct Mismatch(Option<Box<RawViolation>>);

/// The parts of the value that stay unevaluated where it meets the schema.
type Verdict = Result<Unevaluated, Mismatch>;

/// One application of a schema to a value.
struct Frame<'s> {
    id: SchemaId,
    schema: &'s Schema,
    /// Only the verdict is wanted.
    quiet: bool,
    unevaluated: Unevaluated,
    failed: bool,
    errors: Vec<RawViolation>,
}

impl Frame<'_> {
    /// Returns true if the verdict is known and nothing else is wanted.
    fn is_settled(&self) -> bool {
        self.quiet && self.failed
    }

    fn add(&mut self, verdict: Verdict) {
        if let Err(mismatch) = verdict {
            self.failed = true;
            self.errors.extend(mismatch.0.map(|violation| *violation));
        }
    }
}

impl<'s> Validator<'s> {
    pub(crate) fn new(set: &'s SchemaSet) -> Self {
        Self {
            set,
            path: Path::default(),
            scopes: Vec::new(),
            steps: 0,
            findings: 0,
            error_bytes: 0,
            text_bytes: 0,
            located: HashSet::new(),
            shown_items: HashMap::new(),
            last_missing: Arc::default(),
            depth: 0,
            switches: None,
            stopped: None,
            enumerations: HashMap::new(),
        }
    }

    pub(crate) fn with_switches(mut self, switches: Switches<'s>) -> Self {
        self.switches = Some(switches);
        self
    }

    /// Validates a whole value.
    pub(crate) fn validate(
        &mut self,
        id: SchemaId,
        value: &dyn Instance,
    ) -> Result<Result<(), RawFailure>, Stopped> {
        let verdict = self.start(id, value, false);
        if let Some(stopped) = self.stopped {
            return Err(stopped);
        }
        Ok(verdict.map(|_| ()).map_err(|mismatch| RawFailure {
            schema: id,
            causes: causes_of(mismatch),
        }))
    }

    /// Begins a validation with no scope around it.
    fn start(&mut self, id: SchemaId, value: &dyn Instance, quiet: bool) -> Verdict {
        self.scopes.push(Scope {
            schema: id,
            keyword: "",
            value: 0,
        });
        let unevaluated = self.unevaluated_at_start(id, value, false);
        let verdict = self.apply(id, value, quiet, unevaluated);
        self.scopes.pop();
        verdict
    }

    fn unevaluated_at_start(
        &self,
        id: SchemaId,
        value: &dyn Instance,
        caller_asks: bool,
    ) -> Unevaluated {
        match self.set.get(id) {
            Some(schema) => Unevaluated::of(schema, value, caller_asks),
            None => Unevaluated::default(),
        }
    }

    /// Applies a schema to a value inside the current one. The path and the scopes are set.
    fn apply(
        &mut self,
        id: SchemaId,
        value: &dyn Instance,
        quiet: bool,
        unevaluated: Unevaluated,
    ) -> Verdict {
        let set = self.set;
        let (Some(schema), false) = (set.get(id), self.is_over_limit()) else {
            return Err(Mismatch(None));
        };
        if let Some(everything) = schema.boolean {
            return match everything {
                true => Ok(unevaluated),
                false => Err(self.mismatch(id, quiet, || ErrorKind::FalseSchema)),
            };
        }
        if let Some(earlier) = self.cycle() {
            let kind = self.cycle_kind(id, earlier);
            return Err(self.mismatch(id, quiet, || kind));
        }
        let shape = value.shape();
        if let Err(refusal) = self.check_value(schema, &shape, value) {
            if quiet {
                return Err(Mismatch(None));
            }
            let kind = self.refused(refusal, schema, &shape);
            let violation = self.violation(id, kind, Vec::new());
            return Err(Mismatch(Some(Box::new(violation))));
        }
        let mut frame = Frame {
            id,
            schema,
            quiet,
            unevaluated,
            failed: false,
            errors: Vec::new(),
        };
        if let Some(target) = schema.reference {
            let verdict = self.reference(&mut frame, target, "$ref", value);
            if schema.draft < Draft::Draft2019 {
                return verdict.map(|_| frame.unevaluated);
            }
            frame.add(verdict);
        }
        match shape {
            Shape::Object(length) => self.object(&mut frame, value, length),
            Shape::Array(length) => self.array(&mut frame, value, length),
            Shape::String(text) => self.string(&mut frame, text),
            Shape::Number(number) => self.number(&mut frame, number),
            _ => {}
        }
        if !frame.is_settled() {
            if schema.draft >= Draft::Draft2019 {
                self.dynamic_references(&mut frame, value);
            }
            self.logic(&mut frame, value);
            if schema.draft >= Draft::Draft2019 {
                self.unevaluated(&mut frame, value);
            }
        }
        self.finish(frame)
    }

    fn is_over_limit(&mut self) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.stopped.get_or_insert(Stopped::TooLong);
        }
        if self.depth + self.scopes.len() > MAX_DEPTH {
            self.stopped.get_or_insert(Stopped::TooDeep);
        }
        self.stopped.is_some()
    }

    /// The verdict of a frame; several errors become a group.
    fn finish(&mut self, mut frame: Frame<'_>) -> Verdict {
        if !frame.failed {
            return Ok(frame.unevaluated);
        }
        if frame.quiet || frame.errors.len() <= 1 {
            return Err(Mismatch(frame.errors.pop().map(Box::new)));
        }
        let group = self.violation(frame.id, ErrorKind::Group, frame.errors);
        Err(Mismatch(Some(Box::new(group))))
    }

    /// The checks that end an application at once: type, const, enum, format.
    fn check_value(
        &mut self,
        schema: &Schema,
        shape: &Shape<'_>,
        value: &dyn Instance,
    ) -> Result<(), Refusal> {
        let document = self.set.document(schema);
        let actual = match shape {
            Shape::Null => Types::NULL,
            Shape::Bool(_) => Types::BOOLEAN,
            Shape::Number(_) => Types::NUMBER,
            Shape::String(_) => Types::STRING,
            Shape::Array(_) => Types::ARRAY,
            Shape::Object(_) => Types::OBJECT,
            Shape::Other(name) => return Err(Refusal::NotJson(name.to_string())),
        };
        let types = schema.types;
        if !types.is_empty() && !types.contains(actual) {
            let whole = matches!(shape, Shape::Number(n) if number::is_integer(*n));
            if !(whole && types.contains(Types::INTEGER)) {
                return Err(Refusal::Type(actual));
            }
        }
        if let (Some(constant), Some(document)) = (schema.constant, document)
            && !same(value, document, constant)?
        {
            return Err(Refusal::Const(constant));
        }
        if let (Some((array, types)), Some(document)) = (schema.enumeration, document)
            && (!types.contains(actual) || !self.is_one_of(value, document, array)?)
        {
            return Err(Refusal::Enum(array));
        }
        if let (Some(name), Shape::String(text)) = (schema.format, shape) {
            format::check(name, text).map_err(Refusal::Format)?;
        }
        Ok(())
    }

    /// Returns true if an array of a schema has an item that equals the value.
    fn is_one_of(
        &mut self,
        value: &dyn Instance,
        document: &'s Document,
        array: NodeId,
    ) -> Result<bool, Refusal> {
        let items = document.array(array).unwrap_or_default();
        if items.len() > FEW_ITEMS {
            let key = (std::ptr::from_ref(document) as usize, array);
            let enumeration = self
                .enumerations
                .entry(key)
                .or_insert_with(|| Items::new(&document.value(array)));
            if let Some(is_member) = enumeration.as_ref().and_then(|items| items.contains(value)) {
                return Ok(is_member);
            }
        }
        for &item in items {
            if same(value, document, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn string(&mut self, frame: &mut Frame<'_>, text: &[u8]) {
        let Some(rules) = &frame.schema.string else {
            return;
        };
        if rules.min_length.is_some() || rules.max_length.is_some() {
            let got = gostd::unicode::rune_count(text);
            if let Some(want) = rules.min_length.filter(|&min| (got as i64) < min) {
                self.add(frame, || ErrorKind::MinLength { got, want });
            }
            if let Some(want) = rules.max_length.filter(|&max| got as i64 > max) {
                self.add(frame, || ErrorKind::MaxLength { got, want });
            }
        }
        if let Some(pattern) = rules.pattern.as_ref().filter(|p| !p.is_match(text)) {
            let want = String::from_utf8_lossy(pattern.pattern()).into_owned();
            self.add(frame, || ErrorKind::Pattern {
                got: text.into(),
                want,
            });
        }
    }

    /// Validates an item or property: `step` extends the path.
    fn inside(
        &mut self,
        frame: &mut Frame<'_>,
        id: SchemaId,
        value: &dyn Instance,
        step: path::Step<'_>,
    ) -> Verdict {
        let value_number = self.scopes.last().map_or(0, |scope| scope.value + 1);
        self.path.push(step);
        self.scopes.push(Scope {
            schema: id,
            keyword: "",
            value: value_number,
        });
        let unevaluated = self.unevaluated_at_start(id, value, false);
        let verdict = self.apply_switched(id, value, frame.quiet, unevaluated);
        self.scopes.pop();
        self.path.pop();
        verdict
    }

    /// Applies another schema to the same value; what it evaluates counts for this one too.
    fn also(
        &mut self,
        frame: &mut Frame<'_>,
        id: SchemaId,
        value: &dyn Instance,
        keyword: &'static str,
        quiet: bool,
    ) -> Verdict {
        let value_number = self.scopes.last().map_or(0, |scope| scope.value);
        self.scopes.push(Scope {
            schema: id,
            keyword,
            value: value_number,
        });
        let unevaluated = self.unevaluated_at_start(id, value, !frame.unevaluated.is_empty());
        let verdict = self.apply_switched(id, value, frame.quiet || quiet, unevaluated);
        self.scopes.pop();
        if let Ok(rest) = &verdict {
            frame.unevaluated.keep_common(rest);
        }
        verdict
    }

    /// Takes the metaschema of the resource reached, where metaschemas are applied.
    fn apply_switched(
        &mut self,
        id: SchemaId,
        value: &dyn Instance,
        quiet: bool,
        unevaluated: Unevaluated,
    ) -> Verdict {
        let before = self.switches;
        let mut target = id;
        if let Some(switches) = self.switches.as_mut().filter(|s| s.current == id)
            && let Some(node) = self.path.resolve(switches.document)
            && let Some(&other) = switches.at.get(&node)
        {
            switches.current = other;
            target = other;
        }
        let verdict = self.apply(target, value, quiet, unevaluated);
        self.switches = before;
        verdict
    }

    fn mismatch(
        &mut self,
        id: SchemaId,
        quiet: bool,
        kind: impl FnOnce() -> ErrorKind,
    ) -> Mismatch {
        Mismatch((!quiet).then(|| Box::new(self.violation(id, kind(), Vec::new()))))
    }

    fn violation(
        &mut self,
        schema: SchemaId,
        kind: ErrorKind,
        causes: Vec<RawViolation>,
    ) -> RawViolation {
        self.findings += 1 + self.path.len();
        if self.findings > MAX_FINDINGS {
            self.stopped.get_or_insert(Stopped::TooLong);
        }
        let mut bytes = size_of::<RawViolation>() + self.path.bytes() + kind.own_bytes();
        if self.located.insert(schema) {
            bytes += self.set.location(schema).len();
        }
        self.error_bytes = self.error_bytes.saturating_add(bytes);
        self.text_bytes = self.text_bytes.saturating_add(kind.shared_text_bytes());
        if self.error_bytes > MAX_ERROR_BYTES || self.text_bytes > MAX_TEXT_BYTES {
            self.stopped.get_or_insert(Stopped::TooMuch);
        }
        RawViolation {
            schema,
            path: self.path.tokens(),
            kind,
            causes,
        }
    }

    fn add(&mut self, frame: &mut Frame<'_>, kind: impl FnOnce() -> ErrorKind) {
        self.add_with(frame, Vec::new(), kind);
    }

    fn add_with(
        &mut self,
        frame: &mut Frame<'_>,
        causes: Vec<RawViolation>,
        kind: impl FnOnce() -> ErrorKind,
    ) {
        frame.failed = true;
        if !frame.quiet {
            frame.errors.push(self.violation(frame.id, kind(), causes));
        }
    }

    /// The position of an earlier scope with the same schema and value.
    fn cycle(&self) -> Option<usize> {
        let (last, earlier) = self.scopes.split_last()?;
        let same_value = earlier
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, s)| s.value == last.value);
        same_value
            .into_iter()
            .find(|(_, s)| s.schema == last.schema)
            .map(|(at, _)| at)
    }

    fn cycle_kind(&self, id: SchemaId, earlier: usize) -> ErrorKind {
        ErrorKind::RefCycle {
            url: self.set.location(id),
            first: self.keyword_location(self.scopes.len() - 1),
            second: self.keyword_location(earlier),
        }
    }

    /// The keywords that lead from the outermost schema to the scope numbered `at`.
    fn keyword_location(&self, at: usize) -> String {
        let mut location = String::new();
        for pair in self.scopes.get(..=at).unwrap_or_default().windows(2) {
            let [parent, child] = pair else { continue };
            if child.keyword.is_empty() {
                let (inner, outer) = (
                    self.set.location(child.schema),
                    self.set.location(parent.schema),
                );
                location.push_str(inner.get(outer.len()..).unwrap_or_default());
            } else {
                location.push('/');
                location.push_str(child.keyword);
            }
        }
        location
    }
}

/// The reason why a value is refused before any keyword for its type is looked at.
enum Refusal {
    NotJson(String),
    Type(Types),
    Const(NodeId),
    Enum(NodeId),
    Format(String),
}

impl Validator<'_> {
    fn refused(&mut self, refusal: Refusal, schema: &Schema, shape: &Shape<'_>) -> ErrorKind {
        let document = self.set.document(schema);
        match refusal {
            Refusal::NotJson(go_type) => ErrorKind::InvalidJsonValue(go_type),
            Refusal::Type(got) => {
                let got = got.names().first().copied().unwrap_or_default();
                ErrorKind::Type {
                    got,
                    want: schema.types.names(),
                }
            }
            Refusal::Const(constant) => {
                ErrorKind::Const(document.and_then(|document| display(document, constant)))
            }
            Refusal::Enum(array) => ErrorKind::Enum(document.and_then(|document| {
                let key = (std::ptr::from_ref(document) as usize, array);
                let listing = self.shown_items.entry(key).or_insert_with(|| {
                    let items = document.array(array).unwrap_or_default();
                    let items = items.iter().map(|item| display(document, *item));
                    items.collect()
                });
                listing.clone()
            })),
            Refusal::Format(why) => {
                let got: &[u8] = if let Shape::String(text) = shape {
                    text
                } else {
                    &[]
                };
                ErrorKind::Format {
                    got: got.into(),
                    want: schema.format.unwrap_or_default(),
                    why,
                }
            }
        }
    }
}

fn same(value: &dyn Instance, document: &Document, node: NodeId) -> Result<bool, Refusal> {
    equal(value, &document.value(node)).map_err(|name| Refusal::NotJson(name.into_owned()))
}

/// A scalar of a schema as messages show it; none for arrays and objects.
fn display(document: &Document, node: NodeId) -> Option<String> {
    match document.kind(node) {
        Kind::Null => Some("<nil>".to_owned()),
        Kind::Bool(b) => Some(b.to_string()),
        Kind::Number(text) => Some(text.to_string()),
        Kind::String(text) => Some(quote(text.as_bytes())),
        Kind::Array(_) | Kind::Object(_) => None,
    }
}

/// The errors of a mismatch; those of a group without the group.
fn causes_of(mismatch: Mismatch) -> Vec<RawViolation> {
    match mismatch.0 {
        Some(violation) if violation.kind == ErrorKind::Group => violation.causes,
        Some(violation) => vec![*violation],
        None => Vec::new(),
    }
}
