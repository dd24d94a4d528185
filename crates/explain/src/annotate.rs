//! `--annotate-lines`: the template line of each line as a comment at its end, wherever a comment leaves
//! the YAML as it is.

use engine::action::PrintedLine;
use goyaml::{Entry, Kind, Mark, Node};
use trace::line_map::LineMap;

/// The text with comments: each of `lines` tells where one of its lines comes from. Lines that lie in a
/// block of text or in any other scalar of several lines get none, since it would be part of them: the
/// line that such a scalar begins on has the comment. Whether a document says the same with comments as
/// without is tried out, with the YAML reader that Helm's is like; where it does not, the lines that
/// are to blame go without.
pub fn annotate(text: &[u8], lines: &[PrintedLine<'_>], map: &LineMap<'_>) -> Vec<u8> {
    let all: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    let mut comments: Vec<Option<String>> = lines.iter().map(|line| comment(*line, map)).collect();
    comments.resize(all.len(), None);
    let mut out = Vec::with_capacity(2 * text.len());
    let mut start = 0;
    while start < all.len() {
        let is_separator = |line: &&[u8]| line.starts_with(b"---");
        let rest = all.get(start + 1..).unwrap_or_default();
        let length = 1 + rest.iter().take_while(|line| !is_separator(line)).count();
        let range = start..(start + length).min(all.len());
        let document = all.get(range.clone()).unwrap_or_default();
        let comments = comments.get(range).unwrap_or_default();
        Annotated::new(document, comments).write(&mut out);
        start += length;
    }
    out
}

fn comment(line: PrintedLine<'_>, map: &LineMap<'_>) -> Option<String> {
    match line {
        PrintedLine::Frame => None,
        PrintedLine::File(path, line) => Some(format!("{path}:{line}")),
        PrintedLine::Template(origin) => {
            let (path, line) = map.place(origin)?;
            Some(format!("{path}:{line}"))
        }
    }
}

/// The number of times a document is read to find the lines that are to blame.
const MOST_READS: usize = 256;

/// A document whose lines get comments.
struct Annotated<'a> {
    lines: &'a [&'a [u8]],
    comments: &'a [Option<String>],
    /// The lines that have their comments.
    with: Vec<bool>,
    /// The document's value; nothing if it is no YAML.
    meaning: Option<Node>,
    reads: usize,
}

impl<'a> Annotated<'a> {
    fn new(lines: &'a [&'a [u8]], comments: &'a [Option<String>]) -> Self {
        let mut document = Annotated {
            lines,
            comments,
            with: vec![false; lines.len()],
            meaning: None,
            reads: 0,
        };
        if let Some(mut node) = document.read() {
            let mut begins = vec![false; lines.len()];
            take_marks(&mut node, &mut |mark| {
                let at = usize::try_from(mark.line)
                    .ok()
                    .and_then(|line| line.checked_sub(1));
                if let Some(begins) = at.and_then(|at| begins.get_mut(at)) {
                    *begins = true;
                }
            });
            document.meaning = Some(node);
            let selection: Vec<usize> = (0..lines.len())
                .filter(|at| document.may_have(*at, &begins))
                .collect();
            document.annotate(&selection);
        }
        document
    }

    /// Returns true if a line can have a comment, for all that is seen of it: something begins on it, and it does
    /// not go on on the next.
    fn may_have(&self, at: usize, begins: &[bool]) -> bool {
        let has_comment = self.comments.get(at).is_some_and(Option::is_some);
        if !has_comment || begins.get(at) != Some(&true) {
            return false;
        }
        let line = self.lines.get(at).copied().unwrap_or_default();
        if is_block_header(line) {
            return true;
        }
        let next = self.lines.iter().enumerate().skip(at + 1);
        let mut next = next.filter(|(_, line)| !line.trim_ascii().is_empty());
        next.next().is_none_or(|(at, line)| {
            let first = line.trim_ascii_start().first();
            begins.get(at) == Some(&true) || matches!(first, Some(b'#' | b']' | b'}'))
        })
    }

    /// Gives comments to lines, if the document then says the same; or else to those of each half.
    fn annotate(&mut self, selection: &[usize]) {
        if selection.is_empty() || self.reads > MOST_READS {
            return;
        }
        self.set(selection, true);
        self.reads += 1;
        let mut value = self.read();
        if let Some(node) = &mut value {
            take_marks(node, &mut |_| {});
        }
        if value == self.meaning {
            return;
        }
        self.set(selection, false);
        if selection.len() > 1 {
            let (left, right) = selection.split_at(selection.len() / 2);
            self.annotate(left);
            self.annotate(right);
        }
    }

    fn set(&mut self, lines: &[usize], with: bool) {
        for at in lines {
            if let Some(line) = self.with.get_mut(*at) {
                *line = with;
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        for (at, line) in self.lines.iter().enumerate() {
            let (text, end) = match line.strip_suffix(b"\n") {
                Some(text) => (text, &b"\n"[..]),
                None => (*line, &b""[..]),
            };
            out.extend_from_slice(text);
            let with = self.with.get(at) == Some(&true);
            if let Some(Some(comment)) = self.comments.get(at).filter(|_| with) {
                let blank = if text.ends_with(b" ") { "" } else { " " };
                out.extend_from_slice(format!("{blank}# {comment}").as_bytes());
            }
            out.extend_from_slice(end);
        }
    }

    fn read(&self) -> Option<Node> {
        let mut text = Vec::new();
        self.write(&mut text);
        goyaml::parse(&text).ok()
    }
}

/// Returns true if a line ends in what begins a block of text (`key: |-`).
fn is_block_header(line: &[u8]) -> bool {
    let text = line.trim_ascii_end();
    let word = text.rsplit(|b| *b == b' ').next().unwrap_or_default();
    let mut bytes = word.iter();
    matches!(bytes.next(), Some(b'|' | b'>'))
        && bytes.all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9'))
}

/// Takes the places out of a tree, and tells of each.
fn take_marks(node: &mut Node, visit: &mut dyn FnMut(Mark)) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        visit(std::mem::take(&mut node.mark));
        match &mut node.kind {
            Kind::Seq(items) => open.extend(items),
            Kind::Map(entries) => {
                for Entry { mark, value, .. } in entries {
                    visit(std::mem::take(mark));
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}
