//! From tokens to the tree of a document: go-yaml v2's parser.
//!
//! The grammar is walked with a stack of states instead of recursion, for a text may nest as
//! deep as it likes. Each state says what may come next in an open collection.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scanner::Scanner;
use super::token::{Sort, Tag};
use super::tree::{Raw, RawKind, Scalar, Tree};
use crate::Mark;
use crate::error::{Error, ErrorKind};
use gostd::limits::LIMITS;

/// The place of an open collection.
#[derive(Clone, Copy)]
enum State {
    /// At an entry of `- ` items, which a block-end token closes.
    BlockSeq,
    /// The same at the column of the map around it: another token closes it.
    IndentlessSeq,
    BlockMapKey,
    BlockMapValue,
    /// At an entry of `[…]`; true if it is the first.
    FlowSeq(bool),
    /// In a `key: value` inside of `[…]`, which is a map of one.
    PairKey,
    PairValue,
    PairEnd,
    /// At a key of `{…}`; true if it is the first.
    FlowMapKey(bool),
    FlowMapValue,
    /// After a key of `{…}` that has no `:`.
    FlowMapNoValue,
}

/// The place of a node, which decides how it may look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Block,
    /// Key or value of a block map: a list may stand at the map's own column.
    BlockOrIndentless,
}

