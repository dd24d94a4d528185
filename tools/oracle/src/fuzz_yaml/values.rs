//! Random JSON values, with the strings and numbers that YAML writers treat in ways of their own.

use fastrand::Rng;

/// Strings that YAML reads as something else, or must quote.
const WORDS: &[&str] = &[
    "",
    "~",
    "null",
    "Null",
    "y",
    "Y",
    "yes",
    "No",
    "on",
    "OFF",
    "true",
    "False",
    "tRue",
    "=",
    "<<",
    ".inf",
    "-.Inf",
    ".NaN",
    "NaN",
    "1",
    "-1",
    "+1",
    "01",
    "0x1F",
    "0X1f",
    "0b1",
    "0o7",
    "0o8",
    "1_000",
    "1e3",
    "1e1000",
    ".5",
    "5.",
    "1.5",
    "-.5",
    "+.5e-3",
    "12:30",
    "12:30:45",
    "190:20:30.15",
    "2001-01-01",
    "2001-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "-",
    "--",
    "---",
    "--- a",
    "...",
    "... a",
    "- a",
    "-a",
    "?",
    "? a",
    "?a",
    ":",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "#",
    "#a",
    "a #b",
    "a#b",
    "&a",
    "*a",
    "!a",
    "!",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "'",
    "''",
    "\"",
    "it's",
    "{",
    "}",
    "{a",
    "a}",
    "[",
    "]",
    "[a",
    "a]",
    ",",
    "a, b",
    ",a",
    "100m",
    "a\\b",
    "\\",
    "0",
    "-0",
    "0.0",
    "!!str",
    "0x",
    "+",
    ".",
    "..",
    "1a",
    "a1",
    "a10",
    "a2",
    "a01",
    "A",
    "Z",
    "_",
    "a-b",
    "a.b",
    "a/b",
    "9223372036854775808",
    "18446744073709551616",
    "-9223372036854775809",
    "0777",
    "08",
    "1__0",
    "_1",
    "1_",
    "0x_1F",
    "1E5",
    "1.e5",
    "e5",
    "0.1e",
    "infinity",
    ".Infinity",
    "+.inf",
    "2015-02-24T18:19:39Z",
];

/// Pieces that longer strings are made of.
const PIECES: &[&str] = &[
    "a",
    "b",
    "word",
    "lorem ipsum dolor sit amet",
    " ",
    " ",
    "  ",
    "\n",
    "\n",
    "\n\n",
    "\n ",
    " \n",
    "\t",
    "\r",
    "\r\n",
    ": ",
    " #",
    "- ",
    "'",
    "\"",
    "\\",
    "%",
    "é",
    "ß",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{7f}",
    "\u{0}",
    "\u{1b}",
    "\u{80}",
    "😀",
    "漢字",
    "<",
    ">",
    "&",
    "{{",
    "}}",
    "1",
    "10",
    "0",
    "_",
    "-",
    ".",
    "/",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "1.0",
    "1.5",
    "0.1",
    "1e20",
    "1e21",
    "1e-7",
    "1e-6",
    "123456789",
    "1234567.5",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "5e-324",
    "1.7976931348623157e308",
    "1e6",
    "12345678",
    "100000",
    "1000000",
    "-1e-5",
    "3.4028235677973366e38",
    "0.30000000000000004",
    "1e100",
];

/// The JSON text of a map.
pub(super) fn map(rng: &mut Rng) -> Vec<u8> {
    let mut out = String::new();
    write_map(rng, 4, &mut out);
    out.into_bytes()
}

fn write(rng: &mut Rng, depth: u8, out: &mut String) {
    match rng.u8(..if depth == 0 { 8 } else { 12 }) {
        0 => out.push_str("null"),
        1 => out.push_str(if rng.bool() { "true" } else { "false" }),
        2 => out.push_str(rng.choice(NUMBERS).unwrap_or(&"1")),
        3 => out.push_str(&number(rng)),
        4..8 => write_string(rng, out),
        8 | 9 => {
            out.push('[');
            for i in 0..rng.usize(..4) {
                out.push_str(if i > 0 { "," } else { "" });
                write(rng, depth - 1, out);
            }
            out.push(']');
        }
        _ => write_map(rng, depth - 1, out),
    }
}

fn write_map(rng: &mut Rng, depth: u8, out: &mut String) {
    out.push('{');
    for i in 0..rng.usize(..6) {
        out.push_str(if i > 0 { "," } else { "" });
        write_string(rng, out);
        out.push(':');
        write(rng, depth, out);
    }
    out.push('}');
}

/// A number as JSON may have it: integers, fractions, exponents.
fn number(rng: &mut Rng) -> String {
    let bits = f64::from_bits(rng.u64(..));
    match rng.u8(..4) {
        0 => rng.i64(-1_000..1_000).to_string(),
        1 => (rng.i64(..) >> rng.u32(..64)).to_string(),
        2 if bits.is_finite() => format!("{bits:e}"),
        _ => format!("{}", rng.i64(-1_000_000..1_000_000) as f64 / 1000.0),
    }
}

fn write_string(rng: &mut Rng, out: &mut String) {
    let text = string(rng);
    out.push_str(&serde_json::to_string(&text).unwrap_or_default());
}

fn string(rng: &mut Rng) -> String {
    let word = |rng: &mut Rng| (*rng.choice(WORDS).unwrap_or(&"")).to_owned();
    match rng.u8(..10) {
        0..3 => word(rng),
        3 => format!("{}{}", word(rng), rng.choice(PIECES).unwrap_or(&"")),
        4 => format!("{}{}", rng.choice(PIECES).unwrap_or(&""), word(rng)),
        5 => (0..rng.usize(1..6)).map(|_| rng.char(..)).collect(),
        6 => (0..rng.usize(1..8)).map(|_| rng.char(' '..='~')).collect(),
        7 if rng.u8(..) < 30 => {
            let length = *rng
                .choice(&[127, 128, 129, 1_020, 1_021, 1_022, 1_023, 1_024])
                .unwrap_or(&1);
            rng.choice(["a", "é", "\"", "\t"])
                .unwrap_or("a")
                .repeat(length)
        }
        _ => {
            let most = *rng.choice(&[4, 8, 40]).unwrap_or(&4);
            let count = rng.usize(1..=most);
            let piece = |_| *rng.choice(PIECES).unwrap_or(&"");
            (0..count).map(piece).collect()
        }
    }
}
