//! The output being written: bytes, the column, and go-yaml's two flags about what was written last.

/// Output with the position that go-yaml's emitter keeps: columns count characters.
pub(super) struct LineBuffer {
    bytes: Vec<u8>,
    column: usize,
    lines: usize,
    /// The last thing written separates from what follows.
    whitespace: bool,
    /// The line holds nothing but indentation and `-`, `?`, `:` so far.
    only_indented: bool,
}

impl LineBuffer {
    pub(super) fn new() -> Self {
        LineBuffer {
            bytes: Vec::with_capacity(256),
            column: 0,
            lines: 0,
            whitespace: true,
            only_indented: true,
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    pub(super) fn column(&self) -> usize {
        self.column
    }

    pub(super) fn only_indented(&self) -> bool {
        self.only_indented
    }

    /// Text without line breaks that is `columns` characters wide.
    pub(super) fn put(&mut self, text: &[u8], columns: usize) {
        self.bytes.extend_from_slice(text);
        self.column += columns;
    }

    pub(super) fn put_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.column += 1;
    }

    pub(super) fn line_feed(&mut self) {
        self.bytes.push(b'\n');
        self.column = 0;
        self.lines += 1;
        self.only_indented = true;
    }

    /// U+2028 or U+2029, which go-yaml takes for line breaks too.
    pub(super) fn wide_break(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.column = 0;
        self.only_indented = true;
    }

    /// Goes to column `indent`, on a new line unless this one holds only indentation.
    pub(super) fn indent(&mut self, indent: isize) {
        let indent = usize::try_from(indent).unwrap_or(0);
        if !self.only_indented
            || self.column > indent
            || (self.column == indent && !self.whitespace)
        {
            self.line_feed();
        }
        if self.column < indent {
            let blanks = indent - self.column;
            self.bytes.resize(self.bytes.len() + blanks, b' ');
            self.column = indent;
        }
        self.whitespace = true;
    }

    /// A blank, unless there is one.
    pub(super) fn separate(&mut self) {
        if !self.whitespace {
            self.put_byte(b' ');
        }
    }

    /// Punctuation of YAML's own.
    pub(super) fn indicator(
        &mut self,
        text: &[u8],
        separated: bool,
        separates: bool,
        counts_as_indentation: bool,
    ) {
        if separated {
            self.separate();
        }
        self.put(text, text.len());
        self.whitespace = separates;
        self.only_indented &= counts_as_indentation;
    }

    /// Marks the end of a scalar's text.
    pub(super) fn text_ended(&mut self) {
        self.whitespace = false;
        self.only_indented = false;
    }

    /// Marks that the line has text now; a literal block leaves the other flag alone.
    pub(super) fn has_text(&mut self) {
        self.only_indented = false;
    }

    /// Starts the lines of a literal block.
    pub(super) fn block_started(&mut self) {
        self.line_feed();
        self.whitespace = true;
    }

    /// A plain ASCII word.
    pub(super) fn token(&mut self, text: &[u8]) {
        self.separate();
        self.put(text, text.len());
        self.text_ended();
    }
}
