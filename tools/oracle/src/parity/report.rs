//! Telling what a comparison came to: grouped differences, and outputs on disk to look at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use recorded::compare::diff;
use recorded::process::Outcome;

use super::reference::Reference;
use super::{Compared, Subject};
use project::say;
use recorded::verdict::Verdict;

/// Prints what Helm varies, the commonest differences, and the sum.
pub(super) fn print(compared: &[Compared], most: usize) -> Result<()> {
    let mut causes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut varying = Vec::new();
    for Compared { name, verdict, .. } in compared {
        match verdict {
            Verdict::Identical => {}
            Verdict::IdenticalButVarying(lines) => varying.push((name, lines)),
            Verdict::Differs { cause, .. } => causes.entry(cause).or_default().push(name),
        }
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    if !causes.is_empty() {
        say!("\ndiffering  first difference");
    }
    for (cause, names) in causes.iter().take(most) {
        let examples: Vec<&str> = names.iter().take(3).copied().collect();
        let more = if names.len() > 3 { ", …" } else { "" };
        say!(
            "{:6}  {cause}\n        in {}{more}",
            names.len(),
            examples.join(", ")
        );
    }
    if causes.len() > most {
        say!("        and {} other differences", causes.len() - most);
    }
    if !causes.is_empty() {
        say!(
            "\nboth outputs and their diff are in {}",
            folder().display()
        );
    }
    let identical = compared
        .iter()
        .filter(|compared| compared.verdict.is_identical())
        .count();
    if !varying.is_empty() {
        let text: String = varying
            .iter()
            .map(|(name, lines)| format!("{name}: {lines} lines vary\n"))
            .collect();
        let file = folder().join("varying.txt");
        fs::create_dir_all(folder())?;
        fs::write(&file, text)?;
        say!(
            "{} are identical but for lines that Helm itself varies ({})",
            varying.len(),
            file.display()
        );
    }
    print_collections(compared);
    let errors = compared
        .iter()
        .filter(|compared| !compared.rendered)
        .count();
    if errors > 0 {
        say!("Helm ends in an error for {errors} of them");
    }
    say!("identical {identical} of {}", compared.len());
    Ok(())
}

/// The sums of each repository, where there are several.
fn print_collections(compared: &[Compared]) {
    let mut collections: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for Compared {
        collection,
        verdict,
        ..
    } in compared
    {
        let (identical, all) = collections.entry(collection).or_default();
        *identical += usize::from(verdict.is_identical());
        *all += 1;
    }
    let majors = collections.keys().filter_map(|name| name.split_once(' '));
    let several = majors
        .map(|(_, repository)| repository)
        .collect::<BTreeSet<_>>()
        .len()
        > 1;
    if several {
        for (collection, (identical, all)) in collections {
            say!("{identical:5} of {all:<5} {collection}");
        }
    }
}

fn folder() -> PathBuf {
    project::target().join("parity")
}

/// Writes both outputs and a diff to `target/parity/<subject>/` when they differ; removes what an
/// earlier comparison left there when they do not.
pub(super) fn keep_outputs(
    subject: &Subject,
    reference: &Reference,
    actual: &Outcome,
    verdict: &Verdict,
) -> Result<()> {
    let folder = subject
        .name
        .replace([' ', '/'], "_")
        .replace(['[', ']'], "");
    let dir = project::target().join("parity").join(folder);
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let (Verdict::Differs { cause, .. }, Some(helm)) = (verdict, reference.outcomes.first()) else {
        return Ok(());
    };
    fs::create_dir_all(&dir)?;
    let command = format!(
        "cd {} && RHELM_HELM_VERSION={} rhelm {}\n{cause}\n",
        subject.chart.dir.display(),
        subject.major.number(),
        subject.args.join(" ")
    );
    fs::write(dir.join("command"), command)?;
    for (name, expected, got) in [
        ("stdout", &helm.stdout, &actual.stdout),
        ("stderr", &helm.stderr, &actual.stderr),
    ] {
        fs::write(dir.join(format!("helm.{name}")), expected)?;
        fs::write(dir.join(format!("rhelm.{name}")), got)?;
        fs::write(dir.join(format!("{name}.diff")), diff(expected, got, 5000))?;
    }
    Ok(())
}
