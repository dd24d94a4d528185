//! Strings: `trim`, `trunc`, `replace`, `quote`, `indent`, `split` … (Sprig's `strings.go` and Go's
//! package `strings`). Lengths and positions are bytes.

mod abbreviate;
mod case;
mod indent;
mod quote;
mod split;
mod words;
mod wrap;

use crate::lines::{self, Pieces};
use gostd::{Text, unicode};
use gotemplate::func::{Cost, Int};
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};
use memchr::memmem;

pub(crate) fn register(table: &mut FunctionTable) {
    abbreviate::register(table);
    case::register(table);
    indent::register(table);
    quote::register(table);
    split::register(table);
    wrap::register(table);
    table.add("trim", |text: Text| {
        let start = text.len() - unicode::trim_left_space(text.as_bytes()).len();
        let len = unicode::trim_space(text.as_bytes()).len();
        lines::part(&text, start..start + len)
    });
    for name in ["trimAll", "trimall"] {
        table.add(name, trim_all);
    }
    table.add("trimPrefix", |prefix: Text, text: Text| {
        match text.as_bytes().starts_with(prefix.as_bytes()) {
            true => lines::part(&text, prefix.len()..text.len()),
            false => text,
        }
    });
    table.add("trimSuffix", |suffix: Text, text: Text| {
        match text.as_bytes().ends_with(suffix.as_bytes()) {
            true => lines::part(&text, 0..text.len() - suffix.len()),
            false => text,
        }
    });
    table.add("trunc", trunc);
    table.add("substr", substr);
    table.add("nospace", nospace);
    table.add("contains", |needle: Text, text: Text| {
        memmem::find(text.as_bytes(), needle.as_bytes()).is_some()
    });
    table.add("hasPrefix", |prefix: Text, text: Text| {
        text.as_bytes().starts_with(prefix.as_bytes())
    });
    table.add("hasSuffix", |suffix: Text, text: Text| {
        text.as_bytes().ends_with(suffix.as_bytes())
    });
    table.add("replace", replace);
    table.set_cost(Cost::PARSES, &["nospace", "trimAll", "trimall", "replace"]);
    table.add("repeat", |Int(count): Int, text: Text| {
        repeat(text.as_bytes(), count)
    });
    table.add(
        "plural",
        |one: Text, many: Text, Int(count): Int| match count {
            1 => one,
            _ => many,
        },
    );
    table.declare_uses(USES);
    table.declare_needs_value(NEEDS_VALUE);
}

const NEEDS_VALUE: &[&str] = &[
    "nospace",
    "replace",
    "substr",
    "trim",
    "trimAll",
    "trimPrefix",
    "trimSuffix",
    "trunc",
];

const USES: Uses = &[(
    ArgumentUse::Text,
    &[
        "replace",
        "nospace",
        "trimSuffix",
        "trimPrefix",
        "trim",
        "trimAll",
        "trunc",
        "substr",
        "contains",
        "hasPrefix",
        "hasSuffix",
        "repeat",
        "plural",
    ],
)];

/// Go's `strings.Trim`: takes the runes of `cutset` off both ends.
fn trim_all(cutset: Text, text: Text) -> Text {
    let cut = |c: char| unicode::runes(cutset.as_bytes()).any(|(_, d)| c == d);
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        let (c, width) = unicode::decode_last_rune(bytes.get(..end).unwrap_or_default());
        if !cut(c) {
            break;
        }
        end -= width;
    }
    let rest = bytes.get(..end).unwrap_or_default();
    let first = unicode::runes(rest).find(|(_, c)| !cut(*c));
    let start = first.map_or(end, |(at, _)| at);
    lines::part(&text, start..end)
}

/// The first `count` bytes, or the last ones where it is negative.
fn trunc(Int(count): Int, text: Text) -> Text {
    let keep = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if keep >= text.len() {
        return text;
    }
    match count < 0 {
        true => lines::part(&text, text.len() - keep..text.len()),
        false => lines::part(&text, 0..keep),
    }
}

fn substr(Int(start): Int, Int(end): Int, text: Text) -> Result<Text, Error> {
    let len = text.len();
    let out_of_bounds =
        |bounds: String| Error::new(format!("runtime error: slice bounds out of range {bounds}"));
    let bound = usize::try_from;
    let range = match (bound(start), bound(end)) {
        (Err(_), Err(_)) => return Err(out_of_bounds(format!("[:{end}]"))),
        (Err(_), Ok(end)) if end > len => {
            return Err(out_of_bounds(format!("[:{end}] with length {len}")));
        }
        (Err(_), Ok(end)) => 0..end,
        (Ok(start), Ok(end)) if end <= len => start..end,
        (Ok(start), _) => start..len,
    };
    if range.start > range.end {
        return Err(out_of_bounds(format!("[{}:{}]", range.start, range.end)));
    }
    Ok(lines::part(&text, range))
}

