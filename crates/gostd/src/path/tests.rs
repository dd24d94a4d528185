#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from Go 1.26, strings in hexadecimal. `path`: Clean, Base, Dir, Ext, IsAbs, Split of a path;
/// `join`: elements and Join; `match`: pattern, name and Match of both packages.
const VECTORS: &str = include_str!("../../tests/vectors/path.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn results(fields: &[&str]) -> Vec<String> {
    match fields[0] {
        "path" => {
            let path = bytes(fields[1]);
            let (directory, file) = split(&path);
            let texts = [&clean(&path), base(&path), &dir(&path), ext(&path)].map(hex);
            [
                &texts[..],
                &[is_abs(&path).to_string(), hex(directory), hex(file)],
            ]
            .concat()
        }
        "join" => {
            let (count, elements) = fields[1].split_once(':').unwrap();
            vec![hex(&join(
                elements.split(',').take(count.parse().unwrap()).map(bytes),
            ))]
        }
        _ => {
            let (pattern, name) = (bytes(fields[1]), bytes(fields[2]));
            let both = [matches(&pattern, &name), filepath_matches(&pattern, &name)];
            both.map(|result| result.map_or("bad".into(), |m| m.to_string()))
                .to_vec()
        }
    }
}

#[test]
fn answers_as_go_does() {
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = results(&fields);
        if got != fields[fields.len() - got.len()..] {
            let plain: Vec<_> = fields[1..]
                .iter()
                .map(|f| {
                    f.parse::<bool>().map_or_else(
                        |_| String::from_utf8_lossy(&bytes(f)).into_owned(),
                        |b| b.to_string(),
                    )
                })
                .collect();
            wrong.push(format!("{line}\n {plain:?} got {got:?}"));
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
