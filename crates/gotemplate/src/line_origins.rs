//! Line origins through functions that know nothing of them: a text made of others has its lines from
//! theirs.

use gostd::text::LineOrigin;
use gostd::{Text, Value};

/// The number of lines of an argument that are compared with one of a result.
const LOOK_AHEAD: usize = 256;

/// A function's result with the origins of those of its lines that come from its arguments, if it is
/// a text that has none itself. `sources` are the arguments that have origins.
///
/// An argument that is in the result as it was gives its lines; else lines that are equal, or, where
/// the result has as many as the one argument (`upper`, `replace`), each from its own.
#[cold]
pub(crate) fn propagate_lines(result: Value, sources: &[Text]) -> Value {
    match result {
        Value::Str(text) if text.lines().is_none() && !text.is_empty() => {
            Value::Str(with_lines(text, sources))
        }
        other => other,
    }
}

fn with_lines(text: Text, sources: &[Text]) -> Text {
    let bytes = text.as_bytes();
    let mut lines = vec![LineOrigin::default(); 1 + newlines(bytes)];
    let mut from = 0;
    for source in sources {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(at) = memchr::memmem::find(rest, source.as_bytes()) else {
            align(bytes, source, &mut lines);
            continue;
        };
        place(bytes, from + at, source, &mut lines);
        from += at + source.len();
    }
    Text::with_lines(text.into_bytes(), lines.into_boxed_slice())
}

/// Gives the lines of `source`, which is at `at` of `bytes`, to those of the whole.
fn place(bytes: &[u8], at: usize, source: &Text, lines: &mut [LineOrigin]) {
    let before = bytes.get(..at).unwrap_or_default();
    let first = newlines(before);
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    // A line is that of its first visible character.
    let begins = before
        .get(line_start..)
        .unwrap_or_default()
        .trim_ascii()
        .is_empty();
    let origins = source.lines().unwrap_or_default();
    for (n, origin) in origins.iter().enumerate() {
        if let Some(line) = lines.get_mut(first + n)
            && line.line == 0
            && (n > 0 || begins)
        {
            *line = *origin;
        }
    }
}

/// Gives the lines of a changed `source` to those of `bytes`.
fn align(bytes: &[u8], source: &Text, lines: &mut [LineOrigin]) {
    let origins = source.lines().unwrap_or_default();
    let same_count = origins.len() == lines.len();
    let old: Vec<&[u8]> = source.as_bytes().split(|b| *b == b'\n').collect();
    let mut next = 0;
    for (n, piece) in bytes.split(|b| *b == b'\n').enumerate() {
        let index = match same_count {
            true => Some(n).filter(|n| old.get(*n).is_some_and(|line| resembles(piece, line))),
            false => {
                let content = piece.trim_ascii();
                let rest = old.get(next..).unwrap_or_default().iter();
                let mut ahead = rest.take(LOOK_AHEAD);
                let same = ahead.position(|line| line.trim_ascii() == content);
                same.filter(|_| !content.is_empty()).map(|at| next + at)
            }
        };
        let Some(at) = index else { continue };
        next = at + 1;
        if let (Some(line), Some(origin)) = (lines.get_mut(n), origins.get(at))
            && line.line == 0
        {
            *line = *origin;
        }
    }
}

/// Returns true if a line is still to be recognized: a digest or base64 of it comes from whatever made that.
fn resembles(new: &[u8], old: &[u8]) -> bool {
    let letters = |line: &[u8]| {
        let line = line.iter().filter(|b| b.is_ascii_alphanumeric());
        line.map(u8::to_ascii_lowercase).collect::<Vec<u8>>()
    };
    let (new, old) = (letters(new), letters(old));
    let (short, long) = match new.len() < old.len() {
        true => (&new, &old),
        false => (&old, &new),
    };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    2 * same >= short.len() || memchr::memmem::find(long, short).is_some()
}

/// The output of a text that is not a file, with the origins of the lines of the text: those that `call`
/// wrote itself.
#[cold]
pub(crate) fn relocated(output: Text, call: u32, source: &[LineOrigin]) -> Text {
    let Some(lines) = output.lines() else {
        return output;
    };
    let moved = lines.iter().map(|line| {
        let own = line.template == 0 && line.call == call;
        let at = (line.line as usize).checked_sub(1).filter(|_| own);
        let origin = at.and_then(|at| source.get(at)).filter(|l| l.line != 0);
        origin.copied().unwrap_or(*line)
    });
    let moved: Box<[LineOrigin]> = moved.collect();
    Text::with_lines(output.into_bytes(), moved)
}

fn newlines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        let count = text.split('\n').count() as u32;
        let lines = (1..=count).map(|line| LineOrigin {
            template: 1,
            line,
            call: 0,
        });
        Text::with_lines(text.as_bytes().to_vec(), lines.collect())
    }

    fn lines(result: &str, sources: &[Text]) -> Vec<u32> {
        let Value::Str(text) = propagate_lines(Value::from(result), sources) else {
            return Vec::new();
        };
        let lines = text.lines().unwrap_or_default();
        lines.iter().map(|origin| origin.line).collect()
    }

    #[test]
    fn an_argument_in_the_result_gives_its_lines() {
        assert_eq!(lines("x: a\nb\nc", &[text("a\nb")]), [0, 2, 0]);
        assert_eq!(
            lines("  a\nb-a\nb", &[text("a\nb"), text("a\nb")]),
            [1, 2, 2]
        );
    }

    #[test]
    fn a_changed_argument_gives_lines_that_are_equal_or_as_many() {
        assert_eq!(lines("A\nB", &[text("a\nb")]), [1, 2]);
        assert_eq!(lines("a\n c", &[text("a\nb\nc")]), [1, 3]);
        assert_eq!(lines("a b c", &[text("a\nb\nc")]), [0]);
        assert_eq!(lines("YWJj", &[text("abc")]), [0]);
    }
}
