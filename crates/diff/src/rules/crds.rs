//! CustomResourceDefinitions: files of `crds/`, which Helm installs once and then leaves alone, and schemas that take less.

use super::super::node::{at, entries, items, same, text_at};
use super::{Pair, Problems};
use goyaml::{Kind, Node};

/// Tells of what an upgrade does not do.
pub(super) fn not_upgraded(pair: &Pair<'_>, problems: &mut Problems) {
    if pair.is_rename() {
        for (old, new) in [(pair.old, None), (None, pair.new)] {
            not_upgraded(&Pair { old, new, ..*pair }, problems);
        }
        return;
    }
    let is_from_crds =
        |side: Option<&super::Resource>| side.is_some_and(|side| side.is_from_crds());
    let (was, is) = (is_from_crds(pair.old), is_from_crds(pair.new));
    let Some(resource) = pair.new.or(pair.old) else {
        return;
    };
    let (kind, name) = (&resource.key.kind, &resource.key.name);
    match (pair.old, pair.new) {
        (Some(_), None) if was => problems.add(format!(
            "Helm does not delete files of crds/: {kind} {name} stays in the cluster; delete it with kubectl \
             when nothing needs it"
        )),
        (None, Some(_)) if is && !pair.is_first => problems.add(format!(
            "Helm does not add files of crds/ in an upgrade: create {kind} {name} with kubectl apply \
             --server-side before it"
        )),
        (Some(_), Some(_)) if was && is => problems.add(format!(
            "Helm does not upgrade files of crds/: apply {kind} {name} with kubectl apply --server-side \
             before the upgrade"
        )),
        (Some(_), Some(_)) if was => problems.add(format!(
            "{kind} {name} moves from crds/ to templates/: the upgrade fails unless the one in the cluster \
             has Helm's label and annotations (app.kubernetes.io/managed-by, meta.helm.sh/release-name, \
             meta.helm.sh/release-namespace)"
        )),
        _ => {}
    }
}

/// Tells of versions of custom resources that take less than before: objects that are there may be refused when they
/// change, and what users wrote for the old schema may be dropped.
pub(super) fn narrowed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
        return;
    };
    if old.key.kind != "CustomResourceDefinition" {
        return;
    }
    let now = versions(new);
    for (name, before) in versions(old) {
        if let Some((_, after)) = now.iter().find(|(other, _)| *other == name) {
            let mut narrowing = Narrowing {
                reasons: Vec::new(),
                room: MOST_FIELDS,
            };
            narrowing.schema(before, after, &mut Vec::new());
            let count = narrowing.reasons.len();
            for what in narrowing.reasons.into_iter().take(MOST_TOLD) {
                problems.add(format!("{name}: {what}"));
            }
            if count > MOST_TOLD {
                let more = count - MOST_TOLD;
                problems.add(format!("{name}: and {more} more"));
            }
        }
    }
}

/// Tells of another version in which objects are stored.
pub(super) fn storage_version(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((old, new)) = pair.kept() else {
        return;
    };
    let stored = |side: &super::Resource| {
        let list = at(&side.node, &["spec", "versions"]).map(items);
        let mut versions = list.unwrap_or_default().iter();
        let is_stored =
            |node: &&Node| node.get("storage").map(|n| &n.kind) == Some(&Kind::Bool(true));
        versions
            .find(is_stored)
            .map(|node| text_at(node, &["name"]).to_owned())
    };
    let is_definition = old.key.kind == "CustomResourceDefinition";
    if let (true, Some(was), Some(is)) = (is_definition, stored(old), stored(new))
        && was != is
    {
        problems.add(format!(
            "objects of {} are stored as {is}, before as {was}: those that are there stay as they are until they are written again",
            new.key.name
        ));
    }
}

/// Narrowings of a definition that are told one by one.
const MOST_TOLD: usize = 10;
/// Fields that are compared at most.
const MOST_FIELDS: usize = 100_000;

/// The schemas of a definition's versions.
fn versions(side: &super::Resource) -> Vec<(String, &Node)> {
    let list = at(&side.node, &["spec", "versions"]).map(items);
    let list = list.unwrap_or_default().iter().filter_map(|version| {
        let schema = at(version, &["schema", "openAPIV3Schema"])?;
        Some((text_at(version, &["name"]).to_owned(), schema))
    });
    list.collect()
}

struct Narrowing {
    reasons: Vec<String>,
    room: usize,
}

