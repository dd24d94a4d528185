//! Mistakes in arguments, in the words of Helm's flag parser (cobra and pflag).

use super::program;
use super::terminal::{self, Failure};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::ffi::OsString;

/// Reports what clap found: help and version are results, everything else fails as Helm does.
pub(super) fn report(
    error: &clap::Error,
    arguments: &[OsString],
    command: &mut clap::Command,
) -> super::Outcome {
    let first = first_error(error, arguments, command);
    let error = first.as_ref().unwrap_or(error);
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
    Err(Failure::new(text(error, arguments, command)))
}

/// What pflag would find first: clap judges a value after the unknown flag behind it, and nothing where help
/// is asked for.
fn first_error(
    error: &clap::Error,
    arguments: &[OsString],
    command: &mut clap::Command,
) -> Option<clap::Error> {
    let judged: Vec<&OsString> = match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(flag))) => {
            let is_flag = |argument: &&OsString| {
                let text = argument.to_str();
                text.is_some_and(|text| text.starts_with(flag.as_str()))
            };
            arguments.iter().take_while(|a| !is_flag(a)).collect()
        }
        (ErrorKind::DisplayHelp, _) => {
            let is_help = |argument: &OsString| argument == "--help" || argument == "-h";
            arguments.iter().filter(|a| !is_help(a)).collect()
        }
        _ => return None,
    };
    let other = command.try_get_matches_from_mut(judged).err()?;
    let counts = match other.kind() {
        ErrorKind::ValueValidation => true,
        ErrorKind::UnknownArgument => error.kind() == ErrorKind::DisplayHelp,
        _ => false,
    };
    counts.then_some(other)
}

/// What there is to say of the whole program.
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
pub(super) fn too_few_arguments(command: &str, usage: &str) -> Failure {
    Failure::new(format!(
        "\"helm {command}\" requires at least 1 argument\n\nUsage:  helm {usage}"
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
        ErrorKind::UnknownArgument if name == "--" => {
            format!("bad flag syntax: {}", typed(arguments, "--="))
        }
        ErrorKind::UnknownArgument if name.starts_with("--") => format!("unknown flag: {name}"),
        ErrorKind::UnknownArgument if name.starts_with('-') => {
            let letter = name.chars().nth(1).unwrap_or('-');
            format!(
                "unknown shorthand flag: '{letter}' in {}",
                typed(arguments, name)
            )
        }
        ErrorKind::InvalidValue
            if context(ContextKind::InvalidValue).is_none_or(|v| v.is_empty()) =>
        {
            format!("flag needs an argument: {}", last_flag(arguments, name))
        }
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

/// The argument as it was typed that begins with what clap shows of it.
fn typed<'a>(arguments: &'a [OsString], shown: &'a str) -> &'a str {
    let texts = arguments.iter().filter_map(|argument| argument.to_str());
    texts
        .skip(1)
        .find(|text| text.starts_with(shown))
        .unwrap_or(shown)
}

/// A flag that the command line ends with, as pflag names it where its value is missing.
fn last_flag(arguments: &[OsString], name: &str) -> String {
    let last = arguments.last().and_then(|argument| argument.to_str());
    let letter = last
        .filter(|text| !text.starts_with("--"))
        .and_then(|text| text.chars().last());
    match (letter, last) {
        (Some(letter), Some(last)) => format!("'{letter}' in {last}"),
        _ => name.to_owned(),
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
