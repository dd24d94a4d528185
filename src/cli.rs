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

use clap::{CommandFactory, Parser, Subcommand};
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
    let outcome = match Cli::try_parse_from(&arguments) {
        Ok(cli) => match cli.command {
            Command::Template(template) => template.run(),
            Command::Other(words) => Err(helm_only::refuse(&words)),
        },
        Err(error) => usage::report(&error, &arguments, &mut Cli::command()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What a command ends in.
type Outcome = Result<(), Failure>;
