#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from Go 1.26: function, arguments, results, tab-separated.
const VECTORS: &str = include_str!("../../tests/vectors/strconv.tsv");

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn outcome<T: ToString>(result: Result<T, NumError>) -> String {
    result.map_or_else(|e| format!("!{e}"), |v| v.to_string())
}

fn float_bits(value: f64) -> String {
    if value.is_nan() {
        "nan".into()
    } else {
        format!("{:x}", value.to_bits())
    }
}

/// The results that the recorded line should end with.
fn results(fields: &[&str]) -> Vec<String> {
    let number = |i: usize| fields[i].parse::<u32>().unwrap();
    let text = |i: usize| unquote(fields[i].as_bytes()).unwrap();
    match fields[0] {
        "float" => {
            let value = f64::from_bits(u64::from_str_radix(fields[1], 16).unwrap());
            let precision = fields[3].parse().unwrap();
            vec![format_float(
                value,
                fields[2].as_bytes()[0],
                precision,
                number(4),
            )]
        }
        "parsefloat" => vec![outcome(parse_float(&text(1), number(2)).map(float_bits))],
        "parseint" => vec![outcome(parse_int(&text(1), number(2), number(3)))],
        "parseuint" => vec![outcome(parse_uint(&text(1), number(2), number(3)))],
        "atoi" => vec![outcome(atoi(&text(1)))],
        "parsebool" => vec![outcome(parse_bool(&text(1)))],
        "quote" => {
            let bytes = hex(fields[1]);
            let backquote = can_backquote(&bytes).to_string();
            vec![
                quote(&bytes),
                quote_to_ascii(&bytes),
                quote_to_graphic(&bytes),
                backquote,
            ]
        }
        "quoterune" => {
            let rune = fields[1].parse().unwrap();
            vec![quote_rune(rune), quote_rune_to_ascii(rune)]
        }
        "unquote" => {
            let value = unquote(&hex(fields[1]));
            vec![value.map_or("!".into(), |v| {
                v.iter().map(|b| format!("{b:02x}")).collect()
            })]
        }
        other => panic!("unknown vector {other}"),
    }
}

#[test]
fn answers_as_go_does() {
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = results(&fields);
        if got != fields[fields.len() - got.len()..] {
            wrong.push(format!("{line}\n  got {got:?}"));
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
fn integers_in_other_bases() {
    assert_eq!(format_int(i64::MIN, 10), "-9223372036854775808");
    assert_eq!(format_int(-255, 16), "-ff");
    assert_eq!(format_uint(u64::MAX, 2), "1".repeat(64));
    assert_eq!(format_uint(35, 36), "z");
}
