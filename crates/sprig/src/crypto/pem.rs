//! PEM blocks (Go's `encoding/pem`).

use gostd::base64;

/// The text between `-----BEGIN` and `-----END`.
pub(super) struct Block {
    /// `CERTIFICATE`, `RSA PRIVATE KEY` …
    pub(super) kind: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

/// A block as text, 64 characters a line.
pub(super) fn encode(kind: &str, bytes: &[u8]) -> String {
    let text = base64::encode(bytes);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {kind}-----\n"));
    out
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The first well-formed block of a text. What stands around it, and blocks that are not well
/// formed, are passed over.
pub(super) fn decode(text: &[u8]) -> Option<Block> {
    let mut rest = text;
    loop {
        let end = find_end(rest)?;
        let (before, after) = (rest.get(..end)?, rest.get(end + END.len()..)?);
        if let Some(block) = block(before, after) {
            return Some(block);
        }
        rest = after;
    }
}

/// The position of an END line.
fn find_end(text: &[u8]) -> Option<usize> {
    let mut ends = memchr::memmem::find_iter(text, END);
    ends.find(|at| line_starts(text, *at))
}

fn line_starts(text: &[u8], at: usize) -> bool {
    at == 0 || text.get(at - 1) == Some(&b'\n')
}

/// The block whose BEGIN line is the last one before an END, `after` following that word.
fn block(before: &[u8], after: &[u8]) -> Option<Block> {
    let begin = memchr::memmem::rfind(before, BEGIN)?;
    line_starts(before, begin).then_some(())?;
    let (kind, mut body) = line(before.get(begin + BEGIN.len()..)?);
    let kind = kind.strip_suffix(DASHES)?;
    let end = line(after).0.strip_prefix(kind)?;
    (end == DASHES).then_some(())?;
    // Headers come first; the first line without a colon is data.
    loop {
        let (header, next) = line(body);
        if !header.contains(&b':') {
            break;
        }
        body = next;
    }
    let data: Vec<u8> = body
        .iter()
        .copied()
        .filter(|b| !matches!(b, b' ' | b'\t'))
        .collect();
    Some(Block {
        kind: kind.to_vec(),
        bytes: base64::decode(&data).ok()?,
    })
}

/// The first line without the blanks at its end, and what follows it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(at) => text.split_at(at + 1),
        None => (text, &[][..]),
    };
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    let len = line.iter().rposition(|b| !blank(b)).map_or(0, |at| at + 1);
    (line.get(..len).unwrap_or_default(), rest)
}
