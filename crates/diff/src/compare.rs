//! Comparing two sets of documents: pairing resources, leaving out what does not count, hiding
//! secrets, applying rules.

mod pairing;
mod renames;
mod sides;

use super::comparison::Comparison;
use super::ignore::{self, Ignore};
use super::redact::Redaction;
use super::resource::{self, Document, Key, Read, Resource};
use super::rules::{self, Finding, Pair};
use engine::manifest::Scopes;
use gostd::limits::LIMITS;
use gostd::regexp::Regexp;
use pairing::{Pairing, check_size};
use renames::Outline;
use sides::{Split, Waiting, read_all, split};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// One side to compare.
#[derive(Debug)]
pub struct Input {
    /// Its documents.
    pub documents: Vec<Document>,
    /// Files of CustomResourceDefinitions of `crds/`, with their paths, that are not shown, but tell which kinds are in no
    /// namespace; rules look at those that differ.
    pub definitions: Vec<(String, Vec<u8>)>,
    /// The release's namespace.
    pub namespace: String,
}

/// Settings of the comparison.
#[derive(Debug, Default)]
pub struct Options {
    /// Ignored changes.
    pub ignores: Vec<Ignore>,
    /// The visibility of secrets.
    pub redaction: Redaction,
    /// Kinds whose changes are not shown.
    pub suppressed_kinds: Vec<String>,
    /// Lines that are not shown.
    pub suppressed_lines: Vec<Regexp>,
    /// True if hooks are left out.
    pub no_hooks: bool,
    /// True if what `helm test` runs is compared.
    pub include_tests: bool,
    /// The minor version of Kubernetes 1 that has to serve the new side.
    pub kube_minor: Option<u16>,
    /// API versions that it serves besides those that are on by default (`apps/v1`, `apps/v1/Deployment`).
    pub api_versions: Vec<String>,
}

/// A side that cannot be compared.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Error {
    /// True if it is the new side.
    pub is_new: bool,
    /// The problem.
    pub cause: resource::Error,
}

impl Error {
    fn of_old(cause: resource::Error) -> Error {
        let is_new = false;
        Error { is_new, cause }
    }

    fn of_new(cause: resource::Error) -> Error {
        let is_new = true;
        Error { is_new, cause }
    }
}

/// Compares two sides. Time and memory grow with their size, not with its square.
pub fn compare(old: Input, new: Input, options: &Options) -> Result<Comparison, Error> {
    let comparison = Comparison::default();
    let [old_namespace, new_namespace] = [&old, &new].map(|side| side.namespace.clone());
    let is_first = old.documents.is_empty();
    let scopes = scopes([&old, &new]);
    let of_definitions = definition_findings([&old, &new], is_first);
    let Split { equal, old, new } = split(old.documents, new.documents);
    let mut notices = [Vec::new(), Vec::new()];
    let [of_old, of_new] = &mut notices;
    let mut waiting = BTreeMap::new();
    let mut wait = |head: Resource, document: Option<Document>| {
        waiting.insert(head.key.clone(), Waiting { head, document });
        Ok(())
    };
    let read_head = |document: &Document| {
        let head = document.read_head(&old_namespace);
        head.map_err(Error::of_old)
    };
    read_all(old, read_head, options, &scopes, of_old, &mut wait)?;
    let mut pairing = Pairing {
        options,
        old_namespace: &old_namespace,
        namespace: &new_namespace,
        is_first,
        comparison,
        rule_resources: [Vec::new(), Vec::new()],
        room: LIMITS.difference_bytes,
        chart_labels: ignore::chart_labels(),
    };
    // Of each side only one tree at a time is there.
    let mut came = Vec::new();
    let mut compare_pair = |new: Resource, document: Option<Document>| {
        let old = waiting.remove(&new.key);
        if old.is_none() && !is_first {
            came.push(Waiting::new(new, document));
            return Ok(());
        }
        let old = old.map(|old| old.read_all(&old_namespace));
        if let Some(old) = &old {
            check_size(old).map_err(Error::of_old)?;
        }
        check_size(&new).map_err(Error::of_new)?;
        pairing.compare_pair(old, new).map_err(Error::of_new)
    };
    let read = |document: &Document| {
        let read = document.read(&new_namespace).map_err(Error::of_new)?;
        let is_one = matches!(&read, Read::Resources(resources) if resources.len() == 1);
        Ok((read, is_one))
    };
    read_all(new, read, options, &scopes, of_new, &mut compare_pair)?;
    for (side, notices) in ["old", "new"].into_iter().zip(notices) {
        let notices = notices.into_iter();
        let notices = notices.map(|notice| format!("{side} side: {notice}"));
        pairing.comparison.notices.extend(notices);
    }
    let went: Vec<Waiting> = waiting.into_values().collect();
    for (old, new) in renamed(went, came, [&old_namespace, &new_namespace], options) {
        let old = old.map(|old| old.read_all(&old_namespace));
        let new = new.map(|new| new.read_all(&new_namespace));
        if let Some(old) = &old {
            check_size(old).map_err(Error::of_old)?;
        }
        if let Some(new) = &new {
            check_size(new).map_err(Error::of_new)?;
        }
        match (old, new) {
            (old, Some(new)) => pairing.compare_pair(old, new).map_err(Error::of_new)?,
            (Some(old), None) => pairing.remove(old).map_err(Error::of_old)?,
            (None, None) => {}
        }
    }
    let Pairing {
        mut comparison,
        rule_resources: [old, new],
        ..
    } = pairing;
    comparison.unchanged += equal.len();
    comparison.findings_on_unchanged.extend(of_definitions);
    let (removed, removed_keys) = (comparison.removed(), comparison.removed_keys());
    let changed_data = comparison.changed_data();
    let restarts = comparison.restarts(&[&old, &new], &new_namespace);
    let input = rules::RuleInput {
        equal: &equal,
        rest: [&old, &new],
        namespaces: [&old_namespace, &new_namespace],
        kube_minor: options.kube_minor,
        api_versions: &options.api_versions,
        removed: &removed,
        removed_keys: &removed_keys,
        changed_data: &changed_data,
        restarts: &restarts,
        suspects: OnceCell::new(),
        users: Default::default(),
    };
    let counts = |about: &rules::RuleFinding| {
        !ignore::ignores_whole(&options.ignores, &about.key, &new_namespace)
    };
    let mut findings = rules::check_all(&input);
    findings.retain(counts);
    if !findings.is_empty() {
        comparison.add_findings(findings, &new_namespace);
    }
    comparison.sort();
    Ok(comparison)
}

