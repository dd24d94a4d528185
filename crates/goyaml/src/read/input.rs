//! From bytes to the text that YAML is scanned from: byte order marks, UTF-16 and the characters
//! go-yaml's reader refuses.

use std::borrow::Cow;

/// A text ready to be scanned.
pub(crate) struct Text<'a> {
    /// The characters up to the first that the reader refuses; no leading byte order mark.
    pub(crate) chars: Cow<'a, str>,
    /// The reader's error where `chars` ends, unless that is the end of the input.
    pub(crate) refused: Option<Refused>,
}

/// A place where go-yaml's reader gives up. It reads 512 bytes at a time, so that a syntax error
/// before that block is reported first, and one inside the block is not.
pub(crate) struct Refused {
    /// The reader's message.
    pub(crate) problem: &'static str,
    /// The start of its block in the text: everything before can be scanned.
    pub(crate) block: usize,
}

/// The size of the blocks that go-yaml's reader takes.
const BLOCK: usize = 512;

/// Decodes `bytes` as go-yaml's reader does.
pub(crate) fn read(bytes: &[u8]) -> Text<'_> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => read_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => read_utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => read_utf8(rest, 3),
        _ => read_utf8(bytes, 0),
    }
}

fn read_utf8(bytes: &[u8], skipped: usize) -> Text<'_> {
    let (valid, problem) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(e) => {
            let (good, bad) = bytes.split_at(e.valid_up_to());
            (std::str::from_utf8(good).unwrap_or(""), Some(describe(bad)))
        }
    };
    let (end, problem) = match first_control(valid) {
        Some(at) => (at, Some("control characters are not allowed")),
        None => (valid.len(), problem),
    };
    let refused = problem.map(|problem| Refused {
        problem,
        block: block_start(bytes, end, skipped),
    });
    Text {
        chars: Cow::Borrowed(valid.get(..end).unwrap_or("")),
        refused,
    }
}

/// The reason why go-yaml refuses the malformed UTF-8 at the start of `bytes`.
fn describe(bytes: &[u8]) -> &'static str {
    let first = bytes.first().copied().unwrap_or(0);
    let Some(width) = width_of(first) else {
        return "invalid leading UTF-8 octet";
    };
    let mut value = u32::from(first) & (0x7F >> width);
    for k in 1..width {
        let Some(&octet) = bytes.get(k) else {
            return "incomplete UTF-8 octet sequence";
        };
        if bytes.len() < width {
            return "incomplete UTF-8 octet sequence";
        }
        if octet & 0xC0 != 0x80 {
            return "invalid trailing UTF-8 octet";
        }
        value = value << 6 | u32::from(octet & 0x3F);
    }
    let least = [0, 0, 0x80, 0x800, 0x10000];
    if least.get(width).is_some_and(|&l| value < l) {
        "invalid length of a UTF-8 sequence"
    } else {
        "invalid Unicode character"
    }
}

/// The number of bytes that the UTF-8 sequence that begins with `octet` has.
fn width_of(octet: u8) -> Option<usize> {
    match octet {
        0x00..=0x7F => Some(1),
        0xC0..=0xDF => Some(2),
        0xE0..=0xEF => Some(3),
        0xF0..=0xF7 => Some(4),
        _ => None,
    }
}

/// The offset of the first character that YAML does not allow.
fn first_control(text: &str) -> Option<usize> {
    /// So many bytes are looked at together, which the compiler does with vector instructions: a rendered
    /// megabyte takes a tenth of the time.
    const STEP: usize = 32;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let Some(step) = bytes.get(at..at + STEP) {
            let is_plain = |b: &u8| (b' '..=b'~').contains(b) | (*b == b'\n') | (*b == b'\t');
            if step.iter().fold(true, |all, byte| all & is_plain(byte)) {
                at += STEP;
                continue;
            }
        }
        match byte {
            b'\t' | b'\n' | b'\r' | 0x20..=0x7E => {}
            0x00..=0x1F | 0x7F => return Some(at),
            // U+0080 to U+009F without U+0085.
            0xC2 => {
                if let Some(0x80..=0x84 | 0x86..=0x9F) = bytes.get(at + 1) {
                    return Some(at);
                }
            }
            // U+FFFE and U+FFFF.
            0xEF => {
                if let Some([0xBF, 0xBE | 0xBF]) = bytes.get(at + 1..at + 3) {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The start of the block that holds the character at `end`. `skipped` bytes of byte order mark
/// belong to the first block. A character that straddles a block's end belongs to the next one.
fn block_start(bytes: &[u8], end: usize, skipped: usize) -> usize {
    let mut start = 0;
    let mut stop = BLOCK - skipped;
    loop {
        if stop >= bytes.len() {
            // The last block; a sequence cut off by the end of input waits for one more read.
            let width = bytes.get(end).and_then(|&b| width_of(b)).unwrap_or(1);
            return if end + width > bytes.len() {
                end
            } else {
                start
            };
        }
        let next = (stop.saturating_sub(3)..stop)
            .find(|&at| {
                at >= start
                    && bytes
                        .get(at)
                        .and_then(|&b| width_of(b))
                        .is_some_and(|w| at + w > stop)
            })
            .unwrap_or(stop);
        if end < next {
            return start;
        }
        start = next;
        stop = start + BLOCK;
    }
}

fn read_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Text<'static> {
    let mut chars = String::with_capacity(bytes.len());
    let mut problem = None;
    let mut at = 0;
    // The block's beginning in the text, and its end in the bytes. The mark is part of the first one.
    let (mut block, mut stop) = (0, BLOCK - 2);
    let unit_at = |at: usize| match bytes.get(at..at + 2) {
        Some(&[a, b]) => Some(unit([a, b])),
        _ => None,
    };
    while at < bytes.len() {
        let first = unit_at(at);
        let is_pair = first.is_some_and(|unit| unit & 0xFC00 == 0xD800);
        let width = if is_pair { 4 } else { 2 };
        // A character that straddles a block's end belongs to the next one, and one that is cut off by the
        // end of input waits for one more read.
        if at + width > stop || at + width > bytes.len() {
            block = chars.len();
            stop = at + BLOCK;
        }
        match next_utf16(first, unit_at(at + 2)) {
            Ok(c) if is_allowed(c) => {
                chars.push(c);
                at += width;
            }
            Ok(_) => problem = Some("control characters are not allowed"),
            Err(text) => problem = Some(text),
        }
        if problem.is_some() {
            break;
        }
    }
    let refused = problem.map(|problem| Refused { problem, block });
    Text {
        chars: Cow::Owned(chars),
        refused,
    }
}

fn next_utf16(first: Option<u16>, second: Option<u16>) -> Result<char, &'static str> {
    let first = first.ok_or("incomplete UTF-16 character")?;
    match first & 0xFC00 {
        0xDC00 => Err("unexpected low surrogate area"),
        0xD800 => {
            let second = second.ok_or("incomplete UTF-16 surrogate pair")?;
            if second & 0xFC00 != 0xDC00 {
                return Err("expected low surrogate area");
            }
            let value = 0x10000 + (u32::from(first & 0x3FF) << 10) + u32::from(second & 0x3FF);
            char::from_u32(value).ok_or("invalid Unicode character")
        }
        _ => char::from_u32(u32::from(first)).ok_or("invalid Unicode character"),
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}'
        | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}
