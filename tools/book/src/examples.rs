//! A finding of each rule: what the tests in `tests/cmd` say that the program prints, else what it says of the mistakes and
//! hazards in `tests/planted`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use recorded::planted::{self, Planted};

/// Findings by rule, the shortest of each.
pub(crate) struct Examples {
    findings: BTreeMap<String, String>,
    changes: BTreeMap<String, String>,
}

/// The words before a rule's name in a finding of `validate`.
const SEVERITIES: [&str; 2] = ["error[", "warning["];

impl Examples {
    /// Reads the tests' outputs, and runs the program over what is planted.
    pub(crate) fn read(rhelm: &Path) -> Result<Examples> {
        let mut examples = Examples {
            findings: BTreeMap::new(),
            changes: BTreeMap::new(),
        };
        for entry in fs::read_dir(project::root().join("tests/cmd"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == "trycmd") {
                let text = fs::read_to_string(path)?;
                keep_findings(&mut examples.findings, &text);
                for rule in diff::rules() {
                    keep_change(&mut examples.changes, &text, rule.id);
                }
            }
        }
        // What they have not, the program is asked for.
        for planted in planted::read("mistakes.toml", "mistake")? {
            let rule = planted.text("rule").context("no rule")?;
            if !examples.findings.contains_key(rule) {
                let output = mistake(rhelm, &planted)?;
                keep_findings(&mut examples.findings, &output);
            }
        }
        for planted in planted::read("hazards.toml", "hazard")? {
            let rule = planted.text("rule").context("no rule")?;
            if !examples.changes.contains_key(rule) {
                let output = hazard(rhelm, &planted)?;
                keep_change(&mut examples.changes, &output, rule);
            }
        }
        Ok(examples)
    }

    /// A finding of a rule of `validate`.
    pub(crate) fn finding(&self, rule: &str) -> Option<&str> {
        self.findings.get(rule).map(String::as_str)
    }

    /// A change with the finding of a rule of `diff`.
    pub(crate) fn change(&self, rule: &str) -> Option<&str> {
        self.changes.get(rule).map(String::as_str)
    }
}

/// The report of a mistake.
fn mistake(rhelm: &Path, planted: &Planted) -> Result<String> {
    let copy = planted.plant()?;
    let mut arguments = vec!["validate".to_owned(), "web".to_owned()];
    arguments.extend(planted.flags.iter().cloned());
    arguments.extend(values_flags(copy.path()));
    output(rhelm, &arguments, copy.path())
}

/// The report of a hazard's change, with the lines that changed alone.
fn hazard(rhelm: &Path, planted: &Planted) -> Result<String> {
    let copy = planted.plant()?;
    let chart = planted::dir().join("web");
    recorded::directory::copy(&chart, &copy.path().join("chart"))?;
    let sides = match planted.is_back {
        true => ["web", "chart"],
        false => ["chart", "web"],
    };
    let mut arguments = vec!["diff".to_owned(), "-C".to_owned(), "0".to_owned()];
    arguments.extend(sides.map(str::to_owned));
    arguments.extend(planted.flags.iter().cloned());
    arguments.extend(values_flags(copy.path()));
    output(rhelm, &arguments, copy.path())
}

/// The flags for the values files that a change comes with.
fn values_flags(dir: &Path) -> Vec<String> {
    let files = planted::VALUES
        .iter()
        .filter(|file| dir.join(file).exists());
    files
        .flat_map(|file| ["-f".to_owned(), (*file).to_owned()])
        .collect()
}

fn output(rhelm: &Path, arguments: &[String], dir: &Path) -> Result<String> {
    let output = Command::new(rhelm)
        .args(arguments)
        .current_dir(dir)
        .env_remove("KUBECONFIG")
        .env("HOME", "/nonexistent")
        .output()
        .with_context(|| format!("cannot run {}", rhelm.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Keeps the shortest finding of each rule in a report of `validate`: it reaches from its first line to the
/// next finding or the sum.
fn keep_findings(kept: &mut BTreeMap<String, String>, report: &str) {
    let mut current: Option<(String, String)> = None;
    for line in report.lines().chain([""]) {
        let start = SEVERITIES.iter().find_map(|word| line.strip_prefix(word));
        let rule = start
            .and_then(|rest| rest.split_once("]: "))
            .map(|(rule, _)| rule);
        let is_end = line.is_empty();
        if (is_end || rule.is_some())
            && let Some((rule, text)) = current.take()
        {
            keep(kept, rule, text);
        }
        match (rule, &mut current) {
            (Some(rule), _) => current = Some((rule.to_owned(), format!("{line}\n"))),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
}

/// Keeps a resource's change with the finding of a rule, or a finding that belongs to none, if it is the shortest one.
fn keep_change(kept: &mut BTreeMap<String, String>, report: &str, rule: &str) {
    let mark = format!("[{rule}]");
    let mut block: Vec<&str> = Vec::new();
    for line in report.lines().chain(["x has changed:"]) {
        let is_head = !line.starts_with([' ', '!', '+', '-', '.', '$', '?']) && line.ends_with(':');
        if is_head || line.starts_with("Plan:") || line.starts_with('$') {
            if block
                .iter()
                .any(|line| line.starts_with('!') && line.contains(&mark))
            {
                keep(kept, rule.to_owned(), change(&block, &mark));
            }
            block.clear();
        }
        // A command belongs to no change.
        if !line.starts_with('$') {
            block.push(line);
        }
    }
}

/// The lines of a change: its head, the rule's finding, and what changed.
fn change(block: &[&str], mark: &str) -> String {
    let lines = block.iter().filter(|line| match line.as_bytes().first() {
        Some(b'!') => line.contains(mark),
        Some(b'.') | None => false,
        _ => true,
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Keeps a text if it is shorter than the one that is there.
fn keep(kept: &mut BTreeMap<String, String>, rule: String, text: String) {
    let is_shorter = kept.get(&rule).is_none_or(|old| text.len() < old.len());
    if is_shorter {
        kept.insert(rule, text);
    }
}
