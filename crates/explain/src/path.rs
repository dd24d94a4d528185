//! The path of a value as people write it: `a.b`, `a[0].b`, `a."b.c"`.

/// The reason why a text is no path of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// `a[0`
    #[error("[ is never closed")]
    OpenBracket,
    /// `a[x]`: what stands in the brackets.
    #[error("[{0}] is not an index")]
    NotAnIndex(String),
    /// `a."b`
    #[error("a quote is never closed")]
    OpenQuote,
    /// `a..b`
    #[error("a key is empty")]
    EmptyKey,
    /// The empty text.
    #[error("it has no key")]
    NoKey,
}

/// The keys and indexes of a path.
pub fn parse(text: &str) -> Result<Vec<String>, PathError> {
    let mut keys = Vec::new();
    let rest = text.strip_prefix("$").unwrap_or(text);
    let mut rest = rest.strip_prefix(".Values.").unwrap_or(text);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (index, next) = after.split_once(']').ok_or(PathError::OpenBracket)?;
            if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(PathError::NotAnIndex(index.into()));
            }
            keys.push(index.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        } else if let Some(after) = rest.strip_prefix('"') {
            let (key, next) = after.split_once('"').ok_or(PathError::OpenQuote)?;
            keys.push(key.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, next) = rest.split_at(end);
            if key.is_empty() {
                return Err(PathError::EmptyKey);
            }
            keys.push(key.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        }
    }
    match keys.is_empty() {
        true => Err(PathError::NoKey),
        false => Ok(keys),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_indexes_and_quotes() {
        assert_eq!(parse("a.b-c[0].d").unwrap(), ["a", "b-c", "0", "d"]);
        assert_eq!(parse(".Values.a.\"b.c\".d").unwrap(), ["a", "b.c", "d"]);
        assert_eq!(parse("$.Values.a").unwrap(), ["a"]);
        let error = |text| parse(text).unwrap_err().to_string();
        assert_eq!(error("a[x]"), "[x] is not an index");
        assert_eq!(error("a[0"), "[ is never closed");
        assert_eq!(error("a..b"), "a key is empty");
        assert_eq!(error(""), "it has no key");
        assert_eq!(error("\"a"), "a quote is never closed");
    }
}
