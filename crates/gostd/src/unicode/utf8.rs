//! Package `unicode/utf8`: decoding byte strings that may hold invalid UTF-8.

/// `utf8.DecodeRune`: the first rune and its width. An invalid byte gives U+FFFD and width 1,
/// the empty string U+FFFD and width 0.
#[inline]
pub fn decode_rune(text: &[u8]) -> (char, usize) {
    match text.first() {
        Some(&b) if b < 0x80 => (b as char, 1),
        Some(_) => decode_multibyte(text),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

fn decode_multibyte(text: &[u8]) -> (char, usize) {
    const INVALID: (char, usize) = (char::REPLACEMENT_CHARACTER, 1);
    let tail = |b: u8| u32::from(b & 0x3f);
    let (code, width) = match *text {
        [a @ 0xc2..=0xdf, b @ 0x80..=0xbf, ..] => (u32::from(a & 0x1f) << 6 | tail(b), 2),
        [a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..] => {
            let code = u32::from(a & 0xf) << 12 | tail(b) << 6 | tail(c);
            if code < 0x800 {
                return INVALID;
            }
            (code, 3)
        }
        [
            a @ 0xf0..=0xf4,
            b @ 0x80..=0xbf,
            c @ 0x80..=0xbf,
            d @ 0x80..=0xbf,
            ..,
        ] => {
            let code = u32::from(a & 7) << 18 | tail(b) << 12 | tail(c) << 6 | tail(d);
            if code < 0x10000 {
                return INVALID;
            }
            (code, 4)
        }
        _ => return INVALID,
    };
    char::from_u32(code).map_or(INVALID, |c| (c, width))
}

/// `utf8.DecodeLastRune`: the last rune and its width, with [`decode_rune`]'s rules.
pub fn decode_last_rune(text: &[u8]) -> (char, usize) {
    let end = text.len();
    for width in 2..=end.min(4) {
        let Some(tail) = text.get(end - width..) else {
            break;
        };
        if tail.first().is_some_and(|b| b & 0xc0 == 0x80) {
            continue;
        }
        let (c, decoded) = decode_rune(tail);
        if decoded == width {
            return (c, width);
        }
        break;
    }
    match text.last() {
        Some(&b) if b < 0x80 => (b as char, 1),
        Some(_) => (char::REPLACEMENT_CHARACTER, 1),
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

/// The runes of a byte string with their offsets, as Go's `range` gives them.
#[derive(Debug, Clone)]
pub struct Runes<'a> {
    text: &'a [u8],
    at: usize,
}

/// Starts [`Runes`] at the beginning of the text.
pub fn runes(text: &[u8]) -> Runes<'_> {
    Runes { text, at: 0 }
}

impl Iterator for Runes<'_> {
    type Item = (usize, char);

    #[inline]
    fn next(&mut self) -> Option<(usize, char)> {
        let rest = self.text.get(self.at..)?;
        if rest.is_empty() {
            return None;
        }
        let (c, width) = decode_rune(rest);
        let at = self.at;
        self.at += width;
        Some((at, c))
    }
}

/// `utf8.RuneCountInString`.
pub fn rune_count(text: &[u8]) -> usize {
    match std::str::from_utf8(text) {
        Ok(valid) => valid.chars().count(),
        Err(_) => runes(text).count(),
    }
}

/// `utf8.ValidString`.
pub fn is_valid(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok()
}

/// `utf8.AppendRune`.
pub fn push_rune(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The text with each invalid byte replaced by U+FFFD, what `string([]rune(s))` gives.
pub fn to_valid(text: &[u8]) -> Vec<u8> {
    if is_valid(text) {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    runes(text).for_each(|(_, c)| push_rune(&mut out, c));
    out
}
