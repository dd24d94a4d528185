//! Comparing two sets of documents: pairing resources, leaving out what does not count, hiding
//! secrets, applying rules.

use super::fields::{self, Change, NoRoom};
use super::ignore::{self, Ignore};
use super::lines::{self, Delta, Line};
use super::merge_keys::Names;
use super::node::{at, text_at, to_yaml};
use super::path::Pattern;
use super::redact::Redaction;
use super::resource::{self, Document, Key, Read, Resource};
use super::rules::{self, Finding, Pair};
use diagnostics::Severity;
use engine::manifest::Scopes;
use gostd::limits::LIMITS;
use gostd::regexp::Regexp;
use goyaml::Node;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::cmp::Reverse;
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

/// The change of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It has other contents.
    Changed,
    /// It went.
    Removed,
    /// It came.
    Added,
}

/// The origin of a side of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `apiVersion`.
    pub api_version: String,
    /// The template, if that is known.
    pub source: Option<String>,
}

/// A resource that changed, came or went, with nothing secret in it.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// The resource.
    pub key: Key,
    /// Its key as it is shown.
    pub title: String,
    /// Its namespace, the release's where it names none; empty where its kind is in none.
    pub namespace: String,
    /// Its change.
    pub kind: Kind,
    /// The old side.
    pub old: Option<Origin>,
    /// The new side.
    pub new: Option<Origin>,
    /// Field by field what changed, where both sides are there.
    pub fields: Vec<Change>,
    /// The line diff of both sides' YAML.
    pub lines: Vec<Line>,
    /// The number of places of it that changed that do not count.
    pub ignored: usize,
    /// True if what changed is not to be shown.
    pub suppressed: bool,
    /// True if it differs only in the chart's labels and in checksums, and no rule finds more than that pods restart.
    pub is_relabelled: bool,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
}

impl ResourceChange {
    /// The place in a report: less comes first.
    fn rank(&self) -> (Reverse<Option<Severity>>, u8) {
        let worst = self.findings.iter().map(|finding| finding.severity).max();
        let worst = worst.filter(|severity| *severity > Severity::Info);
        let class = match &*self.key.kind {
            "CustomResourceDefinition" => 3,
            _ if self.is_relabelled => 2,
            _ if self.is_workload() => 0,
            _ => 1,
        };
        (Reverse(worst), class)
    }

    /// Returns true if it runs pods.
    pub(super) fn is_workload(&self) -> bool {
        matches!(
            &*self.key.kind,
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" | "CronJob" | "Pod"
        )
    }
}

/// Changes between two sides.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The resources: those with the worst findings first, then workloads, then the rest, at last what differs only in labels, and
    /// definitions; each what changed, what went, what came, by key.
    pub changes: Vec<ResourceChange>,
    /// Findings about resources that did not change: their keys as they are shown.
    pub findings_on_unchanged: Vec<(String, Finding)>,
    /// The number of resources that did not change; those of equal lists count as one.
    pub unchanged: usize,
    /// The number of resources that changed in nothing that counts.
    pub ignored_resources: usize,
    /// The number of changed places that do not count.
    pub ignored_places: usize,
    /// Notices about the sides.
    pub notices: Vec<String>,
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
        namespace: &new_namespace,
        is_first,
        comparison,
        rule_resources: [Vec::new(), Vec::new()],
        room: LIMITS.difference_bytes,
        chart_labels: ignore::chart_labels(),
    };
    // Of each side only one tree at a time is there.
    let mut compare_pair = |new: Resource, _| {
        let old = waiting.remove(&new.key);
        let old = old.map(|old| old.read_all(&old_namespace));
        if let Some(old) = &old {
            check_size(old).map_err(Error::of_old)?;
        }
        check_size(&new).map_err(Error::of_new)?;
        pairing.compare_pair(old, new).map_err(Error::of_new)
    };
    let read = |document: &Document| {
        let read = document.read(&new_namespace).map_err(Error::of_new)?;
        Ok((read, false))
    };
    read_all(new, read, options, &scopes, of_new, &mut compare_pair)?;
    for (side, notices) in ["old", "new"].into_iter().zip(notices) {
        let notices = notices.into_iter();
        let notices = notices.map(|notice| format!("{side} side: {notice}"));
        pairing.comparison.notices.extend(notices);
    }
    for old in waiting.into_values() {
        let old = old.read_all(&old_namespace);
        let removal = check_size(&old).and_then(|()| pairing.remove(old));
        removal.map_err(Error::of_old)?;
    }
    let Pairing {
        mut comparison,
        rule_resources: [old, new],
        ..
    } = pairing;
    comparison.unchanged += equal.len();
    comparison.findings_on_unchanged.extend(of_definitions);
    let removed = comparison.removed();
    let changed_data = comparison.changed_data();
    let restarts = comparison.restarts(&[&old, &new], &new_namespace);
    let input = rules::RuleInput {
        equal: &equal,
        rest: [&old, &new],
        namespaces: [&old_namespace, &new_namespace],
        kube_minor: options.kube_minor,
        api_versions: &options.api_versions,
        removed: &removed,
        changed_data: &changed_data,
        restarts: &restarts,
        suspects: OnceCell::new(),
    };
    let counts = |about: &rules::RuleFinding| {
        !ignore::ignores_whole(&options.ignores, &about.key, &new_namespace)
    };
    let mut findings = rules::check_all(&input);
    findings.retain(counts);
    if !findings.is_empty() {
        comparison.add_findings(findings, &new_namespace);
    }
    for change in &mut comparison.changes {
        let worst_first = |finding: &Finding| std::cmp::Reverse(finding.severity);
        change.findings.sort_by_key(worst_first);
        let has_warning = change.findings.iter().any(|f| f.severity > Severity::Info);
        change.is_relabelled &= !has_warning;
    }
    let rank = |change: &ResourceChange| change.rank();
    comparison
        .changes
        .sort_by(|a, b| (rank(a), a.kind, &a.key).cmp(&(rank(b), b.kind, &b.key)));
    Ok(comparison)
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

