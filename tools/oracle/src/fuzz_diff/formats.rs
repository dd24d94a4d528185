//! Formats of `printf`: every verb with any flags, width, precision and argument index.

use fastrand::Rng;

const VERBS: &[char] = &[
    'v', 'v', 'v', 's', 's', 'q', 'd', 'T', 't', 'b', 'c', 'o', 'O', 'x', 'X', 'U', 'e', 'E', 'f',
    'F', 'g', 'G', 'w', 'z', '%', '!', 'é',
];

/// A format with some verbs and the text around them.
pub(super) fn format(rng: &mut Rng) -> String {
    let mut format = String::new();
    for _ in 0..rng.usize(0..=3) {
        format.push_str(text(rng));
        format.push_str(&verb(rng));
    }
    format.push_str(text(rng));
    if rng.u32(0..30) == 0 {
        format.push('%');
    }
    format
}

fn text(rng: &mut Rng) -> &'static str {
    rng.choice(["", "", "", " ", "a", "|", "é"])
        .unwrap_or_default()
}

fn verb(rng: &mut Rng) -> String {
    let mut verb = String::from("%");
    for flag in ['+', '-', '#', ' ', '0'] {
        if rng.u32(0..6) == 0 {
            verb.push(flag);
        }
    }
    index(rng, &mut verb);
    match rng.u32(0..8) {
        0 | 1 => verb.push_str(&rng.u32(0..14).to_string()),
        2 => verb.push('*'),
        _ => {}
    }
    match rng.u32(0..10) {
        0 | 1 => verb.push_str(&format!(".{}", rng.u32(0..9))),
        2 => verb.push_str(".*"),
        3 => verb.push('.'),
        _ => {}
    }
    index(rng, &mut verb);
    verb.push(rng.choice(VERBS).copied().unwrap_or('v'));
    verb
}

fn index(rng: &mut Rng, verb: &mut String) {
    if rng.u32(0..25) == 0 {
        let index = rng.choice([
            "[1]", "[2]", "[3]", "[0]", "[x]", "[", "[9]", "[-1]", "[1", "[]",
        ]);
        verb.push_str(index.unwrap_or_default());
    }
}
