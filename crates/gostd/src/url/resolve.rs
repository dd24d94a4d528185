//! `ResolveReference`: the URL that a reference means in a document at another URL.

use super::Url;

impl Url {
    /// `u.ResolveReference(reference)`: the URL that `reference` means in a document at `self`.
    pub fn resolve(&self, reference: &Url) -> Url {
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