struct Split {
    equal: Vec<Document>,
    old: Vec<Document>,
    new: Vec<Document>,
}

/// Tells documents whose text both sides have from the others, which alone are read.
fn split(old: Vec<Document>, new: Vec<Document>) -> Split {
    let mut texts: FxHashMap<(bool, &[u8]), Vec<usize>> = FxHashMap::default();
    for (at, document) in new.iter().enumerate().rev() {
        texts.entry(document.identity()).or_default().push(at);
    }
    let mut is_equal = vec![false; new.len()];
    let mut rest = Vec::with_capacity(old.len());
    for document in &old {
        let met = texts.get_mut(&document.identity()).and_then(Vec::pop);
        if let Some(met) = met.and_then(|at| is_equal.get_mut(at)) {
            *met = true;
        }
        rest.push(met.is_none());
    }
    let old = old.into_iter().zip(rest).filter(|(_, is_rest)| *is_rest);
    let old = old.map(|(document, _)| document).collect();
    let (equal, new): (Vec<_>, Vec<_>) = new.into_iter().zip(is_equal).partition(|(_, e)| *e);
    let documents = |list: Vec<(Document, bool)>| list.into_iter().map(|(d, _)| d).collect();
    Split {
        equal: documents(equal),
        old,
        new: documents(new),
    }
}

/// A resource of the old side that waits for the new side's.
struct Waiting {
    /// The parts that identify it, or all of it.
    head: Resource,
    /// The place of the rest.
    document: Option<Document>,
}

impl Waiting {
    /// The whole resource. Trees take several times the memory of their texts, which are read again for it.
    fn read_all(self, namespace: &str) -> Resource {
        let resources = self.document.map(|document| document.resources(namespace));
        match resources.and_then(|mut resources| resources.pop()) {
            Some(resource) => Resource {
                key: self.head.key,
                ..resource
            },
            None => self.head,
        }
    }
}

