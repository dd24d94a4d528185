//! Arguments as Helm's flag parser (pflag) reads them: one after the other, letters in clusters (`-gn prod`), a
//! value in the same argument or the next one, and the first error counts.
//!
//! clap knows no such clusters and judges in another order. So what it is given are the same arguments with each
//! flag written out (`--namespace=prod`), and errors of the syntax are found here, in pflag's words.

use super::help;
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;

/// Arguments of a command, read.
pub(super) struct Scan {
    /// The same arguments, each flag as `--name=value`, positional ones last.
    pub(super) arguments: Vec<OsString>,
    /// The names of the flags that were given, in order.
    pub(super) flags: Vec<String>,
    /// The flag that asked for help, if there was one: `--help` or `--help-all`.
    pub(super) help: Option<&'static str>,
    /// The flag that the arguments end with and that still needs its value.
    pub(super) pending: Option<String>,
    /// The arguments that are no flags.
    pub(super) positional: Vec<OsString>,
    /// The first error. `arguments` then has what stands before it.
    pub(super) error: Option<String>,
}

/// Reads the arguments behind a command. `path` are the commands from the program on; flags of those above the
/// last one count where clap calls them global. `is_known` says of a flag's name whether the chosen Helm has it.
pub(super) fn scan(
    path: &[&Command],
    arguments: &[OsString],
    is_known: &dyn Fn(&str) -> bool,
) -> Scan {
    let mut scanner = Scanner {
        path,
        is_known,
        rest: arguments.iter(),
        scan: Scan {
            arguments: Vec::new(),
            flags: Vec::new(),
            help: None,
            pending: None,
            positional: Vec::new(),
            error: None,
        },
    };
    let error = scanner.all().err();
    let mut scan = scanner.scan;
    if scan.positional.iter().any(starts_with_dash) {
        scan.arguments.push("--".into());
    }
    scan.arguments.extend(scan.positional.iter().cloned());
    Scan { error, ..scan }
}

fn starts_with_dash(argument: &OsString) -> bool {
    argument.as_encoded_bytes().starts_with(b"-") && argument.len() > 1
}

struct Scanner<'a> {
    path: &'a [&'a Command],
    is_known: &'a dyn Fn(&str) -> bool,
    rest: std::slice::Iter<'a, OsString>,
    scan: Scan,
}

