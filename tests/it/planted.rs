//! Mistakes and hazards planted into a chart of our own, one at a time: each is found, by its rule, at its line.

use recorded::planted::{VALUES, dir, read};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn rhelm(arguments: &[&Path], flags: &[String]) -> Result<Value, Box<dyn std::error::Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let output = command
        .args(arguments)
        .args(flags)
        .args(["-o", "json"])
        .output()?;
    let read = serde_json::from_slice(&output.stdout);
    read.map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The flags for the values files beside a chart.
fn values_flags(chart: &Path) -> Vec<String> {
    let paths = VALUES.iter().map(|values| chart.with_file_name(values));
    let paths = paths.filter(|path| path.exists());
    paths
        .flat_map(|path| ["-f".to_owned(), path.display().to_string()])
        .collect()
}

/// A finding: rule, file or flag, line.
type Mistake = (String, String, u64);

/// The findings of `rhelm validate`.
fn mistakes(chart: &Path, flags: &[String]) -> Result<Vec<Mistake>, Box<dyn std::error::Error>> {
    let flags = [flags, &values_flags(chart)].concat();
    let findings = rhelm(&[Path::new("validate"), chart], &flags)?;
    let list = findings.as_array().cloned().unwrap_or_default();
    let text = |one: &Value, key: &str| {
        one.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mistakes = list.iter().map(|one| {
        let line = one.get("line").and_then(Value::as_u64).unwrap_or_default();
        let place = text(one, "file") + &text(one, "flag");
        (text(one, "rule"), place, line)
    });
    Ok(mistakes.collect())
}

#[test]
fn mistakes_are_found_at_their_lines() -> Tested {
    assert_eq!(
        mistakes(&dir().join("web"), &[])?,
        [],
        "the chart has no mistake of its own"
    );
    let mut missed = Vec::new();
    for planted in read("mistakes.toml", "mistake")? {
        let copy = planted.plant()?;
        let rule = planted.text("rule").ok_or("no rule")?;
        let file = planted
            .text("in")
            .or(planted.text("file"))
            .unwrap_or_default();
        let mistakes = mistakes(&copy.path().join("web"), &planted.flags)?;
        if let Some(flag) = planted.text("flag") {
            if !mistakes
                .iter()
                .any(|(id, place, _)| id == rule && place == flag)
            {
                missed.push(format!(
                    "{}: {rule} at --{flag}, but {mistakes:?}",
                    planted.name()
                ));
            }
            continue;
        }
        let at = planted
            .text("at")
            .or(planted.text("put"))
            .unwrap_or_default();
        let at = at.lines().next_back().unwrap_or_default();
        let above = if VALUES.contains(&file) { "" } else { "web" };
        let text = fs::read_to_string(copy.path().join(above).join(file))?;
        let lines = text
            .lines()
            .zip(1_u64..)
            .filter(|(line, _)| line.contains(at));
        let lines: Vec<u64> = lines.map(|(_, number)| number).collect();
        let is_found = mistakes
            .iter()
            .any(|(id, place, line)| id == rule && place.ends_with(file) && lines.contains(line));
        if !is_found {
            missed.push(format!(
                "{}: {rule} at {file}:{lines:?}, but {mistakes:?}",
                planted.name()
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}

/// The rules that find something, and the number of resources that change.
fn hazards(
    old: &Path,
    new: &Path,
    flags: &[String],
) -> Result<(Vec<String>, usize), Box<dyn std::error::Error>> {
    let diff = rhelm(&[Path::new("diff"), old, new], flags)?;
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let resources = list(&diff, "resources");
    let findings = resources
        .iter()
        .flat_map(|resource| list(resource, "findings"));
    let findings = findings.chain(list(&diff, "findings"));
    let rules = findings.filter_map(|finding| Some(finding.get("rule")?.as_str()?.to_owned()));
    Ok((rules.collect(), resources.len()))
}

#[test]
fn hazards_are_found() -> Tested {
    let chart = dir().join("web");
    let mut missed = Vec::new();
    for planted in read("hazards.toml", "hazard")? {
        let copy = planted.plant()?;
        let changed = copy.path().join("web");
        let (old, new) = match planted.is_back {
            true => (&changed, &chart),
            false => (&chart, &changed),
        };
        let rule = planted.text("rule").ok_or("no rule")?;
        let flags = [&planted.flags[..], &values_flags(&changed)].concat();
        let (rules, _) = hazards(old, new, &flags)?;
        if !rules.iter().any(|id| id == rule) {
            missed.push(format!("{}: {rule}, but {rules:?}", planted.name()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}

#[test]
fn what_says_the_same_is_no_change() -> Tested {
    let chart = dir().join("web");
    for planted in read("hazards.toml", "same")? {
        let copy = planted.plant()?;
        let hazards = hazards(&chart, &copy.path().join("web"), &[])?;
        assert_eq!(hazards, (Vec::new(), 0), "{}", planted.name());
    }
    Ok(())
}
