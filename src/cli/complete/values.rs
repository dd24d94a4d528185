//! What the values of flags and the other arguments of a command could be.

use super::charts::{self, charts};
use super::{Candidate, Choice, Directive, candidate, command_names};
use crate::{diff, validate};
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;

/// The value of a flag that begins so. `given` are the flags before it.
pub(super) fn of_flag(path: &[&Command], flag: &Arg, given: &[String], start: &str) -> Choice {
    let command = path.get(1).map_or("", |command| command.get_name());
    let name = flag.get_long().unwrap_or_default();
    let words = |words: &[(&str, &str)]| {
        let words = words.iter().filter(|(word, _)| word.starts_with(start));
        Choice::of(
            words
                .map(|(word, about)| candidate(*word, *about))
                .collect(),
        )
    };
    match (command, name) {
        ("validate", "select" | "ignore") => list(start, validate_rules(false)),
        ("validate", "fail-on") => list(start, validate_rules(true)),
        ("diff", "fail-on") => list(start, diff_rules()),
        ("diff", "ignore-preset") => list(start, presets()),
        ("diff", "ignore") => fields(start),
        ("diff", "output") if given.iter().any(|name| name == "compat") => words(HELM_DIFF_OUTPUTS),
        ("diff", "output") => words(DIFF_OUTPUTS),
        ("multicluster", "output") => Choice::none(Directive::Files),
        (_, "helm-version" | "old-helm-version" | "new-helm-version") => words(HELM_VERSIONS),
        (_, "color" | "colour") => words(COLORS),
        ("template", "dry-run") => {
            words(&[("client", ""), ("server", "needs a cluster"), ("none", "")])
        }
        ("template", "wait") => words(&[("watcher", ""), ("hookOnly", ""), ("legacy", "")]),
        (_, name) if of_files(flag, name) => Choice::none(Directive::Files),
        (_, "output-dir" | "repository-cache" | "content-cache" | "log-dir") => {
            Choice::none(Directive::Directories)
        }
        _ => possible(flag, start),
    }
}

/// The values that clap knows.
fn possible(flag: &Arg, start: &str) -> Choice {
    let is_switch = matches!(flag.get_action(), ArgAction::SetTrue)
        || flag
            .get_value_names()
            .is_some_and(|names| names.iter().any(|name| name.as_str() == "BOOL"));
    if is_switch {
        let words = ["true", "false"].into_iter();
        let words = words.filter(|word| word.starts_with(start));
        return Choice::of(words.map(|word| candidate(word, "")).collect());
    }
    let values = flag.get_possible_values().into_iter();
    let values = values.filter(|value| !value.is_hide_set() && value.get_name().starts_with(start));
    let described = values.map(|value| {
        let help = value.get_help().map(ToString::to_string);
        candidate(value.get_name(), help.unwrap_or_default())
    });
    Choice::of(described.collect())
}

/// Whether a flag takes the name of a file.
fn of_files(flag: &Arg, name: &str) -> bool {
    let of_helm = [
        "kubeconfig",
        "keyring",
        "registry-config",
        "repository-config",
    ];
    let is_named = flag.get_value_names().is_some_and(|names| {
        names
            .iter()
            .any(|name| name.as_str() == "FILE" || name.as_str() == "PROGRAM")
    });
    is_named && name != "compat"
        || name.ends_with("-file") && name != "set-file"
        || of_helm.contains(&name)
}

const HELM_VERSIONS: &[(&str, &str)] = &[
    ("4", "Helm 4.2.4"),
    ("3", "Helm 3.21.4"),
    ("4.2.4", "tested"),
    ("3.21.4", "tested"),
];
const COLORS: &[(&str, &str)] = &[
    ("never", "not at all"),
    ("auto", "where a terminal shows them"),
    ("always", "into files and pipes too"),
];
const DIFF_OUTPUTS: &[(&str, &str)] = &[
    ("text", "changes with findings, for people"),
    ("unified", "a unified diff"),
    ("json", "for programs"),
    ("markdown", "for a pull request"),
    ("html", "one page with filters"),
];
const HELM_DIFF_OUTPUTS: &[(&str, &str)] = &[
    ("diff", ""),
    ("simple", ""),
    ("json", ""),
    ("template", ""),
    ("structured", ""),
];

