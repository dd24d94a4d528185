//! URLs as Go's net/url reads, resolves and prints them, error texts included.

mod authority;
mod escape;
pub(crate) mod ip;
mod resolve;

use std::fmt;

use gostd::strconv;

pub(crate) use escape::{Part, escape, unescape};

/// A parsed URL; every part may hold any bytes, as Go's does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) scheme: Vec<u8>,
    /// What follows the scheme where that is no slash: `urn:…`.
    pub(crate) opaque: Vec<u8>,
    user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    /// Host and port, unescaped.
    pub(crate) host: Vec<u8>,
    /// Unescaped.
    pub(crate) path: Vec<u8>,
    /// The path as written, where escaping the path anew would not give it.
    pub(crate) raw_path: Vec<u8>,
    omit_host: bool,
    force_query: bool,
    raw_query: Vec<u8>,
    fragment: Vec<u8>,
    raw_fragment: Vec<u8>,
}

/// Why a text is no URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UrlError {
    url: Vec<u8>,
    why: String,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: {}", strconv::quote(&self.url), self.why)
    }
}

impl std::error::Error for UrlError {}

impl Url {
    /// Go's `url.Parse`.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, UrlError> {
        let (url, fragment) = cut(text, b'#');
        let mut parsed = parse_without_fragment(url).map_err(|why| UrlError {
            url: url.to_vec(),
            why,
        })?;
        if let Some(fragment) = fragment.filter(|f| !f.is_empty()) {
            let plain = unescape(fragment, Part::Fragment).map_err(|why| UrlError {
                url: text.to_vec(),
                why,
            })?;
            if escape(&plain, Part::Fragment).as_bytes() != fragment {
                parsed.raw_fragment = fragment.to_vec();
            }
            parsed.fragment = plain;
        }
        Ok(parsed)
    }

    /// Whether there is a scheme.
    pub(crate) fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// The host without port and brackets.
    pub(crate) fn hostname(&self) -> &[u8] {
        authority::hostname(&self.host)
    }

    fn set_path(&mut self, path: &[u8]) -> Result<(), String> {
        self.path = unescape(path, Part::Path)?;
        let default = escape(&self.path, Part::Path).as_bytes() == path;
        self.raw_path = if default { Vec::new() } else { path.to_vec() };
        Ok(())
    }

    fn escaped_path(&self) -> Vec<u8> {
        escape::escaped(&self.path, &self.raw_path, Part::Path)
    }

    fn escaped_fragment(&self) -> Vec<u8> {
        escape::escaped(&self.fragment, &self.raw_fragment, Part::Fragment)
    }
}

fn parse_without_fragment(text: &[u8]) -> Result<Url, String> {
    if text.iter().any(|&b| b < b' ' || b == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = b"*".to_vec();
        return Ok(url);
    }
    let (scheme, mut rest) = split_scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    match rest.strip_suffix(b"?") {
        Some(without) if !without.contains(&b'?') => {
            url.force_query = true;
            rest = without;
        }
        _ => {
            let (before, query) = cut(rest, b'?');
            rest = before;
            url.raw_query = query.unwrap_or_default().to_vec();
        }
    }
    if !rest.starts_with(b"/") {
        if url.is_absolute() {
            url.opaque = rest.to_vec();
            return Ok(url);
        }
        if cut(rest, b'/').0.contains(&b':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    match rest.strip_prefix(b"//") {
        Some(behind) if url.is_absolute() || !behind.starts_with(b"/") => {
            let slash = behind
                .iter()
                .position(|&b| b == b'/')
                .unwrap_or(behind.len());
            let (authority, path) = behind.split_at(slash);
            (url.user, url.host) = authority::parse(&url.scheme, authority)?;
            rest = path;
        }
        _ => url.omit_host = url.is_absolute() && rest.starts_with(b"/"),
    }
    url.set_path(rest)?;
    Ok(url)
}

fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (i, &b) in text.iter().enumerate() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if i > 0 => {}
            b':' if i == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..i], &text[i + 1..])),
            _ => break,
        }
    }
    Ok((b"", text))
}

/// Go's `strings.Cut`.
pub(crate) fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|&b| b == at) {
        Some(position) => (&text[..position], text.get(position + 1..)),
        None => (text, None),
    }
}
