//! `rhelm help`: Helm's `help` command, with rhelm's texts.

use super::compat_flags::{CompatFlags, Global};
use super::{CommandResult, command, flags, program, terminal, unsupported, usage};
use clap::Args;
use std::ffi::OsString;

/// Show how to use a command.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm help\n  \
        rhelm help template\n  \
        rhelm help multicluster kubeconfig")]
pub(super) struct Help {
    /// The command, then its subcommand; without one, all commands are listed
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<Global>,
}

impl Help {
    pub(super) fn run(self) -> CommandResult {
        self.compat.check(&self.helm.profile()?)?;
        let mut command = command();
        let mut topic = &command;
        let mut arguments = vec![OsString::from(program::name())];
        // As in cobra, words behind a command that are none of its commands do not count.
        for word in &self.words {
            match topic.find_subcommand(word) {
                Some(below) => {
                    topic = below;
                    arguments.push(below.get_name().into());
                }
                None => break,
            }
        }
        let is_topic = self.words.first().is_none_or(String::is_empty) || arguments.len() > 1;
        if !is_topic {
            if let Some(failure) = unsupported::refusal(&self.words) {
                return Err(failure);
            }
            // Not a failure: Helm exits with 0 too.
            let topics = self.words.iter().map(|word| quoted(word));
            let topics = topics.collect::<Vec<_>>().join(" ");
            let help = usage::help(&mut command);
            terminal::warn(format!("Unknown help topic [{topics}]\n{help}").as_bytes());
            return Ok(());
        }
        arguments.push("--help".into());
        match command.try_get_matches_from_mut(&arguments) {
            Err(error) => usage::report(&error, &arguments, &mut command),
            Ok(_) => Ok(()),
        }
    }
}

/// Go's `%#q`.
fn quoted(word: &str) -> String {
    match gostd::strconv::can_backquote(word.as_bytes()) {
        true => format!("`{word}`"),
        false => gostd::strconv::quote(word.as_bytes()),
    }
}
