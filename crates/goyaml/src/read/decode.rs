//! From the parsed document to [`Node`]s: scalars resolved, aliases expanded, maps merged, keys
//! made text. go-yaml's decoder into `interface{}` and sigs.k8s.io/yaml's conversion to JSON.

use super::keys::Key;
use super::tree::{Raw, RawKind, Scalar, Tree};
use super::{gosyntax, keys};
use crate::MAX_DEPTH;
use crate::error::{Error, ErrorKind};
use crate::resolve::{self, Resolved};
use crate::{Entry, Kind, Mark, Node};
use gostd::limits::LIMITS;

/// The way in which a document is decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Of equal keys the last wins.
    Lenient,
    /// Equal keys are reported.
    Strict,
    /// Equal keys are reported where both are written in the map: merged ones are there to be
    /// replaced.
    Written,
    /// Keys become Go syntax (`"a"`, `1`): for printing what Go prints with `%#v`.
    GoSyntax,
}

/// Gives the document's value: null for an empty one.
pub(crate) fn document(tree: &Tree<'_>, mode: Mode) -> Result<Node, Error> {
    if tree.nodes.is_empty() {
        return Ok(Node {
            mark: Mark::default(),
            kind: Kind::Null,
        });
    }
    let mut decoder = Decoder::new(tree, mode);
    let node = decoder.decode(0)?;
    decoder.check(&node)?;
    Ok(node)
}

/// Gives the keys that stand a second time in a map.
pub(crate) fn duplicates(tree: &Tree<'_>) -> Result<Vec<DuplicateKey>, Error> {
    let mut decoder = Decoder::new(tree, Mode::Written);
    if !tree.nodes.is_empty() {
        decoder.decode(0)?;
    }
    let duplicates = decoder.duplicates.into_iter();
    Ok(duplicates.map(|duplicate| duplicate.key).collect())
}

/// Gives the value of one node, keys in Go syntax.
pub(crate) fn go_syntax(tree: &Tree<'_>, at: u32) -> Result<Node, Error> {
    Decoder::new(tree, Mode::GoSyntax).decode(at)
}

/// Gives the value of one node of a document that has no bad keys and infinities.
pub(crate) fn node(tree: &Tree<'_>, at: u32) -> Result<Node, Error> {
    Decoder::new(tree, Mode::Lenient).decode(at)
}

/// Gives the entry, yet without value, of a key's node; nothing for a list or map.
pub(crate) fn entry_key(tree: &Tree<'_>, at: u32) -> Result<Option<Entry>, Error> {
    let node = node(tree, at)?;
    let mark = node.mark;
    Ok(Key::new(node, false).ok().map(|key| Entry {
        key: key.text,
        mark,
        value: Node {
            mark,
            kind: Kind::Null,
        },
    }))
}

struct Decoder<'t> {
    tree: &'t Tree<'t>,
    mode: Mode,
    stack: Vec<Frame>,
    /// The number of frames that are lists or maps.
    depth: usize,
    count: Count,
    /// The aliases being expanded.
    active: Vec<u32>,
    /// Keys that JSON cannot have: their entries' marks hold indices into this list.
    bad_keys: Vec<BadKey>,
    duplicates: Vec<Duplicate>,
    infinite: bool,
}

/// A key met again.
struct Duplicate {
    /// The place of its value, which go-yaml names.
    value_mark: Mark,
    key: DuplicateKey,
}

/// A key that stands a second time in a map.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DuplicateKey {
    /// The key as Go quotes it.
    pub key: String,
    /// Its place.
    pub mark: Mark,
    /// The place of its first occurrence.
    pub first: Mark,
    /// True if it has the same value as there.
    pub is_same: bool,
}

struct BadKey {
    mark: Mark,
    /// The key's type and the key, as Go prints them.
    type_name: &'static str,
    text: String,
    value: u32,
}

