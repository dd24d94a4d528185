//! Package `net/url`: URLs in parts, as urlParse and urlJoin show them, and percent-encoding.

mod escape;
mod resolve;

pub use escape::{UnescapeError, path_escape, path_unescape, query_escape, query_unescape};

use crate::netip;
use crate::strconv::quote;
use crate::strings::cut;
use escape::{Mode, escape, should_escape, unescape};
use std::fmt;

/// `*url.URL`. Texts are bytes; path, fragment and user are decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Url {
    /// The scheme in lower case, without colon.
    pub scheme: Vec<u8>,
    /// The rest after `scheme:` where no slash does.
    pub opaque: Vec<u8>,
    /// User and password.
    pub user: Option<UserInfo>,
    /// Host, with the port.
    pub host: Vec<u8>,
    /// The path, decoded.
    pub path: Vec<u8>,
    /// The path as it was, where encoding [`Url::path`] would give another text.
    pub raw_path: Vec<u8>,
    /// The query without its question mark, not decoded.
    pub raw_query: Vec<u8>,
    /// The fragment without its `#`, decoded.
    pub fragment: Vec<u8>,
    /// The fragment as it was, where encoding [`Url::fragment`] would give another text.
    pub raw_fragment: Vec<u8>,
    /// True if there is a question mark with nothing behind it.
    pub force_query: bool,
    /// True if a scheme is followed by a path without host: `file:/etc`.
    pub omit_host: bool,
}

/// `*url.Userinfo`, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserInfo {
    /// The name, maybe empty.
    pub name: Vec<u8>,
    /// The password, if there was a colon.
    pub password: Option<Vec<u8>>,
}

/// `*url.Error` of Parse: `parse "…": …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    url: Vec<u8>,
    reason: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: {}", quote(&self.url), self.reason)
    }
}

impl std::error::Error for Error {}

impl UserInfo {
    /// `Userinfo.String()`: encoded, `name` or `name:password`.
    pub fn string(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Mode::UserPassword);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Mode::UserPassword));
        }
        out
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let valid = |b: &u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b);
        if !text.iter().all(valid) {
            return Err("net/url: invalid userinfo".into());
        }
        let (name, password) = cut(text, b':');
        let name = unescape(name, Mode::UserPassword)?;
        let password = password
            .map(|p| unescape(p, Mode::UserPassword))
            .transpose()?;
        Ok(Self { name, password })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.string()))
    }
}

impl Url {
    /// `url.Parse`: an absolute URL or a relative reference.
    ///
    /// # Errors
    /// Go's `parse "…": …`.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let (before, fragment) = cut(text, b'#');
        let mut url = Self::without_fragment(before, false).map_err(|reason| Error {
            url: before.to_vec(),
            reason,
        })?;
        if let Some(fragment) = fragment {
            url.set_fragment(fragment).map_err(|reason| Error {
                url: text.to_vec(),
                reason,
            })?;
        }
        Ok(url)
    }

    /// `url.ParseRequestURI`: an absolute URL or an absolute path, as a request to a server has it.
    /// There is no fragment: a `#` is part of the path.
    ///
    /// # Errors
    /// Go's `parse "…": …`.
    pub fn parse_request_uri(text: &[u8]) -> Result<Self, Error> {
        Self::without_fragment(text, true).map_err(|reason| Error {
            url: text.to_vec(),
            reason,
        })
    }

    fn without_fragment(text: &[u8], request: bool) -> Result<Self, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".into());
        }
        if text.is_empty() && request {
            return Err("empty url".into());
        }
        let mut url = Self::default();
        if text == b"*" {
            url.path = b"*".to_vec();
            return Ok(url);
        }
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        url.force_query = query == Some(b"");
        url.raw_query = query.unwrap_or_default().to_vec();
        if !rest.starts_with(b"/") {
            if !scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if request {
                return Err("invalid URI for request".into());
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        let relative = !request && !rest.starts_with(b"///");
        let may_have_host = !scheme.is_empty() || relative;
        if let Some(after) = rest.strip_prefix(b"//").filter(|_| may_have_host) {
            let end = memchr::memchr(b'/', after).unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            url.set_authority(authority)?;
            rest = path;
        } else {
            url.omit_host = !scheme.is_empty() && rest.starts_with(b"/");
        }
        url.set_path(rest)?;
        Ok(url)
    }

    fn set_authority(&mut self, authority: &[u8]) -> Result<(), String> {
        let (user, host) = match memchr::memrchr(b'@', authority) {
            Some(at) => (
                authority.get(..at),
                authority.get(at + 1..).unwrap_or_default(),
            ),
            None => (None, authority),
        };
        self.host = host_and_port(&self.scheme, host)?;
        self.user = user.map(UserInfo::parse).transpose()?;
        Ok(())
    }

    fn set_path(&mut self, text: &[u8]) -> Result<(), String> {
        self.path = unescape(text, Mode::Path)?;
        let usual = escape(&self.path, Mode::Path) == text;
        self.raw_path = if usual { Vec::new() } else { text.to_vec() };
        Ok(())
    }

    fn set_fragment(&mut self, text: &[u8]) -> Result<(), String> {
        self.fragment = unescape(text, Mode::Fragment)?;
        let usual = escape(&self.fragment, Mode::Fragment) == text;
        self.raw_fragment = if usual { Vec::new() } else { text.to_vec() };
        Ok(())
    }

    /// `u.IsAbs()`: there is a scheme.
    pub fn is_absolute(&self) -> bool {
        !self.scheme.is_empty()
    }

    /// `u.EscapedPath()`: as it was written where that means the path, else newly encoded.
    pub fn escaped_path(&self) -> Vec<u8> {
        match valid_raw(&self.raw_path, &self.path, Mode::Path) {
            Some(raw) => raw,
            // The request for a whole server.
            None if self.path == b"*" => b"*".to_vec(),
            None => escape(&self.path, Mode::Path),
        }
    }

    /// `u.EscapedFragment()`.
    pub fn escaped_fragment(&self) -> Vec<u8> {
        let raw = valid_raw(&self.raw_fragment, &self.fragment, Mode::Fragment);
        raw.unwrap_or_else(|| escape(&self.fragment, Mode::Fragment))
    }

    /// `u.Hostname()`: the host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let host = self.split_port().0;
        host.strip_prefix(b"[")
            .and_then(|h| h.strip_suffix(b"]"))
            .unwrap_or(host)
    }

    /// `u.Port()`: the digits after the host's last colon, if that is a port.
    pub fn port(&self) -> &[u8] {
        self.split_port().1
    }

    fn split_port(&self) -> (&[u8], &[u8]) {
        let colon = memchr::memrchr(b':', &self.host).map(|at| self.host.split_at(at));
        match colon {
            Some((host, port)) if is_port(port) => (host, port.get(1..).unwrap_or_default()),
            _ => (&self.host, b""),
        }
    }

    /// `u.String()`.
    pub fn string(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.append_authority(&mut out);
            let path = self.escaped_path();
            if !path.is_empty() && path.first() != Some(&b'/') && !self.host.is_empty() {
                out.push(b'/');
            }
            // A first segment with a colon would read as a scheme.
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
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

    fn append_authority(&self, out: &mut Vec<u8>) {
        let empty = self.host.is_empty() && self.user.is_none();
        if empty && (self.omit_host || self.scheme.is_empty()) {
            return;
        }
        if !empty || !self.path.is_empty() {
            out.extend_from_slice(b"//");
        }
        if let Some(user) = &self.user {
            out.extend(user.string());
            out.push(b'@');
        }
        out.extend(escape(&self.host, Mode::Host));
    }
}

