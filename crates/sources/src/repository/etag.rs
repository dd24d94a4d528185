//! The tags that servers give the texts of indexes (`ETag`), each with the digests of the address and of the text that it is
//! for: a cache that Helm or somebody else has written since then is no such text.

use super::{INDEX_BYTES, etag_file, index_file};
use data_encoding::HEXLOWER;
use files::input::{self, NamedBy};
use sha2::{Digest, Sha256};

/// The most bytes of a tag that is kept.
const TAG_BYTES: usize = 1024;
/// The most bytes of a note: a tag, two digests, and what is between them.
const NOTE_BYTES: u64 = 2048;

/// The tag of a cached index that is from this address, and the index.
pub(super) fn known(cache: &str, name: &str, url: &str) -> Option<(String, Vec<u8>)> {
    let note = input::read(&etag_file(cache, name), NamedBy::User, NOTE_BYTES).ok()?;
    let note = String::from_utf8(note).ok()?;
    let mut lines = note.lines();
    let (tag, of_url, of_text) = (lines.next()?, lines.next()?, lines.next()?);
    (is_tag(tag) && of_url == digest(url.as_bytes())).then_some(())?;
    let text = input::read(&index_file(cache, name), NamedBy::User, INDEX_BYTES).ok()?;
    (of_text == digest(&text)).then(|| (tag.to_owned(), text))
}

/// The note of a tag that a server gave a text at an address. The address is not in it, since it may have a password.
pub(super) fn note(tag: &str, url: &str, text: &[u8]) -> Vec<u8> {
    let (url, text) = (digest(url.as_bytes()), digest(text));
    format!("{tag}\n{url}\n{text}\n").into_bytes()
}

/// Returns true for a tag that can be sent.
pub(crate) fn is_tag(text: &str) -> bool {
    let is_visible = text.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    is_visible && (1..=TAG_BYTES).contains(&text.len())
}

fn digest(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
