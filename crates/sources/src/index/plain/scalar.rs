//! Scalars that are texts for sure.

/// Words that are no texts, in any case.
const OTHERS: &[&[u8]] = &[
    b"y", b"n", b"yes", b"no", b"on", b"off", b"true", b"false", b"null", b"nil", b"nan", b"inf",
];

/// Returns true if a plain word is a text for sure: neither a number nor a time, a boolean or null.
pub(super) fn is_word(word: &[u8]) -> bool {
    let Some(first) = word.first() else {
        return false;
    };
    match first {
        b'a'..=b'z' | b'A'..=b'Z' => {
            word.len() > 5 || !OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other))
        }
        b'0'..=b'9' => {
            let has_prefix = matches!(word.get(1), Some(b'x' | b'X'));
            // Numbers have one dot, times too. Letters of numbers and times are E, B, O, T, Z; others make a text.
            let dots = word.iter().filter(|byte| **byte == b'.').count();
            let is_letter =
                |byte: &u8| byte.is_ascii_alphabetic() && !b"eEbBoOtTzZxX".contains(byte);
            !has_prefix && (dots > 1 || word.iter().any(is_letter))
        }
        b'/' | b'(' | b'$' | b'^' | 0x80.. => true,
        b'~' => word.len() > 1,
        _ => false,
    }
}

/// The text of a scalar in one line, if it is one for sure; of one in quotation marks what is between them.
pub(super) fn in_one_line(value: &[u8]) -> Option<&[u8]> {
    match value.first()? {
        b'"' | b'\'' => unquoted(value),
        _ => {
            let is_text = is_word(value) && goes_on(value);
            is_text.then_some(value)
        }
    }
}

/// The text between quotation marks, if there are neither others nor escapes in it.
pub(super) fn unquoted(value: &[u8]) -> Option<&[u8]> {
    let quote = value.first().filter(|first| b"\"'".contains(first))?;
    let text = value.get(1..)?.strip_suffix(&[*quote])?;
    let is_plain = is_printable(text) && memchr::memchr2(*quote, b'\\', text).is_none();
    is_plain.then_some(text)
}

/// Returns true if a line can be part of a plain scalar: nothing in it ends one.
pub(super) fn goes_on(text: &[u8]) -> bool {
    let ends = |at: usize| match text.get(at) {
        Some(b':') => matches!(text.get(at + 1), None | Some(b' ')),
        _ => at > 0 && text.get(at - 1) == Some(&b' '),
    };
    !text.is_empty() && is_printable(text) && !memchr::memchr2_iter(b':', b'#', text).any(ends)
}

/// Returns true if the quotation mark that ends a scalar ends this line of it, false if none is in the line; nothing if
/// it is not right for sure.
pub(super) fn ends(text: &[u8], quote: u8) -> Option<bool> {
    is_printable(text).then_some(())?;
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\\' if quote == b'"' => match rest.split_first() {
                // A line that goes on.
                None => return Some(false),
                Some((b'"' | b'\\' | b'n' | b't' | b'r' | b' ', after)) => rest = after,
                Some(_) => return None,
            },
            b'\'' if quote == b'\'' && rest.first() == Some(&b'\'') => {
                rest = rest.get(1..).unwrap_or_default();
            }
            byte if *byte == quote => return rest.is_empty().then_some(true),
            _ => {}
        }
    }
    Some(false)
}

/// Returns true if all characters of a line may stand in YAML and end no line.
pub(super) fn is_printable(text: &[u8]) -> bool {
    if text.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return true;
    }
    let is_allowed = |c: char| {
        matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}')
            || c > '\u{ffff}'
    };
    std::str::from_utf8(text).is_ok_and(|text| text.chars().all(is_allowed))
}
