//! Completes the values of flags and the other arguments of a command.

use super::charts::{self, charts};
use super::{Candidate, Choice, Directive, candidate, command_names};
use crate::cli::color::When;
use crate::cli::diff::output_names;
use crate::profile::{HELM_3, HELM_4};
use crate::{diff, validate};
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command, ValueEnum};
use std::ffi::OsString;

/// The value of a flag that begins so. `previous` are the flags before it.
pub(super) fn of_flag(path: &[&Command], flag: &Arg, previous: &[String], start: &str) -> Choice {
    let command = path.get(1).map_or("", |command| command.get_name());
    let name = flag.get_long().unwrap_or_default();
    let words = |words: &[(&'static str, &'static str)]| {
        let words = words.iter();
        starting(start, words.map(|(word, about)| candidate(*word, *about)))
    };
    match (command, name) {
        ("validate", "select" | "ignore") => list(start, validate_rules(false)),
        ("validate", "fail-on") => list(start, validate_rules(true)),
        ("diff", "fail-on") => list(start, diff_rules()),
        ("diff", "ignore-preset") => list(start, presets()),
        ("diff", "ignore") => fields(start),
        ("diff", "output") => {
            let is_compatible = previous.iter().any(|name| name == "compat");
            starting(
                start,
                output_names(is_compatible).map(|(word, about)| candidate(word, about)),
            )
        }
        ("multicluster", "output") => Choice::none(Directive::Files),
        (_, "helm-version" | "old-helm-version" | "new-helm-version") => {
            starting(start, helm_versions())
        }
        (_, "color" | "colour") => {
            let colors = When::value_variants().iter();
            described(start, colors.filter_map(When::to_possible_value))
        }
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
        return starting(start, ["true", "false"].map(|word| candidate(word, "")));
    }
    let values = flag.get_possible_values().into_iter();
    described(start, values.filter(|value| !value.is_hide_set()))
}

/// Those of clap's values that begin so, with their help.
fn described(start: &str, values: impl IntoIterator<Item = PossibleValue>) -> Choice {
    let candidates = values.into_iter().map(|value| {
        let help = value.get_help().map(ToString::to_string);
        candidate(value.get_name(), help.unwrap_or_default())
    });
    starting(start, candidates)
}

/// Those of the candidates that begin so.
fn starting(start: &str, candidates: impl IntoIterator<Item = Candidate>) -> Choice {
    let candidates = candidates.into_iter();
    Choice::of(
        candidates
            .filter(|candidate| candidate.word.starts_with(start))
            .collect(),
    )
}

/// Returns true if a flag takes the name of a file.
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

/// The majors and the versions that are tested.
fn helm_versions() -> Vec<Candidate> {
    let tested = [HELM_4, HELM_3];
    let majors = tested.map(|version| candidate(version.0.to_string(), format!("Helm {version}")));
    let versions = tested.map(|version| candidate(version.to_string(), "tested"));
    majors.into_iter().chain(versions).collect()
}

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
    let rules = diff::rules().map(|rule| candidate(rule.id, rule.summary));
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
    let items: Vec<&str> = before.split(',').collect();
    let candidates = all.into_iter().filter(|candidate| {
        candidate.word.starts_with(item) && !items.contains(&candidate.word.as_str())
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

/// Completes `--ignore` of `diff`: `kind=K,path=P`.
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
    words: &[String],
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
        (["validate"], _) if words.iter().any(|name| name == "each") => {
            Choice::none(Directive::Files)
        }
        (["diff"], 0 | 1) => charts(start, charts::SIDES),
        (["charts", "export"], 0) => Choice::of(charts::bundled(start)),
        (["create"], 0) => Choice::none(Directive::Files),
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