/// An unfinished list, map, merge or alias.
enum Frame {
    Seq {
        mark: Mark,
        next: u32,
        end: u32,
        items: Vec<Node>,
    },
    Map {
        mark: Mark,
        pairs: Pairs,
        build: keys::Builder,
    },
    /// A map that is merged into the map `owner` frames from the bottom.
    Merge {
        owner: usize,
        pairs: Pairs,
    },
    /// The rest of a list of maps that are merged: the last is the next.
    MergeList {
        owner: usize,
        rest: Vec<u32>,
    },
    Alias,
}

/// The place in a map's list of keys and values.
struct Pairs {
    next: u32,
    end: u32,
    /// The key whose value is awaited.
    key: Option<(Key, Mark)>,
    /// The value's node.
    value: u32,
}

enum Step {
    Decode(u32),
    /// Merge a node into the map at this place of the stack.
    Merge(u32, usize),
    /// A value is there for the frame on top.
    Done(Node),
    /// The frame on top goes on.
    Advance,
}

impl<'t> Decoder<'t> {
    fn new(tree: &'t Tree<'t>, mode: Mode) -> Decoder<'t> {
        Decoder {
            tree,
            mode,
            stack: Vec::new(),
            depth: 0,
            // go-yaml counts the document itself.
            count: Count {
                all: 1,
                aliased: 0,
                bytes: 0,
            },
            active: Vec::new(),
            bad_keys: Vec::new(),
            duplicates: Vec::new(),
            infinite: false,
        }
    }

    /// Decodes the node at `root`, without recursion.
    fn decode(&mut self, root: u32) -> Result<Node, Error> {
        let mut step = Step::Decode(root);
        loop {
            step = match step {
                Step::Decode(at) => self.start(at)?,
                Step::Merge(at, owner) => self.merge(at, owner)?,
                Step::Advance => self.advance()?,
                Step::Done(node) => match self.take(node)? {
                    Some(node) => return Ok(node),
                    None => Step::Advance,
                },
            };
        }
    }

    fn start(&mut self, at: u32) -> Result<Step, Error> {
        self.count.add(!self.active.is_empty())?;
        let Some(raw) = self.tree.get(at) else {
            return Ok(Step::Advance);
        };
        Ok(match &raw.kind {
            RawKind::Scalar(scalar) => {
                if !self.active.is_empty() {
                    self.count.add_bytes(scalar.text.len(), raw.mark)?;
                }
                let kind = self.scalar(scalar, raw.mark)?;
                Step::Done(Node {
                    mark: raw.mark,
                    kind,
                })
            }
            RawKind::Alias { target, name } => {
                self.enter_alias(at, name, raw.mark)?;
                Step::Decode(*target)
            }
            RawKind::Seq => {
                self.enter(raw)?;
                self.stack.push(Frame::Seq {
                    mark: raw.mark,
                    next: at + 1,
                    end: raw.end,
                    items: Vec::new(),
                });
                Step::Advance
            }
            RawKind::Map => {
                self.enter(raw)?;
                self.stack.push(Frame::Map {
                    mark: raw.mark,
                    pairs: Pairs::of(at, raw),
                    build: keys::Builder::new(matches!(self.mode, Mode::Strict | Mode::Written)),
                });
                Step::Advance
            }
        })
    }

    fn enter(&mut self, raw: &Raw<'_>) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let bracket = match raw.kind {
                RawKind::Map => '{',
                _ => '[',
            };
            let problem = format_args!("invalid character '{bracket}' exceeded max depth");
            return Err(Error::json(ErrorKind::Depth, raw.mark, problem));
        }
        Ok(())
    }

    fn enter_alias(&mut self, at: u32, name: &str, mark: Mark) -> Result<(), Error> {
        if self.active.contains(&at) {
            let problem = format_args!("anchor '{name}' value contains itself");
            return Err(Error::yaml(ErrorKind::Alias, mark, problem));
        }
        self.active.push(at);
        self.stack.push(Frame::Alias);
        Ok(())
    }

    fn scalar(&mut self, scalar: &Scalar<'_>, mark: Mark) -> Result<Kind, Error> {
        let text: &str = &scalar.text;
        let resolved = match &scalar.tag {
            None if scalar.implicit => resolve::plain(text),
            None => Resolved::Str(text),
            Some(tag) => resolve::tagged(tag, text)
                .map_err(|problem| Error::yaml(ErrorKind::Value, mark, problem))?,
        };
        Ok(match resolved {
            Resolved::Null => Kind::Null,
            Resolved::Bool(b) => Kind::Bool(b),
            Resolved::Int(n) => Kind::Int(n),
            Resolved::Uint(n) => Kind::Uint(n),
            Resolved::Float(f) => {
                self.infinite |= !f.is_finite();
                Kind::Float(f)
            }
            Resolved::Str(text) => Kind::Str(text.into()),
            Resolved::Binary(bytes) => Kind::Str(replace_invalid(&bytes).into()),
        })
    }

    /// Gives `node` to the frame on top; returns it if there is none.
    fn take(&mut self, node: Node) -> Result<Option<Node>, Error> {
        loop {
            match self.stack.last_mut() {
                None => return Ok(Some(node)),
                Some(Frame::Alias) => {
                    self.stack.pop();
                    self.active.pop();
                }
                Some(Frame::Seq { items, .. }) => {
                    items.push(node);
                    return Ok(None);
                }
                Some(Frame::Map { pairs, .. } | Frame::Merge { pairs, .. }) => {
                    match pairs.key.take() {
                        Some((key, mark)) => {
                            let value = pairs.value;
                            self.insert(key, mark, node, value);
                        }
                        None => {
                            let mark = node.mark;
                            let at = pairs.value;
                            let key = match Key::new(node, self.mode == Mode::GoSyntax) {
                                Ok(key) => key,
                                Err(_) => return Err(self.invalid_key(at, mark)),
                            };
                            if let Some(Frame::Map { pairs, .. } | Frame::Merge { pairs, .. }) =
                                self.stack.last_mut()
                            {
                                pairs.key = Some((key, mark));
                            }
                        }
                    }
                    return Ok(None);
                }
                Some(Frame::MergeList { .. }) => return Ok(None),
            }
        }
    }

    /// Puts an entry into the map on top, or into the one that the map on top is merged into.
    fn insert(&mut self, key: Key, mark: Mark, value: Node, value_at: u32) {
        let top = self.stack.len().saturating_sub(1);
        let (owner, merged) = match self.stack.get(top) {
            Some(Frame::Merge { owner, .. }) => (*owner, true),
            _ => (top, false),
        };
        let counts = !(merged && self.mode == Mode::Written);
        let Some(Frame::Map { build, .. }) = self.stack.get_mut(owner) else {
            return;
        };
        let class = key.class;
        let mut entry = Entry {
            key: key.text,
            mark,
            value,
        };
        if counts && let Some(earlier) = build.earlier(class, &entry.key) {
            let value = self.tree.get(value_at);
            self.duplicates.push(Duplicate {
                value_mark: value.map(|raw| raw.mark).unwrap_or_default(),
                key: DuplicateKey {
                    key: class.go_syntax(&entry.key),
                    mark,
                    first: earlier.mark,
                    is_same: earlier.value.is_same(&entry.value),
                },
            });
            return;
        }
        if let Some(type_name) = class.refused() {
            let text = class.go_syntax(&entry.key);
            let column = u32::try_from(self.bad_keys.len()).unwrap_or(u32::MAX);
            self.bad_keys.push(BadKey {
                mark,
                type_name,
                text,
                value: value_at,
            });
            entry.mark = Mark {
                line: u32::MAX,
                column,
            };
        }
        build.push(entry);
    }

    fn advance(&mut self) -> Result<Step, Error> {
        let top = self.stack.len().saturating_sub(1);
        let Some(frame) = self.stack.last_mut() else {
            return Ok(Step::Done(Node {
                mark: Mark::default(),
                kind: Kind::Null,
            }));
        };
        let (pairs, owner) = match frame {
            Frame::Alias => {
                // A merge by alias has ended.
                self.stack.pop();
                self.active.pop();
                return Ok(Step::Advance);
            }
            Frame::MergeList { owner, rest } => {
                let owner = *owner;
                return Ok(match rest.pop() {
                    Some(at) => Step::Merge(at, owner),
                    None => {
                        self.stack.pop();
                        Step::Advance
                    }
                });
            }
            Frame::Seq { next, end, .. } => {
                if next < end {
                    let at = *next;
                    *next = self.tree.get(at).map_or(*end, |raw| raw.end);
                    return Ok(Step::Decode(at));
                }
                return Ok(self.finish());
            }
            Frame::Map { pairs, .. } => (pairs, top),
            Frame::Merge { pairs, owner } => (pairs, *owner),
        };
        if pairs.next >= pairs.end {
            return Ok(self.finish());
        }
        let at = pairs.next;
        let raw = self.tree.get(at);
        pairs.next = raw.map_or(pairs.end, |raw| raw.end);
        if pairs.key.is_none() && raw.is_some_and(Raw::is_merge_key) {
            let value = pairs.next;
            pairs.next = self.tree.get(value).map_or(pairs.end, |raw| raw.end);
            return Ok(Step::Merge(value, owner));
        }
        pairs.value = at;
        Ok(Step::Decode(at))
    }

    /// Ends the list or map on top.
    fn finish(&mut self) -> Step {
        match self.stack.pop() {
            Some(Frame::Seq { mark, items, .. }) => {
                self.depth -= 1;
                Step::Done(Node {
                    mark,
                    kind: Kind::Seq(items),
                })
            }
            Some(Frame::Map { mark, build, .. }) => {
                self.depth -= 1;
                Step::Done(Node {
                    mark,
                    kind: Kind::Map(build.finish()),
                })
            }
            _ => Step::Advance,
        }
    }

    /// The value of a `<<` key: a map, an alias of one, or a list of these, whose earlier maps
    /// win. What is merged replaces what the map has so far, as in go-yaml v2.
    fn merge(&mut self, at: u32, owner: usize) -> Result<Step, Error> {
        let Some(raw) = self.tree.get(at) else {
            return Ok(Step::Advance);
        };
        let is_map = |at: u32| {
            self.tree
                .get(at)
                .is_some_and(|raw| matches!(raw.kind, RawKind::Map))
        };
        let in_list = matches!(self.stack.last(), Some(Frame::MergeList { .. }));
        match &raw.kind {
            RawKind::Map => {
                self.count.add(!self.active.is_empty())?;
                self.stack.push(Frame::Merge {
                    owner,
                    pairs: Pairs::of(at, raw),
                });
                Ok(Step::Advance)
            }
            RawKind::Alias { target, name } if is_map(*target) => {
                self.count.add(!self.active.is_empty())?;
                self.enter_alias(at, name, raw.mark)?;
                self.merge(*target, owner)
            }
            RawKind::Seq if !in_list => {
                let mut rest = Vec::new();
                let mut next = at + 1;
                while let (true, Some(item)) = (next < raw.end, self.tree.get(next)) {
                    rest.push(next);
                    next = item.end;
                }
                self.stack.push(Frame::MergeList { owner, rest });
                Ok(Step::Advance)
            }
            _ => {
                let problem = "map merge requires map or sequence of maps as the value";
                Err(Error::yaml(ErrorKind::Value, raw.mark, problem))
            }
        }
    }

    /// The error for a list or map as a key, which is what an unquoted `{{ }}` becomes.
    fn invalid_key(&self, at: u32, mark: Mark) -> Error {
        match go_syntax(self.tree, at) {
            Ok(key) => {
                let problem = format_args!("invalid map key: {}", gosyntax::print(&key));
                Error::yaml(ErrorKind::Key, mark, problem)
            }
            Err(error) => error,
        }
    }

    /// Errors found after the whole document is decoded, in sigs.k8s.io/yaml's order.
    fn check(&mut self, root: &Node) -> Result<(), Error> {
        if let Some(first) = self.duplicates.first() {
            let mark = &first.value_mark;
            let lines = self.duplicates.iter().map(|duplicate| {
                let Duplicate { value_mark, key } = duplicate;
                let (line, key) = (value_mark.line, &key.key);
                format!("line {line}: key {key} already set in map")
            });
            let lines: Vec<String> = lines.collect();
            let problem = format_args!("unmarshal errors:\n  {}", lines.join("\n  "));
            return Err(Error::yaml(ErrorKind::DuplicateKey, *mark, problem));
        }
        if !self.bad_keys.is_empty()
            && let Some(key) = keys::first_refused(root).and_then(|i| self.bad_keys.get(i as usize))
        {
            let value = gosyntax::print(&go_syntax(self.tree, key.value)?);
            let problem = format_args!(
                "unsupported map key of type: {}, key: {}, value: {value}",
                key.type_name, key.text
            );
            return Err(Error::conversion(ErrorKind::Key, key.mark, problem));
        }
        if self.infinite
            && let Some((mark, number)) = keys::first_infinite(root)
        {
            let name = match number {
                n if n.is_nan() => "NaN",
                n if n > 0.0 => "+Inf",
                _ => "-Inf",
            };
            let problem = format_args!("json: unsupported value: {name}");
            return Err(Error::conversion(ErrorKind::Number, mark, problem));
        }
        Ok(())
    }
}

