#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::{Kind, Mark, Node, documents, parse, parse_after, parse_strict};

fn at(line: u32, column: u32) -> Mark {
    Mark { line, column }
}

fn error(text: &[u8]) -> String {
    parse(text).unwrap_err().bare().to_owned()
}

#[test]
fn positions_are_lines_and_byte_columns() {
    let node = parse("é: [ü, b]\nc:\n  d: 1\ne:\n- x".as_bytes()).unwrap();
    let Kind::Map(entries) = &node.kind else {
        panic!("{node:?}")
    };
    let keys: Vec<Mark> = entries.iter().map(|e| e.mark).collect();
    assert_eq!(keys, [at(1, 1), at(2, 1), at(4, 1)]);
    let list = node.get("é").unwrap();
    assert_eq!(list.mark, at(1, 5));
    let Kind::Seq(items) = &list.kind else {
        panic!("{list:?}")
    };
    assert_eq!(items[1].mark, at(1, 10));
    assert_eq!(node.get("c").unwrap().mark, at(3, 3));
    assert_eq!(node.get("e").unwrap().mark, at(5, 1));
}

#[test]
fn errors_know_their_true_place() {
    let error = parse(b"a: 1\nb: c: d\n").unwrap_err();
    assert_eq!(error.mark(), at(2, 5));
    assert_eq!(
        error.to_string(),
        "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context"
    );
    // The parser names the line before.
    let error = parse(b"a: 1\n- b\n").unwrap_err();
    assert_eq!(error.mark(), at(2, 1));
    assert_eq!(error.bare(), "yaml: line 1: did not find expected key");
}

#[test]
fn strict_reading_reports_each_key_at_its_second_value() {
    let error = parse_strict(b"a: 1\na: 2\nb: {c: 1, c: 2}\n").unwrap_err();
    assert_eq!(
        error.bare(),
        "yaml: unmarshal errors:\n  line 2: key \"a\" already set in map\n  \
         line 3: key \"c\" already set in map"
    );
}

#[test]
fn reader_errors() {
    assert_eq!(
        error(b"a: \x01"),
        "yaml: control characters are not allowed"
    );
    assert_eq!(error(b"a: \xff"), "yaml: invalid leading UTF-8 octet");
    assert_eq!(error(b"a: \xc3("), "yaml: invalid trailing UTF-8 octet");
    assert_eq!(error(b"a: \xc3"), "yaml: incomplete UTF-8 octet sequence");
    assert_eq!(
        error(b"a: \xc0\x80"),
        "yaml: invalid length of a UTF-8 sequence"
    );
    assert_eq!(error(b"a: \xed\xa0\x80"), "yaml: invalid Unicode character");
    assert_eq!(
        error(b"\xff\xfe\x00\xdc"),
        "yaml: unexpected low surrogate area"
    );
    assert_eq!(error(b"\xfe\xff\x00"), "yaml: incomplete UTF-16 character");
    let utf16 = b"\xfe\xff\x00a\x00:\x00 \xd8\x3d\xde\x00";
    assert_eq!(
        parse(utf16).unwrap().get("a").unwrap().as_str(),
        Some("\u{1F600}")
    );
}

#[test]
fn a_syntax_error_in_an_earlier_block_comes_before_the_readers() {
    let mut text = b"a: }\n".to_vec();
    text.resize(511, b'#');
    text.push(1);
    assert_eq!(error(&text), "yaml: control characters are not allowed");
    text.insert(8, b'#');
    assert_eq!(error(&text), "yaml: did not find expected node content");
}

