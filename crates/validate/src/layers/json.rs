//! JSON that is given to `--set` or `--set-string`, which read no JSON: `{` begins a list there, and `[` is a letter.

use crate::diagnostic::{Diagnostic, Place};
use crate::rules;
use diagnostics::secrets::mask_argument;
use engine::values::{Flag, Layers, Source};
use serde_json::Value;

/// The diagnostics for all arguments, also those that cannot be read.
pub(crate) fn check(layers: &Layers) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (_, source) in layers.split() {
        let Source::Flag { flag, argument } = source else {
            continue;
        };
        if !matches!(flag, Flag::Set | Flag::SetString) {
            continue;
        }
        for (key, json) in pairs_with_json(&argument) {
            let becomes = match json.starts_with('{') {
                true => "a list of its parts, with all quotes",
                false => "a string, cut at its first comma",
            };
            let message = format!(
                "--{} reads no JSON: of what is given for {key} it makes {becomes}",
                flag.name()
            );
            let place = Place::flag(flag, &argument);
            let pair = mask_argument(&format!("{key}={json}"), &[]);
            let diagnostic = Diagnostic::new(&rules::JSON_ARGUMENT, place, message)
                .about(key)
                .suggest(format!(
                    "--set-json '{pair}', or --set-literal where the text is meant"
                ));
            diagnostics.push(diagnostic);
        }
    }
    diagnostics
}

/// The keys of an argument whose values are JSON objects or lists that are not empty, with these.
fn pairs_with_json(argument: &str) -> Vec<(&str, String)> {
    let mut pairs = Vec::new();
    let (mut start, mut rest_from) = (0, 0);
    let bytes = argument.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_escaped = at > 0 && bytes.get(at - 1) == Some(&b'\\');
        if at < rest_from || is_escaped {
            continue;
        }
        match byte {
            b',' => start = at + 1,
            b'=' => {
                let key = argument.get(start..at).unwrap_or_default();
                let value = argument.get(at + 1..).unwrap_or_default();
                if let Some((json, length)) = json_prefix(value) {
                    rest_from = at + 1 + length;
                    pairs.push((key, json));
                }
            }
            _ => {}
        }
    }
    pairs
}

/// The JSON at the start of a text up to its end or a comma, and its length there. A backslash may stand before
/// characters that mean something to `--set`.
fn json_prefix(text: &str) -> Option<(String, usize)> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    if let Some(length) = length_of_json(text) {
        return Some((text.get(..length)?.to_owned(), length));
    }
    let mut unescaped = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        unescaped.push(if c == '\\' { chars.next()? } else { c });
    }
    let length = length_of_json(&unescaped).filter(|length| *length == unescaped.len())?;
    unescaped.truncate(length);
    Some((unescaped, text.len()))
}

fn length_of_json(text: &str) -> Option<usize> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let is_filled = match stream.next()?.ok()? {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    let length = stream.byte_offset();
    let rest = text.get(length..)?;
    (is_filled && (rest.is_empty() || rest.starts_with(','))).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::pairs_with_json;

    #[test]
    fn json_is_told_from_lists() {
        let keys = |argument| -> Vec<String> {
            let pairs = pairs_with_json(argument).into_iter();
            pairs.map(|(key, json)| format!("{key} {json}")).collect()
        };
        assert_eq!(
            keys(r#"a.b={"x":1,"y":[2,3]}"#),
            [r#"a.b {"x":1,"y":[2,3]}"#]
        );
        assert_eq!(
            keys(r#"a=1,b={"x":"k=v"},c=[{"n":1}]"#),
            [r#"b {"x":"k=v"}"#, r#"c [{"n":1}]"#]
        );
        assert_eq!(keys(r#"a={\"x\":1\,\"y\":2}"#), [r#"a {"x":1,"y":2}"#]);
        assert_eq!(keys(r#"a=["x"]"#), [r#"a ["x"]"#]);
        for silent in [
            "a={x,y}",
            "a={}",
            "a=[]",
            "a[0]=b",
            r#"a=\{"x":1\}"#,
            "a={1,2}",
            "a=[a-z]",
            "a={{ .Release.Name }}",
            "",
            "=",
            "a",
        ] {
            assert_eq!(keys(silent), [""; 0], "{silent}");
        }
    }
}