fn validate_rules(with_severities: bool) -> Vec<Candidate> {
    let severities = [
        ("error", "every error"),
        ("warning", "every error and warning"),
    ];
    let severities = severities.iter().filter(|_| with_severities);
    let severities = severities.map(|(word, about)| candidate(*word, *about));
    let rules = validate::rules::RULES.iter();
    let rules = rules.map(|rule| candidate(rule.id, rule.summary));
    severities.chain(rules).collect()
}

fn diff_rules() -> Vec<Candidate> {
    let severities = ["error", "warning", "info"].map(|word| candidate(word, "this or worse"));
    let rules = diff::RULES
        .iter()
        .map(|rule| candidate(rule.id, rule.explanation));
    severities.into_iter().chain(rules).collect()
}

fn presets() -> Vec<Candidate> {
    diff::presets().map(|name| candidate(name, "")).collect()
}

/// The last item of a list with commas.
fn list(start: &str, all: Vec<Candidate>) -> Choice {
    let (before, item) = match start.rfind(',') {
        Some(comma) => start.split_at(comma + 1),
        None => ("", start),
    };
    let given: Vec<&str> = before.split(',').collect();
    let candidates = all.into_iter().filter(|candidate| {
        candidate.word.starts_with(item) && !given.contains(&candidate.word.as_str())
    });
    Choice {
        candidates: candidates
            .map(|Candidate { word, description }| {
                candidate(format!("{before}{word}"), description)
            })
            .collect(),
        directive: Directive::Ordered,
    }
}

/// What `--ignore` of `diff` takes: `kind=K,path=P`.
fn fields(start: &str) -> Choice {
    let fields = [
        ("kind=", "resources of this kind"),
        ("name=", "resources of this name"),
        ("namespace=", "resources of this namespace"),
        ("group=", "resources of this API group"),
        ("path=", "what is below this path"),
    ];
    let fields = fields.map(|(word, about)| candidate(word, about));
    Choice {
        directive: Directive::NoSpace,
        ..list(start, fields.to_vec())
    }
}

/// An argument that is no flag. `before` are those before it.
pub(super) fn of_argument(
    program: &Command,
    path: &[&Command],
    before: &[OsString],
    given: &[String],
    start: &str,
) -> Choice {
    let names: Vec<&str> = path
        .iter()
        .skip(1)
        .map(|command| command.get_name())
        .collect();
    let nothing = Choice::none(Directive::NoFiles);
    match (names.as_slice(), before.len()) {
        // The first may be the chart, or the release's name.
        (["template"], 0 | 1) => charts(start, charts::ARCHIVES),
        (["lint"], _) => charts(start, charts::ARCHIVES),
        (["show", _] | ["eval" | "explain" | "validate"], 0) => charts(start, charts::ARCHIVES),
        (["eval"], 1) => Choice::none(Directive::Files),
        (["validate"], _) if given.iter().any(|name| name == "each") => {
            Choice::none(Directive::Files)
        }
        (["diff"], 0 | 1) => charts(start, charts::SIDES),
        (["charts", "export"], 0) => Choice::of(charts::bundled(start)),
        (["charts", "export"], 1) | (["man"], 0) => Choice::none(Directive::Directories),
        (["multicluster", "endpoints"], 0) => Choice::none(Directive::Files),
        (["completion"], 0) => {
            let positional = path
                .last()
                .and_then(|command| command.get_positionals().next());
            positional.map_or(nothing, |shell| possible(shell, start))
        }
        (["help"], _) => topics(program, before, start),
        _ => nothing,
    }
}

/// The commands below those that are given already.
fn topics(program: &Command, before: &[OsString], start: &str) -> Choice {
    let mut topic = program;
    for word in before {
        match word.to_str().and_then(|word| topic.find_subcommand(word)) {
            Some(below) => topic = below,
            None => return Choice::none(Directive::NoFiles),
        }
    }
    command_names(&[topic], start)
}
