//! `cargo xtask sources`: chart sources beside real Helm: the calls of tools that start helm, processes that are killed, and many
//! processes in one home.

mod clients;
mod home;
mod kills;
mod server;
mod together;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use project::say;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this: clients, kills or together
    #[arg(long, default_value = "")]
    filter: String,
    /// The number of processes that are killed
    #[arg(long, default_value_t = 60)]
    kills: usize,
    /// The number of times that ten processes run at once
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The first of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The rhelm to try, instead of the one of this checkout
    #[arg(long)]
    rhelm: Option<PathBuf>,
}

/// # Errors
/// What cannot be set up, and what is otherwise than it should be.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let rhelm = project::rhelm(options.rhelm.as_deref())?;
    let wanted = |name: &str| name.contains(&options.filter);
    let mut complaints = Vec::new();
    if wanted("clients") {
        complaints.extend(clients::run(&rhelm)?);
    }
    if wanted("kills") {
        complaints.extend(kills::run(&rhelm, options.kills, options.seed)?);
    }
    if wanted("together") {
        complaints.extend(together::run(&rhelm, options.rounds)?);
    }
    for complaint in &complaints {
        say!("{complaint}");
    }
    say!("{} complaints", complaints.len());
    Ok(match complaints.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
