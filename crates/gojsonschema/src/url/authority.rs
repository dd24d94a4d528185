//! User, host and port of a URL.

use gostd::strconv;

use super::escape::{Part, unescape};
use super::{cut, ip};

type User = Option<(Vec<u8>, Option<Vec<u8>>)>;

/// Reads what stands between `//` and the path.
pub(super) fn parse(scheme: &[u8], authority: &[u8]) -> Result<(User, Vec<u8>), String> {
    let Some(at) = authority.iter().rposition(|&b| b == b'@') else {
        return Ok((None, parse_host(scheme, authority)?));
    };
    let host = parse_host(scheme, &authority[at + 1..])?;
    let user = &authority[..at];
    if !user.iter().all(|&b| is_user_byte(b)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) = cut(user, b':');
    let name = unescape(name, Part::UserPassword)?;
    let password = password
        .map(|p| unescape(p, Part::UserPassword))
        .transpose()?;
    Ok((Some((name, password)), host))
}

fn is_user_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b)
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, String> {
    match host.iter().rposition(|&b| b == b'[') {
        Some(0) => return parse_ip_literal(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    let first = host.iter().position(|&b| b == b':');
    let last = host.iter().rposition(|&b| b == b':');
    // Only http and https insist on a single colon; databases list several hosts with ports.
    let strict = scheme == b"http" || scheme == b"https";
    if let Some(colon) = if strict { first } else { last } {
        check_port(&host[colon..])?;
    }
    unescape(host, Part::Host)
}

fn parse_ip_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let close = host.iter().rposition(|&b| b == b']');
    let close = close.ok_or_else(|| "missing ']' in host".to_owned())?;
    check_port(&host[close + 1..])?;
    let port = unescape(&host[close + 1..], Part::Host)?;
    let name = &host[1..close];
    let zone = name
        .windows(3)
        .position(|w| w == b"%25")
        .unwrap_or(name.len());
    let mut address = unescape(&name[..zone], Part::Host)?;
    address.extend(unescape(&name[zone..], Part::Zone)?);
    let parsed = ip::parse(&address).map_err(|why| format!("invalid host: {why}"))?;
    if parsed.is_v4 {
        return Err("invalid IP-literal".to_owned());
    }
    Ok([b"[", address.as_slice(), b"]", port.as_slice()].concat())
}

fn check_port(port: &[u8]) -> Result<(), String> {
    if is_optional_port(port) {
        Ok(())
    } else {
        Err(format!("invalid port {} after host", strconv::quote(port)))
    }
}

/// Empty, or a colon and any number of digits.
fn is_optional_port(port: &[u8]) -> bool {
    match port.split_first() {
        None => true,
        Some((colon, digits)) => *colon == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}

/// The host without a numeric port and without brackets.
pub(super) fn hostname(host: &[u8]) -> &[u8] {
    let port = host
        .iter()
        .rposition(|&b| b == b':')
        .filter(|&at| is_optional_port(&host[at..]));
    let name = &host[..port.unwrap_or(host.len())];
    name.strip_prefix(b"[")
        .and_then(|n| n.strip_suffix(b"]"))
        .unwrap_or(name)
}
