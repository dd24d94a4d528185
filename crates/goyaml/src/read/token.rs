//! The tokens of YAML.

use std::borrow::Cow;

use crate::Mark;

/// A token and where it begins.
pub(crate) struct Token<'t> {
    pub(crate) sort: Sort,
    pub(crate) mark: Mark,
    /// The text of a scalar, alias or anchor.
    pub(crate) text: Cow<'t, str>,
    /// The handle of a tag or tag directive with its suffix or prefix.
    pub(crate) tag: Option<Box<Tag>>,
}

/// `!handle!rest`; no handle if the tag is verbatim.
pub(crate) struct Tag {
    pub(crate) handle: String,
    pub(crate) rest: String,
}

/// The kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    StreamEnd,
    /// `%YAML`, and whether it is a version that go-yaml reads.
    Version(bool),
    /// `%TAG`.
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSeqStart,
    BlockMapStart,
    BlockEnd,
    FlowSeqStart,
    FlowSeqEnd,
    FlowMapStart,
    FlowMapEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    /// A scalar without quotes.
    Plain,
    /// A quoted scalar or a block of text.
    Quoted,
}

impl<'t> Token<'t> {
    pub(crate) fn new(sort: Sort, mark: Mark) -> Token<'t> {
        Token::with_text(sort, mark, Cow::Borrowed(""))
    }

    pub(crate) fn with_text(sort: Sort, mark: Mark, text: Cow<'t, str>) -> Token<'t> {
        Token {
            sort,
            mark,
            text,
            tag: None,
        }
    }
}
