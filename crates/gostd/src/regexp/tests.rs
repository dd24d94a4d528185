#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from Go 1.26, strings in hexadecimal. `bad`: pattern, error, panic of MustCompile; `good`:
/// pattern, number and names of groups; `on`: pattern, text, n, template, and what Match, FindSubmatch,
/// FindAllSubmatch(n), ReplaceAll, ReplaceAllLiteral and Split(n) give; `meta`: QuoteMeta.
const VECTORS: &str = include_str!("../../tests/vectors/regexp.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn offsets(groups: &Groups) -> String {
    let texts = groups.iter().map(|g| {
        g.as_ref()
            .map_or("-".into(), |r| format!("{}-{}", r.start, r.end))
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn search_results(regexp: &Regexp, fields: &[&str]) -> Vec<String> {
    let (text, n, template) = (
        bytes(fields[2]),
        fields[3].parse().unwrap(),
        bytes(fields[4]),
    );
    let all = regexp.find_all_submatch(&text, n);
    let whole: Vec<_> = all
        .iter()
        .map(|groups| groups[0].clone().unwrap())
        .collect();
    assert_eq!(regexp.find_all(&text, n), whole);
    let submatch = regexp.find_submatch(&text);
    assert_eq!(
        regexp.find(&text),
        submatch.as_ref().map(|groups| groups[0].clone().unwrap())
    );
    let parts = regexp.split(&text, n);
    vec![
        regexp.is_match(&text).to_string(),
        submatch.as_ref().map(offsets).unwrap_or_default(),
        all.iter().map(offsets).collect::<Vec<_>>().join(","),
        hex(&regexp.replace_all(&text, &template).unwrap()),
        hex(&regexp.replace_all_literal(&text, &template).unwrap()),
        format!(
            "{}:{}",
            parts.len(),
            parts.iter().map(|p| hex(p)).collect::<Vec<_>>().join(",")
        ),
    ]
}

fn results(fields: &[&str], compile: fn(&[u8]) -> Result<Regexp, Error>) -> Vec<String> {
    let pattern = bytes(fields[1]);
    if fields[0] == "meta" {
        return vec![hex(&quote_meta(&pattern))];
    }
    match (fields[0], compile(&pattern)) {
        ("bad", Err(e)) => vec![hex(&e.message()), hex(&must_compile_text(&pattern, &e))],
        ("good", Ok(r)) => vec![
            r.num_subexp().to_string(),
            r.subexp_names().collect::<Vec<_>>().join(","),
        ],
        ("on", Ok(r)) => search_results(&r, fields),
        (_, Ok(_)) => vec!["accepted".into()],
        (_, Err(e)) => vec![e.to_string()],
    }
}

fn check(compile: fn(&[u8]) -> Result<Regexp, Error>) {
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = results(&fields, compile);
        let want = &fields[fields.len() - got.len()..];
        if got != want {
            let pattern = String::from_utf8_lossy(&bytes(fields[1])).into_owned();
            let text = if fields[0] == "on" {
                bytes(fields[2])
            } else {
                bytes(fields[fields.len() - 1])
            };
            wrong.push(format!(
                "{} {pattern} {:?}\n  got {got:?}\n want {want:?}",
                fields[0],
                String::from_utf8_lossy(&text)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(40)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn answers_as_go_does() {
    check(|pattern| Regexp::compile(pattern));
}

#[test]
fn automata_answer_as_go_does() {
    check(|pattern| {
        let mut regexp = Regexp::compile(pattern)?;
        regexp.searched = FEW.into();
        Ok(regexp)
    });
}

#[test]
fn machines_answer_as_go_does() {
    check(|pattern| {
        let mut regexp = Regexp::compile(pattern)?;
        (regexp.short, regexp.long) = (None.into(), None.into());
        Ok(regexp)
    });
}

#[test]
fn patterns_that_go_accepts_are_accepted_however_large() {
    let letters = Regexp::compile(r"^\pL{1000}\pL{1000}$").unwrap();
    assert!(matches!(letters.engine(1), Engine::Machine(_)));
    assert!(letters.is_match("é".repeat(2000).as_bytes()));
    assert!(!letters.is_match("é".repeat(2001).as_bytes()));
}