/// The raw text, if it is a valid encoding of the value.
fn valid_raw(raw: &[u8], value: &[u8], mode: Mode) -> Option<Vec<u8>> {
    let valid = |b: &u8| b"!$&'()*+,;=:@[]%".contains(b) || !should_escape(*b, mode);
    let fits =
        !raw.is_empty() && raw.iter().all(valid) && unescape(raw, mode).is_ok_and(|v| v == value);
    fits.then(|| raw.to_vec())
}

/// Scheme (maybe empty) and what follows its colon.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, b) in text.iter().enumerate() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => {
                return Ok((
                    text.get(..at).unwrap_or_default(),
                    text.get(at + 1..).unwrap_or_default(),
                ));
            }
            _ => break,
        }
    }
    Ok((b"", text))
}

/// Nothing, or a colon and digits, maybe none.
fn is_port(text: &[u8]) -> bool {
    text.is_empty()
        || text
            .strip_prefix(b":")
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
}

fn check_port(text: &[u8]) -> Result<(), String> {
    if is_port(text) {
        Ok(())
    } else {
        Err(format!("invalid port {} after host", quote(text)))
    }
}

fn host_and_port(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match memchr::memrchr(b'[', host) {
        Some(0) => return bracketed(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    let colon = match scheme {
        b"http" | b"https" => memchr::memchr(b':', host),
        // Lists of hosts with ports, as data bases have them.
        _ => memchr::memrchr(b':', host),
    };
    if let Some(port) = colon.and_then(|at| host.get(at..)) {
        check_port(port)?;
    }
    Ok(unescape(host, Mode::Host)?)
}

/// An IPv6 address in brackets, with an optional zone after `%25`.
fn bracketed(host: &[u8]) -> Result<Vec<u8>, String> {
    let close = memchr::memrchr(b']', host).ok_or("missing ']' in host")?;
    let (inner, port) = host.split_at(close);
    let (inner, port) = (
        inner.get(1..).unwrap_or_default(),
        port.get(1..).unwrap_or_default(),
    );
    check_port(port)?;
    let port = unescape(port, Mode::Host)?;
    let zone_at = memchr::memmem::find(inner, b"%25").unwrap_or(inner.len());
    let (address, zone) = inner.split_at(zone_at);
    let mut name = unescape(address, Mode::Host)?;
    name.extend(unescape(zone, Mode::Zone)?);
    let address = netip::parse_addr(&name).map_err(|why| format!("invalid host: {why}"))?;
    if address.is_v4 {
        return Err("invalid IP-literal".into());
    }
    let mut out = b"[".to_vec();
    out.extend(name);
    out.push(b']');
    out.extend(port);
    Ok(out)
}

#[cfg(test)]
mod tests;
