//! Compiled schemas: an arena of nodes that refer to each other by number.

use std::sync::Arc;

use gostd::regexp::Regexp;

use crate::decimal::Decimal;
use crate::draft::Draft;
use crate::json::{Document, NodeId};
use crate::pointer;

/// Number of a compiled schema in its [`SchemaSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SchemaId(pub(crate) u32);

/// Everything that one compilation gave. Immutable and shared freely between threads.
#[derive(Debug, Default)]
pub(crate) struct SchemaSet {
    pub(crate) schemas: Vec<Schema>,
    /// The documents that schemas lie in, by address; the first is the one asked for.
    pub(crate) documents: Vec<(String, Arc<Document>)>,
}

/// A schema of the validator's own: several vocabularies' metaschemas in one.
pub(crate) const COMPOSITE: u32 = u32::MAX;

/// One compiled schema.
#[derive(Debug)]
pub(crate) struct Schema {
    /// The number of the document, or [`COMPOSITE`].
    pub(crate) document: u32,
    pub(crate) node: NodeId,
    /// The schema with an address of its own that this one lies in.
    pub(crate) resource: SchemaId,
    pub(crate) draft: Draft,
    pub(crate) dynamic_anchors: Vec<(Box<str>, SchemaId)>,
    pub(crate) all_properties_evaluated: bool,
    pub(crate) all_items_evaluated: bool,
    pub(crate) items_evaluated: usize,

    /// `true`, `false` or `{}`.
    pub(crate) boolean: Option<bool>,
    pub(crate) reference: Option<SchemaId>,
    pub(crate) recursive_ref: Option<SchemaId>,
    pub(crate) recursive_anchor: bool,
    /// Initial target, and the anchor if the reference is to one.
    pub(crate) dynamic_ref: Option<(SchemaId, Box<str>)>,
    pub(crate) dynamic_anchor: Box<str>,
    pub(crate) types: Types,
    pub(crate) constant: Option<NodeId>,
    /// The array of allowed values, and the types among them.
    pub(crate) enumeration: Option<(NodeId, Types)>,
    pub(crate) format: Option<&'static str>,
    pub(crate) not: Option<SchemaId>,
    pub(crate) all_of: Vec<SchemaId>,
    pub(crate) any_of: Vec<SchemaId>,
    pub(crate) one_of: Vec<SchemaId>,
    pub(crate) condition: Option<SchemaId>,
    pub(crate) then: Option<SchemaId>,
    pub(crate) otherwise: Option<SchemaId>,
    pub(crate) unevaluated_properties: Option<SchemaId>,
    pub(crate) unevaluated_items: Option<SchemaId>,

    pub(crate) object: Option<Box<ObjectRules>>,
    pub(crate) array: Option<Box<ArrayRules>>,
    pub(crate) string: Option<Box<StringRules>>,
    pub(crate) number: Option<Box<NumberRules>>,
}

/// Keywords for objects. Lists are sorted by property.
#[derive(Debug, Default)]
pub(crate) struct ObjectRules {
    pub(crate) min_properties: Option<i64>,
    pub(crate) max_properties: Option<i64>,
    pub(crate) required: Vec<Box<str>>,
    pub(crate) properties: Vec<(Box<str>, SchemaId)>,
    pub(crate) pattern_properties: Vec<(Arc<Regexp>, SchemaId)>,
    pub(crate) additional: Additional,
    pub(crate) property_names: Option<SchemaId>,
    pub(crate) dependencies: Vec<(Box<str>, Dependency)>,
    pub(crate) dependent_required: Vec<(Box<str>, Vec<Box<str>>)>,
    pub(crate) dependent_schemas: Vec<(Box<str>, SchemaId)>,
}

/// The demand of `dependencies` once a property is there.
#[derive(Debug)]
pub(crate) enum Dependency {
    Properties(Vec<Box<str>>),
    Schema(SchemaId),
}

/// `additionalProperties` and `additionalItems`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Additional {
    #[default]
    Unspecified,
    Allowed(bool),
    Schema(SchemaId),
}

/// Keywords for arrays.
#[derive(Debug, Default)]
pub(crate) struct ArrayRules {
    pub(crate) min_items: Option<i64>,
    pub(crate) max_items: Option<i64>,
    pub(crate) unique_items: bool,
    /// `prefixItems`, or `items` as an array before draft 2020-12.
    pub(crate) prefix: Vec<SchemaId>,
    /// `items` as a schema: for the items behind the prefix.
    pub(crate) items: Option<SchemaId>,
    pub(crate) additional: Additional,
    pub(crate) contains: Option<SchemaId>,
    pub(crate) min_contains: Option<i64>,
    pub(crate) max_contains: Option<i64>,
}

