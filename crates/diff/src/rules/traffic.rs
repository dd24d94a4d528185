//! Policies that stop traffic, and webhooks that stop requests.

use super::super::node::{at, entries, items, same, text_at};
use super::super::resource::{Key, Resource};
use super::{Pair, Problems};
use goyaml::{Kind, Node};

const DIRECTIONS: [(&str, &str, &str); 2] = [
    (
        "Ingress",
        "ingress",
        "get no traffic but what policies allow",
    ),
    (
        "Egress",
        "egress",
        "send no traffic but what policies allow",
    ),
];

/// Tells of policies that come, or let less pass than before.
pub(super) fn pods_isolated(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(new) = pair.new.filter(|new| is_policy(new) && !pair.is_first) else {
        return;
    };
    let name = &new.key.name;
    let Some(old) = pair.old else {
        for (kind, _, what) in DIRECTIONS {
            if isolates(new, kind) {
                problems.add(format!(
                    "NetworkPolicy {name} comes: the pods that it selects {what}"
                ));
            }
        }
        return;
    };
    for (kind, key, what) in DIRECTIONS {
        match (isolates(old, kind), isolates(new, kind)) {
            (false, true) => problems.add(format!(
                "NetworkPolicy {name} rules {key}, too: the pods that it selects {what}"
            )),
            (true, true) => {
                let (was, now) = (rules(old, key), rules(new, key));
                let gone = was
                    .iter()
                    .filter(|rule| !now.iter().any(|other| allows(other, rule)));
                match gone.count() {
                    0 => {}
                    1 => problems.add(format!(
                        "NetworkPolicy {name} allows less {key}: a rule goes or is narrower"
                    )),
                    count => problems.add(format!(
                        "NetworkPolicy {name} allows less {key}: {count} rules go or are narrower"
                    )),
                }
            }
            _ => {}
        }
    }
    let selector = |side: &Resource| at(&side.node, &["spec", "podSelector"]).cloned();
    let is_wide = |selector: &Option<Node>| {
        selector
            .as_ref()
            .is_none_or(|node| entries(node).is_empty())
    };
    if is_wide(&selector(new)) && !is_wide(&selector(old)) {
        problems.add(format!("NetworkPolicy {name} selects all pods of its namespace: they get no traffic but what policies allow"));
    }
}

/// Tells of policies that go, or let more pass than before.
pub(super) fn pods_exposed(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(old) = pair.old.filter(|old| is_policy(old) && !old.is_kept()) else {
        return;
    };
    let name = &old.key.name;
    let Some(new) = pair.new else {
        problems.add(format!("NetworkPolicy {name} goes: the pods that it selected are reached from everywhere, if no other policy selects them"));
        return;
    };
    for (kind, key, _) in DIRECTIONS {
        match (isolates(old, kind), isolates(new, kind)) {
            (true, false) => problems.add(format!(
                "NetworkPolicy {name} rules {key} no longer: all of it is allowed"
            )),
            (true, true) => {
                let (was, now) = (rules(old, key), rules(new, key));
                let more = now
                    .iter()
                    .filter(|rule| !was.iter().any(|other| allows(other, rule)));
                for rule in more {
                    let peers = if key == "ingress" { "from" } else { "to" };
                    let from = match rule.get(peers).map(items).unwrap_or_default() {
                        [] => format!("{peers} everywhere"),
                        peers_now => format!("{peers} {} more", peers_now.len()),
                    };
                    problems.add(format!("NetworkPolicy {name} allows more {key}, {from}"));
                }
            }
            _ => {}
        }
    }
}

fn is_policy(resource: &Resource) -> bool {
    resource.key.kind == "NetworkPolicy" && resource.key.group == "networking.k8s.io"
}

/// Returns true if a policy isolates pods in a direction.
fn isolates(policy: &Resource, direction: &str) -> bool {
    let types = at(&policy.node, &["spec", "policyTypes"])
        .map(items)
        .unwrap_or_default();
    match types.is_empty() {
        // Without types it is Ingress always, and Egress where it has rules for it.
        true => direction == "Ingress" || at(&policy.node, &["spec", "egress"]).is_some(),
        false => types.iter().any(|one| one.as_str() == Some(direction)),
    }
}

