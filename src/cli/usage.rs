//! Mistakes in arguments, in the words of Helm's flag parser (cobra and pflag).

use super::program;
use super::terminal::{self, CliError};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::ffi::OsString;

/// Reports what clap found: help and version are results, everything else fails as Helm does.
pub(super) fn report(
    error: &clap::Error,
    arguments: &[OsString],
    command: &mut clap::Command,
) -> super::CommandResult {
    match error.kind() {
        // The last one is a group of commands without a command: clap has that group's help.
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return terminal::print(with_program_name(&error.render().to_string()).as_bytes());
        }
        ErrorKind::MissingSubcommand => {
            return terminal::print(help(command).as_bytes());
        }
        _ => {}
    }
    Err(CliError::new(text(error, arguments, command)))
}

/// What clap found wrong with the flags of a command, in pflag's words.
pub(super) fn text_of(error: &clap::Error, command: &clap::Command) -> String {
    text(error, &[], command)
}

/// Returns true if an error is about the value of a flag.
pub(super) fn is_about_a_value(error: &clap::Error) -> bool {
    let flag = error.get(ContextKind::InvalidArg);
    let is_flag = matches!(flag, Some(ContextValue::String(flag)) if flag.starts_with('-'));
    let is_value = matches!(
        error.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue
    );
    is_flag && is_value
}

/// What the program says that is called without any argument.
const FIRST_STEPS: &str = "\
rhelm renders Helm charts exactly as Helm does, and checks what comes out of them.

With a chart in ./chart, try first:
  rhelm template web ./chart              print its manifests, as `helm template` does
  rhelm validate ./chart -f values.yaml   find mistakes in values and manifests
  rhelm diff git:main:chart ./chart       see what changes against the branch main
  rhelm explain ./chart image.tag         see where a value comes from and who reads it

No chart at hand? `rhelm create web` writes one, `rhelm charts` lists those that are part of rhelm.
`rhelm --help` lists all commands, `rhelm help COMMAND` tells how to use one.
";

/// What to do first, for who calls the program without any argument.
pub(super) fn first_steps() -> String {
    let name = program::name();
    let called = |before: &str| format!("{before}{name} ");
    FIRST_STEPS
        .replace("  rhelm ", &called("  "))
        .replace("`rhelm ", &called("`"))
}

/// The help of the whole program.
pub(super) fn help(command: &mut clap::Command) -> String {
    with_program_name(&command.render_help().to_string())
}

/// A text of clap's whose usage and examples call the program by the name that it was started with.
fn with_program_name(text: &str) -> String {
    let own = format!("{} ", program::name());
    let mut is_example = false;
    let lines = text.split_inclusive('\n').map(|line| {
        is_example |= line.starts_with("Examples:");
        match is_example || line.starts_with("Usage: ") {
            true => line.replace("rhelm ", &own),
            false => line.to_owned(),
        }
    });
    lines.collect()
}

/// The failure of a command that was given too few arguments, and how to use it.
pub(super) fn too_few_arguments(command: &str, usage: &str) -> CliError {
    CliError::new(format!(
        "\"helm {command}\" requires at least 1 argument\n\nUsage:  helm {usage}"
    ))
}

/// The failure of a command that takes one argument and was given none or more, and how to use it.
pub(super) fn wrong_arguments(command: &str, usage: &str) -> CliError {
    CliError::new(format!(
        "\"helm {command}\" requires 1 argument\n\nUsage:  helm {usage}"
    ))
}

/// The failure of a command that takes so many arguments, more than one, and was given others.
pub(super) fn wrong_number_of_arguments(command: &str, count: usize, usage: &str) -> CliError {
    CliError::new(format!(
        "\"helm {command}\" requires {count} arguments\n\nUsage:  helm {usage}"
    ))
}

/// cobra's text where a command takes no arguments.
pub(super) fn no_arguments(command: &str) -> CliError {
    CliError::new(format!(
        "\"helm {command}\" accepts no arguments\n\nUsage:  helm {command} [flags]"
    ))
}

fn text(error: &clap::Error, arguments: &[OsString], command: &clap::Command) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    // `--set <PAIRS>`: the flag alone.
    let flag = context(ContextKind::InvalidArg).unwrap_or_default();
    let name = flag.split([' ', '=', '[']).next().unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if name.starts_with('-') => {
            let value = context(ContextKind::InvalidValue).unwrap_or_default();
            let value = gostd::strconv::quote(value.as_bytes());
            let title = title(command, arguments, name);
            let cause = match error.source() {
                Some(cause) => cause.to_string(),
                None => format!("must be one of {}", choices(error)),
            };
            format!("invalid argument {value} for \"{title}\" flag: {cause}")
        }
        _ => {
            let text = with_program_name(&error.render().to_string());
            text.trim_start_matches("error: ").trim_end().to_owned()
        }
    }
}

/// The values that a flag of a few words takes.
fn choices(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => String::new(),
    }
}

/// A flag with its letter, if it has one: `-l, --labels`.
fn title(command: &clap::Command, arguments: &[OsString], name: &str) -> String {
    let mut command = command;
    for argument in arguments.iter().skip(1) {
        let Some(below) = command.find_subcommand(argument) else {
            break;
        };
        command = below;
    }
    let bare = name.trim_start_matches('-');
    let mut flags = command.get_arguments();
    match flags
        .find(|arg| arg.get_long() == Some(bare))
        .and_then(|arg| arg.get_short())
    {
        Some(letter) => format!("-{letter}, {name}"),
        None => name.to_owned(),
    }
}
