//! Commands in hints, as a shell reads them.

use std::borrow::Cow;

/// An argument as a shell takes it: in quotes where it needs them.
pub(super) fn word(argument: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=~^".contains(c);
    let is_special_at_first = argument.starts_with(['~', '=', '^']);
    match !argument.is_empty() && !is_special_at_first && argument.chars().all(is_plain) {
        true => argument.into(),
        false => format!("'{}'", argument.replace('\'', r"'\''")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_stands_in_quotes() {
        for plain in ["./chart", "HEAD~3", "origin/main", "v1.0.0", "a^"] {
            assert_eq!(word(plain), plain);
        }
        for (argument, quoted) in [
            ("", "''"),
            ("my chart", "'my chart'"),
            ("~/chart", "'~/chart'"),
            ("HEAD@{1}", "'HEAD@{1}'"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
        ] {
            assert_eq!(word(argument), quoted);
        }
    }
}
