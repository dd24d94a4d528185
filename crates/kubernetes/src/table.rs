//! The table: one kind of an API version a line, sorted by both, so that it is never read as a whole.

use super::Api;
use std::cmp::Ordering;

/// Made by `scripts/list-kubernetes-apis.sh`.
const TABLE: &str = include_str!("apis.txt");

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = Api> {
    rows(TABLE)
}

/// The row of a kind.
pub(crate) fn find(api_version: &str, kind: &str) -> Option<Api> {
    let row = rows(from(api_version, kind)).next()?;
    (row.api_version() == api_version && row.kind() == kind).then_some(row)
}

/// The rows of an API version.
pub(crate) fn version(api_version: &str) -> impl Iterator<Item = Api> {
    rows(from(api_version, "")).take_while(move |api| api.api_version() == api_version)
}

/// The rows of all versions of an API version's group.
pub(crate) fn group(api_version: &str) -> impl Iterator<Item = Api> {
    let group = group_of(api_version);
    let start = match group {
        "" => from("v", ""),
        group => from(group, ""),
    };
    rows(start).take_while(move |api| group_of(api.api_version()) == group)
}

/// Returns true if Kubernetes itself has, or had, an API group of this name; its core has none.
pub fn has_group(group: &str) -> bool {
    let mut rows = rows(from(group, ""));
    rows.next()
        .is_some_and(|api| group_of(api.api_version()) == group)
}

/// The API group of an `apiVersion`: empty for Kubernetes' core.
pub fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn rows(text: &'static str) -> impl Iterator<Item = Api> {
    text.lines().filter_map(Api::parse)
}

/// The table from the first line on that is not before a kind, found by bisection.
fn from(api_version: &str, kind: &str) -> &'static str {
    let mut table = TABLE;
    let mut start = "";
    // The first such line is in `table`, or it is where `start` begins.
    while !table.is_empty() {
        let middle = table
            .get(..table.len() / 2)
            .map_or(0, |half| half.rfind('\n').map_or(0, |newline| newline + 1));
        let (before, rest) = table.split_at(middle);
        let line_end = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
        let (line, after) = rest.split_at(line_end);
        match order(line, api_version, kind) {
            Ordering::Less => table = after,
            _ => {
                start = tail(rest);
                table = before;
            }
        }
    }
    start
}

/// The table from where a part of it begins.
fn tail(part: &'static str) -> &'static str {
    let start = part.as_ptr() as usize - TABLE.as_ptr() as usize;
    TABLE.get(start..).unwrap_or_default()
}

/// Compares a line's API version and kind.
fn order(line: &str, api_version: &str, kind: &str) -> Ordering {
    let mut fields = line.split(' ');
    let mut next = || fields.next().unwrap_or_default();
    (next(), next()).cmp(&(api_version, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_found() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.count(), all().count());
        for api in all() {
            assert_eq!(find(api.api_version(), api.kind()), Some(api));
            assert!(version(api.api_version()).any(|other| other == api));
            assert!(group(api.api_version()).any(|other| other == api));
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for (api_version, kind) in [
            ("", ""),
            ("#", "Made"),
            ("v1", ""),
            ("v1", "Pods"),
            ("v0", "Pod"),
            ("v2", "Pod"),
            ("zzz/v1", "Pod"),
        ] {
            assert_eq!(find(api_version, kind), None);
        }
        assert_eq!(group("example.com/v1").count(), 0);
        assert_eq!(version("apps/v3").count(), 0);
        assert!(group("apps/v9").count() > 5);
    }
}
