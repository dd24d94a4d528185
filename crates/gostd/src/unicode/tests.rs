#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from Go 1.26. `all`: a checksum of a function's answers for every rune; `text`: what the
/// functions of package `strings` give; `fold`: `EqualFold`.
const VECTORS: &str = include_str!("../../tests/vectors/unicode.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn checksum(answer: impl Fn(char) -> u32) -> String {
    ('\0'..=char::MAX)
        .fold(0u64, |sum, c| {
            sum.wrapping_mul(31).wrapping_add(answer(c).into())
        })
        .to_string()
}

fn sum_of(name: &str) -> String {
    let predicate = |f: fn(char) -> bool| checksum(|c| f(c).into());
    let mapping = |f: fn(char) -> char| checksum(|c| f(c).into());
    match name {
        "is_letter" => predicate(is_letter),
        "is_digit" => predicate(is_digit),
        "is_number" => predicate(is_number),
        "is_upper" => predicate(is_upper),
        "is_lower" => predicate(is_lower),
        "is_title" => predicate(is_title),
        "is_punct" => predicate(is_punct),
        "is_symbol" => predicate(is_symbol),
        "is_control" => predicate(is_control),
        "is_space" => predicate(is_space),
        "is_print" => predicate(is_print),
        "is_graphic" => predicate(is_graphic),
        "to_upper" => mapping(to_upper),
        "to_lower" => mapping(to_lower),
        "to_title" => mapping(to_title),
        "simple_fold" => mapping(simple_fold),
        other => panic!("unknown function {other}"),
    }
}

fn text_results(text: &[u8]) -> Vec<String> {
    let (last, width) = decode_last_rune(text);
    vec![
        hex(&strings_to_upper(text)),
        hex(&strings_to_lower(text)),
        hex(&strings_to_title(text)),
        hex(&strings_title(text)),
        hex(trim_space(text)),
        fields(text).map(hex).collect::<Vec<_>>().join(","),
        hex(&to_valid(text)),
        rune_count(text).to_string(),
        format!("{}:{width}", last as u32),
    ]
}

#[test]
fn answers_as_go_does() {
    for line in VECTORS.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let got = match columns[0] {
            "all" => vec![sum_of(columns[1])],
            "text" => text_results(&bytes(columns[1])),
            _ => vec![equal_fold(&bytes(columns[1]), &bytes(columns[2])).to_string()],
        };
        assert_eq!(got, columns[columns.len() - got.len()..], "{line}");
    }
}

#[test]
fn every_orbit_of_case_folding_is_a_cycle() {
    for c in '\0'..=char::MAX {
        assert!(fold_orbit(c).take(5).count() < 4, "{c:?}");
    }
}