/// Takes white space out byte by byte: in a text that has any, each byte counts as the Latin-1
/// letter of its number, and so comes out as two bytes beyond ASCII.
fn nospace(text: Text) -> Text {
    let bytes = text.as_bytes();
    if !bytes.iter().any(|b| unicode::is_space(char::from(*b))) {
        return text;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let letters = bytes.iter().map(|b| char::from(*b));
    letters
        .filter(|c| !unicode::is_space(*c))
        .for_each(|c| unicode::push_rune(&mut out, c));
    out.into()
}

/// Go's `strings.ReplaceAll`: an empty `old` matches before each rune and at the end.
fn replace(old: Text, new: Text, text: Text) -> Result<Text, Error> {
    let bytes = text.as_bytes();
    match old.is_empty() {
        false => {
            let finder = memmem::Finder::new(old.as_bytes());
            replace_at(|| finder.find_iter(bytes), &old, &new, &text)
        }
        true => {
            let starts = || unicode::runes(bytes).map(|(at, _)| at);
            replace_at(|| starts().chain([bytes.len()]), &old, &new, &text)
        }
    }
}

/// Replaces what is found. It is looked for twice: to keep the places of all could take more than the text.
fn replace_at<I: Iterator<Item = usize>>(
    matches: impl Fn() -> I,
    old: &Text,
    new: &Text,
    text: &Text,
) -> Result<Text, Error> {
    let bytes = text.as_bytes();
    let count = matches().count();
    if count == 0 || old == new {
        return Ok(text.clone());
    }
    let rest_length = bytes.len() - count * old.len();
    let added = count.checked_mul(new.len());
    let total = lines::check_len(added.and_then(|added| added.checked_add(rest_length)))?;
    let mut pieces = Pieces::with_capacity(total);
    let (mut done, mut line) = (0, 0);
    let tracked = text.lines().is_some();
    for at in matches() {
        let part = bytes.get(done..at).unwrap_or_default();
        pieces.piece(text, line, part);
        pieces.text(new);
        done = at + old.len();
        if tracked {
            line += lines::newlines(part) + lines::newlines(old.as_bytes());
        }
    }
    pieces.piece(text, line, bytes.get(done..).unwrap_or_default());
    Ok(pieces.finish())
}

/// Go's `strings.Repeat`.
fn repeat(bytes: &[u8], count: i64) -> Result<Vec<u8>, Error> {
    let count = usize::try_from(count).map_err(|_| negative_count())?;
    lines::check_len(bytes.len().checked_mul(count))?;
    Ok(bytes.repeat(count))
}

fn negative_count() -> Error {
    Error::new("strings: negative Repeat count")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{lines, repeat, replace, trim_all, trunc};
    use crate::strings::indent::indent;
    use gostd::Text;
    use gostd::text::LineOrigin;
    use gotemplate::func::Int;

    /// A text whose lines come from the template lines with these numbers.
    fn text(bytes: &str, numbers: &[u32]) -> Text {
        let origin = |line: &u32| LineOrigin {
            template: 1,
            line: *line,
            call: 0,
        };
        Text::with_lines(bytes.into(), numbers.iter().map(origin).collect())
    }

    /// The text, and the template lines of its lines.
    fn with_lines(text: &Text) -> (String, Vec<u32>) {
        let lines = text.lines().unwrap_or_default();
        (text.to_string(), lines.iter().map(|l| l.line).collect())
    }

    #[test]
    fn lines_keep_their_origins() {
        let abc = text("a\nb\nc", &[7, 8, 9]);
        let indented = indent(b"\n", 2, &abc).unwrap();
        assert_eq!(
            with_lines(&indented),
            ("\n  a\n  b\n  c".to_owned(), vec![0, 7, 8, 9])
        );
        let trimmed = trim_all("ac\n".into(), abc.clone());
        assert_eq!(with_lines(&trimmed), ("b".to_owned(), vec![8]));
        let end = trunc(Int(-3), abc.clone());
        assert_eq!(with_lines(&end), ("b\nc".to_owned(), vec![8, 9]));
        let replaced = replace("\n".into(), text("-\n-", &[1, 2]), abc.clone()).unwrap();
        assert_eq!(
            with_lines(&replaced),
            ("a-\n-b-\n-c".to_owned(), vec![7, 2, 2])
        );
        let joined = lines::join([&abc, &abc].into_iter(), &"+".into()).unwrap();
        assert_eq!(
            with_lines(&joined),
            ("a\nb\nc+a\nb\nc".to_owned(), vec![7, 8, 9, 8, 9])
        );
    }

    #[test]
    fn texts_without_origins_get_none() {
        let plain: Text = "a\nb".into();
        assert!(indent(b"", 1, &plain).unwrap().lines().is_none());
        assert!(trunc(Int(1), plain.clone()).lines().is_none());
        assert!(
            replace("a".into(), "b".into(), plain)
                .unwrap()
                .lines()
                .is_none()
        );
    }

    #[test]
    fn huge_results_are_refused() {
        assert!(repeat(b"ab", i64::MAX).is_err());
        assert!(repeat(b"ab", 1 << 40).is_err());
        assert!(indent(b"", i64::MAX, &"a\nb".into()).is_err());
        let many: Text = "a".repeat(1 << 16).into();
        let long: Text = "b".repeat(1 << 16).into();
        assert!(replace("a".into(), long, many).is_err());
    }
}
