//! Markdown of a limited length: comments for pull requests.

/// The bytes that a report has at most where nobody asks for more: what code hosts take as a comment.
pub const MAX_BYTES: usize = 65_000;

/// Room that is kept for the sentence that tells what was cut.
const RESERVE: usize = 200;

/// A report that grows until it has no more room.
#[derive(Clone, Debug)]
pub struct Page {
    text: String,
    max_bytes: usize,
}

impl Page {
    /// An empty report of at most so many bytes.
    pub fn new(max_bytes: usize) -> Page {
        Page {
            text: String::new(),
            max_bytes,
        }
    }

    /// The bytes that it may have before the sentence at its end.
    fn limit(&self) -> usize {
        self.max_bytes.saturating_sub(RESERVE)
    }

    /// The bytes that may still be added.
    pub fn room(&self) -> usize {
        self.limit().saturating_sub(self.text.len())
    }

    /// Adds a text whole if there is room for it.
    pub fn add(&mut self, text: &str) -> bool {
        let fits = text.len() <= self.room();
        if fits {
            self.text.push_str(text);
        }
        fits
    }

    /// The whole text, and at its end what is not in it: how many of what, in the singular and in the plural.
    pub fn finish(self, cut: &[(usize, &str, &str)]) -> String {
        let mut text = self.text;
        let parts = cut.iter().filter_map(|(count, one, many)| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        });
        let parts: Vec<String> = parts.collect();
        let notice = format!("\n> Not shown for want of room: {}.\n", parts.join(", "));
        if !parts.is_empty() && text.len() + notice.len() <= self.max_bytes {
            text.push_str(&notice);
        }
        text
    }
}

/// The longest run of backticks in a text.
fn ticks(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// A text in a fenced block; `language` is what is in it.
pub fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(ticks(text).max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// A text as code.
pub fn code(text: &str) -> String {
    let ticks = "`".repeat(ticks(text) + 1);
    let text = text.replace(['\n', '\r'], " ");
    match text.starts_with('`') || text.ends_with('`') {
        true => format!("{ticks} {text} {ticks}"),
        false => format!("{ticks}{text}{ticks}"),
    }
}

/// A text in a cell of a table.
pub fn cell(text: &str) -> String {
    plain(text).replace('|', "\\|")
}

/// A text that is no Markdown and no HTML.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in escape(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '@' => {
                plain.push('\\');
                plain.push(c);
            }
            '\n' | '\r' => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// A text that is no HTML.
pub fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_never_exceeds_its_room_and_says_what_it_left_out() {
        for max_bytes in [0, 10, 199, 200, 260, 1000] {
            let mut page = Page::new(max_bytes);
            let cut = (0..100).filter(|_| !page.add("- a finding\n")).count();
            let text = page.finish(&[(cut, "finding", "findings"), (0, "file", "files")]);
            assert!(text.len() <= max_bytes, "{max_bytes}: {text}");
            let is_told = text.contains(&format!("Not shown for want of room: {cut} findings."));
            assert_eq!(is_told, max_bytes >= 199, "{max_bytes}: {text}");
            let one = Page::new(max_bytes).finish(&[(1, "finding", "findings")]);
            assert!(one.is_empty() || one.contains(": 1 finding."), "{one}");
        }
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(plain("a_b <c> @d\n#"), "a\\_b &lt;c&gt; \\@d \\#");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(block("text", "a\n```\n"), "````text\na\n```\n````\n");
    }
}
