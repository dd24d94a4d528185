//! The kinds of values that flags take, and pflag's errors.

use crate::profile::{CommandLine, Profile};

/// The kind of value that a flag takes: pflag's types, and Helm's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A boolean, true where nothing is said.
    Switch,
    /// Any text.
    Text,
    /// An integer of 64 bits.
    Int,
    /// An integer of 32 bits.
    Int32,
    /// A number.
    Float,
    /// A Go duration.
    Duration,
    /// `key=value` pairs, separated by commas.
    Labels,
    /// `--wait`: a boolean in Helm 3, a strategy in Helm 4.
    Wait,
    /// `--dry-run`, judged when the command runs.
    DryRun,
    /// When to use colours, judged when everything is read.
    Color,
    /// klog's `file=level` pairs.
    Levels,
    /// klog's `file:line`.
    Place,
}

impl Kind {
    /// The value of a flag that is given none; nothing where it needs one.
    pub(super) fn without_value(self) -> Option<&'static str> {
        match self {
            Kind::Switch => Some("true"),
            // Nothing said is neither of the booleans that Helm 4 warns of.
            Kind::Wait => Some(""),
            Kind::DryRun => Some("unset"),
            _ => None,
        }
    }

    /// The name of the value in help.
    pub(super) fn value_name(self) -> &'static str {
        match self {
            Kind::Switch => "BOOL",
            Kind::Text | Kind::DryRun => "TEXT",
            Kind::Int | Kind::Int32 | Kind::Float => "NUMBER",
            Kind::Duration => "DURATION",
            Kind::Labels | Kind::Levels => "PAIRS",
            Kind::Wait => "STRATEGY",
            Kind::Color => "WHEN",
            Kind::Place => "PLACE",
        }
    }

    /// Refuses a value as pflag does, whichever Helm it is.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        match self {
            Kind::Switch => boolean(value),
            Kind::Text | Kind::DryRun | Kind::Color | Kind::Wait => Ok(()),
            Kind::Int => integer(value, 64),
            Kind::Int32 => integer(value, 32),
            Kind::Float => check(gostd::strconv::parse_float(value.as_bytes(), 32)),
            Kind::Duration => check(gostd::time::parse_duration(value.as_bytes())),
            Kind::Labels => labels(value).map(drop),
            Kind::Levels => levels(value),
            Kind::Place => place(value),
        }
    }
}

/// Refuses a value of `--wait` as the chosen Helm does.
pub(super) fn check_wait(value: &str, profile: &Profile) -> Result<(), String> {
    match profile.command_line {
        _ if value.is_empty() => Ok(()),
        CommandLine::Helm3 => boolean(value),
        CommandLine::Helm4 => strategy(value),
    }
}

/// Helm 4's warning about a value that goes out of use.
pub(super) fn warning(flag: Kind, value: &str, profile: &Profile) -> Option<String> {
    let instead = match (flag, value) {
        (Kind::Wait, "true") => "watcher",
        (Kind::Wait, "false") => "hookOnly",
        _ => return None,
    };
    (profile.command_line == CommandLine::Helm4).then(|| {
        format!(
            "--wait={value} is deprecated (boolean value) and can be replaced with --wait={instead}"
        )
    })
}

/// Returns true if a text is one of Go's words for true.
pub(super) fn is_true(text: &str) -> bool {
    gostd::strconv::parse_bool(text.as_bytes()).unwrap_or(false)
}

/// The keys and values of `a=b,c=d`. pflag reads the list as CSV where it has more than one `=`.
pub(in crate::cli) fn labels(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = match text.matches('=').count() {
        0 => return Err(format!("{text} must be formatted as key=value")),
        1 => vec![text.trim_matches('"').to_owned()],
        _ => gostd::csv::read_record(text).map_err(|error| error.to_string())?,
    };
    let split = |pair: String| match pair.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(format!("{pair} must be formatted as key=value")),
    };
    pairs.into_iter().map(split).collect()
}

fn check<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

fn boolean(value: &str) -> Result<(), String> {
    check(gostd::strconv::parse_bool(value.as_bytes()))
}

fn integer(value: &str, bits: u32) -> Result<(), String> {
    check(gostd::strconv::parse_int(value.as_bytes(), 0, bits))
}

fn strategy(value: &str) -> Result<(), String> {
    match value {
        "watcher" | "hookOnly" | "legacy" | "true" | "false" => Ok(()),
        _ => Err(format!(
            "invalid wait input {}. Valid inputs are watcher, hookOnly, and legacy",
            gostd::strconv::quote(value.as_bytes())
        )),
    }
}

fn levels(value: &str) -> Result<(), String> {
    let mut levels = value.split(',').filter(|level| !level.is_empty());
    let good = levels.all(|level| {
        level
            .split_once('=')
            .is_some_and(|(file, level)| !file.is_empty() && level.parse::<i32>().is_ok())
    });
    if good {
        return Ok(());
    }
    Err("syntax error: expect comma-separated list of filename=N".into())
}

fn place(value: &str) -> Result<(), String> {
    let good = value.is_empty()
        || value.split_once(':').is_some_and(|(file, line)| {
            file.contains('.') && line.parse::<u32>().is_ok_and(|line| line > 0)
        });
    if good {
        return Ok(());
    }
    Err("syntax error: expect file.go:234".into())
}
