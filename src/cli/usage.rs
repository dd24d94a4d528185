//! Mistakes in arguments, in the words of Helm's flag parser (cobra and pflag).

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
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return terminal::print(error.render().to_string().as_bytes());
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return terminal::print(command.render_help().to_string().as_bytes());
        }
        ErrorKind::MissingSubcommand => {
            return terminal::print(command.render_help().to_string().as_bytes());
        }
        _ => {}
    }
    let subcommand = arguments.get(1).map(|a| a.to_string_lossy());
    Err(Failure::new(text(error, &subcommand.unwrap_or_default())))
}

fn text(error: &clap::Error, subcommand: &str) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    // `--set <PAIRS>`: the flag alone.
    let flag = context(ContextKind::InvalidArg).unwrap_or_default();
    let name = flag.split([' ', '=', '[']).next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument if name.starts_with("--") => format!("unknown flag: {name}"),
        ErrorKind::UnknownArgument if name.starts_with('-') => {
            let letter = name.chars().nth(1).unwrap_or('-');
            format!("unknown shorthand flag: '{letter}' in {name}")
        }
        ErrorKind::InvalidValue
            if context(ContextKind::InvalidValue).is_none_or(|v| v.is_empty()) =>
        {
            format!("flag needs an argument: {name}")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if name.starts_with('-') => {
            let value = context(ContextKind::InvalidValue).unwrap_or_default();
            let value = gostd::strconv::quote(value.as_bytes());
            let problem = match (error.source(), error.get(ContextKind::ValidValue)) {
                (Some(problem), _) => problem.to_string(),
                (None, Some(ContextValue::Strings(known))) => {
                    format!("it takes {}", known.join(", "))
                }
                (None, _) => "invalid syntax".into(),
            };
            format!("invalid argument {value} for \"{name}\" flag: {problem}")
        }
        ErrorKind::MissingRequiredArgument if subcommand == "diff" => {
            "\"rhelm diff\" requires at least 1 argument\n\nUsage:  rhelm diff OLD [NEW] [flags]"
                .into()
        }
        ErrorKind::MissingRequiredArgument => format!(
            "\"helm {subcommand}\" requires at least 1 argument\n\n\
             Usage:  helm template [NAME] [CHART] [flags]"
        ),
        _ => {
            let text = error.render().to_string();
            text.trim_start_matches("error: ").trim_end().to_owned()
        }
    }
}
