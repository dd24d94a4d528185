//! Tests in a process of their own, and programs that tests make.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;
use std::{env, io};

/// The test that a process was started for.
const ALONE: &str = "RHELM_TEST_ALONE";

/// Runs the body of the test called `name` (`module::function`) in a process that runs nothing else.
pub(crate) fn alone(name: &str, body: impl FnOnce()) {
    if env::var_os(ALONE).is_some_and(|test| test == name) {
        return body();
    }
    let mut command = Command::new(env::current_exe().unwrap());
    let command = command.args(["--exact", name, "--nocapture"]);
    let output = command.env(ALONE, name).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let has_run = text.contains("1 passed");
    assert!(output.status.success() && has_run, "{text}");
}

/// Writes a script that can be run at once. A shell writes it: other tests start programs at any moment, which hold
/// for an instant what this process has open, and what is open for writing cannot be run.
#[cfg(unix)]
pub(crate) fn write_program(path: &Path, script: &str) -> io::Result<()> {
    let mut command = Command::new("sh");
    let command = command.args(["-c", "printf %s \"$2\" > \"$1\" && chmod +x \"$1\"", "sh"]);
    match command.arg(path).arg(script).status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other("the program cannot be written")),
    }
}
