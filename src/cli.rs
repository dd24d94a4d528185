//! The command line: one file per command, flag groups that commands share, terminal output. The
//! only part of the program that prints.

mod chart_argument;
mod csv;
mod flags;
mod helm_only;
mod output_dir;
mod template;
mod terminal;
mod usage;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::Failure;

/// Helm's chart rendering, byte for byte.
#[derive(Debug, Parser)]
#[command(
    name = "rhelm",
    version,
    about,
    after_help = "Examples:\n  \
        rhelm template istio-remote --set global.pilotEndpoint=10.1.2.3\n  \
        rhelm template my-release ./chart -f values.yaml | kubectl apply -f -",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Render a chart's templates and print the manifests
    Template(Box<template::Template>),
    /// What Helm does to a cluster: rhelm has no part in it.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// Runs the program on the given arguments, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = command();
    let parsed = command.try_get_matches_from_mut(&arguments);
    let outcome = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => match cli.command {
            Command::Template(template) => template.run(),
            Command::Other(words) => Err(helm_only::refuse(&words)),
        },
        Err(error) => usage::report(&error, &arguments, &mut command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// The command line's definition. A flag that takes a value takes the next argument whatever it
/// looks like, as Helm's flag parser (pflag) does: `-f -,more.yaml`.
fn command() -> clap::Command {
    let greedy = |arg: clap::Arg| match arg.get_action() {
        ArgAction::Set | ArgAction::Append if !arg.is_positional() => arg.allow_hyphen_values(true),
        _ => arg,
    };
    Cli::command().mut_subcommands(|command| command.mut_args(greedy))
}

/// What a command ends in.
type Outcome = Result<(), Failure>;
