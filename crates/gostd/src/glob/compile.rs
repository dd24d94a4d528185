//! Rewrites a pattern's tree into matchers, as the library does to match faster.

use super::matcher::{Matcher, Tree};
use super::syntax::Node;
use crate::unicode::push_rune;
use std::collections::HashSet;

/// Rewrites a tree.
pub(super) fn compile(node: &Node) -> Matcher {
    let matcher = match node {
        Node::Nothing => Matcher::Nothing,
        Node::Any => Matcher::Any,
        Node::Super => Matcher::Super,
        Node::Single => Matcher::Single,
        Node::List { chars, not } => Matcher::List {
            chars: chars.clone(),
            not: *not,
        },
        Node::Range { low, high, not } => Matcher::Range {
            low: *low,
            high: *high,
            not: *not,
        },
        Node::Text(text) => Matcher::Text(text.clone()),
        Node::Pattern(children) if children.is_empty() => Matcher::Nothing,
        Node::Pattern(children) => join(&minimize(compile_all(children))),
        Node::AnyOf(patterns) => match factor(patterns) {
            Some(factored) => return compile(&factored),
            None => return Matcher::AnyOf(compile_all(patterns)),
        },
    };
    optimize(matcher)
}

fn compile_all(nodes: &[Node]) -> Vec<Matcher> {
    nodes.iter().map(|node| optimize(compile(node))).collect()
}

/// Simpler forms: single alternatives, single characters, and searches next to `*` and `**`.
fn optimize(matcher: Matcher) -> Matcher {
    match matcher {
        Matcher::AnyOf(mut matchers) if matchers.len() == 1 => {
            matchers.pop().unwrap_or(Matcher::Nothing)
        }
        Matcher::List { chars, not: false } if chars.len() == 1 => Matcher::Text(text_of(&chars)),
        Matcher::Tree(tree) => optimize_tree(*tree),
        other => other,
    }
}

fn text_of(chars: &[char]) -> Vec<u8> {
    let mut text = Vec::new();
    chars.iter().for_each(|c| push_rune(&mut text, *c));
    text
}

