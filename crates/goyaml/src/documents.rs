//! The documents of a text, cut as k8s.io/apimachinery's YAML reader cuts them: Helm 4 reads all
//! documents of a values file so, Helm 3 the first alone, by the YAML parser.

use std::borrow::Cow;
use std::fmt;

/// One document of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document<'a> {
    /// The document's text; each line ends in `\n`, the last too if it did not before, which
    /// shows at the end of a block of text.
    pub text: Cow<'a, [u8]>,
    /// The number of lines before it in the whole text.
    pub lines_before: u32,
}

/// A line that begins with `---` and goes on with something else than a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeparatorError {
    /// The line, counted from 1.
    pub line: u32,
    /// The rest after `---`, without blanks.
    pub text: Vec<u8>,
}

impl fmt::Display for SeparatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.text);
        write!(f, "invalid Yaml document separator: {text}")
    }
}

impl std::error::Error for SeparatorError {}

/// Cuts `text` where a line begins with `---`.
///
/// The separator that ends a document belongs to none; one where nothing came before, at the
/// start or after another, stays as the first line of its document. After an error no more
/// documents follow: Helm reads each document before it asks for the next, so that what is wrong
/// with an earlier document is told first.
pub fn documents(text: &[u8]) -> Documents<'_> {
    Documents {
        rest: text,
        line: 0,
    }
}

/// The iterator that [`documents`] gives.
#[derive(Clone, Debug)]
pub struct Documents<'a> {
    rest: &'a [u8],
    /// Lines before `rest`.
    line: u32,
}

impl<'a> Iterator for Documents<'a> {
    type Item = Result<Document<'a>, SeparatorError>;

    fn next(&mut self) -> Option<Self::Item> {
        let whole = self.rest;
        let lines_before = self.line;
        let mut length = 0;
        while !self.rest.is_empty() {
            let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |at| at + 1);
            let (line, rest) = self.rest.split_at(end);
            self.rest = rest;
            self.line = self.line.saturating_add(1);
            if let Some(after) = line.strip_prefix(b"---") {
                let after = gostd::unicode::trim_space(after);
                if !after.is_empty() && !after.starts_with(b"#") {
                    self.rest = &[];
                    let (line, text) = (self.line, after.to_vec());
                    return Some(Err(SeparatorError { line, text }));
                }
                if length > 0 {
                    break;
                }
            }
            if is_lost(line) {
                break;
            }
            length += end;
        }
        let text = whole.get(..length).filter(|text| !text.is_empty())?;
        let text = normalize(text);
        Some(Ok(Document { text, lines_before }))
    }
}

/// Returns true if Go drops a line: the last, without `\n`, if it fills `bufio.Reader`'s 4096 bytes to the
/// end once or more. Its reader then meets the end of the text with an empty hand.
fn is_lost(line: &[u8]) -> bool {
    const BUFFER: usize = 4096;
    if line.ends_with(b"\n") {
        return false;
    }
    let mut rest = line;
    while let Some((piece, after)) = rest.split_at_checked(BUFFER) {
        // A `\r` may be half of a line's end, and waits for the next piece.
        let keeps = usize::from(piece.ends_with(b"\r"));
        rest = rest.get(BUFFER - keeps..).unwrap_or(after);
    }
    rest.is_empty()
}

/// Lines as Go's `bufio.Reader.ReadLine` gives them: without `\r\n` or `\n`, and then one `\n`.
fn normalize(text: &[u8]) -> Cow<'_, [u8]> {
    let is_ended = text.ends_with(b"\n");
    if is_ended && memchr::memmem::find(text, b"\r\n").is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() + 1);
    for line in text.split_inclusive(|&b| b == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = match bare.len() < line.len() {
            true => bare.strip_suffix(b"\r").unwrap_or(bare),
            false => bare,
        };
        out.extend_from_slice(bare);
        out.push(b'\n');
    }
    Cow::Owned(out)
}
