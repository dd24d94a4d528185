//! Pieces of a pattern: an expression, and the height, size and repetition that Go's limits count.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

use super::class::Set;

/// Go's limit on the height of its tree.
pub(super) const MAX_HEIGHT: u32 = crate::limits::levels(1000) as u32;
/// Go's limit on instructions: 128 MiB of 40 bytes each.
pub(super) const MAX_SIZE: u64 = (128 << 20) / 40;
/// Go's limit on the product of nested counted repetitions.
pub(super) const MAX_PRODUCT: u64 = 1000;

/// The height of the tree when pieces are joined.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Runes, joined with neighbours of the same case sensitivity.
    Literal {
        fold: bool,
    },
    Class,
    /// The height of the parts is the node's less one.
    Concat,
    Alternate,
    Other,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) hir: Hir,
    kind: Kind,
    pub(super) height: u32,
    pub(super) size: u64,
    /// Copies that counted repetitions make of the innermost piece.
    pub(super) product: u64,
}

impl Node {
    pub(super) fn leaf(hir: Hir) -> Self {
        Self {
            hir,
            kind: Kind::Other,
            height: 1,
            size: 1,
            product: 1,
        }
    }

    pub(super) fn literal(hir: Hir, fold: bool) -> Self {
        Self {
            kind: Kind::Literal { fold },
            ..Self::leaf(hir)
        }
    }

    pub(super) fn class(set: &Set) -> Self {
        let kind = match set.ranges() {
            [(first, last)] if first == last => Kind::Literal { fold: false },
            _ => Kind::Class,
        };
        Self {
            kind,
            ..Self::leaf(set.to_hir())
        }
    }

    pub(super) fn capture(self, index: u32) -> Self {
        let hir = Hir::capture(Capture {
            index,
            name: None,
            sub: Box::new(self.hir),
        });
        Self {
            hir,
            kind: Kind::Other,
            height: self.height + 1,
            size: self.size.saturating_add(2),
            ..self
        }
    }

    pub(super) fn repeat(self, min: u32, max: Option<u32>, greedy: bool, counted: bool) -> Self {
        let size = match (counted, min, max) {
            (_, 0, None) => self.size.saturating_add(2),
            (false, ..) => self.size.saturating_add(1),
            (true, min, None) => self.size.saturating_mul(min.into()).saturating_add(1),
            (true, min, Some(max)) => self
                .size
                .saturating_mul(max.into())
                .saturating_add(max.saturating_sub(min).into()),
        };
        let product = match max.unwrap_or(min) {
            _ if !counted => self.product,
            0 if max.is_some() => 1,
            count => self.product.saturating_mul(count.max(1).into()),
        };
        let hir = Hir::repetition(Repetition {
            min,
            max,
            greedy,
            sub: Box::new(self.hir),
        });
        Self {
            hir,
            kind: Kind::Other,
            height: self.height + 1,
            size: size.max(1),
            product,
        }
    }

    pub(super) fn concat(mut pieces: Vec<Self>) -> Self {
        if pieces.len() <= 1 {
            return pieces.pop().unwrap_or_else(|| Self::leaf(Hir::empty()));
        }
        let is_string = match pieces.first().map(|p| p.kind) {
            Some(Kind::Literal { fold }) => pieces.iter().all(|p| p.kind == Kind::Literal { fold }),
            _ => false,
        };
        let kind = if is_string {
            pieces.first().map_or(Kind::Other, |p| p.kind)
        } else {
            Kind::Concat
        };
        Self::join(pieces, kind, Hir::concat)
    }

    pub(super) fn alternate(mut alternatives: Vec<Self>) -> Self {
        if alternatives.len() <= 1 {
            return alternatives
                .pop()
                .unwrap_or_else(|| Self::leaf(Hir::fail()));
        }
        let one_rune = |n: &Self| {
            n.kind == Kind::Class || matches!(n.kind, Kind::Literal { .. }) && n.size == 1
        };
        let kind = if alternatives.iter().all(one_rune) {
            Kind::Class
        } else {
            Kind::Alternate
        };
        let separators = if kind == Kind::Class {
            0
        } else {
            alternatives.len() as u64 - 1
        };
        let mut node = Self::join(alternatives, kind, alternation);
        node.size = if kind == Kind::Class {
            1
        } else {
            node.size.saturating_add(separators)
        };
        node
    }

    /// Joins at least two parts. Parts of the same kind as the whole are merged into it.
    fn join(parts: Vec<Self>, kind: Kind, hir: fn(Vec<Hir>) -> Hir) -> Self {
        let above = |part: &Self| match kind {
            Kind::Literal { .. } | Kind::Class => 1,
            _ if part.kind == kind => part.height,
            _ => part.height + 1,
        };
        let height = parts.iter().map(above).max().unwrap_or(1);
        let size = parts
            .iter()
            .fold(0u64, |sum, part| sum.saturating_add(part.size));
        let product = parts.iter().map(|part| part.product).max().unwrap_or(1);
        Self {
            hir: hir(parts.into_iter().map(|part| part.hir).collect()),
            kind,
            height,
            size: size.max(1),
            product,
        }
    }
}

/// The alternatives as they are. `Hir::alternation` moves what they all begin with in front of them,
/// which is another pattern where that can match in several ways: `a.*?c|a.*?b` prefers a `c`
/// further on to a nearer `b`, `a.*?(?:c|b)` does not.
fn alternation(mut alternatives: Vec<Hir>) -> Hir {
    let one_way = |hir: &Hir| {
        let properties = hir.properties();
        properties.minimum_len() == properties.maximum_len()
    };
    let begin = |hir: &Hir| match hir.kind() {
        HirKind::Concat(parts) => parts.to_vec(),
        _ => Vec::new(),
    };
    let mut common = alternatives.first().map(begin).unwrap_or_default();
    for alternative in alternatives.iter().skip(1) {
        let parts = begin(alternative);
        let same = common.iter().zip(&parts).take_while(|(a, b)| a == b);
        let count = same.count();
        common.truncate(count);
    }
    if !common.iter().all(one_way) {
        // An alternative that never matches and begins with nothing keeps the others whole.
        alternatives.push(Hir::fail());
    }
    Hir::alternation(alternatives)
}
