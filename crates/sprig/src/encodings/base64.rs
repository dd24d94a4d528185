//! Go's `base64.StdEncoding`.

use super::{CorruptInput, is_newline, values};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: [u8; 256] = values(ALPHABET);

/// `EncodeToString`.
pub(crate) fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            out.push(match n <= chunk.len() {
                true => ALPHABET[(group >> (18 - 6 * n)) as usize & 63],
                false => b'=',
            });
        }
    }
    out
}

/// `DecodeString`: newlines may stand anywhere, padding must be complete, and what the last digit
/// has beyond the last byte is ignored.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some([a, b, c, d]) = rest.first_chunk::<4>() {
            let digits = [a, b, c, d].map(|b| VALUES[usize::from(*b)]);
            if !digits.contains(&0xff) {
                out.extend_from_slice(&join(digits));
                at += 4;
                continue;
            }
        }
        at = decode_group(text, at, &mut out)?;
    }
    Ok(out)
}

fn join([a, b, c, d]: [u8; 4]) -> [u8; 3] {
    [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
}

/// Decodes up to four digits with newlines or padding among them, and gives where they end.
fn decode_group(text: &[u8], mut at: usize, out: &mut Vec<u8>) -> Result<usize, CorruptInput> {
    let corrupt = |at| CorruptInput {
        encoding: "base64",
        at,
    };
    let mut digits = [0; 4];
    let mut count = 0;
    while let Some(digit) = digits.get_mut(count) {
        let Some(&byte) = text.get(at) else {
            return match count {
                0 => Ok(at),
                _ => Err(corrupt(at - count)),
            };
        };
        at += 1;
        match VALUES[usize::from(byte)] {
            0xff if is_newline(byte) => {}
            0xff if byte == b'=' && count >= 2 => {
                at = decode_padding(text, at, 3 - count).map_err(corrupt)?;
                let bytes = join(digits);
                out.extend_from_slice(bytes.get(..count - 1).unwrap_or_default());
                return Ok(at);
            }
            0xff => return Err(corrupt(at - 1)),
            value => {
                *digit = value;
                count += 1;
            }
        }
    }
    out.extend_from_slice(&join(digits));
    Ok(at)
}

/// Reads the second `=` where one is missing, and newlines, up to the end of the text.
fn decode_padding(text: &[u8], mut at: usize, missing: usize) -> Result<usize, usize> {
    let skip_newlines = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|b| is_newline(**b)).count()
    };
    if missing > 0 {
        at = skip_newlines(at);
        match text.get(at) {
            None => return Err(text.len()),
            Some(b'=') => at += 1,
            // Go names the byte before.
            Some(_) => return Err(at - 1),
        }
    }
    match skip_newlines(at) {
        end if end == text.len() => Ok(end),
        garbage => Err(garbage),
    }
}
