//! The words of templates in any text: identifiers between `{{` and `}}`.

/// A longer action is none: the text only holds `{{` for another reason.
const LONGEST_ACTION: usize = 1_000;

/// The identifiers inside of a text's actions; a text without `{{` has none.
pub(super) fn words_of_templates(text: &[u8]) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let actions = std::iter::from_fn(move || {
        let start = memchr::memmem::find(rest, b"{{")?;
        let after = rest.get(start + 2..)?;
        let near = after.get(..LONGEST_ACTION).unwrap_or(after);
        let end = memchr::memmem::find(near, b"}}").unwrap_or(0);
        let (action, next) = after.split_at_checked(end)?;
        rest = next;
        Some(action)
    });
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    actions
        .flat_map(move |action| action.split(move |b| !is_part(b)))
        .filter_map(|word| std::str::from_utf8(word).ok())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_actions_have_words() {
        let words = |text: &'static str| words_of_templates(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(
            words("a {{ .Values.b-c }} d {{- e }} {{ f"),
            ["Values", "b-c", "-", "e"]
        );
        assert!(words("no action").is_empty());
    }
}
