//! When to use colours: one rule for all commands, which is Helm 4's.

use clap::{Args, ValueEnum};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};

/// The flag of rhelm's own commands. Those of Helm have Helm's.
#[derive(Debug, Args)]
pub(super) struct Color {
    /// Use colours: never, auto, always; without a value always
    #[arg(
        long,
        global = true,
        visible_alias = "colour",
        value_name = "WHEN",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "always",
        value_parser = When::parse
    )]
    color: Option<When>,
}

/// The values of `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// Not at all
    Never,
    /// On a terminal
    Auto,
    /// Into files and pipes too
    Always,
}

impl When {
    /// Helm 4's words, or a boolean as helm-diff takes one.
    fn parse(text: &str) -> Result<When, String> {
        if let Ok(when) = When::from_str(text, false) {
            return Ok(when);
        }
        match gostd::strconv::parse_bool(text.as_bytes()) {
            Ok(true) => Ok(When::Always),
            Ok(false) => Ok(When::Auto),
            Err(_) => Err("must be one of never, auto, always".into()),
        }
    }
}

impl Color {
    /// Returns true if stdout is to have colours: by the flag, else by `NO_COLOR`, else by `HELM_COLOR`, else if it
    /// is a terminal.
    pub(super) fn is_on(&self) -> bool {
        self.color.unwrap_or_else(from_environment).is_on()
    }

    /// The same by helm-diff's rule: the flag, else `HELM_DIFF_COLOR`, else if stdout is a terminal.
    pub(super) fn is_on_in_helm_diff(&self) -> bool {
        match self.color {
            Some(When::Auto) | None => {
                let variable = env::var("HELM_DIFF_COLOR").unwrap_or_default();
                let setting = gostd::strconv::parse_bool(variable.as_bytes());
                setting.unwrap_or_else(|_| When::Auto.is_on())
            }
            Some(when) => when.is_on(),
        }
    }
}

impl When {
    fn is_on(self) -> bool {
        match self {
            When::Never => false,
            When::Always => true,
            When::Auto => {
                let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
                io::stdout().is_terminal() && !dumb
            }
        }
    }
}

/// Makes one argument of Helm's `--color never`, as the flag of rhelm's own commands may stand alone. Not for
/// `diff`: what follows it is a side there, since it stands alone in helm-diff too.
pub(super) fn join_value(arguments: &mut Vec<OsString>) {
    let is_flag = |argument: &OsString| argument == "--color" || argument == "--colour";
    let mut place = 0;
    while let Some([flag, value, ..]) = arguments.get(place..) {
        if flag == "--" {
            return;
        }
        if is_flag(flag) && is_value(value) {
            let value = arguments.remove(place + 1);
            if let Some(flag) = arguments.get_mut(place) {
                flag.push("=");
                flag.push(value);
            }
        }
        place += 1;
    }
}

/// Returns true if an argument is a word that the flag takes.
pub(super) fn is_value(argument: &OsStr) -> bool {
    let text = argument.to_str();
    text.is_some_and(|text| When::from_str(text, false).is_ok())
}

/// Returns true if stdout is to have colours where no flag says so.
pub(super) fn is_on_by_default() -> bool {
    from_environment().is_on()
}

fn from_environment() -> When {
    if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return When::Never;
    }
    let variable = env::var("HELM_COLOR").unwrap_or_default();
    When::from_str(&variable, true).unwrap_or(When::Auto)
}
