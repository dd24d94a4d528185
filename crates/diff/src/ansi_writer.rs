//! Text with colours, as helm-diff writes it.

use super::lines::{Delta, Line, Piece, pieces};

/// A colour, as mgutz/ansi writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(&'static str);

pub(super) const GREEN: Colour = Colour("\x1b[0;32m");
pub(super) const RED: Colour = Colour("\x1b[0;31m");
pub(super) const YELLOW: Colour = Colour("\x1b[0;33m");
pub(super) const CYAN: Colour = Colour("\x1b[0;36m");
pub(super) const BRIGHT_BLUE: Colour = Colour("\x1b[0;94m");
const RESET: &str = "\x1b[0m";

/// Writes coloured text.
pub(super) struct AnsiWriter<'o> {
    pub(super) out: &'o mut Vec<u8>,
    /// True if colours are written.
    pub(super) colour: bool,
}

impl AnsiWriter<'_> {
    /// Writes in a colour, then as it is.
    pub(super) fn write(&mut self, colour: Colour, parts: &[&[u8]], after: &[u8]) {
        if self.colour {
            self.out.extend_from_slice(colour.0.as_bytes());
        }
        for part in parts {
            self.out.extend_from_slice(part);
        }
        if self.colour {
            self.out.extend_from_slice(RESET.as_bytes());
        }
        self.out.extend_from_slice(after);
    }

    /// Writes a diff: `+ `, `- `, two blanks, `...` for lines far from any change.
    pub(super) fn diff(&mut self, lines: &[Line], context: Option<usize>) {
        for piece in pieces(lines, context) {
            match piece {
                Piece::Gap(_) => self.out.extend_from_slice(b"...\n"),
                Piece::Hunk { lines, .. } => lines.iter().for_each(|line| self.line(line)),
            }
        }
    }

    /// Writes the hunks of a diff, each after a line with the place that its changes are in, if that is not the whole.
    pub(super) fn hunks(&mut self, pieces: Vec<Piece<'_>>) {
        let mut is_behind_gap = false;
        for piece in pieces {
            match piece {
                Piece::Gap(_) => is_behind_gap = true,
                Piece::Hunk { lines, place, .. } => {
                    match (place.is_empty(), is_behind_gap) {
                        (false, _) => self.write(CYAN, &[b"@@ ", place.as_bytes(), b" @@"], b"\n"),
                        (true, true) => self.write(CYAN, &["@@ … @@".as_bytes()], b"\n"),
                        (true, false) => {}
                    }
                    lines.iter().for_each(|line| self.line(line));
                }
            }
        }
    }

    fn line(&mut self, line: &Line) {
        match line.delta {
            Delta::Right => self.write(GREEN, &[b"+ ", &line.text], b"\n"),
            Delta::Left => self.write(RED, &[b"- ", &line.text], b"\n"),
            Delta::Common => {
                if !line.text.is_empty() {
                    self.out.extend_from_slice(b"  ");
                    self.out.extend_from_slice(&line.text);
                }
                self.out.push(b'\n');
            }
        }
    }
}