#[test]
fn deep_texts_fail_and_are_read_without_recursion() {
    let nested = |n: usize| [b"[".repeat(n), b"]".repeat(n)].concat();
    assert_eq!(
        error(&b"[".repeat(1_000_000)),
        "yaml: exceeded max depth of 10000"
    );
    assert_eq!(error(&nested(10_001)), "yaml: exceeded max depth of 10000");
    let mut text = b"- ".repeat(5_000);
    text.extend(nested(5_001));
    assert_eq!(
        parse(&text).unwrap_err().to_string(),
        "error unmarshaling JSON: while decoding JSON: invalid character '[' exceeded max depth"
    );
    let node = parse(&nested(10_000)).unwrap();
    drop(node.to_value());
    drop(node.into_value());
    drop(parse(&nested(10_000)).unwrap());
}

#[test]
fn aliases_are_bounded() {
    let mut bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n".to_vec();
    for pair in b"abcdefghi".windows(2) {
        let (from, to) = (char::from(pair[0]), char::from(pair[1]));
        let many = vec![format!("*{from}"); 9].join(",");
        bomb.extend(format!("{to}: &{to} [{many}]\n").bytes());
    }
    assert_eq!(error(&bomb), "yaml: document contains excessive aliasing");
    assert_eq!(error(b"&a [*a]"), "yaml: anchor 'a' value contains itself");
    assert_eq!(error(b"a: *b"), "yaml: unknown anchor 'b' referenced");
}

#[test]
fn long_keys() {
    let text = |n: usize| format!("{}: b", "é".repeat(n));
    assert!(matches!(
        parse(text(1024).as_bytes()).unwrap().kind,
        Kind::Map(_)
    ));
    assert_eq!(
        error(text(1025).as_bytes()),
        "yaml: mapping values are not allowed in this context"
    );
}

#[test]
fn equal_keys_keep_the_first_place_and_the_last_value() {
    let text: String = (0..40).map(|n| format!("k{}: {n}\n", n % 20)).collect();
    let Kind::Map(entries) = parse(text.as_bytes()).unwrap().kind else {
        panic!("no map")
    };
    let got: Vec<(&str, Kind, u32)> = entries
        .iter()
        .map(|e| (&*e.key, e.value.kind.clone(), e.mark.line))
        .collect();
    assert_eq!(got.len(), 20);
    assert_eq!(got[0], ("k0", Kind::Int(20), 21));
    assert_eq!(got[19], ("k19", Kind::Int(39), 40));
}

#[test]
fn documents_as_helm_4_cuts_them() {
    let text = b"---\na: 1\r\n--- # c\n---\nb: |\n  x";
    let got: Vec<(String, u32)> = documents(text)
        .map(|document| {
            let document = document.unwrap();
            let text = String::from_utf8(document.text.into_owned()).unwrap();
            (text, document.lines_before)
        })
        .collect();
    let want = [("---\na: 1\n", 0), ("---\nb: |\n  x\n", 3)];
    assert_eq!(got, want.map(|(text, line)| (text.to_owned(), line)));

    let mut bad = documents(b"a: 1\n--- b\nc: 1\n");
    let error = bad.next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "invalid Yaml document separator: b");
    assert_eq!(error.line, 2);
    assert!(bad.next().is_none());
    assert!(documents(b"").next().is_none());
}

#[test]
fn marks_of_a_part_count_from_the_whole() {
    let node = parse_after(b"b: 1\n", 7).unwrap();
    assert_eq!(node.get("b").unwrap().mark, at(8, 4));
    let error = parse_after(b"a: 1\nb: c: d\n", 7).unwrap_err();
    assert_eq!(error.mark().line, 9);
    assert!(error.bare().contains("line 2:"));
}

#[test]
fn kinds_and_coerced_texts() {
    let text = |yaml: &str| -> Node { parse(yaml.as_bytes()).unwrap() };
    for (yaml, want) in [
        ("0.10", "0.1"),
        ("0x10", "16"),
        ("yes", "true"),
        ("1e10", "1e+10"),
        ("123456789.0", "1.2345679e+08"),
    ] {
        assert_eq!(text(yaml).coerced_text().unwrap(), want);
    }
    assert_eq!(
        text("[]").require_map().unwrap_err().to_string(),
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value \
         of type map[string]interface {}"
    );
}
