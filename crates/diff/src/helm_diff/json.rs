//! helm-diff's outputs `json` and `template` with its own template: one object a line of text.

use super::report::{Change, Entry};

/// The part of a key that helm-diff finds with a regular expression.
pub(super) struct Key<'k> {
    pub(super) namespace: &'k str,
    pub(super) name: &'k str,
    pub(super) kind: &'k str,
    pub(super) api: &'k str,
}

/// The list; what has a key that helm-diff cannot take apart is left out.
pub(super) struct List<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> List<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> List<'o> {
        out.push(b'[');
        List {
            out,
            is_empty: true,
        }
    }

    pub(super) fn entry(&mut self, entry: &Entry<'_>) {
        let Some(key) = Key::read(entry.key) else {
            return;
        };
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        let change = match entry.change {
            Change::Add => "ADD",
            Change::Remove => "REMOVE",
            Change::Modify => "MODIFY",
            Change::ModifySuppressed => "MODIFY_SUPPRESSED",
        };
        let object = format!(
            "{{\n  \"api\": \"{}\",\n  \"kind\": \"{}\",\n  \"namespace\": \"{}\",\n  \
             \"name\": \"{}\",\n  \"change\": \"{change}\"\n}}",
            key.api, key.kind, key.namespace, key.name
        );
        self.out.extend_from_slice(object.as_bytes());
    }

    pub(super) fn end(self) {
        self.out.extend_from_slice(b"]\n");
    }
}

impl<'k> Key<'k> {
    /// `(?P<namespace>[a-z0-9-]+), (?P<name>[a-z0-9.-]+), (?P<kind>\w+) \((?P<api>[^)]+)\)`, the
    /// first place where it matches: ends of the parts are fixed, the namespace may begin later.
    pub(super) fn read(key: &'k str) -> Option<Key<'k>> {
        let (namespace, rest) = key.split_once(", ")?;
        let (name, rest) = rest.split_once(", ")?;
        let (kind, rest) = rest.split_once(" (")?;
        let (api, _) = rest.split_once(')')?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let start = namespace.trim_end_matches(plain).len();
        let namespace = namespace.get(start..)?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let fits = !namespace.is_empty()
            && !name.is_empty()
            && name.chars().all(|c| plain(c) || c == '.')
            && !kind.is_empty()
            && kind.chars().all(word)
            && !api.is_empty();
        fits.then_some(Key {
            namespace,
            name,
            kind,
            api,
        })
    }
}
