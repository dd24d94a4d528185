//! Amounts that Kubernetes takes and nobody means: millibytes, thousands of processors.

use crate::pods::containers;
use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use engine::manifest::fields::{at, items};
use goyaml::Node;
use kubernetes::quantity;

/// A billionth is what amounts are counted in.
const ONE: i128 = 1_000_000_000;
/// Less memory or storage than this, in bytes, is no amount for a program or a disk.
const LEAST_BYTES: i128 = (1 << 20) * ONE;
/// No machine has as many processors.
const MOST_PROCESSORS: i128 = 1_000 * ONE;

/// Looks at amounts of containers and claims.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        if let Some(spec) = pod_spec(resource) {
            for container in containers(spec) {
                findings.extend(amounts(resource, container));
            }
        }
        let claims = at(&resource.node, &["spec", "volumeClaimTemplates"]).map(items);
        let own = (resource.kind == "PersistentVolumeClaim").then_some(&resource.node);
        for claim in claims.unwrap_or_default().iter().chain(own) {
            let storage = at(claim, &["spec", "resources", "requests", "storage"]);
            findings.extend(storage.and_then(|node| bytes(resource, node, "storage")));
        }
    }
    findings
}

fn amounts(resource: &Resource, container: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in ["requests", "limits"] {
        let amount = |name| at(container, &["resources", field, name]);
        findings.extend(amount("memory").and_then(|node| bytes(resource, node, "memory")));
        findings.extend(amount("cpu").and_then(|node| processors(resource, node)));
    }
    findings
}

fn bytes(resource: &Resource, node: &Node, what: &str) -> Option<Finding> {
    let text = node.coerced_text()?;
    let amount = quantity::nanos(&text)?;
    if amount <= 0 || amount >= LEAST_BYTES {
        return None;
    }
    let is = match text.strip_suffix('m') {
        Some(number) => format!("{number} thousandths of a byte"),
        None => "less than a mebibyte".into(),
    };
    let message = format!("{} has {text} of {what}, which is {is}", resource.title());
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let help =
        (what == "memory" || text.ends_with('m')).then(|| format!("did you mean {number}Mi?"));
    Some(finding(resource, node, message).suggest_if(help))
}

fn processors(resource: &Resource, node: &Node) -> Option<Finding> {
    let text = node.coerced_text()?;
    if quantity::nanos(&text)? < MOST_PROCESSORS {
        return None;
    }
    let message = format!(
        "{} has {text} of cpu, which is thousands of processors",
        resource.title()
    );
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    Some(finding(resource, node, message).suggest(format!("did you mean {number}m?")))
}

fn finding(resource: &Resource, node: &Node, message: String) -> Finding {
    Finding::new(&rules::ODD_QUANTITY, resource.at(node.mark), message).of(resource)
}
