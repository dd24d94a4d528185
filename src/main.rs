//! The `rhelm` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    rhelm::cli::run(std::env::args_os())
}
