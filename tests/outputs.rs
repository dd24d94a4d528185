//! Every output of every command, with everything that can be in the file's place: what a command writes is
//! whole, or everything is as it was before; and what is no regular file is still there afterwards.
//!
//! `cargo test --test outputs` tries what every user may make. `cargo xtask outputs` runs the same as root, with
//! devices, mounts, immutable files and full disks, on a `/dev` of its own.

#[cfg(unix)]
#[path = "outputs/commands.rs"]
mod commands;
#[cfg(unix)]
#[path = "outputs/places.rs"]
mod places;
#[cfg(unix)]
#[path = "outputs/trial.rs"]
mod trial;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    #[cfg(unix)]
    let trials = trial::all();
    #[cfg(not(unix))]
    let trials = Vec::new();
    libtest_mimic::run(&arguments, trials).exit_code()
}
