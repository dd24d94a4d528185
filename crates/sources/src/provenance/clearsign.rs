//! Texts signed in the clear, as go-crypto's `clearsign` reads and writes them.

use data_encoding::BASE64;

const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END: &[u8] = b"-----END PGP SIGNATURE-----";
/// What stands before a line that begins with a hyphen.
const ESCAPE: &[u8] = b"- ";
/// The hashes that a message may name.
const HASHES: &[&str] = &[
    "MD5",
    "SHA1",
    "RIPEMD160",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA3-256",
    "SHA3-512",
];
/// The characters of a line of a signature.
const WIDTH: usize = 64;

/// A signed text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The text, without spaces at the end of lines.
    pub(super) text: Vec<u8>,
    /// The text as it was signed: its lines end in CRLF.
    pub(super) signed: Vec<u8>,
    /// The packets of the signature.
    pub(super) signature: Vec<u8>,
}

/// Reads the first signed text in a file; nothing where there is none that is whole.
pub(super) fn decode(data: &[u8]) -> Option<Message> {
    let mut rest = after_start(data)?;
    let (suffix, after) = line_of(rest);
    if !suffix.is_empty() {
        return None;
    }
    rest = after;
    loop {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = line_of(rest);
        rest = after;
        if line.trim_ascii().is_empty() {
            break;
        }
        check_header(line)?;
    }
    let (mut text, mut signed) = (Vec::new(), Vec::new());
    let mut is_first = true;
    let armored = loop {
        let (line, after) = line_of(rest);
        if line.is_empty() && after.is_empty() {
            return None;
        }
        if line == SIGNATURE {
            break after;
        }
        rest = after;
        if !is_first {
            signed.extend_from_slice(b"\r\n");
            text.push(b'\n');
        }
        is_first = false;
        let line = trim_end(line.strip_prefix(ESCAPE).unwrap_or(line));
        signed.extend_from_slice(line);
        text.extend_from_slice(line);
    };
    Some(Message {
        text,
        signed,
        signature: dearmor(armored)?,
    })
}

/// What follows the first line of a signed text.
fn after_start(data: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = data.strip_prefix(BEGIN) {
        return Some(rest);
    }
    let start = [b"\n", BEGIN].concat();
    let at = memchr::memmem::find(data, &start)?;
    data.get(at + start.len()..)
}

/// Only names of hashes stand before a text.
fn check_header(line: &[u8]) -> Option<()> {
    let line = std::str::from_utf8(line).ok()?;
    let is_plain = line.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    let (name, hashes) = line.split_once(':')?;
    let mut hashes = hashes.split(',').map(|hash| hash.trim().to_uppercase());
    let are_known = hashes.all(|hash| HASHES.contains(&hash.as_str()));
    (is_plain && name.trim() == "Hash" && are_known).then_some(())
}

/// The bytes of an armored signature, from behind its first line.
fn dearmor(text: &[u8]) -> Option<Vec<u8>> {
    let end = memchr::memmem::find(text, END)?;
    let mut rest = text.get(..end)?;
    // Headers, up to an empty line.
    loop {
        if rest.is_empty() {
            return None;
        }
        let (line, after) = line_of(rest);
        rest = after;
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        memchr::memmem::find(line, b": ")?;
    }
    let mut digits = Vec::new();
    while !rest.is_empty() {
        let (line, after) = line_of(rest);
        rest = after;
        let line = line.trim_ascii();
        // The checksum is the last line.
        if line.len() == 5 && line.first() == Some(&b'=') {
            break;
        }
        digits.extend_from_slice(line);
    }
    BASE64.decode(&digits).ok()
}

/// The first line, without its end, and the rest.
fn line_of(data: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = memchr::memchr(b'\n', data) else {
        return (data, &[]);
    };
    let (line, rest) = data.split_at(end);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    (line, rest.get(1..).unwrap_or_default())
}

/// A line without the spaces at its end.
fn trim_end(line: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| *byte != b' ' && *byte != b'\t';
    let end = line.iter().rposition(is_text).map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}

/// A text that is to be signed.
pub(super) struct Plain {
    /// Its lines, each without spaces at its end; those that begin with a hyphen are marked.
    escaped: Vec<u8>,
    /// What is signed.
    pub(super) signed: Vec<u8>,
}

impl Plain {
    pub(super) fn new(text: &[u8]) -> Plain {
        let (mut escaped, mut signed) = (Vec::new(), Vec::new());
        for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = trim_end(line.strip_suffix(b"\r").unwrap_or(line));
            if number > 0 {
                escaped.push(b'\n');
                signed.extend_from_slice(b"\r\n");
            }
            if line.first() == Some(&b'-') {
                escaped.extend_from_slice(ESCAPE);
            }
            escaped.extend_from_slice(line);
            signed.extend_from_slice(line);
        }
        Plain { escaped, signed }
    }

    /// The whole signed text. There is no end of line behind it, as in Helm's files.
    pub(super) fn with_signature(&self, packet: &[u8]) -> Vec<u8> {
        let mut message = [BEGIN, b"\nHash: SHA512\n\n", &self.escaped, b"\n"].concat();
        message.extend_from_slice(SIGNATURE);
        message.extend_from_slice(b"\n\n");
        for line in BASE64.encode(packet).as_bytes().chunks(WIDTH) {
            message.extend_from_slice(line);
            message.push(b'\n');
        }
        message.extend_from_slice(END);
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let plain = Plain::new(b"a: 1  \n- b\n\n...\nc\t\n");
        assert_eq!(plain.signed, b"a: 1\r\n- b\r\n\r\n...\r\nc\r\n");
        let message = decode(&plain.with_signature(&[7; 100]));
        let expected = Message {
            text: b"a: 1\n- b\n\n...\nc\n".to_vec(),
            signed: plain.signed,
            signature: vec![7; 100],
        };
        assert_eq!(message, Some(expected));
    }

    #[test]
    fn texts_that_are_not_whole_are_none() {
        let whole = Plain::new(b"a\n").with_signature(b"signature");
        assert!(decode(&whole).is_some());
        for end in 0..whole.len() {
            assert_eq!(decode(&whole[..end]), None, "{end}");
        }
        let text = String::from_utf8_lossy(&whole).into_owned();
        for (old, new) in [
            ("MESSAGE-----", "MESSAGE----- "),
            ("Hash: SHA512", "Hash: SHA999"),
            ("Hash: SHA512", "Charset: UTF-8"),
            ("c2ln", "c2l*"),
        ] {
            assert!(text.contains(old), "{old}");
            assert_eq!(decode(text.replace(old, new).as_bytes()), None, "{new}");
        }
    }

    #[test]
    fn a_checksum_and_ends_of_lines_of_windows_are_read() {
        let text = "x\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\na\r\n\
                    -----BEGIN PGP SIGNATURE-----\r\nVersion: 1\r\n\r\nAAAA\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n";
        let message = decode(text.as_bytes());
        assert_eq!(message.map(|message| message.signature), Some(vec![0; 3]));
    }
}