/// What went and what came, those that are one under another name together.
fn renamed(
    went: Vec<Waiting>,
    came: Vec<Waiting>,
    [old_namespace, new_namespace]: [&str; 2],
    options: &Options,
) -> Vec<(Option<Waiting>, Option<Waiting>)> {
    let kinds = |side: &[Waiting]| -> BTreeSet<(String, String)> {
        let kinds = side.iter().map(|one| renames::kind_of(&one.head.key));
        kinds
            .map(|(group, kind)| (group.to_owned(), kind.to_owned()))
            .collect()
    };
    let both = &kinds(&went) & &kinds(&came);
    // What stays in the cluster, or counts as nothing, is no rename; nor is what has no name of its own, or one that is what it
    // is.
    let outlines = |side: &[Waiting], namespace: &str| -> (Vec<usize>, Vec<Outline>) {
        let places = side.iter().enumerate().filter_map(|(at, one)| {
            let key = &one.head.key;
            let (group, kind) = renames::kind_of(key);
            let is_of_both = both.contains(&(group.to_owned(), kind.to_owned()));
            let is_named = matches!(kind, "CustomResourceDefinition" | "APIService");
            if !is_of_both || is_named || key.name.is_empty() || key.ordinal > 0 {
                return None;
            }
            if ignore::ignores_whole(&options.ignores, key, namespace) {
                return None;
            }
            let resource = one.clone().read_all(namespace);
            (!resource.is_kept() && check_size(&resource).is_ok())
                .then(|| (at, Outline::new(&resource)))
        });
        places.unzip()
    };
    let (old_places, old) = outlines(&went, old_namespace);
    let (new_places, new) = outlines(&came, new_namespace);
    let pairs = renames::pairs(&old, &new);
    let mut went: Vec<Option<Waiting>> = went.into_iter().map(Some).collect();
    let mut came: Vec<Option<Waiting>> = came.into_iter().map(Some).collect();
    let mut all = Vec::new();
    for (i, j) in pairs {
        let take = |side: &mut Vec<Option<Waiting>>, places: &[usize], at: usize| {
            side.get_mut(*places.get(at)?)?.take()
        };
        all.push((
            take(&mut went, &old_places, i),
            take(&mut came, &new_places, j),
        ));
    }
    all.extend(came.into_iter().flatten().map(|new| (None, Some(new))));
    all.extend(went.into_iter().flatten().map(|old| (Some(old), None)));
    all
}

/// The scopes of kinds that definitions on either side tell of. They are read only if there may be objects of
/// such kinds: definitions are large, and mostly the same on both sides.
fn scopes(sides: [&Input; 2]) -> Scopes {
    let mut scopes = Scopes::default();
    let documents = || sides.into_iter().flat_map(|side| &side.documents);
    if !documents().any(Document::may_be_custom) {
        return scopes;
    }
    let [old, new] = sides;
    let is_new = |file: &&(String, Vec<u8>)| !old.definitions.contains(file);
    for (_, text) in old
        .definitions
        .iter()
        .chain(new.definitions.iter().filter(is_new))
    {
        scopes.add_text(text);
    }
    for document in documents() {
        scopes.add_document(&document.text);
    }
    scopes
}

/// The findings in files of `crds/` that differ. What cannot be read is no finding: the cluster does not get it.
fn definition_findings([old, new]: [&Input; 2], is_first: bool) -> Vec<(String, Finding)> {
    let changed = |side: &Input, other: &Input| -> BTreeMap<Key, Resource> {
        let files = side.definitions.iter();
        let files = files.filter(|(_, text)| !other.definitions.iter().any(|(_, t)| t == text));
        let documents = files.flat_map(|(path, text)| resource::cut(text, Some(path)));
        let resources = documents.flat_map(|document| document.resources(&side.namespace));
        resources.map(|one| (one.key.clone(), one)).collect()
    };
    let (before, after) = (changed(old, new), changed(new, old));
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let mut all = Vec::new();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        let is_same = old
            .zip(new)
            .is_some_and(|(a, b)| super::node::same(&a.node, &b.node));
        let Some(one) = new.or(old).filter(|_| !is_same) else {
            continue;
        };
        let pair = Pair {
            old,
            new,
            fields: &[],
            hidden: &[],
            is_first,
            refused: &[],
        };
        let title = key.title("", &one.api_version);
        let findings = rules::check(&pair).into_iter();
        all.extend(findings.map(|finding| (title.clone(), finding)));
    }
    all
}
