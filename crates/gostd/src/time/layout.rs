//! The parts of a layout: `2006`, `Jan`, `-0700`, `.000` and the other spellings of Go's reference time.

/// The meaning of a part of a layout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Chunk {
    /// `January`
    LongMonth,
    /// `Jan`
    Month,
    /// `1`
    NumMonth,
    /// `01`
    ZeroMonth,
    /// `Monday`
    LongWeekday,
    /// `Mon`
    Weekday,
    /// `2`
    Day,
    /// `_2`
    UnderDay,
    /// `02`
    ZeroDay,
    /// `__2`
    UnderYearDay,
    /// `002`
    ZeroYearDay,
    /// `15`
    Hour,
    /// `3`
    Hour12,
    /// `03`
    ZeroHour12,
    /// `4`
    Minute,
    /// `04`
    ZeroMinute,
    /// `5`
    Second,
    /// `05`
    ZeroSecond,
    /// `2006`
    LongYear,
    /// `06`
    Year,
    /// `PM`
    UpperNoon,
    /// `pm`
    LowerNoon,
    /// `MST`
    ZoneName,
    /// `-0700` and its variants; with `zulu`, `Z0700`: `Z` for no offset
    Offset { zulu: bool, form: OffsetForm },
    /// `.000` or `,000`; with `trim`, `.999`: without last zeros
    Fraction {
        digits: usize,
        trim: bool,
        separator: u8,
    },
}

/// The form of an offset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum OffsetForm {
    /// `-07`
    Hours,
    /// `-0700`
    Minutes,
    /// `-07:00`
    ColonMinutes,
    /// `-070000`
    Seconds,
    /// `-07:00:00`
    ColonSeconds,
}

const fn offset(zulu: bool, form: OffsetForm) -> Chunk {
    Chunk::Offset { zulu, form }
}

/// Spellings; at a place of a layout the first that fits counts.
const SPELLINGS: &[(&[u8], Chunk)] = &[
    (b"January", Chunk::LongMonth),
    (b"Jan", Chunk::Month),
    (b"Monday", Chunk::LongWeekday),
    (b"Mon", Chunk::Weekday),
    (b"MST", Chunk::ZoneName),
    (b"01", Chunk::ZeroMonth),
    (b"02", Chunk::ZeroDay),
    (b"03", Chunk::ZeroHour12),
    (b"04", Chunk::ZeroMinute),
    (b"05", Chunk::ZeroSecond),
    (b"06", Chunk::Year),
    (b"002", Chunk::ZeroYearDay),
    (b"15", Chunk::Hour),
    (b"1", Chunk::NumMonth),
    (b"2006", Chunk::LongYear),
    (b"2", Chunk::Day),
    (b"_2", Chunk::UnderDay),
    (b"__2", Chunk::UnderYearDay),
    (b"3", Chunk::Hour12),
    (b"4", Chunk::Minute),
    (b"5", Chunk::Second),
    (b"PM", Chunk::UpperNoon),
    (b"pm", Chunk::LowerNoon),
    (b"-070000", offset(false, OffsetForm::Seconds)),
    (b"-07:00:00", offset(false, OffsetForm::ColonSeconds)),
    (b"-0700", offset(false, OffsetForm::Minutes)),
    (b"-07:00", offset(false, OffsetForm::ColonMinutes)),
    (b"-07", offset(false, OffsetForm::Hours)),
    (b"Z070000", offset(true, OffsetForm::Seconds)),
    (b"Z07:00:00", offset(true, OffsetForm::ColonSeconds)),
    (b"Z0700", offset(true, OffsetForm::Minutes)),
    (b"Z07:00", offset(true, OffsetForm::ColonMinutes)),
    (b"Z07", offset(true, OffsetForm::Hours)),
];

/// A layout's next part: the text before it, the part with its spelling, and what follows.
pub(super) struct Next<'l> {
    pub(super) prefix: &'l [u8],
    pub(super) chunk: Option<Chunk>,
    pub(super) spelling: &'l [u8],
    pub(super) rest: &'l [u8],
}

/// Finds the next part; without one the whole layout is text.
pub(super) fn next(layout: &[u8]) -> Next<'_> {
    for at in 0..layout.len() {
        let Some(here) = layout.get(at..) else { break };
        if here.starts_with(b"_2006") {
            // An underscore before the year is only text.
            continue;
        }
        if let Some((chunk, length)) = chunk_at(here) {
            let (prefix, rest) = layout.split_at(at);
            let (spelling, rest) = rest.split_at(length);
            return Next {
                prefix,
                chunk: Some(chunk),
                spelling,
                rest,
            };
        }
    }
    Next {
        prefix: layout,
        chunk: None,
        spelling: &[],
        rest: &[],
    }
}

fn chunk_at(text: &[u8]) -> Option<(Chunk, usize)> {
    match *text.first()? {
        separator @ (b'.' | b',') => return fraction(text, separator),
        b'J' | b'M' | b'0'..=b'5' | b'_' | b'P' | b'p' | b'-' | b'Z' => {}
        _ => return None,
    }
    let (spelling, chunk) = SPELLINGS.iter().find(|(spelling, chunk)| {
        // "Month" and "Janet" are words.
        let is_word = matches!(chunk, Chunk::Month | Chunk::Weekday)
            && text.get(spelling.len()).is_some_and(u8::is_ascii_lowercase);
        text.starts_with(spelling) && !is_word
    })?;
    Some((*chunk, spelling.len()))
}

fn fraction(text: &[u8], separator: u8) -> Option<(Chunk, usize)> {
    let digit = *text.get(1).filter(|b| matches!(b, b'0' | b'9'))?;
    let digits = text.iter().skip(1).take_while(|b| **b == digit).count();
    if text.get(digits + 1).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    // Go keeps the number of digits in twelve bits.
    Some((
        Chunk::Fraction {
            digits: digits & 0xfff,
            trim: digit == b'9',
            separator,
        },
        digits + 1,
    ))
}