/// Keywords for strings.
#[derive(Debug, Default)]
pub(crate) struct StringRules {
    pub(crate) min_length: Option<i64>,
    pub(crate) max_length: Option<i64>,
    pub(crate) pattern: Option<Arc<Regexp>>,
}

/// Keywords for numbers.
#[derive(Debug, Default)]
pub(crate) struct NumberRules {
    pub(crate) minimum: Option<Bound>,
    pub(crate) maximum: Option<Bound>,
    pub(crate) exclusive_minimum: Option<Bound>,
    pub(crate) exclusive_maximum: Option<Bound>,
    pub(crate) multiple_of: Option<Bound>,
}

/// A number in a schema.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) decimal: Decimal,
    /// The same, where it is a whole number that floats hold exactly.
    pub(crate) whole: Option<i64>,
}

impl Bound {
    pub(crate) fn new(decimal: Decimal) -> Self {
        let float = decimal.to_f64();
        let exact = decimal.is_integer() && float.abs() <= 9_007_199_254_740_992.0;
        Self {
            decimal,
            whole: exact.then_some(float as i64),
        }
    }
}

/// A set of JSON types.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    const NAMES: [&'static str; 7] = [
        "null", "boolean", "number", "integer", "string", "array", "object",
    ];
    pub(crate) const NULL: Types = Types(1);
    pub(crate) const BOOLEAN: Types = Types(2);
    pub(crate) const NUMBER: Types = Types(4);
    pub(crate) const INTEGER: Types = Types(8);
    pub(crate) const STRING: Types = Types(16);
    pub(crate) const ARRAY: Types = Types(32);
    pub(crate) const OBJECT: Types = Types(64);

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn add(&mut self, other: Types) {
        self.0 |= other.0;
    }

    /// Adds a type by its name; an unknown name adds nothing.
    pub(crate) fn add_name(&mut self, name: &str) {
        if let Some(bit) = Self::NAMES.iter().position(|type_name| *type_name == name) {
            self.0 |= 1 << bit;
        }
    }

    pub(crate) fn contains(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    /// The names in the order in which messages list them.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let names = Self::NAMES.iter().enumerate();
        names
            .filter(|(bit, _)| self.0 >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect()
    }
}

impl Schema {
    pub(crate) fn new(document: u32, node: NodeId, id: SchemaId) -> Self {
        Self {
            document,
            node,
            resource: id,
            draft: Draft::Draft2020,
            dynamic_anchors: Vec::new(),
            all_properties_evaluated: false,
            all_items_evaluated: false,
            items_evaluated: 0,
            boolean: None,
            reference: None,
            recursive_ref: None,
            recursive_anchor: false,
            dynamic_ref: None,
            dynamic_anchor: Box::default(),
            types: Types::default(),
            constant: None,
            enumeration: None,
            format: None,
            not: None,
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            condition: None,
            then: None,
            otherwise: None,
            unevaluated_properties: None,
            unevaluated_items: None,
            object: None,
            array: None,
            string: None,
            number: None,
        }
    }
}

impl SchemaSet {
    /// The schema numbered `id`. Numbers come from this set, so there always is one; an empty set
    /// has none.
    pub(crate) fn get(&self, id: SchemaId) -> Option<&Schema> {
        self.schemas.get(id.0 as usize)
    }

    /// The document a schema lies in; none for a composite.
    pub(crate) fn document(&self, schema: &Schema) -> Option<&Document> {
        self.documents
            .get(schema.document as usize)
            .map(|(_, document)| &**document)
    }

    /// The absolute address of a schema, with a JSON pointer as fragment.
    pub(crate) fn location(&self, id: SchemaId) -> String {
        let place = self.get(id).and_then(|schema| {
            let (url, document) = self.documents.get(schema.document as usize)?;
            Some(locate(url, document, schema.node))
        });
        place.unwrap_or_else(|| "urn:mem:metaschema".to_owned())
    }
}

/// The address of a node, with a JSON pointer as fragment.
pub(crate) fn locate(url: &str, document: &Document, node: NodeId) -> String {
    format!("{url}#{}", pointer::encode(&document.pointer(node)))
}