/// Reads documents one after the other and hands their resources to `take`; those with the same key are
/// numbered. `read` says whether it read only a part: `take` is given the document then.
fn read_all(
    documents: Vec<Document>,
    read: impl Fn(&Document) -> Result<(Read, bool), Error>,
    options: &Options,
    scopes: &Scopes,
    notices: &mut Vec<String>,
    take: &mut dyn FnMut(Resource, Option<Document>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut counts: FxHashMap<Key, usize> = FxHashMap::default();
    for document in documents {
        let (read, is_part) = read(&document)?;
        let mut document = is_part.then_some(document);
        match read {
            Read::Resources(read) => {
                for mut resource in read.into_iter().filter(|r| is_compared(r, options)) {
                    resource.key.apply(scopes);
                    let count = counts.entry(resource.key.clone()).or_default();
                    resource.key.ordinal = *count;
                    *count += 1;
                    if resource.key.name.is_empty() && *count == 1 {
                        let kind = &resource.key.kind;
                        notices.push(format!("unnamed {kind}: compared by position"));
                    }
                    take(resource, document.take())?;
                }
            }
            Read::Nothing(notice) => notices.extend(notice),
        }
    }
    let twice = counts
        .iter()
        .filter(|(key, count)| **count > 1 && !key.name.is_empty());
    let twice = twice.map(|(key, count)| {
        let (kind, name) = (&key.kind, &key.name);
        format!("{kind} {name} occurs {count} times: compared by position")
    });
    let mut twice: Vec<String> = twice.collect();
    twice.sort();
    notices.append(&mut twice);
    Ok(())
}

/// Returns true if a resource is compared, by the hooks it is run at.
fn is_compared(resource: &Resource, options: &Options) -> bool {
    let hook = at(&resource.node, &["metadata", "annotations", "helm.sh/hook"]);
    let Some(events) = hook.and_then(Node::as_str) else {
        return true;
    };
    let mut events = events.split(',').map(str::trim);
    let is_test = events.any(|event| matches!(event, "test" | "test-success"));
    !options.no_hooks && (!is_test || options.include_tests)
}

struct Pairing<'o> {
    options: &'o Options,
    /// The new side's namespace.
    namespace: &'o str,
    /// True if there is nothing on the old side: the new one is installed.
    is_first: bool,
    comparison: Comparison,
    /// The parts of each side's resources that rules over all resources need.
    rule_resources: [Vec<Resource>; 2],
    /// Bytes that changes may still take.
    room: usize,
    /// The places of labels with the chart's version, and of checksums.
    chart_labels: Vec<Pattern>,
}

/// Refuses a resource that no cluster takes: some copies of it are needed at a time.
fn check_size(resource: &Resource) -> Result<(), resource::Error> {
    let most = LIMITS.resource_bytes;
    if super::node::bytes(&resource.node) <= most {
        return Ok(());
    }
    let problem = format!("the resource takes more than {most} bytes of memory");
    let Key { kind, name, .. } = &resource.key;
    Err(resource::Error::new(format!("{kind} {name}"), problem))
}

/// The error for changes that take too much memory.
fn no_room(key: &Key) -> resource::Error {
    let most = LIMITS.difference_bytes;
    let problem = format!("the changes up to here take more than {most} bytes of memory");
    resource::Error::new(format!("{} {}", key.kind, key.name), problem)
}

