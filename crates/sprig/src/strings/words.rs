//! `snakecase` and `kebabcase`: how the xstrings library finds the words of an identifier.

use gostd::unicode::{self, decode_rune, push_rune, runes};

/// `isConnector`: what stands between words.
pub(super) fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || unicode::is_space(c)
}

/// `isAlphabet`: letters but the ideographs of the common CJK blocks.
fn is_alphabet(c: char) -> bool {
    unicode::is_letter(c)
        && !matches!(c, '\u{4e00}'..='\u{9fcc}' | '\u{3400}'..='\u{4d85}' | '\u{20000}'..='\u{2b81d}')
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    /// Nothing is left, or nothing that is valid.
    Invalid,
    Number,
    /// Begins with a capital: capitals, or one capital and letters without case or in lower case.
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

/// The text in lower case with `connector` between its words (`ToSnakeCase`, `ToKebabCase`).
/// Digits belong to the word before them, unless lower-case letters follow them.
pub(super) fn separated(text: &[u8], connector: char) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::with_capacity(text.len() + text.len() / 4),
        connector,
    };
    if text.is_empty() {
        return writer.out;
    }
    let mut words = Words { rest: text };
    let mut word = words.next();
    while !words.rest.is_empty() {
        if word.0 != Kind::Connector {
            writer.word(word);
        }
        let previous = word;
        word = words.next();
        match previous.0 {
            Kind::Number => word = writer.number_tail(word, &mut words),
            Kind::Connector => writer.word(previous),
            Kind::Punctuation => {}
            _ if word.0 != Kind::Number => {
                if !matches!(word.0, Kind::Connector | Kind::Punctuation) {
                    writer.connector();
                }
            }
            _ if words.rest.is_empty() => {}
            _ => {
                let number = word;
                word = words.next();
                if word.0 == Kind::Alphabet {
                    writer.connector();
                    writer.word(number);
                    word = writer.number_tail(word, &mut words);
                } else {
                    writer.word(number);
                    if !matches!(word.0, Kind::Connector | Kind::Punctuation) {
                        writer.connector();
                    }
                }
            }
        }
    }
    writer.word(word);
    writer.out
}

type Word<'t> = (Kind, &'t [u8]);

struct Writer {
    out: Vec<u8>,
    connector: char,
}

impl Writer {
    fn connector(&mut self) {
        push_rune(&mut self.out, self.connector);
    }

    /// Only words that begin with a capital change case, and each connector becomes ours.
    fn word(&mut self, (kind, word): Word<'_>) {
        if kind != Kind::Upper && kind != Kind::Connector {
            self.out.extend_from_slice(word);
            return;
        }
        for (_, c) in runes(word) {
            let c = match c {
                c if is_connector(c) => self.connector,
                c if unicode::is_upper(c) => unicode::to_lower(c),
                c => c,
            };
            push_rune(&mut self.out, c);
        }
    }

    /// Writes the letters and digits that go on after a number, and gives the word after them.
    fn number_tail<'t>(&mut self, mut word: Word<'t>, words: &mut Words<'t>) -> Word<'t> {
        while matches!(word.0, Kind::Alphabet | Kind::Number) {
            self.word(word);
            word = words.next();
        }
        if !matches!(word.0, Kind::Invalid | Kind::Punctuation | Kind::Connector) {
            self.connector();
        }
        word
    }
}

struct Words<'t> {
    rest: &'t [u8],
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Word<'t> {
        let (kind, len) = self.measure();
        let (word, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, b""));
        self.rest = rest;
        (kind, word)
    }

    /// Kind and length of the word at the start.
    fn measure(&self) -> (Kind, usize) {
        let Some((first, width)) = self.valid_rune(0) else {
            return (Kind::Invalid, self.rest.len());
        };
        let run = |goes_on: fn(char) -> bool| self.run(first, width, goes_on).0;
        match first {
            c if is_connector(c) => (Kind::Connector, run(is_connector)),
            c if unicode::is_punct(c) => (Kind::Punctuation, run(unicode::is_punct)),
            c if unicode::is_upper(c) => (Kind::Upper, self.upper(first, width)),
            c if is_alphabet(c) => (
                Kind::Alphabet,
                run(|c| is_alphabet(c) && !unicode::is_upper(c)),
            ),
            c if unicode::is_number(c) => (Kind::Number, run(unicode::is_number)),
            _ => (
                Kind::Other,
                run(|c| {
                    !(is_connector(c)
                        || is_alphabet(c)
                        || unicode::is_number(c)
                        || unicode::is_punct(c))
                }),
            ),
        }
    }

    /// The length of the word whose first rune ends at `at`; also the length without its last
    /// rune, and the rune that ended it.
    fn run(&self, first: char, at: usize, goes_on: fn(char) -> bool) -> (usize, usize, char) {
        let (mut end, mut before_last, mut last) = (at, at, first);
        while end < self.rest.len() {
            // What is invalid up to the end of the text counts as one more of the rune before it.
            let (c, next) = self.valid_rune(end).unwrap_or((last, self.rest.len()));
            last = c;
            if !goes_on(c) {
                break;
            }
            before_last = end;
            end = next;
        }
        (end, before_last, last)
    }

    fn upper(&self, first: char, width: usize) -> usize {
        if width == self.rest.len() {
            return width;
        }
        let (second, _) = self.valid_rune(width).unwrap_or((first, 0));
        if unicode::is_upper(second) {
            // The last capital before a small letter begins the next word: HTTP Status.
            let (end, before_last, stopper) = self.run(first, width, unicode::is_upper);
            match end < self.rest.len() && is_alphabet(stopper) {
                true => before_last,
                false => end,
            }
        } else if is_alphabet(second) {
            let small = |c| is_alphabet(c) && !unicode::is_upper(c);
            self.run(first, width, small).0
        } else {
            width
        }
    }

    /// The first rune from `at` on that is not U+FFFD, and where it ends.
    fn valid_rune(&self, at: usize) -> Option<(char, usize)> {
        let rest = self.rest.get(at..)?;
        let (offset, c) = runes(rest).find(|(_, c)| *c != char::REPLACEMENT_CHARACTER)?;
        let (_, width) = decode_rune(rest.get(offset..)?);
        Some((c, at + offset + width))
    }
}