impl Pairs {
    fn of(at: u32, raw: &Raw<'_>) -> Pairs {
        Pairs {
            next: at + 1,
            end: raw.end,
            key: None,
            value: at,
        }
    }
}

impl Raw<'_> {
    fn is_merge_key(&self) -> bool {
        match &self.kind {
            RawKind::Scalar(scalar) => {
                scalar.text == "<<"
                    && (scalar.implicit || scalar.tag.as_deref().is_some_and(resolve::is_merge_tag))
            }
            _ => false,
        }
    }
}

/// Guards against documents that grow by their aliases, with go-yaml's bounds. It counts nodes: a single long
/// text may stand for gigabytes, so their bytes are bounded too.
struct Count {
    all: u32,
    aliased: u32,
    /// Bytes of the scalars that aliases stand for.
    bytes: usize,
}

impl Count {
    /// Up to `LOW` decoded nodes 99 of 100 may come from aliases, from `HIGH` on 10 of 100.
    const LOW: u32 = 400_000;
    const HIGH: u32 = 4_000_000;

    fn add(&mut self, aliased: bool) -> Result<(), Error> {
        self.all = self.all.saturating_add(1);
        if aliased {
            self.aliased = self.aliased.saturating_add(1);
            if self.is_excessive() {
                let problem = "document contains excessive aliasing";
                return Err(Error::yaml(ErrorKind::Alias, Mark::default(), problem));
            }
        }
        Ok(())
    }

    fn add_bytes(&mut self, bytes: usize, mark: Mark) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > LIMITS.aliased_bytes {
            let most = LIMITS.aliased_bytes;
            let problem = format_args!("the document's aliases stand for more than {most} bytes");
            return Err(Error::yaml(ErrorKind::Alias, mark, problem));
        }
        Ok(())
    }

    fn is_excessive(&self) -> bool {
        if self.aliased <= 100 || self.all <= 1000 {
            return false;
        }
        let allowed = match self.all {
            0..=Self::LOW => 0.99,
            Self::HIGH.. => 0.10,
            n => 0.99 - 0.89 * (f64::from(n - Self::LOW) / f64::from(Self::HIGH - Self::LOW)),
        };
        f64::from(self.aliased) / f64::from(self.all) > allowed
    }
}

/// Each byte that is not UTF-8 becomes U+FFFD, as encoding/json has it.
fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            text.push('\u{FFFD}');
        }
    }
    text
}