fn optimize_tree(tree: Tree) -> Matcher {
    let (left, right) = (tree.left.map(optimize), tree.right.map(optimize));
    let Matcher::Text(text) = tree.value else {
        return Matcher::Tree(Box::new(Tree::new(tree.value, left, right)));
    };
    match (left, right) {
        (None, None) => Matcher::Text(text),
        (Some(Matcher::Super), Some(Matcher::Super)) => Matcher::Contains {
            needle: text,
            not: false,
        },
        (Some(Matcher::Super), None) => Matcher::Suffix(text),
        (None, Some(Matcher::Super)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(text, suffix),
        (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix, text),
        (Some(Matcher::Any), None) => Matcher::SuffixAny(text),
        (None, Some(Matcher::Any)) => Matcher::PrefixAny(text),
        (left, right) => Matcher::Tree(Box::new(Tree::new(Matcher::Text(text), left, right))),
    }
}

/// One matcher for a sequence: glued together, or a search for its longest part of fixed length, the last
/// of the longest, between what comes before and after.
fn join(matchers: &[Matcher]) -> Matcher {
    let [first, rest @ ..] = matchers else {
        return Matcher::Nothing;
    };
    if rest.is_empty() {
        return first.clone();
    }
    if let Some(glued) = glue(matchers) {
        return glued;
    }
    let side = |part: &[Matcher]| (!part.is_empty()).then(|| join(part));
    let fixed = matchers
        .iter()
        .enumerate()
        .filter_map(|(at, m)| m.length().map(|length| (length, at)));
    let tree = match fixed.max() {
        None => Tree::new(first.clone(), None, side(rest)),
        Some((_, at)) => {
            let (left, right) = matchers.split_at(at);
            let (value, right) = right.split_first().unwrap_or((first, &[]));
            Tree::new(value.clone(), side(left), side(right))
        }
    };
    Matcher::Tree(Box::new(tree))
}

fn glue(matchers: &[Matcher]) -> Option<Matcher> {
    if matchers.len() <= 1 {
        return None;
    }
    glue_as_every(matchers).or_else(|| {
        let length = matchers
            .iter()
            .map(Matcher::length)
            .sum::<Option<usize>>()?;
        Some(Matcher::Row(matchers.to_vec(), length))
    })
}

/// Glues wildcards that exclude the same characters into conditions on the whole. `[!ab]` with `[!ab]`
/// thus excludes the text `ab`, not the characters.
fn glue_as_every(matchers: &[Matcher]) -> Option<Matcher> {
    const SLASH: &[char] = &['/'];
    let (mut any, mut super_any, mut singles) = (false, false, 0);
    let mut excluded: Option<&[char]> = None;
    for matcher in matchers {
        let excludes: &[char] = match matcher {
            Matcher::Super => {
                super_any = true;
                &[]
            }
            Matcher::Any => {
                any = true;
                SLASH
            }
            Matcher::Single => {
                singles += 1;
                SLASH
            }
            Matcher::List { chars, not: true } => {
                singles += 1;
                chars
            }
            _ => return None,
        };
        if **excluded.get_or_insert(excludes) != *excludes {
            return None;
        }
    }
    let excluded = excluded.unwrap_or_default();
    match (any, super_any, singles) {
        (false, true, 0) => return Some(Matcher::Super),
        (true, false, 0) => return Some(Matcher::Any),
        _ => {}
    }
    let mut every = Vec::new();
    if singles > 0 {
        every.push(Matcher::Min(singles));
        if !any && !super_any {
            every.push(Matcher::Max(singles));
        }
    }
    if !excluded.is_empty() {
        every.push(Matcher::Contains {
            needle: text_of(excluded),
            not: true,
        });
    }
    Some(Matcher::EveryOf(every))
}

/// Replaces the best run that can be glued, again and again. The first such run stays the best until
/// another covers more matchers, or is longer where both lengths are fixed.
fn minimize(mut matchers: Vec<Matcher>) -> Vec<Matcher> {
    loop {
        let mut best: Option<(Matcher, usize, usize)> = None;
        for left in 0..matchers.len() {
            for right in (left + 1..=matchers.len()).rev() {
                let Some(glued) = matchers.get(left..right).and_then(glue) else {
                    continue;
                };
                let better = best.as_ref().is_none_or(|(done, from, to)| {
                    let longer =
                        matches!((done.length(), glued.length()), (Some(a), Some(b)) if b > a);
                    longer || to - from < right - left
                });
                if better {
                    best = Some((glued, left, right));
                }
            }
        }
        let Some((glued, left, right)) = best else {
            return matchers;
        };
        matchers.splice(left..right, [glued]);
    }
}

/// Takes common parts at the beginning and end of alternatives out of them.
fn factor(patterns: &[Node]) -> Option<Node> {
    let parts: Vec<&[Node]> = patterns
        .iter()
        .map(|pattern| match pattern {
            Node::Pattern(parts) => parts.as_slice(),
            _ => &[],
        })
        .collect();
    let (left, right) = common(&parts);
    if left.is_empty() && right.is_empty() {
        return None;
    }
    let mut different: Vec<Node> = Vec::new();
    let mut visited = HashSet::new();
    for part in &parts {
        let rest = part
            .get(left.len()..part.len().saturating_sub(right.len()))
            .unwrap_or_default();
        let node = if rest.is_empty() {
            Node::Nothing
        } else {
            Node::Pattern(rest.to_vec())
        };
        if visited.insert(node.clone()) {
            different.push(node);
        }
    }
    let mut result = Vec::new();
    if !left.is_empty() {
        result.push(Node::Pattern(left));
    }
    match different.as_slice() {
        [] | [Node::Nothing] => {}
        [only] => result.push(only.clone()),
        _ => result.push(Node::AnyOf(different)),
    }
    if !right.is_empty() {
        result.push(Node::Pattern(right));
    }
    Some(Node::Pattern(result))
}

/// The common beginning and end of sequences, found from both sides of the shortest at once.
fn common(parts: &[&[Node]]) -> (Vec<Node>, Vec<Node>) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let shortest = (0..parts.len()).min_by_key(|at| parts.get(*at).map_or(0, |p| p.len()));
    let Some((at, shortest)) = shortest.and_then(|at| Some((at, *parts.get(at)?))) else {
        return (left, right);
    };
    if parts.len() <= 1 {
        return (left, right);
    }
    let (mut left_ends, mut right_ends) = (false, false);
    for (i, j) in (0..shortest.len()).zip((0..shortest.len()).rev()) {
        if left.len() + right.len() >= shortest.len() || left_ends && right_ends {
            break;
        }
        let others = parts
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != at)
            .map(|(_, part)| *part);
        for other in others {
            if left_ends && right_ends {
                break;
            }
            left_ends |= shortest.get(i) != other.get(i);
            right_ends |= !left_ends && j <= i;
            right_ends |= shortest.get(j) != other.get(j + other.len() - shortest.len());
        }
        if !left_ends {
            left.extend(shortest.get(i).cloned());
        }
        if !right_ends {
            right.extend(shortest.get(j).cloned());
        }
    }
    right.reverse();
    (left, right)
}
