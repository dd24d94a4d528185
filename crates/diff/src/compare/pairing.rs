//! Comparing the two sides of one resource.

use super::Options;
use crate::comparison::{Comparison, Kind, Origin, ResourceChange};
use crate::fields::{self, Change, NoRoom};
use crate::ignore;
use crate::lines::{self, Delta, Line};
use crate::merge_keys::Names;
use crate::node::{self, to_yaml};
use crate::path::Pattern;
use crate::resource::{self, Key, Resource};
use crate::rules::{self, Finding, Pair};
use crate::schemas;
use gostd::limits::LIMITS;

/// The comparison so far, and what comparing a resource needs.
pub(super) struct Pairing<'o> {
    pub(super) options: &'o Options,
    /// The old side's namespace.
    pub(super) old_namespace: &'o str,
    /// The new side's namespace.
    pub(super) namespace: &'o str,
    /// True if there is nothing on the old side: the new one is installed.
    pub(super) is_first: bool,
    pub(super) comparison: Comparison,
    /// The parts of each side's resources that rules over all resources need.
    pub(super) rule_resources: [Vec<Resource>; 2],
    /// Bytes that changes may still take.
    pub(super) room: usize,
    /// The places of labels with the chart's version, and of checksums.
    pub(super) chart_labels: Vec<Pattern>,
}

/// Refuses a resource that no cluster takes: some copies of it are needed at a time.
pub(super) fn check_size(resource: &Resource) -> Result<(), resource::Error> {
    let most = LIMITS.resource_bytes;
    if node::bytes(&resource.node) <= most {
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
    pub(super) fn compare_pair(
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
    pub(super) fn remove(&mut self, old: Resource) -> Result<(), resource::Error> {
        let [of_old, _] = &mut self.rule_resources;
        of_old.push(rules::for_rules(&old));
        if old.is_kept() {
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
        if fields.is_empty() && !pair.is_rename() {
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
        node::sort_keys(&mut after);
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
                (Some(_), Some(_)) if pair.is_rename() => Kind::Renamed,
                (Some(_), Some(_)) => Kind::Changed,
                (Some(_), None) => Kind::Removed,
                _ => Kind::Added,
            },
            former: old.filter(|_| pair.is_rename()).map(|old| {
                let title = old.key.title(self.old_namespace, &old.api_version);
                (old.key.clone(), title)
            }),
            key,
            old: old.map(origin),
            new: new.map(origin),
            // What is not shown is not in any format.
            fields: if suppressed {
                Vec::new()
            } else {
                pair.fields.to_vec()
            },
            schema: schemas::summary(pair).filter(|_| !suppressed),
            lines: if suppressed { Vec::new() } else { lines },
            ignored,
            suppressed,
            is_relabelled,
            findings,
        });
        Ok(())
    }
}
