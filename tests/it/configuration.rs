//! Every key of `.rhelm.yaml` does what docs/validate.md and docs/diff.md say, every wrong one is an error with its
//! place, and flags count over it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn Error>>;

/// A chart, and values with a key that stands twice, one that nothing reads, and a null for a default.
fn scene() -> Result<tempfile::TempDir, Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let write = |name: &str, text: &str| -> Tested {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().ok_or("no parent")?)?;
        Ok(fs::write(path, text)?)
    };
    write(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    )?;
    write("chart/values.yaml", "image: a\nport: 1\n")?;
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n\
                    data: {image: {{ .Values.image }}, port: \"{{ .Values.port | default 2 }}\"}\n";
    write("chart/templates/a.yaml", template)?;
    write("values.yaml", "image: b\nimage: c\nimgae: d\nport: null\n")?;
    Ok(dir)
}

/// Rules, exit status, stderr.
type Checked = (Vec<String>, Option<i32>, String);

/// The rules of what `rhelm validate` finds, the exit status and stderr.
fn validate(dir: &Path, flags: &[&str]) -> Result<Checked, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let command = command.args(["validate", "chart", "-f", "values.yaml", "-o", "json"]);
    let output = command.args(flags).current_dir(dir).output()?;
    let findings: Vec<serde_json::Value> = match output.stdout.is_empty() {
        true => Vec::new(),
        false => serde_json::from_slice(&output.stdout)?,
    };
    let rules = findings
        .iter()
        .filter_map(|finding| finding["rule"].as_str());
    let mut rules: Vec<String> = rules.map(str::to_owned).collect();
    rules.sort();
    let status = output.status.code();
    Ok((rules, status, String::from_utf8(output.stderr)?))
}

const TWICE: &str = "duplicate-key";
const UNKNOWN: &str = "unknown-value";
const REMOVED: &str = "removed-default";

