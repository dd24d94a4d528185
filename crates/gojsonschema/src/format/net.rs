//! IP addresses, host names and e-mail addresses.

use gostd::{netip, strconv};

use super::{Checked, fail, only, split};

pub(super) fn ipv4(text: &[u8]) -> Checked {
    let groups: Vec<_> = split(text, b'.').collect();
    if groups.len() != 4 {
        return fail("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group[0] == b'0' {
            return fail("leading zeros");
        }
        let number = strconv::atoi(group).map_err(|e| e.to_string())?;
        if !(0..=255).contains(&number) {
            return fail("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

pub(super) fn ipv6(text: &[u8]) -> Checked {
    if !text.contains(&b':') {
        return fail("missing colon");
    }
    if netip::parse_addr(text).map_err(|e| e.to_string())?.has_zone {
        return fail("zone id is not a part of ipv6 address");
    }
    Ok(())
}

pub(super) fn hostname(text: &[u8]) -> Checked {
    let text = text.strip_suffix(b".").unwrap_or(text);
    if text.len() > 253 {
        return fail("more than 253 characters long");
    }
    for label in split(text, b'.') {
        if !(1..=63).contains(&label.len()) {
            return fail("label must be 1 to 63 characters long");
        }
        if label.starts_with(b"-") {
            return fail("label starts with hyphen");
        }
        if label.ends_with(b"-") {
            return fail("label ends with hyphen");
        }
        only(
            label,
            |rune| rune.is_ascii_alphanumeric() || rune == '-',
            "",
        )?;
    }
    Ok(())
}

pub(super) fn email(text: &[u8]) -> Checked {
    if text.len() > 254 {
        return fail("more than 255 characters long");
    }
    let Some(at) = text.iter().rposition(|&b| b == b'@') else {
        return fail("missing @");
    };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    if local.len() > 64 {
        return fail("local part more than 64 characters long");
    }
    local_part(local)?;
    let literal = domain.strip_prefix(b"[").and_then(|d| d.strip_suffix(b"]"));
    match literal {
        Some(address) => match address.strip_prefix(b"IPv6:") {
            Some(address) => ipv6(address).map_err(|e| format!("invalid ipv6 address: {e}")),
            None => ipv4(address).map_err(|e| format!("invalid ipv4 address: {e}")),
        },
        None => hostname(domain).map_err(|e| format!("invalid domain: {e}")),
    }
}

fn local_part(local: &[u8]) -> Checked {
    // Only the first quote is looked for: `"ab@x` is read as quoted, and its last letter is lost.
    if local.len() > 1 && local.starts_with(b"\"") {
        if local[1..local.len() - 1]
            .iter()
            .any(|b| b"\\\"".contains(b))
        {
            return fail("backslash and quote are not allowed within quoted local part");
        }
        return Ok(());
    }
    if local.starts_with(b".") {
        return fail("starts with dot");
    }
    if local.ends_with(b".") {
        return fail("ends with dot");
    }
    if local.windows(2).any(|pair| pair == b"..") {
        return fail("consecutive dots");
    }
    only(
        local,
        |rune| rune.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(rune),
        "",
    )
}
