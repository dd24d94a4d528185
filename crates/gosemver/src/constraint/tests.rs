//! Outcomes recorded from Masterminds' semver 3.5.0.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::Constraints;
use crate::Version;

const VERSIONS: &str = "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0-rc.1 1.0.0 1.2.0 1.2.3-alpha 1.2.3 \
    1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2 2.0.0-0 2.0.0 2.0.1 11.1.0";

/// Constraint, its display, and those of `VERSIONS` it admits.
const RANGES: &[(&str, &str, &str)] = &[
    (
        "*",
        "*",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "x",
        "x",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        ">=0-0",
        ">=0-0",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0-rc.1 1.0.0 1.2.0 1.2.3-alpha 1.2.3 1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2 2.0.0-0 2.0.0 2.0.1 11.1.0",
    ),
    ("1", "1", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0"),
    ("v1.2", "v1.2", "1.2.0 1.2.3 1.2.9"),
    ("=1.2", "=1.2", "1.2.0 1.2.3 1.2.9"),
    ("1.2.x", "1.2.x", "1.2.0 1.2.3 1.2.9"),
    ("1.2.3", "1.2.3", "1.2.3"),
    ("=1.2.3+build", "=1.2.3+build", "1.2.3"),
    (
        "!=1.2",
        "!=1.2",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "!=1.2.3",
        "!=1.2.3",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "!=*",
        "!=*",
        "0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "!=1.2-alpha",
        "!=1.2-alpha",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0-rc.1 1.0.0 1.2.0 1.2.3 1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2 2.0.0-0 2.0.0 2.0.1 11.1.0",
    ),
    (">1", ">1", "2.0.0 2.0.1 11.1.0"),
    (">1.2", ">1.2", "1.3.0 2.0.0 2.0.1 11.1.0"),
    (">1.2.3", ">1.2.3", "1.2.9 1.3.0 2.0.0 2.0.1 11.1.0"),
    (
        ">*",
        ">*",
        "0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "<2",
        "<2",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0",
    ),
    (
        "<2-0",
        "<2-0",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0-rc.1 1.0.0 1.2.0 1.2.3-alpha 1.2.3 1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2",
    ),
    ("<1.2", "<1.2", "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0"),
    ("<*", "<*", ""),
    (
        ">=1.2",
        ">=1.2",
        "1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    ("=>1.2.3", "=>1.2.3", "1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0"),
    (
        ">=1.19-0",
        ">=1.19-0",
        "1.19.5-gke.2 2.0.0-0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "<=1",
        "<=1",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0",
    ),
    (
        "<=1.2",
        "<=1.2",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9",
    ),
    (
        "=<1.2.3",
        "=<1.2.3",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3",
    ),
    ("<=*", "<=*", "0.0.0 0.0.3"),
    ("~1", "~1", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0"),
    ("~1.2", "~1.2", "1.2.0 1.2.3 1.2.9"),
    ("~1.2.3", "~1.2.3", "1.2.3 1.2.9"),
    (
        "~>1.2.3-alpha",
        "~>1.2.3-alpha",
        "1.2.3-alpha 1.2.3 1.2.4-beta.2 1.2.9",
    ),
    (
        "~0.0.0",
        "~0.0.0",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (
        "~*",
        "~*",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    ("^1.2.3", "^1.2.3", "1.2.3 1.2.9 1.3.0"),
    ("^1", "^1", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0"),
    ("^0.2.3", "^0.2.3", "0.2.3 0.2.4"),
    ("^0.2", "^0.2", "0.2.3 0.2.4"),
    ("^0.0.3", "^0.0.3", "0.0.3"),
    ("^0.0", "^0.0", "0.0.0 0.0.3"),
    ("^0", "^0", "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4"),
    ("^*", "^*", "0.0.0"),
    (
        ">=1.0.0-0 <2",
        ">=1.0.0-0 <2",
        "1.0.0-rc.1 1.0.0 1.2.0 1.2.3-alpha 1.2.3 1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2 2.0.0-0",
    ),
    (
        ">=1.2 <1.3 || ^2",
        ">=1.2 <1.3 || ^2",
        "1.2.0 1.2.3 1.2.9 2.0.0 2.0.1",
    ),
    (
        "1.2 - 2.0",
        ">=1.2 <=2.0",
        "1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1",
    ),
    (
        "1.2.3-alpha - 2",
        ">=1.2.3-alpha <=2",
        "1.2.3-alpha 1.2.3 1.2.4-beta.2 1.2.9 1.3.0 1.19.5-gke.2 2.0.0-0 2.0.0 2.0.1",
    ),
    (
        "0.1 - 0.2||2.0",
        ">=0.1 <=0.2 || 2.0",
        "0.1.0 0.2.3 0.2.4 2.0.0 2.0.1",
    ),
    (
        "1||2 - 3",
        ">=1 || 2 <=3",
        "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 2.0.0 2.0.1 11.1.0",
    ),
    (">1.2,<=2", ">1.2 <=2", "1.3.0 2.0.0 2.0.1"),
    (
        "1.2.3 || 0.x",
        "1.2.3 || 0.x",
        "0.0.0 0.0.3 0.1.0 0.2.3 0.2.4 1.2.3",
    ),
];

const ERRORS: &[(&[u8], &str)] = &[
    (b"", "improper constraint: \"\""),
    (b"foo", "improper constraint: \"foo\""),
    (b"1.2.3.4", "improper constraint: \"1.2.3.4\""),
    (b"1 - 2 foo", "improper constraint: \">= 1, <= 2 foo\""),
    (b"1||", "improper constraint: \"\""),
    (b"1|2", "constraint parser error"),
    (b"1.2.3-01", "constraint parser error"),
    (b">=1,,2", "improper constraint: \">=1,,2\""),
    (b"1,", "improper constraint: \"1,\""),
    (b"> >1", "improper constraint: \"> >1\""),
    (b"== 1", "improper constraint: \"== 1\""),
    (b"1 2\xc3\xa9", "improper constraint: \"1 2é\""),
    (b"\xff", "improper constraint: \"\\xff\""),
    (
        b"a\"b\xc2\xa0\n",
        "improper constraint: \"a\\\"b\\u00a0\\n\"",
    ),
    (b"1.99999999999999999999", "constraint parser error"),
];

/// Constraint, version, and all reasons with a newline each.
const MISMATCHES: &[(&str, &str, &str)] = &[
    ("=2.0.0", "1.2.3", "\"1.2.3\" is not equal to \"2.0.0\"\n"),
    ("!=4.1", "4.1.0", "\"4.1.0\" is equal to \"4.1\"\n"),
    (
        "<1.1",
        "1.1.1",
        "\"1.1.1\" is greater than or equal to \"1.1\"\n",
    ),
    (
        ">1.1 || >3",
        "1.1",
        "\"1.1.0\" is less than or equal to \"1.1\"\n\"1.1.0\" is less than or equal to \"3\"\n",
    ),
    (">=1.1", "1.0", "\"1.0.0\" is less than \"1.1\"\n"),
    ("<=1.1", "v2", "\"2.0.0\" is greater than \"1.1\"\n"),
    (
        "~1.2.3",
        "2",
        "\"2.0.0\" does not have same major version as \"1.2.3\"\n",
    ),
    (
        "~1.2.3",
        "1.3",
        "\"1.3.0\" does not have same major and minor version as \"1.2.3\"\n",
    ),
    (
        "^1",
        "2.1",
        "\"2.1.0\" does not have same major version as \"1\"\n",
    ),
    (
        "^0.2",
        "0.3",
        "\"0.3.0\" does not have same minor version as \"0.2\". Expected minor versions to match when constraint major version is 0\n",
    ),
    (
        "^0.2",
        "1.2",
        "\"1.2.0\" does not have same major version as \"0.2\"\n",
    ),
    (
        "^0.0.3",
        "0.1",
        "\"0.1.0\" does not have same minor version as \"0.0.3\"\n",
    ),
    (
        "^0.0.3",
        "0.0.4",
        "\"0.0.4\" does not equal \"0.0.3\". Expect version and constraint to equal when major and minor versions are 0\n",
    ),
    (
        ">1 <3 || ^9",
        "1.0.0-rc+x",
        "\"1.0.0-rc+x\" is a prerelease version and the constraint is only looking for release versions\n",
    ),
    (
        ">2.1 ^2-0 || 9",
        "2.0.1-a",
        "\"2.0.1-a\" is less than or equal to \"2.1\"\n\"2.0.1-a\" is a prerelease version and the constraint is only looking for release versions\n",
    ),
];

#[test]
fn ranges() {
    for (range, display, admitted) in RANGES {
        let range = Constraints::new(range).unwrap();
        assert_eq!(range.to_string(), *display);
        let admits = |v: &&str| range.check(&Version::parse(v).unwrap());
        let matches: Vec<_> = VERSIONS.split_whitespace().filter(admits).collect();
        assert_eq!(matches.join(" "), *admitted, "{range}");
    }
}

#[test]
fn included_prereleases() {
    let mut range = Constraints::new(">=1.2").unwrap();
    assert!(!range.check(&Version::parse("1.3.0-rc.1").unwrap()));
    range.include_prerelease = true;
    assert!(range.check(&Version::parse("1.3.0-rc.1").unwrap()));
    assert!(!range.check(&Version::parse("1.2.0-rc.1").unwrap()));
}

#[test]
fn errors() {
    for (range, error) in ERRORS {
        assert_eq!(Constraints::new(range).unwrap_err().to_string(), *error);
    }
    let groups = |count: usize| Constraints::new(vec!["1"; count].join("||")).map(|_| ());
    assert_eq!(groups(32), Ok(()));
    assert_eq!(
        groups(33).unwrap_err().to_string(),
        "too many constraint groups (max 32)"
    );
    let long = Constraints::new(" ".repeat(513)).unwrap_err().to_string();
    assert_eq!(long, "constraint string is too long (max 512 bytes)");
}

#[test]
fn mismatches() {
    for (range, version, reasons) in MISMATCHES {
        let range = Constraints::new(range).unwrap();
        let problems = range
            .validate(&Version::parse(version).unwrap())
            .unwrap_err();
        let text: String = problems
            .iter()
            .map(|mismatch| format!("{mismatch}\n"))
            .collect();
        assert_eq!(text, *reasons);
    }
}