pub(crate) struct Parser<'t> {
    scanner: Scanner<'t>,
    tree: Tree<'t>,
    states: Vec<State>,
    /// The nodes of the open collections.
    open: Vec<usize>,
    anchors: HashMap<Cow<'t, str>, u32>,
    tags: Vec<Tag>,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(scanner: Scanner<'t>) -> Parser<'t> {
        Parser {
            tree: Tree {
                // A node for so many bytes is what Kubernetes' objects come to. Growing step by step
                // would copy a large document's nodes several times.
                nodes: Vec::with_capacity(scanner.remaining() / 32 + 8),
                depth: 0,
            },
            scanner,
            states: Vec::with_capacity(16),
            open: Vec::with_capacity(16),
            anchors: HashMap::new(),
            tags: Vec::new(),
        }
    }

    /// Parses the first document; the tree is empty if there is none. Syntax errors and unknown
    /// anchors anywhere in it come before all that resolving finds.
    pub(crate) fn document(mut self) -> Result<Tree<'t>, Error> {
        let (sort, _) = self.scanner.peek()?;
        if sort == Sort::StreamEnd {
            return Ok(self.tree);
        }
        let is_explicit = matches!(
            sort,
            Sort::Version(_) | Sort::TagDirective | Sort::DocumentStart
        );
        self.directives()?;
        if is_explicit {
            let (sort, mark) = self.scanner.peek()?;
            if sort != Sort::DocumentStart {
                return Err(error("did not find expected <document start>", mark));
            }
            self.scanner.take();
        }
        match self.scanner.peek()? {
            (
                Sort::Version(_)
                | Sort::TagDirective
                | Sort::DocumentStart
                | Sort::DocumentEnd
                | Sort::StreamEnd,
                mark,
            ) if is_explicit => self.empty(mark),
            _ => self.node(Place::Block)?,
        }
        while let Some(state) = self.states.pop() {
            self.step(state)?;
        }
        // The token after the document must be one, though it may be anything.
        self.scanner.peek()?;
        Ok(self.tree)
    }

    fn directives(&mut self) -> Result<(), Error> {
        let mut has_version = false;
        loop {
            let (sort, mark) = self.scanner.peek()?;
            match sort {
                Sort::Version(_) if has_version => {
                    return Err(error("found duplicate %YAML directive", mark));
                }
                Sort::Version(false) => {
                    return Err(error("found incompatible YAML document", mark));
                }
                Sort::Version(true) => {
                    has_version = true;
                    self.scanner.take();
                }
                Sort::TagDirective => {
                    if let Some(tag) = self.scanner.take().and_then(|token| token.tag) {
                        if self
                            .tags
                            .iter()
                            .any(|directive| directive.handle == tag.handle)
                        {
                            return Err(error("found duplicate %TAG directive", mark));
                        }
                        self.tags.push(*tag);
                    }
                }
                _ => break,
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.tags.iter().any(|directive| directive.handle == handle) {
                let (handle, rest) = (handle.to_owned(), prefix.to_owned());
                self.tags.push(Tag { handle, rest });
            }
        }
        Ok(())
    }

    /// Goes on in the innermost collection.
    fn step(&mut self, state: State) -> Result<(), Error> {
        match state {
            State::BlockSeq => self.block_seq(),
            State::IndentlessSeq => self.indentless_seq(),
            State::BlockMapKey => self.block_map_key(),
            State::BlockMapValue => self.block_map_value(),
            State::FlowSeq(is_first) => self.flow_seq(is_first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                self.scanner.peek()?;
                self.close();
                Ok(())
            }
            State::FlowMapKey(is_first) => self.flow_map_key(is_first),
            State::FlowMapValue => self.flow_map_value(),
            State::FlowMapNoValue => {
                let (_, mark) = self.scanner.peek()?;
                self.states.push(State::FlowMapKey(false));
                self.empty(mark);
                Ok(())
            }
        }
    }

    /// Takes the token and gives the place behind it, where an empty node is said to be.
    fn take_indicator(&mut self, mark: Mark) -> Mark {
        self.scanner.take();
        let column = mark.column.saturating_add(1);
        Mark { column, ..mark }
    }

    fn block_seq(&mut self) -> Result<(), Error> {
        match self.scanner.peek()? {
            (Sort::BlockEntry, mark) => {
                let behind = self.take_indicator(mark);
                self.states.push(State::BlockSeq);
                match self.scanner.peek()?.0 {
                    Sort::BlockEntry | Sort::BlockEnd => self.empty(behind),
                    _ => self.node(Place::Block)?,
                }
                Ok(())
            }
            (Sort::BlockEnd, _) => self.end(),
            (_, mark) => Err(error("did not find expected '-' indicator", mark)),
        }
    }

    fn indentless_seq(&mut self) -> Result<(), Error> {
        match self.scanner.peek()? {
            (Sort::BlockEntry, mark) => {
                let behind = self.take_indicator(mark);
                self.states.push(State::IndentlessSeq);
                match self.scanner.peek()?.0 {
                    Sort::BlockEntry | Sort::Key | Sort::Value | Sort::BlockEnd => {
                        self.empty(behind);
                    }
                    _ => self.node(Place::Block)?,
                }
            }
            _ => self.close(),
        }
        Ok(())
    }

    fn block_map_key(&mut self) -> Result<(), Error> {
        match self.scanner.peek()? {
            (Sort::Key, mark) => {
                // A key token has no width where it is put before a key, and one for `?`.
                let behind = self.take_indicator(mark);
                self.states.push(State::BlockMapValue);
                self.block_map_node(behind)
            }
            (Sort::BlockEnd, _) => self.end(),
            (_, mark) => Err(error("did not find expected key", mark)),
        }
    }

    fn block_map_value(&mut self) -> Result<(), Error> {
        self.states.push(State::BlockMapKey);
        match self.scanner.peek()? {
            (Sort::Value, mark) => {
                let behind = self.take_indicator(mark);
                self.block_map_node(behind)
            }
            (_, mark) => {
                self.empty(mark);
                Ok(())
            }
        }
    }

    fn block_map_node(&mut self, behind: Mark) -> Result<(), Error> {
        match self.scanner.peek()?.0 {
            Sort::Key | Sort::Value | Sort::BlockEnd => {
                self.empty(behind);
                Ok(())
            }
            _ => self.node(Place::BlockOrIndentless),
        }
    }

    fn flow_seq(&mut self, is_first: bool) -> Result<(), Error> {
        let (mut sort, mut mark) = self.scanner.peek()?;
        if sort != Sort::FlowSeqEnd && !is_first {
            if sort != Sort::FlowEntry {
                return Err(error("did not find expected ',' or ']'", mark));
            }
            self.scanner.take();
            (sort, mark) = self.scanner.peek()?;
        }
        match sort {
            Sort::FlowSeqEnd => self.end(),
            Sort::Key => {
                self.scanner.take();
                self.states.push(State::FlowSeq(false));
                self.states.push(State::PairKey);
                self.begin(RawKind::Map, mark);
                Ok(())
            }
            _ => {
                self.states.push(State::FlowSeq(false));
                self.node(Place::Flow)
            }
        }
    }

    fn pair_key(&mut self) -> Result<(), Error> {
        self.states.push(State::PairValue);
        match self.scanner.peek()? {
            (Sort::Value | Sort::FlowEntry | Sort::FlowSeqEnd, mark) => {
                // go-yaml drops the token, whatever it is.
                let behind = self.take_indicator(mark);
                self.empty(behind);
                Ok(())
            }
            _ => self.node(Place::Flow),
        }
    }

    fn pair_value(&mut self) -> Result<(), Error> {
        self.states.push(State::PairEnd);
        let (sort, mark) = self.scanner.peek()?;
        if sort == Sort::Value {
            self.scanner.take();
            if !matches!(self.scanner.peek()?.0, Sort::FlowEntry | Sort::FlowSeqEnd) {
                return self.node(Place::Flow);
            }
        }
        self.empty(mark);
        Ok(())
    }

    fn flow_map_key(&mut self, is_first: bool) -> Result<(), Error> {
        let (mut sort, mut mark) = self.scanner.peek()?;
        if sort != Sort::FlowMapEnd && !is_first {
            if sort != Sort::FlowEntry {
                return Err(error("did not find expected ',' or '}'", mark));
            }
            self.scanner.take();
            sort = self.scanner.peek()?.0;
        }
        match sort {
            Sort::FlowMapEnd => self.end(),
            Sort::Key => {
                self.scanner.take();
                self.states.push(State::FlowMapValue);
                (sort, mark) = self.scanner.peek()?;
                match sort {
                    Sort::Value | Sort::FlowEntry | Sort::FlowMapEnd => {
                        self.empty(mark);
                        Ok(())
                    }
                    _ => self.node(Place::Flow),
                }
            }
            _ => {
                self.states.push(State::FlowMapNoValue);
                self.node(Place::Flow)
            }
        }
    }

    fn flow_map_value(&mut self) -> Result<(), Error> {
        self.states.push(State::FlowMapKey(false));
        let (mut sort, mut mark) = self.scanner.peek()?;
        if sort == Sort::Value {
            self.scanner.take();
            (sort, mark) = self.scanner.peek()?;
            if !matches!(sort, Sort::FlowEntry | Sort::FlowMapEnd) {
                return self.node(Place::Flow);
            }
        }
        self.empty(mark);
        Ok(())
    }

    /// A node: an alias, or anchor and tag in any order and then the content.
    fn node(&mut self, place: Place) -> Result<(), Error> {
        let (mut sort, start) = self.scanner.peek()?;
        if sort == Sort::Alias {
            return self.alias(start);
        }
        let mut anchor = None;
        let mut tag = None;
        let mut mark = start;
        loop {
            match sort {
                Sort::Anchor if anchor.is_none() => {
                    anchor = self.scanner.take().map(|token| token.text);
                }
                Sort::Tag if tag.is_none() => {
                    tag = self
                        .scanner
                        .take()
                        .and_then(|token| token.tag)
                        .map(|tag| (tag, mark));
                }
                _ => break,
            }
            (sort, mark) = self.scanner.peek()?;
        }
        let tag = match tag {
            Some((tag, mark)) => Some(self.resolve_tag(*tag, mark)?),
            None => None,
        };
        let has_properties = anchor.is_some() || tag.is_some();
        if let Some(anchor) = anchor {
            let at = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
            self.anchors.insert(anchor, at);
        }
        self.content(place, start, tag, has_properties)
    }

    fn content(
        &mut self,
        place: Place,
        start: Mark,
        tag: Option<Box<str>>,
        has_properties: bool,
    ) -> Result<(), Error> {
        let in_block = place != Place::Flow;
        let (sort, mark) = self.scanner.peek()?;
        if self.tree.nodes.len() > LIMITS.yaml_nodes {
            let most = LIMITS.yaml_nodes;
            let problem = format_args!("the document has more than {most} values");
            return Err(Error::yaml(ErrorKind::Size, mark, problem));
        }
        let (kind, state) = match sort {
            Sort::BlockEntry if place == Place::BlockOrIndentless => {
                self.states.push(State::IndentlessSeq);
                self.begin(RawKind::Seq, start);
                return Ok(());
            }
            Sort::Plain | Sort::Quoted => {
                let is_plain = sort == Sort::Plain;
                let text = self
                    .scanner
                    .take()
                    .map_or(Cow::Borrowed(""), |token| token.text);
                let implicit = tag.as_deref().map_or(is_plain, |tag| tag == "!");
                self.push(
                    RawKind::Scalar(Scalar {
                        text,
                        tag,
                        implicit,
                    }),
                    start,
                );
                return Ok(());
            }
            Sort::FlowSeqStart => (RawKind::Seq, State::FlowSeq(true)),
            Sort::FlowMapStart => (RawKind::Map, State::FlowMapKey(true)),
            Sort::BlockSeqStart if in_block => (RawKind::Seq, State::BlockSeq),
            Sort::BlockMapStart if in_block => (RawKind::Map, State::BlockMapKey),
            _ if has_properties => {
                let implicit = tag.is_none();
                let text = Cow::Borrowed("");
                self.push(
                    RawKind::Scalar(Scalar {
                        text,
                        tag,
                        implicit,
                    }),
                    start,
                );
                return Ok(());
            }
            _ => return Err(error("did not find expected node content", mark)),
        };
        self.scanner.take();
        self.states.push(state);
        self.begin(kind, start);
        Ok(())
    }

    fn alias(&mut self, mark: Mark) -> Result<(), Error> {
        let name = self
            .scanner
            .take()
            .map_or(Cow::Borrowed(""), |token| token.text);
        let Some(&target) = self.anchors.get(&name) else {
            let problem = format_args!("unknown anchor '{name}' referenced");
            return Err(Error::yaml(ErrorKind::Alias, mark, problem));
        };
        self.push(RawKind::Alias { target, name }, mark);
        Ok(())
    }

    fn resolve_tag(&self, tag: Tag, mark: Mark) -> Result<Box<str>, Error> {
        if tag.handle.is_empty() {
            return Ok(tag.rest.into());
        }
        match self
            .tags
            .iter()
            .find(|directive| directive.handle == tag.handle)
        {
            Some(directive) => Ok(format!("{}{}", directive.rest, tag.rest).into()),
            None => Err(error("found undefined tag handle", mark)),
        }
    }

    fn push(&mut self, kind: RawKind<'t>, mark: Mark) {
        let end = u32::try_from(self.tree.nodes.len() + 1).unwrap_or(u32::MAX);
        self.tree.nodes.push(Raw { mark, kind, end });
    }

    fn empty(&mut self, mark: Mark) {
        let scalar = Scalar {
            text: Cow::Borrowed(""),
            tag: None,
            implicit: true,
        };
        self.push(RawKind::Scalar(scalar), mark);
    }

    fn begin(&mut self, kind: RawKind<'t>, mark: Mark) {
        self.open.push(self.tree.nodes.len());
        self.tree.depth = self.tree.depth.max(self.open.len());
        self.push(kind, mark);
    }

    /// Takes the token that ends the innermost collection.
    fn end(&mut self) -> Result<(), Error> {
        self.scanner.take();
        self.close();
        Ok(())
    }

    fn close(&mut self) {
        let end = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        if let Some(node) = self.open.pop().and_then(|at| self.tree.nodes.get_mut(at)) {
            node.end = end;
        }
    }
}

/// An error of go-yaml's parser: unlike the scanner's it names the line before.
fn error(problem: &'static str, mark: Mark) -> Error {
    Error::on_line(
        ErrorKind::Syntax,
        mark,
        mark.line.saturating_sub(1),
        problem,
    )
}
