//! Names of what is not there: data that pods read and do not read anew, and references that lead nowhere.

use super::super::resource::Key;
use super::references::{Reference, Use};
use super::users::{User, Users};
use super::{Problem, RuleInput};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Tells of ConfigMaps and Secrets that change while pods keep the old contents until somebody restarts them.
pub(super) fn config_not_read(input: &RuleInput<'_>) -> Vec<Problem> {
    readers(input, Use::AtStart, |reader| {
        format!(
            "{reader} reads it when its pods start, and they do not restart: they go on with the old contents"
        )
    })
}

/// Tells of those that pods have as files, which follow a little later.
pub(super) fn config_read_late(input: &RuleInput<'_>) -> Vec<Problem> {
    readers(input, Use::Mounted, |reader| {
        format!(
            "{reader} has it as files, and its pods do not restart: the files follow within about a minute, if the program reads them again"
        )
    })
}

fn readers(input: &RuleInput<'_>, by: Use, message: impl Fn(&str) -> String) -> Vec<Problem> {
    if input.changed_data.is_empty() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let (old, new) = (input.old_users(), input.new_users());
    let before: BTreeSet<&Key> = old.iter().map(|user| &user.key).collect();
    for (data, api_version) in input.changed_data {
        for (workload, uses) in new.of(data) {
            let key = &workload.key;
            let keeps_running = matches!(&*key.kind, "Deployment" | "StatefulSet" | "DaemonSet")
                && !input.restarts.contains(key)
                && !workload.is_reloaded
                && (workload.is_equal || before.contains(key));
            // What is read at the start is the stronger reason.
            if keeps_running && uses.iter().map(|one| one.by).min() == Some(by) {
                problems.push(Problem {
                    key: data.clone(),
                    api_version: api_version.clone(),
                    message: message(&format!("{} {}", key.kind, key.name)),
                });
            }
        }
    }
    problems
}

/// Tells of names of what the upgrade deletes, of keys that go and are still read, and of new names that the release does not
/// have where the old ones were of the release.
pub(super) fn dangling(input: &RuleInput<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let [_, new] = input.rest;
    if !input.removed.is_empty() {
        // A controller may make it from now on: an ExternalSecret of the same name.
        let makers = new
            .iter()
            .filter(|other| !kubernetes::has_group(&other.key.group));
        let made: BTreeSet<&str> = makers.map(|maker| &*maker.key.name).collect();
        let gone = input
            .removed
            .iter()
            .filter(|gone| !made.contains(&*gone.name));
        for gone in gone {
            for (user, names) in input.new_users().of(gone) {
                if names.iter().any(|one| !one.is_optional) {
                    let (kind, name) = (&gone.kind, &gone.name);
                    let what = format!("names {kind} {name}, which the upgrade deletes");
                    problems.push(problem(user, what));
                }
            }
        }
    }
    for (data, key) in input.removed_keys {
        for (user, names) in input.new_users().of(data) {
            let reads = |one: &&Reference| one.key.as_deref() == Some(&**key) && !one.is_optional;
            if names.into_iter().any(|one| reads(&one)) {
                let (kind, name) = (&data.kind, &data.name);
                problems.push(problem(
                    user,
                    format!("reads the key {key} of {kind} {name}, which goes"),
                ));
            }
        }
    }
    if new.iter().any(super::references::matters) {
        replaced(input.old_users(), input.new_users(), &mut problems);
    }
    problems
}

/// Tells of new names of what is not there.
fn replaced(old: &Users<'_>, new: &Users<'_>, problems: &mut Vec<Problem>) {
    let changed = |users: &'_ Users<'_>| -> bool { users.iter().any(|user| !user.is_equal) };
    if !changed(old) || !changed(new) {
        return;
    }
    let before = old.iter().filter(|user| !user.is_equal);
    let before: FxHashMap<&Key, &User> = before.map(|user| (&user.key, user)).collect();
    for user in new.iter().filter(|user| !user.is_equal) {
        let Some(was) = before.get(&user.key) else {
            continue;
        };
        let (was_counts, counts) = (counts(&was.references), counts(&user.references));
        for (name, one) in &counts {
            if one.1.is_optional || was_counts.contains_key(name) || new.has(user, one.1) {
                continue;
            }
            let replaced = was_counts.iter().find(|(other, count)| {
                other.0 == name.0
                    && counts.get(*other).map_or(0, |now| now.0) < count.0
                    && old.has(was, count.1)
            });
            if let Some(((kind, before), _)) = replaced {
                let what = format!(
                    "names {kind} {} now, which the release does not have; before, it named {before}, which it had",
                    name.1
                );
                problems.push(problem(user, what));
            }
        }
    }
}

/// Names and how often each is there, with one of the references.
fn counts(references: &[Reference]) -> BTreeMap<(&str, &str), (usize, &Reference)> {
    let mut counts = BTreeMap::new();
    for one in references {
        let count = counts.entry((one.kind, &*one.name)).or_insert((0, one));
        count.0 += 1;
    }
    counts
}

fn problem(user: &User, what: String) -> Problem {
    let key = &user.key;
    Problem {
        key: key.clone(),
        api_version: user.api_version.clone(),
        message: format!("{} {} {what}", key.kind, key.name),
    }
}
