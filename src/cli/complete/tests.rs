//! Candidates, without any shell.
#![allow(clippy::unwrap_used)]

use super::*;

/// The candidates for a line, the last word of which may be empty, and the directive.
fn completed(line: &str) -> (Vec<String>, Directive) {
    let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let choice = complete(&command(), &words);
    let words = choice
        .candidates
        .into_iter()
        .map(|candidate| candidate.word);
    (words.collect(), choice.directive)
}

fn words(line: &str) -> Vec<String> {
    completed(line).0
}

#[test]
fn commands_come_in_the_order_of_help() {
    let names = words("");
    assert_eq!(names.first().unwrap(), "template");
    assert!(names.iter().all(|name| !name.starts_with("__")));
    assert_eq!(words("insp"), ["inspect"]);
    assert_eq!(words("-n prod show v"), ["values"]);
    assert_eq!(words("show --debug v"), ["values"]);
    assert_eq!(words("help multicluster s"), ["secret"]);
    assert!(words("nosuch ").is_empty());
}

#[test]
fn bundled_charts_stand_where_a_chart_does() {
    for line in [
        "template ",
        "template x ",
        "lint ",
        "lint x ",
        "show all ",
        "eval ",
        "explain ",
        "validate ",
        "diff ",
        "diff x ",
    ] {
        assert!(words(line).contains(&"istio-remote".into()), "{line}");
    }
    assert_eq!(words("charts export istio-rem"), ["istio-remote"]);
    assert!(!words("template a b ").contains(&"istio-remote".into()));
    assert!(!words("show all a ").contains(&"istio-remote".into()));
}

#[test]
fn charts_on_disk_are_directories_and_archives() {
    assert_eq!(
        words("template tests/cmd/readme.in/ch"),
        [
            "tests/cmd/readme.in/chart",
            "tests/cmd/readme.in/chart-1.0.0.tgz"
        ]
    );
    assert_eq!(
        completed("template tests/cmd/read"),
        (vec!["tests/cmd/readme.in/".into()], Directive::NoSpace)
    );
    assert_eq!(
        words("diff tests/cmd/readme.in/pro"),
        ["tests/cmd/readme.in/prod.yaml"]
    );
    assert!(words("template tests/cmd/readme.in/pro").is_empty());
}

#[test]
fn flags_that_change_nothing_are_offered_last() {
    let offered = words("template chart --");
    assert!(offered.contains(&"--set".into()) && offered.contains(&"--help".into()));
    assert!(!offered.contains(&"--kube-token".into()) && !offered.contains(&"--atomic".into()));
    assert_eq!(words("template chart --kube-tok"), ["--kube-token"]);
    assert_eq!(words("version --v").len(), 0);
    assert!(!words("template chart --include-crds --inc").contains(&"--include-crds".into()));
    assert!(words("template chart --set a=b --se").contains(&"--set".into()));
    assert!(
        words("template -- --s")
            .iter()
            .all(|word| !word.starts_with("--"))
    );
}

#[test]
fn values_of_flags() {
    for (line, expected) in [
        ("validate c --select invalid-f", &["invalid-flag"][..]),
        ("validate c --ignore=invalid-f", &["invalid-flag"]),
        (
            "validate c --ignore invalid-flag,invalid-",
            &["invalid-flag,invalid-yaml", "invalid-flag,invalid-schema"],
        ),
        ("validate c --fail-on e", &["error"]),
        ("validate c --output s", &["sarif"]),
        ("validate c -o s", &["sarif"]),
        ("validate c -o=s", &["sarif"]),
        ("diff a b --fail-on image-c", &["image-changed"]),
        ("diff a b --fail-on invalid-q", &["invalid-quantity"]),
        ("diff a b --fail-on ", &["error", "warning", "info"]),
        ("diff a b --ignore-preset che", &["checksums"]),
        ("diff a b --ignore kind=A,pa", &["kind=A,path="]),
        ("diff a b -o m", &["markdown"]),
        (
            "diff a b --compat helm-diff -o s",
            &["simple", "structured"],
        ),
        ("diff a b --old-helm-version 3", &["3", "3.21.4"]),
        ("template --helm-version 4", &["4", "4.2.4"]),
        ("template --color a", &["auto", "always"]),
        ("diff a b --color=n", &["never"]),
        ("template c -o ", &["json", "yaml"]),
        ("template c --strict=t", &["true"]),
        ("multicluster endpoints f --mode i", &["istiod"]),
        ("completion f", &["fish"]),
        ("template c --set a", &[]),
    ] {
        let candidates = words(line);
        assert_eq!(
            candidates.get(..expected.len()),
            Some(
                &expected
                    .iter()
                    .map(|word| String::from(*word))
                    .collect::<Vec<_>>()[..]
            ),
            "{line}: {candidates:?}"
        );
    }
    for (line, directive) in [
        ("template c -f ", Directive::Files),
        ("template c --values=", Directive::Files),
        ("lint c --kubeconfig ", Directive::Files),
        ("template c --lookup ", Directive::Files),
        ("diff a b --old-values ", Directive::Files),
        ("template c --output-dir ", Directive::Directories),
        ("man ", Directive::Directories),
        ("eval c ", Directive::Files),
        ("template c --set ", Directive::NoFiles),
        ("version ", Directive::NoFiles),
    ] {
        assert_eq!(completed(line).1, directive, "{line}");
    }
}

/// Every flag that takes one of some words offers them.
#[test]
fn every_flag_of_words_offers_them() {
    fn walk(command: &Command, path: &str) {
        for arg in command
            .get_arguments()
            .filter(|arg| arg.get_long().is_some())
        {
            let values = arg.get_possible_values();
            let name = arg.get_long().unwrap();
            if !values.is_empty() {
                let candidates = words(&format!("{path}--{name}="));
                assert_eq!(candidates.len(), values.len(), "{path}--{name}");
            }
        }
        for below in command.get_subcommands() {
            walk(below, &format!("{path}{} ", below.get_name()));
        }
    }
    walk(&command(), "");
}
