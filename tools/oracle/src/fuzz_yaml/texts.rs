//! Random YAML texts: parts of real ones with changes that matter to a scanner.

use std::path::PathBuf;

use anyhow::Result;
use fastrand::Rng;

/// Characters and words that mean something in YAML, or nearly do.
const TOKENS: &[&[u8]] = &[
    b":",
    b": ",
    b"- ",
    b"-",
    b"? ",
    b"?",
    b", ",
    b",",
    b"[",
    b"]",
    b"{",
    b"}",
    b"#",
    b" #",
    b"&a ",
    b"*a",
    b"*a ",
    b"!",
    b"!!",
    b"!!str ",
    b"!!int ",
    b"!!float ",
    b"!!bool ",
    b"!!null ",
    b"!!binary ",
    b"!!map ",
    b"!!seq ",
    b"!!set ",
    b"!!timestamp ",
    b"!!merge ",
    b"!<x>",
    b"!a!b ",
    b"!x ",
    b"|",
    b">",
    b"|-",
    b"|+",
    b"|2",
    b">-1",
    b">+\n",
    b"|\n",
    b"'",
    b"\"",
    b"%",
    b"@",
    b"`",
    b"\n",
    b"\n\n",
    b"\n ",
    b"\n  ",
    b"\n\t",
    b" ",
    b"  ",
    b"\t",
    b"\r",
    b"\r\n",
    b"---",
    b"\n---\n",
    b"\n--- ",
    b"\n...\n",
    b"...",
    b"<<: ",
    b"<<: *a",
    b"<<",
    b"=",
    b"~",
    b"null",
    b"y",
    b"on",
    b"No",
    b"true",
    b"0x1F",
    b"0o7",
    b"017",
    b"1_0",
    b"1e3",
    b"1.5",
    b".5",
    b".inf",
    b"-.INF",
    b".nan",
    b"1e400",
    b"12345678901234567890",
    b"-9223372036854775809",
    b"12:30:45",
    b"2001-01-01",
    b"\n%YAML 1.1\n---\n",
    b"%YAML 1.2\n---\n",
    b"%TAG ! tag:x,2000:\n---\n",
    b"\\",
    b"\\x41",
    b"\\u263a",
    b"\\U0001F600",
    b"\\ud800",
    b"\\\n",
    b"\\/",
    b"\\q",
    b"\x00",
    b"\x01",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xc3\xa9",
    b"\xc2\x85",
    b"\xc2\xa0",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"\xef\xbb\xbf",
    b"\xef\xbf\xbe",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80",
    b"\xfe\xff",
    b"{{",
    b"}}",
];

/// The longest part of a real text that is taken.
const MOST_LINES: usize = 24;
/// The longest text that is mutated, in bytes.
const MOST_BYTES: usize = 1_500;

/// The lines of the texts to start from.
pub(super) fn seeds(dirs: &[PathBuf]) -> Result<Vec<Vec<Vec<u8>>>> {
    let mut seeds = Vec::new();
    for text in super::files(dirs)? {
        let lines: Vec<Vec<u8>> = text
            .split_inclusive(|b| *b == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        if !lines.is_empty() {
            seeds.push(lines);
        }
    }
    Ok(seeds)
}

/// A text: some lines of a seed, sometimes of two, with up to eight changes.
pub(super) fn text(rng: &mut Rng, seeds: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut lines = part(rng, seeds);
    if rng.u8(..) < 40 {
        lines.extend(part(rng, seeds));
    }
    for _ in 0..rng.usize(..3) {
        change_lines(rng, &mut lines);
    }
    let mut text = lines.concat();
    text.truncate(MOST_BYTES);
    for _ in 0..rng.usize(..6) {
        change_bytes(rng, &mut text);
    }
    text
}

fn part(rng: &mut Rng, seeds: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let Some(seed) = rng.choice(seeds) else {
        let token = |_| rng.choice(TOKENS).copied().unwrap_or_default().to_vec();
        return (0..20).map(token).collect();
    };
    let start = if rng.bool() {
        0
    } else {
        rng.usize(..seed.len())
    };
    let count = rng.usize(1..=MOST_LINES);
    let mut lines: Vec<Vec<u8>> = seed.iter().skip(start).take(count).cloned().collect();
    if rng.bool() {
        let blanks = |line: &Vec<u8>| line.iter().take_while(|b| **b == b' ').count();
        let first = lines.first().map_or(0, blanks);
        for line in &mut lines {
            line.drain(..blanks(line).min(first));
        }
    }
    lines
}

fn change_lines(rng: &mut Rng, lines: &mut Vec<Vec<u8>>) {
    if lines.is_empty() {
        return;
    }
    let (at, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
    match rng.u8(..5) {
        0 => drop(lines.remove(at)),
        1 => lines.swap(at, other),
        2 => lines.insert(at, lines[other].clone()),
        3 => drop(lines[at].splice(0..0, vec![b' '; rng.usize(1..4)])),
        _ => {
            let blanks = lines[at].iter().take_while(|b| **b == b' ').count();
            lines[at].drain(..rng.usize(..=blanks));
        }
    }
}

fn change_bytes(rng: &mut Rng, text: &mut Vec<u8>) {
    let at = rng.usize(..=text.len());
    let until = (at + rng.usize(1..4)).min(text.len());
    let token = rng.choice(TOKENS).copied().unwrap_or_default();
    match rng.u8(..8) {
        0 => drop(text.drain(at..until)),
        1 | 2 => drop(text.splice(at..until, token.iter().copied())),
        3 => {
            let byte = rng.u8(..);
            text.insert(at, byte);
        }
        4 if rng.bool() => text.truncate(at),
        5 => {
            let piece = text[at..until].to_vec();
            text.splice(at..at, piece);
        }
        _ => drop(text.splice(at..at, token.iter().copied())),
    }
}