impl Pairing<'_> {
    /// Compares a resource of the new side with the old side's, if that has it.
    fn compare_pair(
        &mut self,
        old: Option<Resource>,
        new: Resource,
    ) -> Result<(), resource::Error> {
        let [of_old, of_new] = &mut self.rule_resources;
        of_old.extend(old.as_ref().map(rules::for_rules));
        of_new.push(rules::for_rules(&new));
        match old {
            Some(old) => self.changed(old, new),
            None => self.add_or_remove(None, Some(new)),
        }
    }

    /// A resource that the new side does not have.
    fn remove(&mut self, old: Resource) -> Result<(), resource::Error> {
        let [of_old, _] = &mut self.rule_resources;
        of_old.push(rules::for_rules(&old));
        let policy = ["metadata", "annotations", "helm.sh/resource-policy"];
        if text_at(&old.node, &policy) == "keep" {
            let (kind, name) = (&old.key.kind, &old.key.name);
            self.comparison.notices.push(format!(
                "{kind} {name} is not in the new side, but stays in the cluster \
                 (helm.sh/resource-policy: keep)"
            ));
            return Ok(());
        }
        self.add_or_remove(Some(old), None)
    }

    fn changed(&mut self, mut old: Resource, mut new: Resource) -> Result<(), resource::Error> {
        let key = &new.key;
        let names = Names::of_group(&key.group);
        let all = fields::diff(&old.node, &new.node, names, self.room);
        let all = all.map_err(|NoRoom| no_room(key))?;
        let has_moved = old.is_from_crds() != new.is_from_crds();
        if all.is_empty() && !has_moved {
            self.comparison.unchanged += 1;
            return Ok(());
        }
        if ignore::ignores_whole(&self.options.ignores, key, self.namespace) {
            self.comparison.ignored_resources += 1;
            return Ok(());
        }
        let patterns = ignore::patterns(&self.options.ignores, key, self.namespace);
        // Of these only the places are kept: values may be secrets.
        let hidden = ignore::hidden(&patterns, &all, names);
        drop(all);
        let ignored = ignore::prune(&patterns, &mut old, &mut new);
        self.comparison.ignored_places += ignored;
        let redaction = &self.options.redaction;
        let refused = rules::refused(Some(&mut old), &mut new);
        redaction.redact(Some(&mut old), Some(&mut new));
        let fields = fields::diff(&old.node, &new.node, names, self.room);
        let mut fields = fields.map_err(|NoRoom| no_room(&new.key))?;
        fields.retain(|change| !rules::says_the_same(&new, change));
        let pair = Pair {
            old: Some(&old),
            new: Some(&new),
            fields: &fields,
            hidden: &hidden,
            is_first: self.is_first,
            refused: &refused,
        };
        if fields.is_empty() {
            match ignored == 0 {
                true => self.comparison.unchanged += 1,
                false => self.comparison.ignored_resources += 1,
            }
            let findings = rules::check(&pair);
            self.keep_findings(&new, findings);
            return Ok(());
        }
        // What moved in a named list is shown where it was.
        let mut after = fields::apply(&old.node, &fields);
        super::node::sort_keys(&mut after);
        let lines = lines::diff(&to_yaml(&old.node), &to_yaml(&after));
        self.push(&pair, lines, ignored)
    }

    /// Keeps what was found in a resource whose change does not count.
    fn keep_findings(&mut self, resource: &Resource, findings: Vec<Finding>) {
        let title = resource.key.title(self.namespace, &resource.api_version);
        let findings = findings.into_iter().map(|finding| (title.clone(), finding));
        self.comparison.findings_on_unchanged.extend(findings);
    }

    /// A resource that came or went.
    fn add_or_remove(
        &mut self,
        mut old: Option<Resource>,
        mut new: Option<Resource>,
    ) -> Result<(), resource::Error> {
        let Some(key) = new.as_ref().or(old.as_ref()).map(|side| &side.key) else {
            return Ok(());
        };
        if ignore::ignores_whole(&self.options.ignores, key, self.namespace) {
            self.comparison.ignored_resources += 1;
            return Ok(());
        }
        let refused = new.as_mut().map(|new| rules::refused(None, new));
        let refused = refused.filter(|_| !self.is_first).unwrap_or_default();
        self.options.redaction.redact(old.as_mut(), new.as_mut());
        let yaml = |side: &Option<Resource>| match side {
            Some(side) => to_yaml(&side.node),
            None => Vec::new(),
        };
        let lines = lines::diff(&yaml(&old), &yaml(&new));
        let pair = Pair {
            old: old.as_ref(),
            new: new.as_ref(),
            fields: &[],
            hidden: &[],
            is_first: self.is_first,
            refused: &refused,
        };
        self.push(&pair, lines, 0)
    }

    /// Adds a change, if any of its lines is to be shown.
    fn push(
        &mut self,
        pair: &Pair<'_>,
        mut lines: Vec<Line>,
        ignored: usize,
    ) -> Result<(), resource::Error> {
        let (old, new) = (pair.old, pair.new);
        let Some(resource) = new.or(old) else {
            return Ok(());
        };
        let findings = rules::check(pair);
        let patterns = &self.options.suppressed_lines;
        if !patterns.is_empty() {
            let is_visible = |line: &Line| !patterns.iter().any(|p| p.is_match(&line.text));
            lines.retain(is_visible);
            if lines.iter().all(|line| line.delta == Delta::Common) {
                self.comparison.ignored_resources += 1;
                let effects = findings.into_iter().filter(Finding::is_effect);
                let effects = effects.collect();
                self.keep_findings(resource, effects);
                return Ok(());
            }
        }
        let origin = |side: &Resource| Origin {
            api_version: side.api_version.clone(),
            source: side.source.clone(),
        };
        let patterns: Vec<&Pattern> = self.chart_labels.iter().collect();
        let names = Names::of_group(&resource.key.group);
        let is_relabelled =
            !pair.fields.is_empty() && ignore::hides_all(&patterns, pair.fields, names);
        let key = resource.key.clone();
        let suppressed = self.options.suppressed_kinds.contains(&key.kind);
        if !suppressed {
            let fields = pair.fields.iter().map(Change::bytes).sum::<usize>();
            let bytes = fields + lines.iter().map(Line::bytes).sum::<usize>();
            let room = self.room.checked_sub(bytes);
            self.room = room.ok_or_else(|| no_room(&key))?;
        }
        self.comparison.changes.push(ResourceChange {
            title: key.title(self.namespace, &resource.api_version),
            namespace: key.place(self.namespace).to_owned(),
            kind: match (old, new) {
                (Some(_), Some(_)) => Kind::Changed,
                (Some(_), None) => Kind::Removed,
                _ => Kind::Added,
            },
            key,
            old: old.map(origin),
            new: new.map(origin),
            // What is not shown is not in any format.
            fields: if suppressed {
                Vec::new()
            } else {
                pair.fields.to_vec()
            },
            lines: if suppressed { Vec::new() } else { lines },
            ignored,
            suppressed,
            is_relabelled,
            findings,
        });
        Ok(())
    }
}