fn rules<'r>(policy: &'r Resource, key: &str) -> &'r [Node] {
    at(&policy.node, &["spec", key])
        .map(items)
        .unwrap_or_default()
}

/// Returns true if a rule allows all that another one does.
fn allows(rule: &Node, other: &Node) -> bool {
    ["from", "to", "ports"].iter().all(|key| {
        let list = |node: &'_ Node| node.get(key).map(items).unwrap_or_default().to_vec();
        let (own, others) = (list(rule), list(other));
        own.is_empty()
            || !others.is_empty()
                && others
                    .iter()
                    .all(|one| own.iter().any(|mine| same(mine, one)))
    })
}

const WEBHOOKS: [&str; 2] = [
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
];

fn webhooks(side: &Resource) -> &[Node] {
    side.node.get("webhooks").map(items).unwrap_or_default()
}

fn is_ignored(webhook: &Node) -> bool {
    text_at(webhook, &["failurePolicy"]) == "Ignore"
}

/// Tells of webhooks that stop requests where they fail.
pub(super) fn webhook_fails(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(new) = pair
        .new
        .filter(|new| WEBHOOKS.contains(&&*new.key.kind) && !pair.is_first)
    else {
        return;
    };
    let before = pair.old.map(webhooks).unwrap_or_default();
    for webhook in webhooks(new).iter().filter(|webhook| !is_ignored(webhook)) {
        let name = text_at(webhook, &["name"]);
        let was = before
            .iter()
            .find(|other| text_at(other, &["name"]) == name);
        match was {
            None => problems.add(format!("the webhook {name} comes: what it is asked about is refused where it does not answer")),
            Some(was) if is_ignored(was) => problems.add(format!("the webhook {name} gets failurePolicy Fail: what it is asked about is refused where it does not answer")),
            Some(was) => {
                let is_wider = |key: &str| {
                    let is_set = |node: &Node| node.get(key).is_some_and(|node| !entries(node).is_empty());
                    is_set(was) && !is_set(webhook)
                };
                if is_wider("namespaceSelector") || is_wider("objectSelector") {
                    problems.add(format!("the webhook {name} loses a selector: it is asked about more objects, which are refused where it does not answer"));
                }
            }
        }
    }
}

/// Tells of checks of the API server that go, or are passed over where they fail.
pub(super) fn admission_weakened(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(old) = pair.old.filter(|old| !old.is_kept()) else {
        return;
    };
    let Key { kind, name, .. } = &old.key;
    let is_checking = WEBHOOKS.contains(&&**kind)
        || matches!(
            &**kind,
            "ValidatingAdmissionPolicy" | "ValidatingAdmissionPolicyBinding"
        );
    if !is_checking {
        return;
    }
    let Some(new) = pair.new else {
        problems.add(format!(
            "{kind} {name} goes: what it checked is let in unchecked"
        ));
        return;
    };
    let now = webhooks(new);
    for webhook in webhooks(old) {
        let name = text_at(webhook, &["name"]);
        match now.iter().find(|other| text_at(other, &["name"]) == name) {
            None => problems.add(format!("the webhook {name} goes: what it checked is let in unchecked")),
            Some(other) if is_ignored(other) && !is_ignored(webhook) => problems.add(format!(
                "the webhook {name} gets failurePolicy Ignore: what it is asked about is let in where it does not answer"
            )),
            Some(_) => {}
        }
    }
    let policy = |side: &Resource| text_at(&side.node, &["spec", "failurePolicy"]) == "Ignore";
    if kind == "ValidatingAdmissionPolicy" && policy(new) && !policy(old) {
        problems.add(format!(
            "{kind} {name} gets failurePolicy Ignore: what it cannot check is let in"
        ));
    }
    let denies = |side: &Resource| {
        let actions = at(&side.node, &["spec", "validationActions"])
            .map(items)
            .unwrap_or_default();
        actions
            .iter()
            .any(|node| node.kind == Kind::Str("Deny".into()))
    };
    if kind == "ValidatingAdmissionPolicyBinding" && denies(old) && !denies(new) {
        problems.add(format!(
            "{kind} {name} denies no longer what its policy does not allow"
        ));
    }
}
