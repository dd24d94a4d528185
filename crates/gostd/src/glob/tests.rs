#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from gobwas/glob 0.2.3, strings in hexadecimal. `good`: pattern, texts with whether they match
/// (`panic` where the library panics, and anything is right); `bad`: pattern and error.
const VECTORS: &str = include_str!("../../tests/vectors/glob.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn result(fields: &[&str]) -> String {
    match Glob::compile(&bytes(fields[1])) {
        Err(e) => e.to_string(),
        Ok(glob) if fields[0] == "good" => {
            let texts = fields[2]
                .split(' ')
                .map(|case| case.split_once('=').unwrap());
            let results = texts.map(|(text, want)| {
                let got = glob.is_match(&bytes(text)).unwrap();
                if want == "panic" {
                    format!("{text}=panic")
                } else {
                    format!("{text}={got}")
                }
            });
            results.collect::<Vec<_>>().join(" ")
        }
        Ok(_) => "accepted".into(),
    }
}

#[test]
fn answers_as_the_library_does() {
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = result(&fields);
        if got != fields[2] {
            let pattern = String::from_utf8_lossy(&bytes(fields[1])).into_owned();
            wrong.push(format!("{pattern:?}\n  want {}\n  got  {got}", fields[2]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn hostile_patterns_end() {
    let stars = Glob::compile("*a".repeat(90).as_bytes()).unwrap();
    let text = "a".repeat(3000);
    assert_eq!(stars.is_match(text.as_bytes()), Err(GlobError::TooSlow));
    let too_large = |pattern: &str| Glob::compile(pattern.as_bytes()).err();
    for pattern in [
        "{".repeat(1000),
        "?*".repeat(1000),
        "{?*?*?*,}".repeat(1000),
        format!("{{{}}}", "a,".repeat(200_000)),
    ] {
        assert_eq!(too_large(&pattern), Some(GlobError::TooLarge));
    }
    assert!(Glob::compile("?a".repeat(90).as_bytes()).is_ok());
}

#[test]
fn many_alternatives_match_what_they_say() {
    let names: Vec<String> = (0..20_000).map(|n| format!("no{n}")).collect();
    let glob = Glob::compile(format!("{{{}}}", names.join(",")).as_bytes()).unwrap();
    assert_eq!(glob.is_match(b"secret.txt"), Ok(false));
    assert_eq!(glob.is_match(b"no19999"), Ok(true));
}
