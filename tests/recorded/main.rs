//! Tests of what is recorded from real Helm, and of what must hold for every output of every command: one test
//! for each, made from files and tables.
//!
//! `golden/CASE/RUN/v4` is a run of `tests/golden`, `vectors/FILE/NAME/v4` a snippet of `tests/vectors`,
//! `outputs/OUTPUT/PLACE` a file that a command writes where something is already. `RHELM_TEST_ONLY=outputs` (or
//! another of these) leaves out the others.

mod golden;
#[cfg(unix)]
mod outputs;
mod vectors;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

/// Names the only kind of tests to run.
const ONLY: &str = "RHELM_TEST_ONLY";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let only = std::env::var(ONLY).unwrap_or_default();
    let mut trials = Vec::new();
    let mut add = |kind: &str, list: fn() -> Vec<Trial>| {
        if only.is_empty() || only == kind {
            trials.extend(list());
        }
    };
    add("golden", golden::trials);
    add("vectors", vectors::trials);
    #[cfg(unix)]
    add("outputs", outputs::trials);
    libtest_mimic::run(&arguments, trials).exit_code()
}
