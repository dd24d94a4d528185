//! The project's own commands: record, parity, parity-diff, bench, dist, mutate, misspell, line-map, fuzz-diff,
//! fuzz-yaml, fuzz, fuzz-archives, value-flags, outputs, layers, cluster.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod cluster;
mod dist;
mod fuzz;
mod fuzz_archives;
mod fuzz_diff;
mod fuzz_yaml;
mod jobs;
mod judge;
mod layers;
mod line_map;
mod measure;
mod misspell;
mod mutate;
mod outputs;
mod parity;
mod parity_diff;
mod project;
mod record;
mod stdout;
mod value_flags;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes what real Helm answers into tests/golden and tests/vectors
    Record(record::Options),
    /// Renders charts with real Helm and with rhelm and compares bytes
    Parity(parity::Options),
    /// Compares charts' versions with helm-diff and with `rhelm diff` and compares bytes
    ParityDiff(parity_diff::Options),
    /// Measures real Helm and rhelm in turns
    Bench(bench::Options),
    /// Builds the static release file, target/dist/rhelm
    Dist,
    /// Renders charts with one byte deleted and reports crashes and hangs
    Mutate(mutate::Options),
    /// Misspells values' keys and counts how many rhelm validate finds
    Misspell(misspell::Options),
    /// Checks which template line made each line of charts' output
    LineMap(line_map::Options),
    /// Renders random snippets with the judges and with rhelm and compares
    FuzzDiff(fuzz_diff::Options),
    /// Reads and writes random YAML with the judges and with rhelm and compares
    FuzzYaml(fuzz_yaml::Options),
    /// Runs libFuzzer on the fuzz targets, one after the other
    Fuzz(fuzz::Options),
    /// Gives charts' archives with random changes to both Helms and to rhelm and compares
    FuzzArchives(fuzz_archives::Options),
    /// Gives random combinations of value flags to both Helms and to rhelm and compares
    ValueFlags(value_flags::Options),
    /// Tries what every command writes with devices, links, mounts and full disks in the file's place
    Outputs(outputs::Options),
    /// Checks that the crates know only those below them, as docs/architecture.md shows
    Layers(layers::Options),
    /// Tries the Istio charts and the multicluster guide on real API servers
    Cluster(cluster::Options),
}

fn main() -> ExitCode {
    if let Some(code) = measure::measuring_process() {
        return code;
    }
    let command = Cli::parse().command;
    stdout::printing(|| match run(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    })
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Record(options) => record::run(&options),
        Command::Parity(options) => parity::run(&options),
        Command::ParityDiff(options) => parity_diff::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Dist => dist::run(),
        Command::Mutate(options) => mutate::run(&options),
        Command::Misspell(options) => misspell::run(&options),
        Command::LineMap(options) => line_map::run(&options),
        Command::FuzzDiff(options) => fuzz_diff::run(&options),
        Command::FuzzYaml(options) => fuzz_yaml::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::FuzzArchives(options) => fuzz_archives::run(&options),
        Command::ValueFlags(options) => value_flags::run(&options),
        Command::Outputs(options) => outputs::run(&options),
        Command::Layers(options) => layers::run(&options),
        Command::Cluster(options) => cluster::run(&options),
    }
}
