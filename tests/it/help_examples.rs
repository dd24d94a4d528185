//! Every example of every command's `--help`: it is run, and must succeed.
//!
//! Each example runs in a copy of `tests/docs/help` of its own, after `setup.sh` and what [`PREPARED`] lists, where
//! `kubectl` and `helm` are those of `tests/docs/bin`. [`NOT_RUN`] lists what is not run, [`STATUS`] what ends with
//! another exit status than 0, with the reasons.
#![cfg(unix)]

use crate::docs::{root, shell};
use std::collections::BTreeSet;
use std::error::Error;

type Tested = Result<(), Box<dyn Error>>;

/// Examples that are not run: how they begin, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("rhelm completion zsh", "the variable fpath is zsh's"),
    ("rhelm completion powershell", "it needs PowerShell"),
    ("rhelm install web ./chart -n", "it needs a cluster"),
    ("rhelm install web ./chart -f", "it needs a cluster"),
    ("rhelm install web ./chart --diff", "it needs a cluster"),
    ("rhelm diff release:web --live", "it needs a cluster"),
    ("rhelm diff upgrade", "it needs a cluster"),
    ("rhelm release adopt", "it needs a cluster"),
    ("rhelm release map-apis web -n", "it needs a cluster"),
    ("rhelm list -A", "it needs a cluster"),
    ("rhelm multicluster join", "it needs two clusters"),
    ("rhelm multicluster leave", "it needs two clusters"),
    (
        "rhelm multicluster endpoints --kube-context",
        "it needs a cluster",
    ),
    (
        "rhelm multicluster kubeconfig east --context east --service-account",
        "it needs a cluster",
    ),
    (
        "rhelm multicluster secret east --kube-context",
        "it needs a cluster",
    ),
    ("rhelm package ./chart --sign", "it needs a key"),
    ("rhelm pull", "it needs a network"),
    ("rhelm push", "it needs a network"),
    (
        "echo \"$TOKEN\" | rhelm registry login",
        "it needs a network",
    ),
    ("rhelm registry login", "it needs a network"),
    ("rhelm repo add", "it needs a network"),
    ("rhelm repo update", "it needs a network"),
    ("rhelm repo remove", "no repository was added"),
    ("rhelm search repo", "no repository was added"),
    ("rhelm uninstall web api", "there is one release"),
    (
        "rhelm delete --purge istio-remote",
        "there is no such release",
    ),
    ("rhelm upgrade", "it needs a cluster"),
    ("rhelm verify", "it needs a key"),
    ("rhelm man . && man", "it needs a reader of man pages"),
];

/// Examples that find something: how they begin, the exit status, and why.
const STATUS: &[(&str, i32, &str)] = &[(
    "rhelm diff git:main:charts/web charts/web --detailed-exitcode",
    2,
    "something has changed",
)];

/// Files that some examples read and others write: their contents, and the command before them.
const PREPARED: &[(&str, &str)] = &[
    (
        "--kubeconfig east",
        "rhelm multicluster kubeconfig east --token-secret secret.yaml",
    ),
    (
        "-f endpoints.yaml",
        "rhelm multicluster endpoints pods.json > endpoints.yaml",
    ),
];

/// The words that an example may begin with: a line that begins otherwise is the rest of one that was too long.
const PROGRAMS: &[&str] = &["rhelm", "helm", "kubectl", "echo", "source"];

/// The help of a command, and the commands below it.
fn help(command: &str) -> Result<(String, Vec<String>), Box<dyn Error>> {
    let (status, text) = shell(&format!("{command} --help"), root())?;
    assert_eq!(status, 0, "{command}: {text}");
    let lines = text.lines().skip_while(|line| *line != "Commands:");
    let names = lines.skip(1).take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let below = names.filter(|name| !name.is_empty() && *name != "help");
    let below = below.map(|name| format!("{command} {name}")).collect();
    Ok((text, below))
}

/// All commands with their help.
fn commands() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut commands = Vec::new();
    let mut open = vec!["rhelm help".to_owned(), "rhelm".to_owned()];
    while let Some(command) = open.pop() {
        let (text, below) = help(&command)?;
        open.extend(below);
        commands.push((command, text));
    }
    Ok(commands)
}

/// The examples of a help text, without what is said of them in brackets.
fn examples(help: &str) -> Vec<&str> {
    let lines = help.lines().skip_while(|line| *line != "Examples:");
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    lines
        .map(|line| line.split("    (").next().unwrap_or(line).trim())
        .collect()
}

/// Runs an example where all that it names is there.
fn run(example: &str) -> Result<(i32, String), Box<dyn Error>> {
    let scene = tempfile::tempdir()?;
    recorded::directory::copy(&root().join("tests/docs/help"), scene.path())?;
    let prepared = PREPARED.iter().filter(|(part, _)| example.contains(part));
    let before: Vec<&str> = prepared.map(|(_, command)| *command).collect();
    let setup = format!("sh ./setup.sh\n{}", before.join("\n"));
    let (status, output) = shell(&setup, scene.path())?;
    assert_eq!(status, 0, "before {example}: {output}");
    let releases = "HELM_DRIVER=memory HELM_MEMORY_DRIVER_DATA=releases.yaml";
    shell(
        &format!("export HOME=\"$PWD\" {releases}\n{example}"),
        scene.path(),
    )
}

#[test]
fn examples_succeed() -> Tested {
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for (command, help) in commands()? {
        let examples = examples(&help);
        if examples.is_empty() {
            wrong.push(format!("{command} --help has no examples"));
        }
        for example in examples {
            let program = example.split(' ').next().unwrap_or_default();
            if !PROGRAMS.contains(&program) {
                wrong.push(format!("{command} --help: {example:?} is no command"));
                continue;
            }
            if let Some((start, _)) = NOT_RUN.iter().find(|(start, _)| example.starts_with(start)) {
                used.insert(*start);
                continue;
            }
            let special = STATUS.iter().find(|(start, ..)| example.starts_with(start));
            used.extend(special.map(|(start, ..)| *start));
            let expected = special.map_or(0, |(_, status, _)| *status);
            let (status, output) = run(example)?;
            if status != expected {
                wrong.push(format!(
                    "{command} --help: {example}\nends with {status}:\n{output}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let tables = NOT_RUN.iter().map(|(start, _)| *start);
    for start in tables.chain(STATUS.iter().map(|(start, ..)| *start)) {
        assert!(used.contains(start), "no example begins with {start:?}");
    }
    Ok(())
}

/// `--help` fits a page of 100 columns, whatever flags a command has.
#[test]
fn help_fits_a_page() -> Tested {
    for (command, text) in commands()? {
        let lines = text.lines().count();
        assert!(lines <= 66, "{command} --help has {lines} lines");
    }
    Ok(())
}
