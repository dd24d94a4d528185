//! URIs, references and templates: whatever Go's net/url reads, with IPv6 hosts checked.

use gostd::url::{Url, path_unescape};

use super::{Checked, fail, net, split};

pub(super) fn uri(text: &[u8]) -> Checked {
    if parse(text)?.is_absolute() {
        Ok(())
    } else {
        fail("relative url")
    }
}

pub(super) fn reference(text: &[u8]) -> Checked {
    if text.contains(&b'\\') {
        return fail("contains \\");
    }
    parse(text).map(|_| ())
}

pub(super) fn template(text: &[u8]) -> Checked {
    let url = parse(text)?;
    for segment in split(&url.raw_path, b'/') {
        let segment =
            path_unescape(segment).map_err(|why| format!("percent decode failed: {why}"))?;
        let mut open = false;
        for brace in segment.iter().filter(|b| b"{}".contains(b)) {
            if (*brace == b'{') == open {
                return fail("nested curly braces");
            }
            open = !open;
        }
        if open {
            return fail("no matching closing brace");
        }
    }
    Ok(())
}

fn parse(text: &[u8]) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| e.to_string())?;
    let name = url.hostname();
    if name.contains(&b':') {
        if !(url.host.contains(&b'[') && url.host.contains(&b']')) {
            return Err("ipv6 address not enclosed in brackets".to_owned());
        }
        net::ipv6(name).map_err(|why| format!("invalid ipv6 address: {why}"))?;
    }
    Ok(url)
}
