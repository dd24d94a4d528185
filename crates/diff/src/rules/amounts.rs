//! What containers may and must have of CPU and memory.

use super::super::node::{at, text_at};
use super::pods::{both, container_pairs};
use super::{Pair, Problems};
use kubernetes::quantity;

/// Tells of limits and requests that go.
pub(super) fn removed(pair: &Pair<'_>, problems: &mut Problems) {
    each(pair, &mut |container, kind, resource, was, now| {
        if let (Some(was), None) = (was, now) {
            problems.add(format!(
                "the container {container} loses its {kind} of {resource}, which was {was}"
            ));
        }
    });
}

/// Tells of limits that are lower.
pub(super) fn limit_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    each(pair, &mut |container, kind, resource, was, now| {
        let (Some(was), Some(now)) = (was, now) else {
            return;
        };
        let less = quantity::nanos(now)
            .zip(quantity::nanos(was))
            .is_some_and(|(now, was)| now < was);
        if kind == "limit" && less {
            let what = match resource {
                "memory" => "it is killed where it needs more",
                _ => "it is slowed down where it needs more",
            };
            problems.add(format!(
                "the container {container} has a limit of {resource} of {now}, before {was}: {what}"
            ));
        }
    });
}

/// Tells of requests that are at least twice as high: nodes may have no room for them.
pub(super) fn request_raised(pair: &Pair<'_>, problems: &mut Problems) {
    each(pair, &mut |container, kind, resource, was, now| {
        let (Some(was), Some(now)) = (was, now) else {
            return;
        };
        let more = quantity::nanos(now).zip(quantity::nanos(was));
        if kind == "request" && more.is_some_and(|(now, was)| was > 0 && now / 2 >= was) {
            problems.add(format!("the container {container} requests {now} of {resource}, before {was}: nodes may have no room for it"));
        }
    });
}

/// Visits container, kind, resource and both amounts.
fn each<V>(pair: &Pair<'_>, visit: &mut V)
where
    V: FnMut(&str, &str, &str, Option<&str>, Option<&str>),
{
    let Some((old, new)) = both(pair) else { return };
    for (before, container) in container_pairs(old, new) {
        let Some(before) = before else { continue };
        let name = text_at(container, &["name"]);
        for (list, kind) in [("limits", "limit"), ("requests", "request")] {
            for resource in ["cpu", "memory", "ephemeral-storage"] {
                let text = |side| {
                    at(side, &["resources", list, resource]).and_then(goyaml::Node::coerced_text)
                };
                let (was, now) = (text(before), text(container));
                visit(name, kind, resource, was.as_deref(), now.as_deref());
            }
        }
    }
}
