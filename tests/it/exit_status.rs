//! The table of docs/exit-status.md: each command of it ends with each of its statuses, and with no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A run for every cell of the table that tells of an end.
const RUNS: &[(i32, &[&str])] = &[
    (0, &["template", "istio-reader"]),
    (1, &["template", "./nosuch"]),
    (0, &["template", "--each-chart", "$ROOT/charts"]),
    (1, &["template", "--each-chart", "$ROOT/tests/docs/nosuch"]),
    (1, &["template", "istio-reader", "--nosuch"]),
    (0, &["lint", "istio-reader"]),
    (1, &["lint", "./nosuch"]),
    (0, &["show", "chart", "istio-reader"]),
    (1, &["show", "chart", "./nosuch"]),
    (0, &["dependency", "list", "$ROOT/tests/docs/help/chart"]),
    (1, &["dependency", "list", "./nosuch"]),
    (
        0,
        &[
            "package",
            "$ROOT/tests/docs/help/chart",
            "-d",
            "$OUT/package",
        ],
    ),
    (1, &["package", "./nosuch"]),
    (0, &["create", "$OUT/web"]),
    (1, &["create", "$OUT/nosuch/web"]),
    (
        0,
        &[
            "verify",
            "$ROOT/tests/golden/signatures/by-helm4-rsa/web-1.0.0.tgz",
            "--keyring",
            "$ROOT/tests/golden/signatures/throw-away-test-keys/pubring.gpg",
        ],
    ),
    (1, &["verify", "./nosuch"]),
    (0, &["pull", "--help"]),
    (0, &["template", "--help-all"]),
    (1, &["pull", "./nosuch"]),
    (0, &["push", "--help"]),
    (1, &["push", "./nosuch", "oci://127.0.0.1:1/x"]),
    (
        0,
        &["registry", "logout", "x", "--registry-config", "$OUT/none"],
    ),
    (1, &["registry", "login"]),
    (0, &["list"]),
    (1, &["list", "web"]),
    (0, &["history", "web"]),
    (1, &["history", "nosuch"]),
    (0, &["status", "web"]),
    (1, &["status", "nosuch"]),
    (
        0,
        &["install", "reader", "istio-reader", "--dry-run=client"],
    ),
    (1, &["install"]),
    (0, &["upgrade", "--help"]),
    (1, &["upgrade", "web"]),
    (0, &["rollback", "web"]),
    (1, &["rollback", "nosuch"]),
    (0, &["uninstall", "web"]),
    (1, &["uninstall", "nosuch"]),
    (0, &["test", "web"]),
    (1, &["test", "nosuch"]),
    (0, &["release", "unlock", "web"]),
    (0, &["release", "check", "--kube-version", "1.36"]),
    (1, &["release", "unlock", "nosuch"]),
    (0, &["get", "values", "web"]),
    (1, &["get", "values", "nosuch"]),
    (0, &["repo", "list", "--repository-config", "$OUT/none"]),
    (
        1,
        &["repo", "remove", "x", "--repository-config", "$OUT/none"],
    ),
    (0, &["search", "--help"]),
    (1, &["search", "repo", "--repository-config", "$OUT/none"]),
    (0, &["plugin", "list"]),
    (1, &["plugin", "install", "x"]),
    (0, &["version"]),
    (1, &["version", "nosuch"]),
    (0, &["env", "HELM_NAMESPACE"]),
    (1, &["env", "HELM_NAMESPACE", "HELM_DEBUG"]),
    (0, &["completion", "bash"]),
    (1, &["completion", "nosuch"]),
    (0, &["help"]),
    (0, &["help", "template"]),
    (0, &["help", "nosuch"]),
    (1, &["help", "init"]),
    (0, &["eval", "istio-reader", "{{ 1 }}"]),
    (1, &["eval", "istio-reader", "{{ fail \"no\" }}"]),
    (0, &["explain", "istio-remote", "global.pilotEndpoint"]),
    (1, &["explain", "istio-remote", "--grep", "no such line"]),
    (0, &["diff", "istio-reader", "istio-reader"]),
    (0, &["diff", "istio-reader", "--new-namespace", "other"]),
    (
        0,
        &[
            "diff",
            "istio-reader",
            "istio-reader",
            "--detailed-exitcode",
        ],
    ),
    (1, &["diff", "istio-reader", "./nosuch"]),
    (
        1,
        &["diff", "istio-reader", "./nosuch", "--detailed-exitcode"],
    ),
    (
        2,
        &[
            "diff",
            "istio-reader",
            "--new-namespace",
            "other",
            "--detailed-exitcode",
        ],
    ),
    (0, &["validate", "istio-reader"]),
    (
        1,
        &[
            "validate",
            "istio-reader",
            "--skip-schema-validation",
            "--set",
            "nosuch=1",
        ],
    ),
    (
        0,
        &[
            "validate",
            "istio-reader",
            "--skip-schema-validation",
            "--set",
            "nosuch=1",
            "--fail-on",
            "duplicate-key,invalid-name",
        ],
    ),
    (
        0,
        &[
            "validate",
            "istio-reader",
            "--skip-schema-validation",
            "--set",
            "nosuch=1",
            "--fail-on",
            "error",
        ],
    ),
    (
        1,
        &[
            "validate",
            "istio-reader",
            "--skip-schema-validation",
            "--set",
            "nosuch=1",
            "--fail-on",
            "warning",
        ],
    ),
    (
        1,
        &[
            "validate",
            "istio-reader",
            "--skip-schema-validation",
            "--set",
            "nosuch=1",
            "--fail-on",
            "unknown-value",
        ],
    ),
    (2, &["validate", "istio-reader", "--fail-on", "nosuch"]),
    (2, &["validate", "./nosuch"]),
    (
        0,
        &[
            "validate",
            "istio-reader",
            "-o",
            "markdown",
            "--max-bytes",
            "0",
        ],
    ),
    (2, &["validate", "./nosuch", "--changed-since", "HEAD"]),
    (2, &["validate", "--nosuch"]),
    (0, &["charts"]),
    (1, &["charts", "export", "nosuch", "out"]),
    (0, &["multicluster"]),
    (
        1,
        &["multicluster", "join", "--control", "a", "--remote", "a"],
    ),
    (
        1,
        &["multicluster", "leave", "--control", "a", "--remote", "a"],
    ),
    (1, &["multicluster", "endpoints", "./nosuch"]),
    (0, &["man", "$OUT/man"]),
    (1, &["man", "/dev/null/man"]),
];

