//! Helm's checks of e-mail addresses and URLs: govalidator's `IsEmail`, `IsURL` and
//! `IsRequestURL`. The first two are regular expressions, put together from named parts here.

use gostd::regexp::Regexp;
use gostd::url::Url;

/// Letters beyond ASCII in e-mail addresses.
const WIDE: &str = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";
/// Letters in the names of hosts.
const LETTER: &str = r"a-zA-Z\x{A1}-\x{FFFF}";
/// A group of an IPv6 address.
const GROUP: &str = "[0-9a-fA-F]{1,4}";

pub(super) fn is_email(text: &str) -> bool {
    matches(&email(), text)
}

pub(super) fn is_url(text: &str) -> bool {
    if text.chars().count() >= 2083 || text.len() <= 3 || text.starts_with('.') {
        return false;
    }
    let parsed = match text.contains(':') && !text.contains("://") {
        // A port is no scheme.
        true => Url::parse(format!("http://{text}").as_bytes()),
        false => Url::parse(text.as_bytes()),
    };
    let Ok(parsed) = parsed else {
        return false;
    };
    let has_dot = parsed.path.contains(&b'.');
    if parsed.host.starts_with(b".")
        || (parsed.host.is_empty() && !parsed.path.is_empty() && !has_dot)
    {
        return false;
    }
    matches(&url(), text)
}

/// Returns true if the text is an absolute URL of any scheme.
pub(super) fn is_request_url(text: &str) -> bool {
    Url::parse_request_uri(text.as_bytes()).is_ok_and(|url| !url.scheme.is_empty())
}

fn matches(pattern: &str, text: &str) -> bool {
    Regexp::compile(pattern).is_ok_and(|regexp| regexp.is_match(text.as_bytes()))
}

fn email() -> String {
    let atom = format!(r"[a-zA-Z\d!#$%&'*+\-/=?^_`{{|}}~{WIDE}]+");
    let blanks = r"(?:(?:[ \t]*\r\n)?[ \t]+)?";
    // govalidator repeats the opening quote with each letter, and takes a parenthesis for a backslash.
    let quoted = format!(
        r"(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x7f!\x23-\x5b\x5d-\x7e{WIDE}]|\([\x01-\x09\x0b\x0c\x0d-\x7f])"
    );
    let local = format!(r#"(?:{atom}(?:\.{atom})*|(?:"{blanks}{quoted})*{blanks}")"#);
    let edge = format!(r"[a-zA-Z\d{WIDE}]");
    let label = format!(r"{edge}(?:[a-zA-Z\d\-._~{WIDE}]*{edge})?");
    let last_edge = format!("[a-zA-Z{WIDE}]");
    let last = format!(r"{last_edge}(?:[a-zA-Z\d\-_~{WIDE}]*{last_edge})?");
    format!(r"^{local}@(?:{label}\.)+{last}\.?$")
}

fn url() -> String {
    let scheme = "(?:(?:ftp|tcp|udp|wss?|https?)://)?";
    let user = r"(?:\S+@)?";
    let ip = r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(?:\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])){2}\.(?:[0-9]\d?|1\d\d|2[0-4]\d|25[0-5])";
    let host = r"[a-zA-Z0-9](?:[a-zA-Z0-9_\-]+)?[a-zA-Z0-9](?:[\-.][a-zA-Z0-9]+)*";
    let subdomain = r"(?:www\.|[a-zA-Z0-9]+(?:[\-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)";
    let name = format!(r"(?:[{LETTER}0-9]+-?-?)*[{LETTER}0-9]+(?:\.[{LETTER}]+)?");
    let ip6 = ip6();
    let port = r"(?::\d{1,5})?";
    let path = r"(?:[/?#]\S*)?";
    format!(r"^{scheme}{user}(?:{ip}|\[(?:{ip6})\]|(?:{host}|{subdomain})?{name})\.?{port}{path}$")
}

/// The forms of an IPv6 address, one for each place of the `::`.
fn ip6() -> String {
    let byte = "(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])";
    let ip4 = format!(r"(?:{byte}\.){{3}}{byte}");
    let mut forms = vec![
        format!("(?:{GROUP}:){{7}}{GROUP}"),
        format!("(?:{GROUP}:){{1,7}}:"),
        format!(":(?:(?::{GROUP}){{1,7}}|:)"),
        "fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+".into(),
        format!("::(?:ffff(?::0{{1,4}})?:)?{ip4}"),
        format!("(?:{GROUP}:){{1,4}}:{ip4}"),
    ];
    for before in 1..=6 {
        let after = 7 - before;
        forms.push(format!(
            "(?:{GROUP}:){{1,{before}}}(?::{GROUP}){{1,{after}}}"
        ));
    }
    forms.join("|")
}
