//! `--kube-contexts`: the same command on several clusters, side by side.

use crate::cli::compat_flags::{CompatFlags, Tables};
use crate::cli::table::Table;
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, string_slice::StringSlice};
use clap::Args;
use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::thread;

const FLAG: &str = "--kube-contexts";

/// The flag.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Contexts {
    /// Do the same in each of these contexts of the kubeconfig, side by side, with a table at the end
    #[arg(long, value_name = "CONTEXTS")]
    kube_contexts: Vec<StringSlice>,
}

impl Contexts {
    /// Runs the command once for each context, if any are named; nothing where none is.
    pub(in crate::cli) fn run<T: Tables>(&self, compat: &CompatFlags<T>) -> Option<CommandResult> {
        let contexts = StringSlice::to_vec(&self.kube_contexts);
        let contexts: Vec<String> = contexts
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        if contexts.is_empty() {
            return None;
        }
        // The last --kube-context counts: with one of its own, every run would be in that context.
        if compat.last("kube-context").is_some() {
            return Some(Err(CliError::new(
                "--kube-context and --kube-contexts exclude each other",
            )));
        }
        Some(run(&contexts))
    }
}

/// The end of a run in a context: whether it succeeded, and the last line that it said.
struct End {
    is_success: bool,
    words: String,
}

fn run(contexts: &[String]) -> CommandResult {
    let program = std::env::current_exe().map_err(CliError::new)?;
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let rest = without_contexts(&arguments);
    let runs: Vec<_> = contexts
        .iter()
        .map(|context| {
            let (program, rest, context) = (program.clone(), rest.clone(), context.clone());
            thread::spawn(move || {
                Command::new(program)
                    .arg(format!("--kube-context={context}"))
                    .args(rest)
                    .stdin(Stdio::null())
                    .output()
            })
        })
        .collect();
    let mut ends = Vec::new();
    for (context, run) in contexts.iter().zip(runs) {
        let failed = |words: String| End {
            is_success: false,
            words,
        };
        let end = match run.join() {
            Ok(Ok(output)) => {
                terminal::print(format!("# {context}\n").as_bytes())?;
                terminal::print(&output.stdout)?;
                terminal::warn(&output.stderr);
                let text = match output.status.success() {
                    true => output.stdout,
                    false => output.stderr,
                };
                End {
                    is_success: output.status.success(),
                    words: words(&String::from_utf8_lossy(&text), output.status.success()),
                }
            }
            Ok(Err(error)) => failed(error.to_string()),
            Err(_) => failed("it did not end".into()),
        };
        ends.push((context, end));
    }
    let mut table = Table::new(0);
    table.add(["CONTEXT", "RESULT", "MESSAGE"]);
    for (context, end) in &ends {
        let result = if end.is_success { "ok" } else { "failed" };
        table.add([context, result, &end.words]);
    }
    terminal::print(format!("\n{}", table.text()).as_bytes())?;
    let failed = ends.iter().filter(|(_, end)| !end.is_success).count();
    match failed {
        0 => Ok(()),
        _ => Err(CliError::new(format!(
            "{failed} of {} contexts failed",
            contexts.len()
        ))),
    }
}

/// What a run said, in a line: its error, or its status.
fn words(text: &str, is_success: bool) -> String {
    let mut lines = text.lines();
    let line = match is_success {
        true => lines.find(|line| line.starts_with("STATUS: ")),
        false => lines.rfind(|line| line.starts_with("Error: ")),
    };
    let line = line.or_else(|| text.lines().find(|line| !line.trim().is_empty()));
    line.unwrap_or_default().trim().to_owned()
}

/// The arguments without the flag.
fn without_contexts(arguments: &[OsString]) -> Vec<OsString> {
    let mut rest = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == FLAG {
            arguments.next();
        } else if !text.starts_with("--kube-contexts=") {
            rest.push(argument.clone());
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_goes_and_the_rest_stays() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        for text in [
            "upgrade web ./c --kube-contexts a,b -n x",
            "upgrade web ./c --kube-contexts=a,b -n x",
        ] {
            assert_eq!(
                without_contexts(&words(text)),
                words("upgrade web ./c -n x")
            );
        }
    }

    #[test]
    fn a_run_is_told_by_a_line() {
        assert_eq!(
            words("NAME: x\nSTATUS: deployed\n", true),
            "STATUS: deployed"
        );
        assert_eq!(
            words("level=WARN\nError: no\nhint: a\n", false),
            "Error: no"
        );
    }
}