/// The statuses that the table gives each command.
fn table() -> Result<BTreeMap<String, BTreeSet<i32>>, Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/exit-status.md"))?;
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let mut table = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [command, ends @ ..] = &cells[..] else {
            return Err(row.into());
        };
        let columns = (0..).zip(ends).filter(|(_, end)| **end != "—");
        let statuses = columns.map(|(status, _)| status).collect();
        table.insert(command.trim_matches('`').to_owned(), statuses);
    }
    Ok(table)
}

#[test]
fn every_command_ends_as_the_table_says() -> Tested {
    let dir = tempfile::tempdir()?;
    let mut ends: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    for (status, args) in RUNS {
        let out = dir.path().display().to_string();
        let root = env!("CARGO_MANIFEST_DIR");
        let args = args
            .iter()
            .map(|arg| arg.replace("$OUT", &out).replace("$ROOT", root));
        let args: Vec<String> = args.collect();
        let mut rhelm = Command::new(env!("CARGO_BIN_EXE_rhelm"));
        rhelm.args(&args).current_dir(dir.path());
        rhelm
            .env("HOME", "/nonexistent")
            .env("HELM_DRIVER", "memory");
        let releases = Path::new(root).join("tests/docs/help/releases.yaml");
        let output = rhelm.env("HELM_MEMORY_DRIVER_DATA", releases).output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*status), "{args:?}: {stderr}");
        let command = args.first().ok_or("a run without a command")?;
        ends.entry(command.clone()).or_default().insert(*status);
    }
    assert_eq!(ends, table()?);
    Ok(())
}

#[test]
fn every_command_is_in_the_table() -> Tested {
    let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .arg("-h")
        .output()?;
    let help = String::from_utf8(output.stdout)?;
    let (_, commands) = help.split_once("Commands:\n").ok_or("no commands")?;
    let lines = commands.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    assert_eq!(names, table()?.into_keys().collect());
    Ok(())
}
