//! The reason why a schema does not compile, in the words of santhosh-tekuri's compiler.

use gostd::strconv;

use crate::json::JsonError;
use crate::report::ValidationError;

fn q(text: &str) -> String {
    strconv::quote(text.as_bytes())
}

/// The reason why a schema does not compile. URLs carry the fragment that tells the place.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// The schema's text is no JSON.
    #[error("{0}")]
    Json(#[from] JsonError),
    /// A `$ref` or an address is no URL.
    #[error("error in parsing {}: {why}", q(.url))]
    ParseUrl {
        /// The text.
        url: String,
        /// Go's net/url on it.
        why: String,
    },
    /// A schema elsewhere cannot be had.
    #[error("failing loading {}: {why}", q(.url))]
    Load {
        /// Its address.
        url: String,
        /// The loader's error.
        why: String,
    },
    /// `$schema` is no URL.
    #[error("invalid $schema in {}: {why}", q(.url))]
    InvalidMetaschemaUrl {
        /// The place.
        url: String,
        /// Go's net/url on it.
        why: String,
    },
    /// A metaschema that names itself and is no known draft.
    #[error("draft {} is not supported", q(.0))]
    UnsupportedDraft(String),
    /// Metaschemas that name one another in a circle.
    #[error("cycle in resolving $schema in {}", q(.0))]
    MetaschemaCycle(String),
    /// A metaschema requires a vocabulary that does not exist.
    #[error("unsupported vocabulary {} in {}", q(.vocabulary), q(.url))]
    UnsupportedVocabulary {
        /// The metaschema.
        url: String,
        /// The vocabulary.
        vocabulary: String,
    },
    /// An `$id` is no URL.
    #[error("error in parsing id at {}", q(.0))]
    ParseId(String),
    /// The fragment of an `$id` is wrongly encoded.
    #[error("error in parsing anchor at {}", q(.0))]
    ParseAnchor(String),
    /// Two subschemas have the same address.
    #[error("duplicate id {} in {} at {} and {}", q(.id), q(.url), q(.first), q(.second))]
    DuplicateId {
        /// The address.
        id: String,
        /// The document.
        url: String,
        /// Pointer to one of them.
        first: String,
        /// Pointer to the other.
        second: String,
    },
    /// Two subschemas have the same anchor.
    #[error("duplicate anchor {} in {} at {} and {}", q(.anchor), q(.url), q(.first), q(.second))]
    DuplicateAnchor {
        /// The anchor.
        anchor: String,
        /// The document.
        url: String,
        /// Pointer to one of them.
        first: String,
        /// Pointer to the other.
        second: String,
    },
    /// A reference to an anchor that does not exist.
    #[error("anchor in {} not found in schema {}", q(.reference), q(.url))]
    AnchorNotFound {
        /// The document.
        url: String,
        /// The reference.
        reference: String,
    },
    /// A reference whose fragment is no JSON pointer.
    #[error("invalid json-pointer {}", q(.0))]
    InvalidPointer(String),
    /// A reference to a place that does not exist.
    #[error("json-pointer in {} not found", q(.0))]
    PointerNotFound(String),
    /// A pattern that Go's regexp refuses.
    #[error("invalid regex {} at {}: {why}", q(.regex), q(.url))]
    InvalidRegex {
        /// The place.
        url: String,
        /// The pattern.
        regex: String,
        /// Go's error.
        why: String,
    },
    /// The schema itself violates its metaschema.
    #[error("{} is not valid against metaschema: {error}", q(.url))]
    Invalid {
        /// The schema's address.
        url: String,
        /// In which way.
        error: Box<ValidationError>,
    },
    /// The validation of the schema had to stop.
    #[error("{0}")]
    Stopped(#[from] Stopped),
}

/// The reason why a validation stopped without a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// Go panics: a number beyond what `big.Rat` takes is compared with a bound.
    #[error("runtime error: invalid memory address or nil pointer dereference")]
    NilNumber,
    /// Values and schemas nested deeper than this crate follows.
    #[error("schema validation is nested too deeply")]
    TooDeep,
    /// More steps than a sensible schema takes: references that multiply.
    #[error("schema validation takes too many steps")]
    TooLong,
    /// Errors that take too much memory, or whose texts together are too long.
    #[error("schema validation finds too many errors")]
    TooMuch,
}

impl CompileError {
    /// Byte offset in the schema's text, where it is known.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Json(error) => Some(error.offset()),
            _ => None,
        }
    }
}
