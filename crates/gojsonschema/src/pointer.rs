//! JSON pointers and their place in URL fragments.

use std::borrow::Cow;

use gostd::url::path_escape;

/// A token as a pointer spells it: `~0` for `~`, `~1` for `/`.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The token that a pointer spells; none if a `~` is followed by neither 0 nor 1.
pub(crate) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (c, rest) = match (part.strip_prefix('0'), part.strip_prefix('1')) {
            (Some(rest), _) => ('~', rest),
            (_, Some(rest)) => ('/', rest),
            _ => return None,
        };
        text.push(c);
        text.push_str(rest);
    }
    Some(Cow::Owned(text))
}

/// A pointer as a URL fragment: percent-encoded, slashes kept.
pub(crate) fn encode(pointer: &str) -> String {
    let tokens: Vec<Vec<u8>> = pointer
        .split('/')
        .map(|token| path_escape(token.as_bytes()))
        .collect();
    String::from_utf8_lossy(&tokens.join(&b'/')).into_owned()
}
