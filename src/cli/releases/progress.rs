//! `--progress`: while resources are waited for, why they are not ready.

use crate::cli::terminal::{self, CliError};
use ::release::{Progress as Reason, Resource};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};

/// The flag.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct ProgressFlag {
    /// While resources are waited for, say on stderr which are not ready, and why [default: plain on a terminal, else none]
    #[arg(long, value_name = "FORMAT", value_enum)]
    progress: Option<Format>,
}

/// How progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Not at all
    None,
    /// A line for each resource, for people
    Plain,
    /// A JSON object in a line, for programs
    Json,
}

/// What is known of resources that are not ready: the last line about each.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Progress {
    format: Option<Format>,
    lines: Arc<Mutex<BTreeMap<String, String>>>,
}

impl ProgressFlag {
    pub(in crate::cli) fn start(&self) -> Progress {
        let format = self.progress.unwrap_or(match io::stderr().is_terminal() {
            true => Format::Plain,
            false => Format::None,
        });
        Progress {
            format: Some(format).filter(|format| *format != Format::None),
            lines: Arc::default(),
        }
    }
}

impl Progress {
    /// Returns true if somebody wants to be told.
    #[cfg(feature = "cluster")]
    pub(in crate::cli) fn is_on(&self) -> bool {
        self.format.is_some()
    }

    /// Takes a report of a resource: why it is not ready, or nothing where it is.
    #[cfg_attr(not(feature = "cluster"), allow(dead_code))]
    pub(in crate::cli) fn tell(&self, resource: &Resource, reason: Option<&Reason<'_>>) {
        let key = format!("{}/{}/{}", resource.namespace, resource.kind, resource.name);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (line, object) = match reason {
            None if lines.remove(&key).is_none() => return,
            None => {
                let line = format!("{}/{}: ready", resource.kind, resource.name);
                (line, ready(resource))
            }
            Some(reason) => {
                let line = reason.line();
                if lines
                    .insert(key, line.clone())
                    .is_some_and(|last| last == line)
                {
                    return;
                }
                (line, reason.json())
            }
        };
        let text = match self.format {
            Some(Format::Json) => object,
            _ => line,
        };
        terminal::warn(format!("{text}\n").as_bytes());
    }

    /// The error, with what is not ready as hints.
    pub(in crate::cli) fn explain(&self, error: CliError) -> CliError {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .values()
            .fold(error, |error, line| error.hint(line.clone()))
    }
}

fn ready(resource: &Resource) -> String {
    serde_json::json!({
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
        "ready": true,
    })
    .to_string()
}
