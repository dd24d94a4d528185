//! Resolving a reference against a base, and printing a URL (Go's `ResolveReference`, `String`).

use std::fmt;

use super::escape::{Part, escape};
use super::{Url, cut};

impl Url {
    /// The URL that `reference` means in a document at `self`.
    pub(crate) fn resolve(&self, reference: &Url) -> Url {
        let mut url = reference.clone();
        if reference.scheme.is_empty() {
            url.scheme.clone_from(&self.scheme);
        }
        if reference.is_absolute() || !reference.host.is_empty() || reference.user.is_some() {
            url.set_resolved_path(&resolve_path(&reference.escaped_path(), b""));
            return url;
        }
        if reference.path.is_empty() && !reference.force_query && reference.raw_query.is_empty() {
            url.raw_query.clone_from(&self.raw_query);
            if reference.fragment.is_empty() {
                url.fragment.clone_from(&self.fragment);
                url.raw_fragment.clone_from(&self.raw_fragment);
            }
        }
        if reference.path.is_empty() && !self.opaque.is_empty() {
            url.opaque.clone_from(&self.opaque);
            url.user = None;
            return url;
        }
        url.host.clone_from(&self.host);
        url.user.clone_from(&self.user);
        url.set_resolved_path(&resolve_path(
            &self.escaped_path(),
            &reference.escaped_path(),
        ));
        url
    }

    /// The path is escaped validly already: setting it cannot fail.
    fn set_resolved_path(&mut self, path: &[u8]) {
        let _ = self.set_path(path);
    }

    /// The URL as text.
    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.is_absolute() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.push_hierarchy(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if self.force_query || !self.raw_query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.raw_query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(self.escaped_fragment());
        }
        out
    }

    fn push_hierarchy(&self, out: &mut Vec<u8>) {
        let empty = self.host.is_empty() && self.user.is_none();
        if !(empty && (self.omit_host || (self.scheme.is_empty() || self.path.is_empty()))) {
            out.extend_from_slice(b"//");
        }
        if let Some((name, password)) = &self.user {
            out.extend(escape(name, Part::UserPassword).into_bytes());
            if let Some(password) = password {
                out.push(b':');
                out.extend(escape(password, Part::UserPassword).into_bytes());
            }
            out.push(b'@');
        }
        out.extend(escape(&self.host, Part::Host).into_bytes());
        let path = self.escaped_path();
        if path.first().is_some_and(|&b| b != b'/') && !self.host.is_empty() {
            out.push(b'/');
        }
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.bytes()))
    }
}

/// Puts `reference` in place of the last segment of `base` and removes dot segments.
fn resolve_path(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = match reference.first() {
        None => base.to_vec(),
        Some(b'/') => reference.to_vec(),
        Some(_) => {
            let end = base.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1);
            [&base[..end], reference].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut out = b"/".to_vec();
    let mut first = true;
    let mut dots = false;
    for segment in full.split(|&b| b == b'/') {
        dots = segment == b"." || segment == b"..";
        match segment {
            b"." => first = false,
            b".." => {
                let slash = out[1..].iter().rposition(|&b| b == b'/');
                out.truncate(slash.map_or(1, |at| at + 1));
                first = out.len() == 1;
            }
            _ => {
                if !first {
                    out.push(b'/');
                }
                out.extend_from_slice(segment);
                first = false;
            }
        }
    }
    if dots {
        out.push(b'/');
    }
    if out.get(1) == Some(&b'/') {
        out.remove(0);
    }
    out
}
