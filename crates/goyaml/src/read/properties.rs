//! The scanner's part for directives, tags, anchors and aliases.

use std::borrow::Cow;

use super::scanner::Scanner;
use super::token::{Sort, Tag, Token};
use crate::error::Error;

/// The characters of anchors, handles and directives.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

impl<'t> Scanner<'t> {
    fn word(&mut self) -> &'t str {
        let bytes = self.cursor.rest();
        let length = bytes.iter().take_while(|&&b| is_word(b)).count();
        self.cursor.want(length + 1);
        let start = self.cursor.pos();
        self.cursor.skip(length);
        self.cursor.slice(start, start + length)
    }

    /// `%YAML 1.1` or `%TAG !handle! prefix`.
    pub(super) fn scan_directive(&mut self) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.word();
        if name.is_empty() {
            return Err(self.error("could not find expected directive name"));
        }
        if !self.cursor.is_blank_or_end_at(0) {
            return Err(self.error("found unexpected non-alphabetical character"));
        }
        let token = match name {
            "YAML" => {
                self.cursor.skip_blanks(true);
                let major = self.version_number()?;
                if self.cursor.at(0) != b'.' {
                    return Err(self.error("did not find expected digit or '.' character"));
                }
                self.cursor.skip(1);
                let minor = self.version_number()?;
                Token::new(Sort::Version((major, minor) == (1, 1)), mark)
            }
            "TAG" => {
                let tag = self.tag_directive()?;
                let mut token = Token::new(Sort::TagDirective, mark);
                token.tag = Some(Box::new(tag));
                token
            }
            _ => return Err(self.error("found unknown directive name")),
        };
        self.end_line()?;
        Ok(token)
    }

    fn version_number(&mut self) -> Result<u8, Error> {
        let mut value = 0;
        let mut length = 0;
        while let digit @ b'0'..=b'9' = self.cursor.at(0) {
            length += 1;
            if length > 2 {
                return Err(self.error("found extremely long version number"));
            }
            value = value * 10 + (digit - b'0');
            self.cursor.skip(1);
        }
        if length == 0 {
            return Err(self.error("did not find expected version number"));
        }
        Ok(value)
    }

    fn tag_directive(&mut self) -> Result<Tag, Error> {
        self.cursor.skip_blanks(true);
        let handle = self.tag_handle(true)?.to_owned();
        if !matches!(self.cursor.at(0), b' ' | b'\t') {
            return Err(self.error("did not find expected whitespace"));
        }
        self.cursor.skip_blanks(true);
        let rest = self.tag_uri("")?;
        if !self.cursor.is_blank_or_end_at(0) {
            return Err(self.error("did not find expected whitespace or line break"));
        }
        Ok(Tag { handle, rest })
    }

    /// `&name` or `*name`.
    pub(super) fn anchor(&mut self, sort: Sort) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        self.cursor.skip(1);
        let name = self.word();
        let may_follow = self.cursor.is_blank_or_end_at(0)
            || matches!(
                self.cursor.at(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !may_follow {
            return Err(self.error("did not find expected alphabetic or numeric character"));
        }
        Ok(Token::with_text(sort, mark, Cow::Borrowed(name)))
    }

    /// `!<uri>`, `!handle!suffix`, `!suffix` or `!`.
    pub(super) fn tag(&mut self) -> Result<Token<'t>, Error> {
        let mark = self.cursor.mark();
        let tag = if self.cursor.at(1) == b'<' {
            self.cursor.skip(2);
            let rest = self.tag_uri("")?;
            if self.cursor.at(0) != b'>' {
                return Err(self.error("did not find the expected '>'"));
            }
            self.cursor.skip(1);
            let handle = String::new();
            Tag { handle, rest }
        } else {
            let handle = self.tag_handle(false)?;
            if handle.len() > 1 && handle.ends_with('!') {
                let rest = self.tag_uri("")?;
                let handle = handle.to_owned();
                Tag { handle, rest }
            } else {
                let rest = self.tag_uri(handle)?;
                match rest.is_empty() {
                    true => Tag {
                        handle: rest,
                        rest: "!".to_owned(),
                    },
                    false => Tag {
                        handle: "!".to_owned(),
                        rest,
                    },
                }
            }
        };
        if !self.cursor.is_blank_or_end_at(0) {
            return Err(self.error("did not find expected whitespace or line break"));
        }
        let mut token = Token::new(Sort::Tag, mark);
        token.tag = Some(Box::new(tag));
        Ok(token)
    }

    /// `!`, `!name!`, or outside of directives `!name`.
    fn tag_handle(&mut self, is_directive: bool) -> Result<&'t str, Error> {
        if self.cursor.at(0) != b'!' {
            return Err(self.error("did not find expected '!'"));
        }
        let start = self.cursor.pos();
        self.cursor.skip(1);
        let name = self.word();
        if self.cursor.at(0) == b'!' {
            self.cursor.skip(1);
        } else if is_directive && !name.is_empty() {
            return Err(self.error("did not find expected '!'"));
        }
        Ok(self.cursor.slice(start, self.cursor.pos()))
    }

    /// A tag's URI, after what of it was taken for a handle (`head`, with its `!`).
    fn tag_uri(&mut self, head: &str) -> Result<String, Error> {
        let mut uri: Vec<u8> = head.bytes().skip(1).collect();
        let start = self.cursor.pos();
        loop {
            match self.cursor.at(0) {
                b'%' => self.uri_escape(&mut uri)?,
                c if is_word(c) || b";/?:@&=+$,.!~*'()[]".contains(&c) => {
                    uri.push(c);
                    self.cursor.skip(1);
                }
                _ => break,
            }
        }
        if head.is_empty() && self.cursor.pos() == start {
            return Err(self.error("did not find expected tag URI"));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// One character written as `%XX` for each of its bytes.
    fn uri_escape(&mut self, uri: &mut Vec<u8>) -> Result<(), Error> {
        let mut left = None;
        while left != Some(0) {
            let hex = |n| char::from(self.cursor.at(n)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.cursor.at(0), hex(1), hex(2)) else {
                return Err(self.error("did not find URI escaped octet"));
            };
            let octet = (high << 4 | low) as u8;
            left = match (left, octet) {
                (None, 0x00..=0x7F) => Some(0),
                (None, 0xC0..=0xDF) => Some(1),
                (None, 0xE0..=0xEF) => Some(2),
                (None, 0xF0..=0xF7) => Some(3),
                (None, _) => return Err(self.error("found an incorrect leading UTF-8 octet")),
                (Some(n), 0x80..=0xBF) => Some(n - 1),
                _ => return Err(self.error("found an incorrect trailing UTF-8 octet")),
            };
            uri.push(octet);
            self.cursor.skip(3);
        }
        Ok(())
    }
}
