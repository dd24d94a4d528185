//! `rhelm __complete WORDS…`: what the last word could become. Shells' scripts ask it (`complete/scripts`), and so
//! do the scripts that `helm completion` prints: it is the protocol of Helm's command line library (cobra).
//!
//! Each candidate is a line, with a description behind a tab; the last line is a colon and a sum of
//! [`Directive`]s for the shell.

mod charts;
mod values;

use super::arguments::commands_first;
use super::pflag::{self, flags};
use super::{CommandResult, command, help, program, terminal};
use clap::{Arg, Command};
use std::ffi::OsString;

/// The commands that ask.
const WITH_DESCRIPTIONS: &str = "__complete";
const WITHOUT_DESCRIPTIONS: &str = "__completeNoDesc";

/// Instructions to the shell about the candidates (cobra's `ShellCompDirective`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Directive {
    /// Complete file names where there are no candidates.
    Files = 0,
    /// Put no space behind the only candidate, and complete no file names.
    NoSpace = 2 | 4,
    /// Complete no file names.
    NoFiles = 4,
    /// Complete directories.
    Directories = 16,
    /// Complete no file names, and keep the order of the candidates.
    Ordered = 32 | 4,
}

/// A word, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    word: String,
    description: String,
}

fn candidate(word: impl Into<String>, description: impl Into<String>) -> Candidate {
    Candidate {
        word: word.into(),
        description: description.into(),
    }
}

/// The candidates to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    candidates: Vec<Candidate>,
    directive: Directive,
}

impl Choice {
    fn none(directive: Directive) -> Choice {
        Choice {
            candidates: Vec::new(),
            directive,
        }
    }

    fn of(candidates: Vec<Candidate>) -> Choice {
        Choice {
            candidates,
            directive: Directive::NoFiles,
        }
    }
}

/// The answer, if the arguments ask for one.
pub(super) fn answer(arguments: &[OsString]) -> Option<CommandResult> {
    let (asking, words) = arguments.get(1..)?.split_first()?;
    let with_descriptions = match asking.to_str()? {
        WITH_DESCRIPTIONS => true,
        WITHOUT_DESCRIPTIONS => false,
        _ => return None,
    };
    let choice = complete(&command(), words);
    let mut text = String::new();
    for Candidate { word, description } in &choice.candidates {
        text.push_str(word);
        if with_descriptions && !description.is_empty() {
            text.push('\t');
            text.push_str(description.lines().next().unwrap_or_default());
        }
        text.push('\n');
    }
    text.push_str(&format!(":{}\n", choice.directive as u8));
    Some(terminal::print(text.as_bytes()))
}

/// A shell's script, for the name that the program was started with.
pub(super) fn script(template: &str) -> String {
    let name = program::name();
    let function = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let script = template.replace("{program}", name);
    script.replace("{function}", &function)
}

/// Completes the last of the words.
fn complete(program: &Command, words: &[OsString]) -> Choice {
    let Some((last, before)) = words.split_last() else {
        return Choice::none(Directive::NoFiles);
    };
    // File names of other bytes are the shell's to complete.
    let Some(last) = last.to_str() else {
        return Choice::none(Directive::Files);
    };
    let mut arguments = vec![OsString::from(program.get_name())];
    arguments.extend_from_slice(before);
    let (path, commands) = commands_first(program, &mut arguments);
    let rest = arguments.get(commands..).unwrap_or_default();
    let scan = pflag::scan(&path, rest, &|_| true);
    if let Some(flag) = &scan.pending {
        return match flags(&path).find(|arg| arg.get_long() == Some(flag)) {
            Some(flag) => values::of_flag(&path, flag, &scan.flags, last),
            None => Choice::none(Directive::NoFiles),
        };
    }
    if last.starts_with('-') && last != "-" && !rest.iter().any(|word| word == "--") {
        let Some((name, value)) = last.split_once('=') else {
            return flag_names(&path, last, &scan.flags);
        };
        return match flags(&path).find(|arg| has_name(arg, name)) {
            Some(flag) => values::of_flag(&path, flag, &scan.flags, value),
            None => Choice::none(Directive::NoFiles),
        };
    }
    let command = path.last();
    let has_commands = command.is_some_and(|command| command.has_subcommands());
    let has_arguments = command.is_some_and(|command| command.get_positionals().next().is_some());
    let is_first = scan.positional.is_empty();
    let arguments = || values::of_argument(program, &path, &scan.positional, &scan.flags, last);
    match (has_commands, has_arguments) {
        (true, false) if is_first => command_names(&path, last),
        (true, false) => Choice::none(Directive::NoFiles),
        (true, true) if is_first => {
            let mut choice = arguments();
            choice
                .candidates
                .extend(command_names(&path, last).candidates);
            choice
        }
        _ => arguments(),
    }
}

/// Returns true if a flag is called so: `--name` or `-n`.
fn has_name(arg: &Arg, typed: &str) -> bool {
    match typed.strip_prefix("--") {
        Some(name) => {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(name) || aliases.contains(&name)
        }
        None => arg
            .get_short()
            .is_some_and(|letter| typed == format!("-{letter}")),
    }
}

/// Names of flags. Those that change nothing are not offered while there is another.
fn flag_names(path: &[&Command], start: &str, words: &[String]) -> Choice {
    let once = |arg: &Arg| matches!(arg.get_action(), clap::ArgAction::Set);
    let is_given = |arg: &Arg| {
        words
            .iter()
            .any(|name| arg.get_long() == Some(name.as_str()))
    };
    let is_offered = |arg: &&Arg| !(arg.is_hide_set() || once(arg) && is_given(arg));
    let (idle, useful): (Vec<&Arg>, Vec<&Arg>) = flags(path)
        .filter(is_offered)
        .partition(|arg| arg.is_hide_short_help_set());
    let of_args = |args: Vec<&Arg>| -> Vec<Candidate> {
        let names = args.into_iter().filter_map(|arg| {
            let word = format!("--{}", arg.get_long()?);
            let help = arg.get_help().map(ToString::to_string);
            word.starts_with(start)
                .then(|| candidate(word, help.unwrap_or_default()))
        });
        names.collect()
    };
    let mut candidates = of_args(useful);
    let help = help::FLAGS
        .iter()
        .filter(|(flag, _)| flag.starts_with(start));
    candidates.extend(help.map(|(flag, about)| candidate(*flag, *about)));
    if candidates.is_empty() {
        candidates = of_args(idle);
    }
    Choice {
        candidates,
        directive: Directive::Ordered,
    }
}

/// Names of commands, in the order of the help text.
fn command_names(path: &[&Command], start: &str) -> Choice {
    let commands = path.last().into_iter().flat_map(|c| c.get_subcommands());
    let names = commands.filter(|command| !command.is_hide_set());
    let names = names.filter(|command| command.get_name().starts_with(start));
    let mut candidates: Vec<Candidate> = names
        .map(|command| {
            let about = command.get_about().map(ToString::to_string);
            candidate(command.get_name(), about.unwrap_or_default())
        })
        .collect();
    let aliases = path.last().into_iter().flat_map(|c| c.get_subcommands());
    if candidates.is_empty() {
        let aliases = aliases.flat_map(|command| command.get_visible_aliases());
        let alias = aliases.filter(|alias| alias.starts_with(start));
        candidates = alias.map(|alias| candidate(alias, "")).collect();
    }
    Choice {
        candidates,
        directive: Directive::Ordered,
    }
}

#[cfg(test)]
mod tests;
