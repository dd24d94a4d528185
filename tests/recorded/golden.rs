//! Runs `rhelm` over the cases of `tests/golden` and compares bytes with what real Helm printed.
//!
//! One test per case, run and major, called `golden/case/run/v4`. `cargo xtask record` writes the
//! expectations; `docs/testing.md` tells how to add a case.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use recorded::Major;
use recorded::golden::{Case, read_cases};

pub(crate) fn trials() -> Vec<Trial> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    match read_cases(&golden) {
        Ok(cases) => trials_of(cases),
        Err(error) => {
            let message = format!("{error:#}");
            let trial = Trial::test("golden can be read", || Err(Failed::from(message)));
            vec![trial]
        }
    }
}

fn trials_of(cases: Vec<Case>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for case in cases.into_iter().map(Arc::new) {
        let compared = case.runs.iter().filter(|(_, command)| command.compared);
        for (run, command) in compared {
            for major in command.majors() {
                let name = format!("golden/{}/{run}/{major}", case.name);
                let (case, run) = (Arc::clone(&case), run.clone());
                let trial = Trial::test(name, move || check(&case, &run, major));
                trials.push(trial.with_ignored_flag(command.pending.is_some()));
            }
        }
    }
    trials
}

fn check(case: &Case, run: &str, major: Major) -> Result<(), Failed> {
    let recorded = case
        .recorded(run, major)
        .map_err(|error| format!("{error:#}"))?;
    let Some(expected) = recorded else {
        return Err("nothing is recorded: run `cargo xtask record`".into());
    };
    let Some(command) = case.runs.get(run) else {
        return Err("no such run".into());
    };
    let rhelm = Path::new(env!("CARGO_BIN_EXE_rhelm"));
    let version = major.number().to_string();
    let actual = case
        .execute(
            command,
            rhelm,
            command.lead_of_rhelm(),
            &[("RHELM_HELM_VERSION", version.as_str())],
        )
        .map_err(|error| format!("{error:#}"))?;
    match expected.complaint(&actual) {
        None => Ok(()),
        Some(complaint) => Err(format!("helm {}\n{complaint}", command.args.join(" ")).into()),
    }
}
