//! Flags that hold lists: `-f a,b` (pflag's `StringSlice`, which reads its argument as CSV).

/// The values of an argument, `a,"b,c"` being two. A quote that is never closed ends the argument.
pub(super) fn values(argument: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = argument;
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => match rest.split_once(',') {
                Some((value, after)) => (value.to_owned(), Some(after)),
                None => (rest.to_owned(), None),
            },
        };
        values.push(value);
        match after {
            Some(after) => rest = after,
            None => return values,
        }
    }
}

/// A value after its opening quote; two quotes stand for one.
fn quoted_value(text: &str) -> (String, Option<&str>) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        value.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                value.push('"');
                rest = after;
            }
            None => return (value, after.strip_prefix(',')),
        }
    }
    value.push_str(rest);
    (value, None)
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn splits_as_csv() {
        assert_eq!(values("a.yaml,b.yaml"), ["a.yaml", "b.yaml"]);
        assert_eq!(values("\"a,b\",c"), ["a,b", "c"]);
        assert_eq!(values("\"a\"\"b\""), ["a\"b"]);
        assert_eq!(values("a"), ["a"]);
        assert_eq!(values("a,"), ["a", ""]);
    }
}
