//! `rhelm help`: Helm's `help` command, with rhelm's texts.

use super::compat_flags::{CompatFlags, Global};
use super::{CommandResult, command, flags, program, terminal, unsupported, usage};
use clap::{Arg, ArgAction, Args};
use std::ffi::OsString;

/// Asks for help that fits a page.
pub(super) const PAGE: &str = "--help";

/// Asks for help with all flags.
const ALL: &str = "--help-all";

/// The flags that ask for help, which every command has, and what completion says of them.
pub(super) const FLAGS: [(&str, &str); 2] = [
    (PAGE, "Show how to use the command"),
    (ALL, "The same with all flags"),
];

/// So many flags fit a page: a command that has more shows those in [`COMMON`] there.
const MOST: usize = 18;

/// The flags that most people need, of whatever command.
const COMMON: &[&str] = &[
    "all-namespaces",
    "context",
    "create-namespace",
    "detailed-exitcode",
    "dry-run",
    "each",
    "fail-on",
    "filter",
    "force",
    "ignore",
    "include-crds",
    "install",
    "kube-version",
    "kube-versions",
    "name",
    "namespace",
    "new-values",
    "old-values",
    "output",
    "output-dir",
    "rules",
    "select",
    "set",
    "show-only",
    "strict",
    "timeout",
    "values",
    "version",
    "wait",
];

/// The flag of this name that asks for help.
pub(super) fn form(name: &str) -> Option<&'static str> {
    let mut forms = FLAGS.iter().map(|(form, _)| *form);
    forms.find(|form| form.strip_prefix("--") == Some(name))
}

/// Prints the help that the arguments ask for: the program's name, the commands, and one of [`FLAGS`].
pub(super) fn print(arguments: &[OsString]) -> CommandResult {
    let mut command = with_flags(command());
    match command.try_get_matches_from_mut(arguments) {
        Err(error) => usage::report(&error, arguments, &mut command),
        Ok(_) => Ok(()),
    }
}

/// The definition of a command and those below it, with the flags that ask for help: `--help` leaves out what does not
/// fit a page, and says so.
fn with_flags(command: clap::Command) -> clap::Command {
    let is_listed = |arg: &&Arg| !arg.is_positional() && !arg.is_hide_set();
    let count = command.get_arguments().filter(is_listed).count();
    let is_long = count > MOST;
    let command = match is_long {
        true => only_common(command, count),
        false => command,
    };
    let page = Arg::new(PAGE)
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help("Print help");
    let all = Arg::new(ALL)
        .long("help-all")
        .action(ArgAction::HelpLong)
        .help("Print help with all flags")
        .hide(!is_long);
    let command = command.disable_help_flag(true).args([page, all]);
    command.mut_subcommands(with_flags)
}

/// A command whose page has the common ones of its flags.
fn only_common(command: clap::Command, count: usize) -> clap::Command {
    let examples = command.get_after_help().map(ToString::to_string);
    let examples = examples.unwrap_or_default();
    command
        .mut_args(|arg| {
            let is_common = arg.get_long().is_none_or(|name| COMMON.contains(&name));
            let is_hidden = arg.is_hide_short_help_set() || !is_common;
            arg.hide_short_help(is_hidden)
        })
        .after_help(format!(
            "These are the common ones of {count} flags: {ALL} tells of all.\n\n{examples}"
        ))
        .after_long_help(examples)
}

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
        arguments.push(PAGE.into());
        print(&arguments)
    }
}

/// Go's `%#q`.
fn quoted(word: &str) -> String {
    match gostd::strconv::can_backquote(word.as_bytes()) {
        true => format!("`{word}`"),
        false => gostd::strconv::quote(word.as_bytes()),
    }
}
