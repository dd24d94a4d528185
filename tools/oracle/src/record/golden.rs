//! Recording `tests/golden`: each run with each major's `helm`, twice to see that it is steady.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use recorded::Major;
use recorded::golden::{CASE_FILE, Case, Plugin, Recorded, read_cases};

use super::{Options, Tally};
use project::{parallel, say};

/// Records every run of every case that the filter lets through.
pub(super) fn record(golden: &Path, options: &Options, tally: &mut Tally) -> Result<()> {
    let cases = read_cases(golden)?;
    let mut selection = Vec::new();
    for case in &cases {
        for (run, command) in &case.runs {
            if command.plugin.is_some() && options.without_plugins {
                continue;
            }
            if format!("golden/{}/{run}", case.name).contains(&options.filter) {
                selection.push((case, run.as_str()));
            }
        }
    }
    let outcomes = parallel::run(options.jobs, &selection, |(case, run)| ask(case, run));
    for ((case, run), outcome) in selection.iter().zip(outcomes) {
        let outcome = outcome.with_context(|| format!("{}/{run}", case.name))?;
        tally.asked += outcome.answers.len();
        for major in outcome.unsteady {
            tally.refused.push(format!(
                "{}/{run}: Helm {major} prints something else each time",
                case.name
            ));
        }
        write(case, run, &outcome.answers, options, tally)?;
    }
    for case in &cases {
        remove_leftovers(case, options, tally)?;
    }
    Ok(())
}

struct Answers {
    answers: Vec<(Major, Recorded)>,
    unsteady: Vec<Major>,
}

fn ask(case: &Case, run: &str) -> Result<Answers> {
    let mut answers = Answers {
        answers: Vec::new(),
        unsteady: Vec::new(),
    };
    let Some(command) = case.runs.get(run) else {
        return Ok(answers);
    };
    for major in command.majors() {
        let helm = project::helm(major)?;
        let helm_bin = helm.to_string_lossy();
        let (oracle, env) = match command.plugin {
            Some(Plugin::HelmDiff | Plugin::HelmDiffCommands) => {
                (project::helm_diff()?, vec![("HELM_BIN", &*helm_bin)])
            }
            None => (helm.clone(), Vec::new()),
        };
        let execute = || case.execute(command, &oracle, command.lead_of_oracle(), &env);
        let answer = execute()?;
        if answer.complaint(&execute()?).is_some() {
            answers.unsteady.push(major);
        }
        answers.answers.push((major, answer));
    }
    Ok(answers)
}

fn write(
    case: &Case,
    run: &str,
    answers: &[(Major, Recorded)],
    options: &Options,
    tally: &mut Tally,
) -> Result<()> {
    // What is compared decides: warnings in another order are no reason to write a file again.
    let steady = answers
        .iter()
        .all(|(major, answer)| match case.recorded(run, *major) {
            Ok(Some(recorded)) => recorded.complaint(answer).is_none(),
            _ => false,
        });
    if steady {
        return Ok(());
    }
    let same = answers
        .windows(2)
        .all(|pair| pair[0].1.complaint(&pair[1].1).is_none());
    let shared = answers
        .first()
        .filter(|_| same)
        .map(|(_, answer)| answer.print());
    tally.write(options, &case.shared_file(run), shared.as_deref())?;
    for major in Major::ALL {
        let own = answers
            .iter()
            .find(|(of, _)| *of == major && !same)
            .map(|(_, answer)| answer.print());
        tally.write(options, &case.major_file(run, major), own.as_deref())?;
    }
    Ok(())
}

/// Removes what was recorded for runs that are gone.
fn remove_leftovers(case: &Case, options: &Options, tally: &mut Tally) -> Result<()> {
    for entry in fs::read_dir(&case.dir)? {
        let file = entry?.path();
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let Some(stem) = name.strip_suffix(".out") else {
            continue;
        };
        let run = stem
            .strip_suffix(".v3")
            .or_else(|| stem.strip_suffix(".v4"))
            .unwrap_or(stem);
        if name != CASE_FILE && !case.runs.contains_key(run) && !case.runs.contains_key(stem) {
            tally.write(options, &file, None)?;
        }
    }
    Ok(())
}

/// Prints the runs whose name contains `filter`: case, run, arguments, majors, and whether it is nothing but a command line.
pub(super) fn list(golden: &Path, filter: &str) -> Result<()> {
    for case in &read_cases(golden)? {
        for (run, command) in &case.runs {
            if !format!("golden/{}/{run}", case.name).contains(filter) {
                continue;
            }
            let majors = command.majors().into_iter().map(Major::number);
            say!(
                "{}",
                serde_json::json!({
                    "case": case.name,
                    "run": run,
                    "args": command.args,
                    "majors": majors.collect::<Vec<_>>(),
                    "isPlain": command.is_plain(),
                })
            );
        }
    }
    Ok(())
}
