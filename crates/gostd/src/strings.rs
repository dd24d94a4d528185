//! Package `strings`, over bytes: what several ports need.

/// `strings.Cut` at one byte: the text before it, and the text behind it, if it is there.
pub fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(separator, text) {
        Some(at) => (text.get(..at).unwrap_or(text), text.get(at + 1..)),
        None => (text, None),
    }
}
