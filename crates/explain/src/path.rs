//! The path of a value as people write it: `a.b`, `a[0].b`, `a."b.c"`.

/// The keys and indexes of a path. The error says what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut keys = Vec::new();
    let rest = text.strip_prefix("$").unwrap_or(text);
    let mut rest = rest.strip_prefix(".Values.").unwrap_or(text);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (index, next) = after.split_once(']').ok_or("[ is never closed")?;
            if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(format!("[{index}] is not an index"));
            }
            keys.push(index.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        } else if let Some(after) = rest.strip_prefix('"') {
            let (key, next) = after.split_once('"').ok_or("a quote is never closed")?;
            keys.push(key.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, next) = rest.split_at(end);
            if key.is_empty() {
                return Err("a key is empty".into());
            }
            keys.push(key.into());
            rest = next.strip_prefix('.').unwrap_or(next);
        }
    }
    match keys.is_empty() {
        true => Err("it has no key".into()),
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
        assert_eq!(parse("a[x]").unwrap_err(), "[x] is not an index");
        assert_eq!(parse("a..b").unwrap_err(), "a key is empty");
        assert_eq!(parse("").unwrap_err(), "it has no key");
        assert_eq!(parse("\"a").unwrap_err(), "a quote is never closed");
    }
}
