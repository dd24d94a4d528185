//! Real Helm's answers: recorded beside the tests, and compared with those of rhelm.

mod fuzz_archives;
mod fuzz_diff;
mod fuzz_yaml;
mod oracle;
mod parity;
mod parity_diff;
mod record;
mod value_flags;

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
    #[command(about = commands::about("record"))]
    Record(record::Options),
    #[command(about = commands::about("parity"))]
    Parity(parity::Options),
    #[command(about = commands::about("parity-diff"))]
    ParityDiff(parity_diff::Options),
    #[command(about = commands::about("fuzz-diff"))]
    FuzzDiff(fuzz_diff::Options),
    #[command(about = commands::about("fuzz-yaml"))]
    FuzzYaml(fuzz_yaml::Options),
    #[command(about = commands::about("fuzz-archives"))]
    FuzzArchives(fuzz_archives::Options),
    #[command(about = commands::about("value-flags"))]
    ValueFlags(value_flags::Options),
}

fn main() -> ExitCode {
    commands::run(|| match Cli::parse().command {
        Command::Record(options) => record::run(&options),
        Command::Parity(options) => parity::run(&options),
        Command::ParityDiff(options) => parity_diff::run(&options),
        Command::FuzzDiff(options) => fuzz_diff::run(&options),
        Command::FuzzYaml(options) => fuzz_yaml::run(&options),
        Command::FuzzArchives(options) => fuzz_archives::run(&options),
        Command::ValueFlags(options) => value_flags::run(&options),
    })
}
