//! rhelm from end to end: hostile inputs and outputs, real charts, real API servers.

mod cluster;
mod fuzz;
mod line_map;
mod misspell;
mod mutate;
mod outputs;
mod sources;

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
    #[command(about = commands::about("mutate"))]
    Mutate(mutate::Options),
    #[command(about = commands::about("misspell"))]
    Misspell(misspell::Options),
    #[command(about = commands::about("line-map"))]
    LineMap(line_map::Options),
    #[command(about = commands::about("fuzz"))]
    Fuzz(fuzz::Options),
    #[command(about = commands::about("outputs"))]
    Outputs(outputs::Options),
    #[command(about = commands::about("sources"))]
    Sources(sources::Options),
    #[command(about = commands::about("cluster"))]
    Cluster(cluster::Options),
}

fn main() -> ExitCode {
    commands::run(|| match Cli::parse().command {
        Command::Mutate(options) => mutate::run(&options),
        Command::Misspell(options) => misspell::run(&options),
        Command::LineMap(options) => line_map::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Outputs(options) => outputs::run(&options),
        Command::Sources(options) => sources::run(&options),
        Command::Cluster(options) => cluster::run(&options),
    })
}