/// A flag, found by its name or letter.
enum Flag<'a> {
    /// `--help` or `--help-all`, which every command has.
    Help(&'static str),
    Of(&'a Arg),
}

impl<'a> Scanner<'a> {
    fn all(&mut self) -> Result<(), String> {
        while let Some(argument) = self.rest.next() {
            match argument.to_str() {
                Some("--") => {
                    let rest = std::mem::take(&mut self.rest);
                    self.scan.positional.extend(rest.cloned());
                }
                Some(text) if text.starts_with("--") => self.long(text)?,
                Some(text) if text.len() > 1 && text.starts_with('-') => self.letters(text)?,
                _ => self.scan.positional.push(argument.clone()),
            }
        }
        Ok(())
    }

    /// `--name`, `--name=value`, `--name value`.
    fn long(&mut self, text: &str) -> Result<(), String> {
        let flag = text.get(2..).unwrap_or_default();
        if flag.starts_with(['-', '=']) {
            return self.unknown(text, || format!("bad flag syntax: {text}"));
        }
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let Some(flag) = self.by_name(name) else {
            return self.unknown(text, || format!("unknown flag: --{name}"));
        };
        match (value, takes_value(&flag)) {
            (Some(value), _) => self.set(&flag, Some(value)),
            (None, false) => self.set(&flag, None),
            (None, true) => match self.rest.next() {
                Some(value) => self.set_os(&flag, value),
                None => {
                    self.scan.pending = name_of(&flag);
                    Err(format!("flag needs an argument: --{name}"))
                }
            },
        }
    }

    /// `-abc`: letters of switches, the last of which may be that of a flag with a value.
    fn letters(&mut self, text: &str) -> Result<(), String> {
        let mut letters = text.get(1..).unwrap_or_default();
        while let Some(first) = letters.bytes().next() {
            let Some(flag) = self.by_letter(first) else {
                let quoted = gostd::strconv::quote_rune(i64::from(first));
                let message = || format!("unknown shorthand flag: {quoted} in -{letters}");
                return self.unknown(text, message);
            };
            // Letters of flags are ASCII.
            let rest = letters.get(1..).unwrap_or_default();
            match rest.strip_prefix('=') {
                Some(value) if !value.is_empty() => return self.set(&flag, Some(value)),
                _ if !takes_value(&flag) => self.set(&flag, None)?,
                _ if !rest.is_empty() => return self.set(&flag, Some(rest)),
                _ => {
                    return match self.rest.next() {
                        Some(value) => self.set_os(&flag, value),
                        None => {
                            self.scan.pending = name_of(&flag);
                            let quoted = gostd::strconv::quote_rune(i64::from(first));
                            Err(format!("flag needs an argument: {quoted} in -{letters}"))
                        }
                    };
                }
            }
            letters = rest;
        }
        Ok(())
    }

    /// An argument that is no flag: an error, but for a snippet where a command takes one (`rhelm eval`).
    fn unknown(&mut self, text: &str, message: impl FnOnce() -> String) -> Result<(), String> {
        let command = self.path.last();
        let mut positionals = command.into_iter().flat_map(|c| c.get_positionals());
        if text.contains("{{") && positionals.any(Arg::is_allow_hyphen_values_set) {
            self.scan.positional.push(text.into());
            return Ok(());
        }
        Err(message())
    }

    fn set(&mut self, flag: &Flag<'a>, value: Option<&str>) -> Result<(), String> {
        match flag {
            Flag::Help(form) => {
                let value = value.unwrap_or("true");
                let is_on = super::flags::go_bool(value).map_err(|error| {
                    let value = gostd::strconv::quote(value.as_bytes());
                    let title = match *form {
                        help::PAGE => "-h, --help",
                        other => other,
                    };
                    format!("invalid argument {value} for \"{title}\" flag: {error}")
                })?;
                self.scan.help = is_on.then_some(form);
            }
            Flag::Of(arg) => {
                let name = arg.get_long().unwrap_or_default();
                self.scan.flags.push(name.to_owned());
                self.scan.arguments.push(match value {
                    Some(value) => format!("--{name}={value}").into(),
                    None => format!("--{name}").into(),
                });
            }
        }
        Ok(())
    }

    /// The same with the next argument, which need not be UTF-8.
    fn set_os(&mut self, flag: &Flag<'a>, value: &OsString) -> Result<(), String> {
        let Flag::Of(arg) = flag else { return Ok(()) };
        let name = arg.get_long().unwrap_or_default();
        self.scan.flags.push(name.to_owned());
        let mut argument = OsString::from(format!("--{name}="));
        argument.push(value);
        self.scan.arguments.push(argument);
        Ok(())
    }

    fn by_name(&self, name: &str) -> Option<Flag<'a>> {
        let has_alias = |arg: &Arg| {
            let aliases = arg.get_all_aliases();
            aliases.is_some_and(|aliases| aliases.contains(&name))
        };
        self.find(|arg| arg.get_long() == Some(name))
            .or_else(|| self.find(has_alias))
            .or_else(|| help::form(name).map(Flag::Help))
    }

    fn by_letter(&self, letter: u8) -> Option<Flag<'a>> {
        let letter = char::from(letter);
        self.find(|arg| arg.get_short() == Some(letter))
            .or_else(|| (letter == 'h').then_some(Flag::Help(help::PAGE)))
    }

    fn find(&self, is_it: impl Fn(&Arg) -> bool) -> Option<Flag<'a>> {
        let mut flags = flags(self.path);
        let arg = flags.find(|arg| is_it(arg))?;
        (self.is_known)(arg.get_long().unwrap_or_default()).then_some(Flag::Of(arg))
    }
}

/// The flags of the last of some commands, and those above it that count for all below.
pub(super) fn flags<'a>(path: &[&'a Command]) -> impl Iterator<Item = &'a Arg> {
    let commands: Vec<&Command> = path.iter().rev().copied().collect();
    let args = commands
        .into_iter()
        .enumerate()
        .flat_map(|(above, command)| {
            let args = command.get_arguments();
            args.filter(move |arg| above == 0 || arg.is_global_set())
        });
    args.filter(|arg| arg.get_long().is_some())
}

fn name_of(flag: &Flag<'_>) -> Option<String> {
    match flag {
        Flag::Help(_) => None,
        Flag::Of(arg) => arg.get_long().map(str::to_owned),
    }
}

/// Returns true if a flag has its value in the next argument where it has none in its own.
fn takes_value(flag: &Flag<'_>) -> bool {
    match flag {
        Flag::Help(_) => false,
        Flag::Of(arg) => {
            matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
                && arg
                    .get_num_args()
                    .is_none_or(|range| range.min_values() > 0)
        }
    }
}