impl Comparison {
    /// The resources that go.
    fn removed(&self) -> Vec<Key> {
        let changes = self.changes.iter();
        let removed = changes.filter(|change| change.kind == Kind::Removed);
        removed.map(|change| change.key.clone()).collect()
    }

    /// The ConfigMaps and Secrets whose contents change.
    fn changed_data(&self) -> Vec<(Key, String)> {
        let is_data = |change: &&ResourceChange| {
            let mut fields = change.fields.iter();
            change.kind == Kind::Changed
                && matches!(&*change.key.kind, "ConfigMap" | "Secret")
                && (change.suppressed
                    || fields.any(|field| {
                        let first = field.path.keys().next();
                        matches!(first, Some("data" | "stringData" | "binaryData"))
                    }))
        };
        let changes = self.changes.iter().filter(is_data);
        let data = changes.filter_map(|change| {
            Some((change.key.clone(), change.new.as_ref()?.api_version.clone()))
        });
        data.collect()
    }

    /// The workloads among resources whose pods restart.
    fn restarts(&self, sides: &[&[Resource]], namespace: &str) -> BTreeSet<Key> {
        let restart = |finding: &Finding| finding.rule == "pods-restart";
        let titles: BTreeSet<&str> = self
            .findings()
            .filter(|(_, finding)| restart(finding))
            .map(|(title, _)| title)
            .collect();
        let resources = sides.iter().flat_map(|side| side.iter());
        let restarts =
            resources.filter(|one| titles.contains(&*one.key.title(namespace, &one.api_version)));
        restarts.map(|one| one.key.clone()).collect()
    }

    /// Adds findings to the changes of their resources; those of resources that did not change stand apart.
    fn add_findings(&mut self, findings: Vec<rules::RuleFinding>, namespace: &str) {
        let places = self.changes.iter().zip(0..);
        let places: FxHashMap<Key, usize> = places.map(|(c, at)| (c.key.clone(), at)).collect();
        for about in findings {
            let place = places.get(&about.key);
            match place.and_then(|at| self.changes.get_mut(*at)) {
                Some(change) => change.findings.push(about.finding),
                None => {
                    let title = about.key.title(namespace, &about.api_version);
                    self.findings_on_unchanged.push((title, about.finding));
                }
            }
        }
    }

    /// Adds findings that are not about one resource, before the others.
    pub fn add_general(&mut self, about: &str, findings: Vec<Finding>) {
        let findings = findings
            .into_iter()
            .map(|finding| (about.to_owned(), finding));
        self.findings_on_unchanged.splice(0..0, findings);
    }

    /// The number of resources with a kind of change.
    pub fn count(&self, kind: Kind) -> usize {
        self.changes
            .iter()
            .filter(|change| change.kind == kind)
            .count()
    }

    /// All findings, with the key of their resource as it is shown.
    pub fn findings(&self) -> impl Iterator<Item = (&str, &Finding)> {
        let of_changes = self.changes.iter().flat_map(|change| {
            let findings = change.findings.iter();
            findings.map(|finding| (&*change.title, finding))
        });
        of_changes.chain(
            self.findings_on_unchanged
                .iter()
                .map(|(key, finding)| (&**key, finding)),
        )
    }

    /// The sum in words: `1 to add, 2 to change, 0 to remove`.
    pub fn summary(&self) -> String {
        let mut text = format!(
            "{} to add, {} to change, {} to remove",
            self.count(Kind::Added),
            self.count(Kind::Changed),
            self.count(Kind::Removed)
        );
        let count = |severity| {
            self.findings()
                .filter(|(_, f)| f.severity == severity)
                .count()
        };
        for (severity, name) in [(Severity::Error, "error"), (Severity::Warning, "warning")] {
            match count(severity) {
                0 => {}
                1 => text.push_str(&format!(", 1 {name}")),
                n => text.push_str(&format!(", {n} {name}s")),
            }
        }
        text
    }

    /// The ignored changes in words: `1 resource and 3 fields ignored`; nothing if there is nothing.
    pub fn ignored(&self) -> Option<String> {
        let counts = [
            (self.ignored_resources, "resource"),
            (self.ignored_places, "field"),
        ];
        let parts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
            .collect();
        (!parts.is_empty()).then(|| format!("{} ignored", parts.join(" and ")))
    }
}
