//! `format`: the checks of santhosh-tekuri's validator, with its error texts.

mod net;
mod pointer;
mod semver;
mod time;
mod uri;

use gostd::strconv;

/// The reason why a text is not of a format.
pub(crate) type Checked = Result<(), String>;

type Check = fn(&[u8]) -> Checked;

/// All formats but `regex`, which needs the expressions of the schema being compiled.
const FORMATS: &[(&str, Check)] = &[
    ("date", time::date),
    ("date-time", time::date_time),
    ("duration", time::duration),
    ("email", net::email),
    ("hostname", net::hostname),
    ("ipv4", net::ipv4),
    ("ipv6", net::ipv6),
    ("iri", uri::uri),
    ("iri-reference", uri::reference),
    ("json-pointer", pointer::json_pointer),
    ("period", time::period),
    ("relative-json-pointer", pointer::relative_json_pointer),
    ("semver", semver::semver),
    ("time", time::time),
    ("uri", uri::uri),
    ("uri-reference", uri::reference),
    ("uri-template", uri::template),
    ("uuid", pointer::uuid),
];

/// The name under which a format is checked; none where it is not known, and so not checked.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    if name == "regex" {
        return Some("regex");
    }
    FORMATS
        .iter()
        .find(|(format, _)| *format == name)
        .map(|(format, _)| *format)
}

/// Checks a text; every text is of an unknown format.
pub(crate) fn check(name: &str, text: &[u8]) -> Checked {
    if name == "regex" {
        return gostd::regexp::Regexp::compile(text)
            .map(|_| ())
            .map_err(|e| e.to_string());
    }
    match FORMATS.iter().find(|(format, _)| *format == name) {
        Some((_, check)) => check(text),
        None => Ok(()),
    }
}

fn fail(why: &str) -> Checked {
    Err(why.to_owned())
}

/// A rune as Go's `%q` shows it.
fn quoted(rune: char) -> String {
    strconv::quote_rune(i64::from(u32::from(rune)))
}

/// Fails at the first rune that is not `allowed`.
fn only(text: &[u8], allowed: impl Fn(char) -> bool, place: &str) -> Checked {
    match gostd::unicode::runes(text).find(|&(_, rune)| !allowed(rune)) {
        Some((_, rune)) => Err(format!("invalid character {}{place}", quoted(rune))),
        None => Ok(()),
    }
}

fn split(text: &[u8], at: u8) -> impl Iterator<Item = &[u8]> {
    text.split(move |&b| b == at)
}

fn leading_digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}