#[test]
fn every_key_counts_and_flags_over_it() -> Tested {
    let dir = scene()?;
    let cases: &[(&str, &[&str], &[&str], i32)] = &[
        ("", &[], &[TWICE, UNKNOWN], 1),
        ("validate:\n", &[], &[TWICE, UNKNOWN], 1),
        ("validate: {select: [duplicate-key]}", &[], &[TWICE], 1),
        ("validate: {select: [removed-default]}", &[], &[REMOVED], 1),
        ("validate: {select: [invalid-yaml]}", &[], &[], 0),
        ("validate: {ignore: [unknown-value]}", &[], &[TWICE], 1),
        (
            "validate: {ignore: [unknown-value, duplicate-key]}",
            &[],
            &[],
            0,
        ),
        (
            "validate: {strict: true}",
            &[],
            &[TWICE, REMOVED, UNKNOWN],
            1,
        ),
        ("validate: {strict: false}", &[], &[TWICE, UNKNOWN], 1),
        ("validate: {failOn: [warning]}", &[], &[TWICE, UNKNOWN], 1),
        ("validate: {failOn: [error]}", &[], &[TWICE, UNKNOWN], 0),
        (
            "validate: {failOn: [invalid-yaml]}",
            &[],
            &[TWICE, UNKNOWN],
            0,
        ),
        (
            "validate: {failOn: [invalid-yaml, duplicate-key]}",
            &[],
            &[TWICE, UNKNOWN],
            1,
        ),
        // A strict rule that is to fail is looked for.
        (
            "validate: {failOn: [removed-default]}",
            &[],
            &[TWICE, REMOVED, UNKNOWN],
            1,
        ),
        (
            "validate: {failOn: [error]}",
            &["--fail-on", "warning"],
            &[TWICE, UNKNOWN],
            1,
        ),
        (
            "validate: {failOn: [warning]}",
            &["--fail-on", "error"],
            &[TWICE, UNKNOWN],
            0,
        ),
        (
            "validate: {select: [invalid-yaml]}",
            &["--select", TWICE],
            &[TWICE],
            1,
        ),
        (
            "validate: {ignore: [unknown-value]}",
            &["--ignore", TWICE],
            &[],
            0,
        ),
        (
            "validate: {strict: false}",
            &["--strict"],
            &[TWICE, REMOVED, UNKNOWN],
            1,
        ),
    ];
    for (config, flags, rules, status) in cases {
        fs::write(dir.path().join(".rhelm.yaml"), config)?;
        let (actual, ended, stderr) = validate(dir.path(), flags)?;
        assert_eq!(actual, *rules, "{config} {flags:?}: {stderr}");
        assert_eq!(ended, Some(*status), "{config} {flags:?}");
    }
    Ok(())
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_nothing_is_checked() -> Tested {
    let dir = scene()?;
    for (config, message) in [
        (
            "validate: {failOn: [eror]}",
            ".rhelm.yaml:1: validate.failOn: ",
        ),
        (
            "validate:\n  failOn: error\n",
            ".rhelm.yaml:2: validate.failOn: ",
        ),
        (
            "validate:\n  failOn: [1]\n",
            ".rhelm.yaml:2: validate.failOn: ",
        ),
        (
            "validate:\n  failOn: {error: true}\n",
            ".rhelm.yaml:2: validate.failOn: ",
        ),
        (
            "validate: {select: [duplicate-keys]}",
            ".rhelm.yaml:1: validate.select: ",
        ),
        (
            "validate: {select: duplicate-key}",
            ".rhelm.yaml:1: validate.select: ",
        ),
        (
            "validate: {ignore: [error]}",
            ".rhelm.yaml:1: validate.ignore: ",
        ),
        (
            "validate: {ignore: true}",
            ".rhelm.yaml:1: validate.ignore: ",
        ),
        (
            "validate: {strict: yes please}",
            ".rhelm.yaml:1: validate.strict: ",
        ),
        (
            "validate: {strict: [true]}",
            ".rhelm.yaml:1: validate.strict: ",
        ),
        (
            "validate: {fail-on: [error]}",
            ".rhelm.yaml:1: validate.fail-on: ",
        ),
        ("validate: []", ".rhelm.yaml:1: "),
        ("- validate", ".rhelm.yaml:1: "),
        ("validate: {}\nlint: {}\n", ".rhelm.yaml:2: "),
        ("validate: {}\nvalidate: {}\n", ".rhelm.yaml:2: "),
        ("validate: [\n", ".rhelm.yaml:"),
    ] {
        fs::write(dir.path().join(".rhelm.yaml"), config)?;
        let (rules, ended, stderr) = validate(dir.path(), &[])?;
        let start = format!("Error: {message}");
        assert!(stderr.starts_with(&start), "{config}: {stderr}");
        assert_eq!((rules.len(), ended), (0, Some(2)), "{config}");
    }
    Ok(())
}

/// The section `diff` counts for `rhelm diff`, the older file where there is none; both may be named.
#[test]
fn diff_has_its_section_and_its_older_file() -> Tested {
    let dir = tempfile::tempdir()?;
    let manifest = |data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: web}}\ndata: {{a: '{data}'}}\n")
    };
    let inner = dir.path().join("inner");
    fs::create_dir_all(&inner)?;
    fs::create_dir(dir.path().join(".git"))?;
    fs::write(inner.join("old.yaml"), manifest("1"))?;
    fs::write(inner.join("new.yaml"), manifest("2"))?;
    let diff = |flags: &[&str]| -> Result<(Option<i32>, String), Box<dyn std::error::Error>> {
        let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
            .args(["diff", "old.yaml", "new.yaml", "--detailed-exitcode"])
            .args(flags)
            .current_dir(&inner)
            .output()?;
        Ok((output.status.code(), String::from_utf8(output.stderr)?))
    };
    let ignore = "ignore: [kind=ConfigMap]\n";
    let config = dir.path().join(".rhelm.yaml");
    let older = inner.join(".rhelm-diff.yaml");
    assert_eq!(diff(&[])?.0, Some(2));
    fs::write(&older, ignore)?;
    assert_eq!(diff(&[])?.0, Some(0), "the older file");
    fs::write(&config, "validate: {strict: true}\n")?;
    assert_eq!(diff(&[])?.0, Some(0), "no section: the older file");
    fs::write(&config, "diff: {}\n")?;
    assert_eq!(diff(&[])?.0, Some(2), "a section: not the older file");
    fs::write(&older, "ignore: [kind=Secret]\n")?;
    fs::write(&config, format!("diff: {{{}}}\n", ignore.trim()))?;
    assert_eq!(diff(&[])?.0, Some(0), "the section");
    for name in ["../.rhelm.yaml", ".rhelm-diff.yaml"] {
        let status = if name.contains("diff") { 2 } else { 0 };
        assert_eq!(diff(&["--config", name])?.0, Some(status), "{name}");
    }
    fs::write(&config, "diff:\n  ignored: []\n")?;
    let (status, stderr) = diff(&[])?;
    assert_eq!(status, Some(1));
    assert!(
        stderr.contains(".rhelm.yaml:2: diff.ignored: no such key"),
        "{stderr}"
    );
    Ok(())
}
