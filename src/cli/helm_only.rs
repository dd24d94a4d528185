//! Commands of Helm that work on a cluster: what to type instead.

use super::Failure;
use std::ffi::OsString;

const CLUSTER: &[&str] = &[
    "install",
    "upgrade",
    "delete",
    "uninstall",
    "init",
    "rollback",
];

/// The answer to a command that rhelm does not have.
pub(super) fn refuse(words: &[OsString], commands: &clap::Command) -> Failure {
    let command = words
        .first()
        .map(|w| w.to_string_lossy())
        .unwrap_or_default();
    let mut text = format!("unknown command \"{command}\" for \"helm\"");
    let suggestions = suggestions(&command, commands);
    if !suggestions.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        for suggestion in suggestions {
            text.push_str(&format!("\t{suggestion}\n"));
        }
    }
    text.push_str("\nRun 'helm --help' for usage.");
    let failure = Failure::new(text);
    if CLUSTER.contains(&&*command) {
        return failure.hint(format!(
            "rhelm renders charts and leaves the cluster to kubectl; instead of `{command}`:\n  \
             rhelm template NAME CHART | kubectl apply -f -\n  \
             rhelm template NAME CHART | kubectl delete -f -"
        ));
    }
    failure
}

/// Commands whose names are like a word: two letters away or less, or beginning with it (cobra's
/// `SuggestionsFor`).
fn suggestions(word: &str, commands: &clap::Command) -> Vec<String> {
    const DISTANCE: usize = 2;
    let word = word.to_lowercase();
    let names = commands
        .get_subcommands()
        .map(|command| command.get_name().to_owned());
    let alike =
        |name: &String| name.starts_with(&word) || strsim::levenshtein(&word, name) <= DISTANCE;
    names.filter(alike).collect()
}