impl Narrowing {
    fn schema(&mut self, old: &Node, new: &Node, path: &mut Vec<String>) {
        if self.room == 0 {
            return;
        }
        self.room -= 1;
        let place = match path.is_empty() {
            true => "the object".to_owned(),
            false => path.join("."),
        };
        let (was, is) = (text_at(old, &["type"]), text_at(new, &["type"]));
        if was != is && !was.is_empty() && !is.is_empty() && (was, is) != ("integer", "number") {
            self.reasons
                .push(format!("{place} was of type {was} and is of type {is}"));
            return;
        }
        self.required(old, new, &place);
        self.openness(old, new, &place);
        self.options(old, new, &place);
        self.limits(old, new, &place);
        let (before, after) = (old.get("properties"), new.get("properties"));
        let keeps_all = new
            .get("x-kubernetes-preserve-unknown-fields")
            .is_some_and(|node| node.kind == Kind::Bool(true))
            || new.get("additionalProperties").is_some();
        for entry in before.map(entries).unwrap_or_default() {
            path.push(entry.key.to_string());
            match after.and_then(|after| after.get(&entry.key)) {
                Some(inner) => self.schema(&entry.value, inner, path),
                None if keeps_all => {}
                None => self
                    .reasons
                    .push(format!("the field {} goes", path.join("."))),
            }
            path.pop();
        }
        for key in ["items", "additionalProperties"] {
            if let (Some(was), Some(is)) = (old.get(key), new.get(key)) {
                path.push("*".into());
                self.schema(was, is, path);
                path.pop();
            }
        }
    }

    fn required(&mut self, old: &Node, new: &Node, place: &str) {
        let list = |side: &Node| -> Vec<String> {
            let list = side.get("required").map(items).unwrap_or_default().iter();
            list.filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        };
        let before = list(old);
        for name in list(new).into_iter().filter(|name| !before.contains(name)) {
            // A default fills what is missing.
            let has_default = at(new, &["properties", &name, "default"]).is_some();
            if !has_default {
                self.reasons.push(format!("{place} requires {name} now"));
            }
        }
    }

    /// Unknown fields, nulls, formats and rules.
    fn openness(&mut self, old: &Node, new: &Node, place: &str) {
        let is = |side: &Node, key: &str| {
            side.get(key)
                .is_some_and(|node| node.kind == Kind::Bool(true))
        };
        if is(old, "x-kubernetes-preserve-unknown-fields")
            && !is(new, "x-kubernetes-preserve-unknown-fields")
        {
            self.reasons.push(format!(
                "{place} keeps fields that it does not know no longer"
            ));
        }
        if is(old, "nullable") && !is(new, "nullable") {
            self.reasons.push(format!("{place} takes null no longer"));
        }
        let open = |side: &Node| {
            let of = side.get("additionalProperties");
            of.is_some_and(|node| node.kind != Kind::Bool(false))
        };
        if open(old) && !open(new) && !is(new, "x-kubernetes-preserve-unknown-fields") {
            self.reasons
                .push(format!("{place} takes keys of any name no longer"));
        }
        let text = |side: &'_ Node, key: &str| text_at(side, &[key]).to_owned();
        let format = text(new, "format");
        if !format.is_empty()
            && format != text(old, "format")
            && !matches!((&*text(old, "format"), &*format), ("int32", "int64"))
        {
            self.reasons
                .push(format!("{place} has the format {format} now"));
        }
        let rules = |side: &'_ Node| -> Vec<String> {
            let list = side
                .get("x-kubernetes-validations")
                .map(items)
                .unwrap_or_default()
                .iter();
            list.map(|one| text_at(one, &["rule"]).to_owned()).collect()
        };
        let before = rules(old);
        for rule in rules(new).into_iter().filter(|rule| !before.contains(rule)) {
            self.reasons
                .push(format!("{place} has to fulfil {rule} now"));
        }
    }

    fn options(&mut self, old: &Node, new: &Node, place: &str) {
        let list = |side: &'_ Node| side.get("enum").map(|node| items(node).to_vec());
        match (list(old), list(new)) {
            (Some(was), Some(is)) => {
                for gone in was
                    .iter()
                    .filter(|one| !is.iter().any(|other| same(one, other)))
                {
                    let text = gone.coerced_text().unwrap_or_default().into_owned();
                    self.reasons.push(format!("{place} takes {text} no longer"));
                }
            }
            (None, Some(_)) => self
                .reasons
                .push(format!("{place} takes few values now (enum)")),
            _ => {}
        }
        if let Some(pattern) = new.get("pattern").and_then(Node::as_str)
            && old.get("pattern").and_then(Node::as_str) != Some(pattern)
        {
            self.reasons
                .push(format!("{place} has to match {pattern} now"));
        }
    }

    fn limits(&mut self, old: &Node, new: &Node, place: &str) {
        let number = |side: &Node, key: &str| match side.get(key)?.kind {
            Kind::Int(number) => Some(number as f64),
            Kind::Float(number) => Some(number),
            _ => None,
        };
        for (key, is_least) in [
            ("minimum", true),
            ("minLength", true),
            ("minItems", true),
            ("minProperties", true),
            ("maximum", false),
            ("maxLength", false),
            ("maxItems", false),
            ("maxProperties", false),
        ] {
            let Some(is) = number(new, key) else { continue };
            let is_narrower = match (number(old, key), is_least) {
                (None, true) => is > 0.0 || key == "minimum",
                (None, false) => true,
                (Some(was), true) => is > was,
                (Some(was), false) => is < was,
            };
            if is_narrower {
                self.reasons
                    .push(format!("{place} has a {key} of {is} now"));
            }
        }
    }
}
