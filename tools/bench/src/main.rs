//! Time and memory, of rhelm and of Helm.

#![allow(clippy::print_stderr)]

mod bench;
mod load;
mod measure;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use project::commands;

#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(about = commands::about("bench"))]
    Bench(bench::Options),
}

fn main() -> ExitCode {
    if let Some(code) = measure::measuring_process().or_else(load::spinning_process) {
        return code;
    }
    commands::run(|| match Cli::parse().command {
        Command::Bench(options) => bench::run(&options),
    })
}
