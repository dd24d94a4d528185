//! The formats that `rhelm validate` writes for other programs, read by other means than those that wrote them.
//!
//! `tests/sarif/required.schema.json` is our own: what SARIF 2.1.0 requires and allows of the parts that
//! are written. The standard's own schema is not part of the repository.
#![allow(clippy::unwrap_used, clippy::panic)]

use gojsonschema::{NoLoader, Schema};
use rhelm::validate::rules::{DUPLICATE_KEY, RENDER_ERROR, RULES, SCHEMA};
use rhelm::validate::{Diagnostic, Marked, Place, Sources, formats};

/// A diagnostic of every form: each kind of place, odd names, odd characters.
fn diagnostics() -> Vec<Diagnostic> {
    let mark = Marked { line: 4, column: 3 };
    let file = |name: &str, mark: Marked| Place::file(name, mark);
    let flag = Place::Flag {
        name: "set",
        argument: "a<b>=\"&'".into(),
    };
    vec![
        Diagnostic::new(&DUPLICATE_KEY, file("a b%/ü.yaml", mark), "twice").suggest("once"),
        Diagnostic::new(
            &SCHEMA,
            file("/abs/a.yaml", Marked::default()),
            "a: no\nb: \u{7} no",
        ),
        Diagnostic::new(&SCHEMA, flag, "<&>\"'").about("a.b"),
        Diagnostic::new(&RENDER_ERROR, Place::Nowhere, "]]> é\u{fffe}")
            .relate(file("t.yaml", mark), "called from here")
            .relate(file("u.yaml", mark), "called from here"),
    ]
}

#[test]
fn sarif_has_the_structure_that_the_standard_requires() {
    let schema = include_bytes!("../sarif/required.schema.json");
    let schema = Schema::compile("file:///required.json", schema, &NoLoader).unwrap();
    for list in [Vec::new(), diagnostics()] {
        let log = formats::sarif(&list, &Sources::default(), &formats::Base::default());
        let log = gostd::json::decode(log.as_bytes()).unwrap();
        if let Err(error) = schema.validate(&log) {
            panic!("{error}");
        }
    }
    let log = formats::sarif(
        &diagnostics(),
        &Sources::default(),
        &formats::Base::default(),
    );
    for rule in RULES {
        assert!(log.contains(&format!("\"id\": \"{}\"", rule.id)));
    }
}

#[test]
fn junit_has_a_failed_case_for_each_finding_and_a_passed_one_for_each_file_without() {
    let list = diagnostics();
    let checked = ["a b%/ü.yaml".to_owned(), "good.yaml".to_owned()];
    let document = formats::junit(&list, &checked);
    let document = junit_parser::from_reader(document.as_bytes()).unwrap();
    let [suite] = &document.suites[..] else {
        panic!("{} suites", document.suites.len());
    };
    assert_eq!((suite.tests, suite.failures), (5, 4));
    let failed = suite.cases.iter().filter(|case| case.status.is_failure());
    assert_eq!(failed.count(), 4);
    let passed = suite.cases.iter().find(|case| case.status.is_success());
    assert_eq!(passed.unwrap().classname.as_deref(), Some("good.yaml"));
    let messages: Vec<&str> = suite
        .cases
        .iter()
        .filter(|case| case.status.is_failure())
        .map(|case| &*case.status.failure_as_ref().message)
        .collect();
    assert_eq!(
        messages,
        ["twice", "a: no\nb: \u{fffd} no", "<&>\"'", "]]> é\u{fffd}"]
    );
}

#[test]
fn markdown_has_every_finding_or_says_how_many_had_no_room() {
    let list = diagnostics();
    for max_bytes in [0, 150, 300, 500, formats::MAX_BYTES] {
        let page = formats::markdown(&list, &Sources::default(), "4 errors", max_bytes);
        assert!(page.len() <= max_bytes);
        let lines = page.lines().filter(|line| line.starts_with("- **")).count();
        let left_out = format!("room: {} finding", list.len() - lines);
        assert!(
            max_bytes < 300 || lines == list.len() || page.contains(&left_out),
            "{page}"
        );
    }
    let page = formats::markdown(&list, &Sources::default(), "4 errors", formats::MAX_BYTES);
    // Markup in names and messages is none.
    assert!(
        page.contains("- **error** `schema-violation`: &lt;&amp;&gt;"),
        "{page}"
    );
    assert!(page.contains("`a b%/ü.yaml:4`"), "{page}");
}
