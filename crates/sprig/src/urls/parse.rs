//! Reading a URL (Go's `url.Parse`).

use super::escape::{Part, unescape};
use super::{Url, User, address};
use gostd::strconv::quote;
use std::fmt;

/// `*url.Error`: what is wrong with which text.
#[derive(Debug)]
pub(super) struct ParseError {
    text: Vec<u8>,
    cause: UrlError,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: {}", quote(&self.text), self.cause)
    }
}

/// What is wrong with a URL.
#[derive(Debug)]
pub(super) enum UrlError {
    /// What needs no more than its name.
    Plain(&'static str),
    /// An escape that is none, or none for its place.
    Escape(Vec<u8>),
    /// A character that no host has.
    HostCharacter(u8),
    /// What follows a host is no port.
    Port(Vec<u8>),
    /// What stands in brackets is no address.
    Address(address::AddressError),
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UrlError::Plain(text) => f.write_str(text),
            UrlError::Escape(escape) => write!(f, "invalid URL escape {}", quote(escape)),
            UrlError::HostCharacter(byte) => {
                write!(f, "invalid character {} in host name", quote(&[*byte]))
            }
            UrlError::Port(port) => write!(f, "invalid port {} after host", quote(port)),
            UrlError::Address(error) => write!(f, "invalid host: {error}"),
        }
    }
}

/// `url.Parse`
pub(super) fn parse(text: &[u8]) -> Result<Url, ParseError> {
    let (address, fragment) = cut(text, b'#');
    let mut url = parse_address(address).map_err(|cause| ParseError {
        text: address.to_vec(),
        cause,
    })?;
    url.fragment = unescape(fragment, Part::Fragment).map_err(|cause| ParseError {
        text: text.to_vec(),
        cause,
    })?;
    Ok(url)
}

/// What is before and after the first `separator`; all is before where there is none.
pub(super) fn cut(text: &[u8], separator: u8) -> (&[u8], &[u8]) {
    match memchr::memchr(separator, text) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, b""),
    }
}

fn parse_address(text: &[u8]) -> Result<Url, UrlError> {
    if text.iter().any(|b| *b < b' ' || *b == 0x7f) {
        return Err(UrlError::Plain("net/url: invalid control character in URL"));
    }
    let mut url = Url::default();
    if text == b"*" {
        url.path = text.to_vec();
        return Ok(url);
    }
    let (scheme, rest) = split_scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = cut(rest, b'?');
    url.query = query.to_vec();
    if !rest.starts_with(b"/") {
        if !scheme.is_empty() {
            url.opaque = rest.to_vec();
            return Ok(url);
        }
        if cut(rest, b'/').0.contains(&b':') {
            return Err(UrlError::Plain(
                "first path segment in URL cannot contain colon",
            ));
        }
    }
    let has_authority = !scheme.is_empty() || !rest.starts_with(b"///");
    if let Some(after) = rest.strip_prefix(b"//").filter(|_| has_authority) {
        let end = memchr::memchr(b'/', after).unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        (url.user, url.host) = parse_authority(&url.scheme, authority)?;
        rest = path;
    }
    url.path = unescape(rest, Part::Path)?;
    Ok(url)
}

/// The scheme, if the text begins with one, and what follows its colon.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), UrlError> {
    let end = text
        .iter()
        .position(|b| !b.is_ascii_alphanumeric() && !b"+-.".contains(b));
    match end {
        Some(0) if text.starts_with(b":") => Err(UrlError::Plain("missing protocol scheme")),
        Some(at)
            if text.get(at) == Some(&b':') && text.first().is_some_and(u8::is_ascii_alphabetic) =>
        {
            Ok(cut(text, b':'))
        }
        _ => Ok((b"", text)),
    }
}

fn parse_authority(scheme: &[u8], text: &[u8]) -> Result<(Option<User>, Vec<u8>), UrlError> {
    let Some(at) = memchr::memrchr(b'@', text) else {
        return Ok((None, parse_host(scheme, text)?));
    };
    let host = parse_host(scheme, text.get(at + 1..).unwrap_or_default())?;
    let user = text.get(..at).unwrap_or_default();
    let valid = |b: &u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b);
    if !user.iter().all(valid) {
        return Err(UrlError::Plain("net/url: invalid userinfo"));
    }
    let (name, password) = cut(user, b':');
    let password = user.contains(&b':').then_some(password);
    let user = User {
        name: unescape(name, Part::User)?,
        password: match password {
            Some(password) => Some(unescape(password, Part::User)?),
            None => None,
        },
    };
    Ok((Some(user), host))
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, UrlError> {
    match memchr::memrchr(b'[', host) {
        Some(0) => return parse_literal(host),
        Some(_) => return Err(UrlError::Plain("invalid IP-literal")),
        None => {}
    }
    if let (Some(first), Some(last)) = (memchr::memchr(b':', host), memchr::memrchr(b':', host)) {
        // Databases take lists of hosts with ports: only the web's schemes are strict.
        let strict = scheme == b"http" || scheme == b"https";
        let colon = if strict { first } else { last };
        check_port(host.get(colon..).unwrap_or_default())?;
    }
    unescape(host, Part::Host)
}

/// An IPv6 address in brackets, perhaps with a zone, perhaps with a port behind it.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, UrlError> {
    let Some(close) = memchr::memrchr(b']', host) else {
        return Err(UrlError::Plain("missing ']' in host"));
    };
    let port = host.get(close + 1..).unwrap_or_default();
    check_port(port)?;
    let inner = host.get(1..close).unwrap_or_default();
    let zone = memchr::memmem::find(inner, b"%25").unwrap_or(inner.len());
    let (address, zone) = inner.split_at(zone);
    let mut name = unescape(address, Part::Host)?;
    name.extend(unescape(zone, Part::Zone)?);
    match address::parse(&name) {
        Ok(address::Family::V6) => {}
        Ok(address::Family::V4) => return Err(UrlError::Plain("invalid IP-literal")),
        Err(error) => return Err(UrlError::Address(error)),
    }
    Ok([b"[", name.as_slice(), b"]", port].concat())
}

fn check_port(text: &[u8]) -> Result<(), UrlError> {
    match is_port(text) {
        true => Ok(()),
        false => Err(UrlError::Port(text.to_vec())),
    }
}

/// Whether the text is empty or a colon and digits, perhaps none.
pub(super) fn is_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}
