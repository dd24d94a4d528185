//! Go's `base32.StdEncoding`.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A text that is no base32, with the offset of the byte that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("illegal base32 data at input byte {0}")]
pub(super) struct CorruptInput(usize);

/// `EncodeToString`.
pub(super) fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let byte = |n: usize| u64::from(chunk.get(n).copied().unwrap_or(0));
        let group = (0..5).fold(0, |group, n| group << 8 | byte(n));
        let digits = (chunk.len() * 8).div_ceil(5);
        for n in 0..8 {
            out.push(match n < digits {
                true => ALPHABET[(group >> (35 - 5 * n)) as usize & 31],
                false => b'=',
            });
        }
    }
    out
}

/// `DecodeString`. Positions in errors do not count newlines, and what follows the padding is
/// ignored.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !b"\r\n".contains(b))
        .collect();
    let mut out = Vec::with_capacity(text.len() / 8 * 5 + 5);
    let mut group = 0u64;
    let mut count = 0;
    for (at, &byte) in text.iter().enumerate() {
        let rest = text.get(at + 1..).unwrap_or_default();
        if byte == b'=' && count >= 2 && rest.len() < 8 {
            check_padding(at, rest, count).map_err(CorruptInput)?;
            push_bytes(&mut out, group << (5 * (8 - count)), count);
            return Ok(out);
        }
        group = group << 5 | digit(byte).ok_or(CorruptInput(at))?;
        count += 1;
        if count == 8 {
            push_bytes(&mut out, group, count);
            (group, count) = (0, 0);
        }
    }
    match count {
        0 => Ok(out),
        // Go names where the unfinished group begins.
        count => Err(CorruptInput(text.len() - count)),
    }
}

fn digit(byte: u8) -> Option<u64> {
    match byte {
        b'A'..=b'Z' => Some(u64::from(byte - b'A')),
        b'2'..=b'7' => Some(u64::from(byte - b'2') + 26),
        _ => None,
    }
}

/// Checks what follows the first `=`, which is at `at` after `count` digits of its group.
fn check_padding(at: usize, rest: &[u8], count: usize) -> Result<(), usize> {
    let length = 7 - count;
    if rest.len() < length {
        return Err(at + 1 + rest.len());
    }
    if let Some(other) = rest.iter().take(length).position(|b| *b != b'=') {
        return Err(at + other);
    }
    match count {
        // That many digits make no whole byte.
        1 | 3 | 6 => Err(at),
        _ => Ok(()),
    }
}

/// Appends the bytes that `digits` digits of a group make.
fn push_bytes(out: &mut Vec<u8>, group: u64, digits: usize) {
    let bytes = group.to_be_bytes();
    out.extend_from_slice(bytes.get(3..3 + digits * 5 / 8).unwrap_or_default());
}
