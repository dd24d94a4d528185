//! What a registry says it wants, in `WWW-Authenticate`, and the scopes of tokens.

use gostd::strconv::unquote;
use std::collections::{BTreeMap, BTreeSet};

/// A challenge that can be met.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// A name and a password.
    Basic,
    /// A token, which a service gives: the challenge's parameters.
    Bearer(BTreeMap<String, String>),
}

impl Challenge {
    /// Reads a header. Of parameters those count that come before the first that cannot be read.
    pub(super) fn parse(header: &str) -> Option<Challenge> {
        let (scheme, mut rest) = token(header);
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut parameters = BTreeMap::new();
        while let Some((key, value, after)) = parameter(rest) {
            parameters.insert(key.to_owned(), value);
            rest = after;
            match skip_blanks(rest).strip_prefix(',') {
                Some(after) => rest = after,
                None => break,
            }
        }
        Some(Challenge::Bearer(parameters))
    }
}

/// `KEY=VALUE` at the beginning of a text, and what follows.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (key, rest) = token(skip_blanks(text));
    let rest = skip_blanks(skip_blanks(rest).strip_prefix('=')?);
    if key.is_empty() {
        return None;
    }
    if !rest.starts_with('"') {
        let (value, rest) = token(rest);
        return (!value.is_empty()).then(|| (key, value.to_owned(), rest));
    }
    let mut is_escaped = false;
    let end = rest.char_indices().skip(1).find_map(|(at, c)| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end.then_some(at + 1)
    })?;
    let (quoted, rest) = rest.split_at(end);
    let value = unquote(quoted.as_bytes())?;
    Some((key, String::from_utf8_lossy(&value).into_owned(), rest))
}

/// RFC 7230's `token` at the beginning of a text, and what follows.
fn token(text: &str) -> (&str, &str) {
    let is_other = |c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c);
    text.split_at(text.find(is_other).unwrap_or(text.len()))
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// Scopes without repetitions, in order: those of one thing are one, with all its actions (oras's `CleanScopes`).
pub(super) fn clean_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut actions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut cleaned = Vec::new();
    for scope in scopes {
        match scope.rsplit_once(':') {
            Some((thing, list)) if thing.contains(':') => {
                let list = list.split(',').filter(|action| !action.is_empty());
                actions.entry(thing).or_default().extend(list);
            }
            _ if scope.is_empty() => {}
            _ => cleaned.push(scope.to_owned()),
        }
    }
    for (thing, list) in actions {
        let list: Vec<&str> = match list.contains("*") {
            true => vec!["*"],
            false => list.into_iter().collect(),
        };
        if !list.is_empty() {
            cleaned.push(format!("{thing}:{}", list.join(",")));
        }
    }
    cleaned.sort();
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges() {
        let bearer = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(k, v)| ((*k).into(), (*v).into()));
            Some(Challenge::Bearer(pairs.collect()))
        };
        for (header, expected) in [
            ("", None),
            ("Digest realm=\"x\"", None),
            ("basic realm=\"x\"", Some(Challenge::Basic)),
            ("Bearer", bearer(&[])),
            (
                "bearer realm=\"https://a/b\", service = c,scope=\"d:e:f,g\"",
                bearer(&[
                    ("realm", "https://a/b"),
                    ("service", "c"),
                    ("scope", "d:e:f,g"),
                ]),
            ),
            (
                "Bearer realm=\"a\\\"b\",scope=\"",
                bearer(&[("realm", "a\"b")]),
            ),
            ("Bearer realm=", bearer(&[])),
        ] {
            assert_eq!(Challenge::parse(header), expected, "{header}");
        }
    }

    #[test]
    fn scopes() {
        for (scopes, expected) in [
            (&["repository:a:pull"][..], &["repository:a:pull"][..]),
            (
                &[
                    "repository:b:push,pull",
                    "repository:a:pull",
                    "repository:b:pull",
                    "x",
                ],
                &["repository:a:pull", "repository:b:pull,push", "x"],
            ),
            (&["repository:a:*,pull"], &["repository:a:*"]),
            (&["repository:a:"], &[]),
        ] {
            assert_eq!(clean_scopes(scopes.iter().copied()), expected, "{scopes:?}");
        }
    }
}
