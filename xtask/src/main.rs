//! The project's own commands: the release file and the table of crates here, all others in the programs below `tools/`,
//! which are built and run.

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod dist;
mod layers;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, Subcommand};
use project::commands::{self, COMMANDS};

#[derive(Subcommand)]
enum Own {
    /// Builds the static release file, target/dist/rhelm
    Dist(dist::Options),
    /// Checks that the crates know only those below them, as docs/architecture.md shows
    Layers(layers::Options),
}

/// The name of a command's arguments, which its program reads.
const ARGUMENTS: &str = "arguments";

fn command_line() -> clap::Command {
    let others = COMMANDS.iter().map(|command| {
        let arguments = Arg::new(ARGUMENTS)
            .value_parser(clap::value_parser!(OsString))
            .action(ArgAction::Append)
            .num_args(0..)
            .allow_hyphen_values(true)
            .trailing_var_arg(true);
        clap::Command::new(command.name)
            .about(command.about)
            .disable_help_flag(true)
            .arg(arguments)
    });
    let command = clap::Command::new("xtask")
        .bin_name("cargo xtask")
        .about("The project's own commands")
        .subcommand_required(true)
        .arg_required_else_help(true);
    Own::augment_subcommands(command).subcommands(others)
}

fn main() -> ExitCode {
    let matches = command_line().get_matches();
    commands::run(|| run(&matches))
}

fn run(matches: &ArgMatches) -> Result<ExitCode> {
    if let Some((name, arguments)) = matches.subcommand()
        && let Some(command) = COMMANDS.iter().find(|command| command.name == name)
    {
        let arguments = arguments.get_many::<OsString>(ARGUMENTS);
        let mut program = std::process::Command::new(project::program(command.package)?);
        let status = program
            .arg(name)
            .args(arguments.into_iter().flatten())
            .status();
        let status = status.with_context(|| format!("cannot run {}", command.package))?;
        // A program that a signal ended has no status.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return Ok(code.map_or(ExitCode::FAILURE, ExitCode::from));
    }
    match Own::from_arg_matches(matches)? {
        Own::Dist(options) => dist::run(&options),
        Own::Layers(options) => layers::run(&options),
    }
}
