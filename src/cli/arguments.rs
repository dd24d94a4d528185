//! The whole command line, made ready for clap: the command first, then its flags written out, then the rest.

use super::compat_flags::{first_pass, is_known, is_of_one_major, takes_next};
use super::pflag::{self, Scan};
use super::{color, flags, unsupported};
use crate::profile::CommandLine;
use clap::Command;
use std::ffi::OsString;

/// A command line, read up to its first error.
pub(super) struct Arguments {
    /// The arguments for clap: the program's name, the commands, the flags, the rest.
    pub(super) all: Vec<OsString>,
    /// The number of them that are the program's name and commands.
    commands: usize,
    /// The flag that asked for help, if there was one: `--help` or `--help-all`.
    help: Option<&'static str>,
    /// The first error, in pflag's words.
    pub(super) error: Option<String>,
    /// True if there is no command, and nothing but flags of all commands.
    pub(super) is_bare: bool,
}

/// Reads a command line by the definition of the program, or of one command.
pub(super) fn read(program: &Command, mut arguments: Vec<OsString>) -> Arguments {
    let (mut path, commands) = commands_first(program, &mut arguments);
    let first = arguments.get(1).and_then(|first| first.to_str());
    let is_bare = path.len() == 1 && first.is_some_and(|first| first.starts_with('-'));
    match (is_bare, first) {
        // clap knows these, and words that are no command.
        (_, Some("--version" | "-V" | "--help" | "-h")) if path.len() == 1 => {
            return Arguments::as_they_are(arguments);
        }
        (false, _) if path.len() == 1 => return Arguments::as_they_are(arguments),
        // What `help` takes is what all commands take.
        (true, _) => path.extend(program.find_subcommand("help")),
        _ => {}
    }
    let mut rest = arguments.split_off(commands.min(arguments.len()));
    let command = path.get(1).map_or("", |command| command.get_name());
    if !unsupported::is_helms(command) && command != "diff" {
        color::join_value(&mut rest);
    }
    let mut scan = scan(&path, &rest);
    let mut all = arguments;
    all.append(&mut scan.arguments);
    Arguments {
        commands,
        help: scan.help,
        error: scan.error,
        is_bare,
        all,
    }
}

/// Brings the commands to the front, before the flags that stand before them. Gives the commands, the program
/// first, and how many of the arguments they are.
pub(super) fn commands_first<'p>(
    program: &'p Command,
    arguments: &mut [OsString],
) -> (Vec<&'p Command>, usize) {
    let mut path = vec![program];
    let mut commands = 1;
    while let Some(rest) = arguments
        .get_mut(commands..)
        .filter(|rest| !rest.is_empty())
    {
        let first = command_word(rest, commands > 1);
        let above = path.last().copied().unwrap_or(program);
        let Some(place) = first else { break };
        let word = rest.get(place).and_then(|word| word.to_str());
        let below = word.and_then(|word| above.find_subcommand(word));
        // Of the program itself, what follows an unknown command is not read.
        if let Some(before) = rest
            .get_mut(..=place)
            .filter(|_| below.is_some() || commands == 1)
        {
            before.rotate_right(1);
        }
        let Some(below) = below else { break };
        path.push(below);
        commands += 1;
    }
    (path, commands)
}

impl Arguments {
    fn as_they_are(arguments: Vec<OsString>) -> Arguments {
        Arguments {
            commands: 1,
            all: arguments,
            help: None,
            error: None,
            is_bare: false,
        }
    }

    /// Returns true if clap's own reading of them is all there is to do.
    pub(super) fn are_plain(&self) -> bool {
        self.help.is_none() && self.error.is_none() && !self.is_bare
    }

    /// The arguments that ask clap for the help.
    pub(super) fn for_help(&self) -> Option<Vec<OsString>> {
        let mut arguments = self.all.get(..self.commands)?.to_vec();
        arguments.push(self.help?.into());
        Some(arguments)
    }
}

/// The position of the word that names a command: behind flags that stand before it, as in `helm -n prod template`.
///
/// Behind a command of rhelm's own (`is_below`), `--color` has its value in the next argument only if that is one
/// of its words.
fn command_word(arguments: &[OsString], is_below: bool) -> Option<usize> {
    let mut place = 0;
    loop {
        let text = arguments.get(place)?.to_str()?;
        let next = arguments.get(place + 1);
        let is_color = matches!(text, "--color" | "--colour") && is_below;
        let stands_alone = is_color && !next.is_some_and(|next| color::is_value(next));
        match text {
            "--" | "--version" | "-V" | "--help" | "-h" => return None,
            text if !text.starts_with('-') => return Some(place),
            text => place += 1 + usize::from(takes_next(text) && !stands_alone),
        }
    }
}

/// Reads what stands behind the commands. Helm's commands have the flags of the Helm that was chosen alone.
fn scan(path: &[&Command], rest: &[OsString]) -> Scan {
    let scan = pflag::scan(path, rest, &|_| true);
    let command = path.get(1).map_or("", |command| command.get_name());
    if !unsupported::is_helms(command) {
        return scan;
    }
    // Helm 4's `list` lists all, and has no flag for it.
    let is_all_of_list = |name: &str| command == "list" && name == "all";
    let is_of_one = |name: &String| is_of_one_major(name) || is_all_of_list(name);
    let profile = match scan.flags.iter().any(is_of_one) {
        true => flags::profile_or_default(helm_version(rest).as_deref()).ok(),
        false => None,
    };
    let mut scan = match profile {
        Some(profile) => pflag::scan(path, rest, &|name| {
            let is_gone = profile.command_line == CommandLine::Helm4 && is_all_of_list(name);
            !is_gone && is_known(name, &profile)
        }),
        // The command itself tells of a version that is none.
        None => scan,
    };
    let mut arguments = first_pass(rest);
    arguments.append(&mut scan.arguments);
    Scan { arguments, ..scan }
}

/// The last `--helm-version`, also behind what is wrong.
fn helm_version(arguments: &[OsString]) -> Option<String> {
    const FLAG: &str = "--helm-version";
    let mut versions = arguments
        .iter()
        .enumerate()
        .filter_map(|(place, argument)| {
            let rest = argument.to_str()?.strip_prefix(FLAG)?;
            match rest.strip_prefix('=') {
                Some(value) => Some(value.to_owned()),
                None if rest.is_empty() => Some(arguments.get(place + 1)?.to_str()?.to_owned()),
                None => None,
            }
        });
    versions
        .next_back()
        .or_else(|| std::env::var("RHELM_HELM_VERSION").ok())
}
