//! Services, Ingresses, addresses (`pkg/apis/core/validation`, `pkg/apis/networking/validation`).

use super::super::Check;
use super::{is_set, mark_of};
use crate::rules;
use engine::manifest::fields::{at, items, text_at};
use goyaml::{Kind, Mark, Node};
use std::net::IpAddr;

/// The ports of nodes that an API server gives out where nobody says otherwise.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// Fields that only Services with a load balancer take.
const OF_BALANCERS: [&str; 2] = ["loadBalancerClass", "loadBalancerSourceRanges"];

pub(super) fn service<'r>(check: &mut Check<'r>, node: &'r Node) {
    let kind = match text_at(node, &["type"]) {
        "" => "ClusterIP",
        kind => kind,
    };
    let is_outside = matches!(kind, "NodePort" | "LoadBalancer");
    for port in node.get("ports").map(items).unwrap_or_default() {
        let Some(node_port) = port.get("nodePort") else {
            continue;
        };
        let Kind::Int(number) = node_port.kind else {
            continue;
        };
        if number == 0 {
            continue;
        }
        let problem = match is_outside {
            false => format!("has the port {number} of nodes, which the type {kind} does not take"),
            true if !NODE_PORTS.contains(&number) => {
                format!(
                    "has the port {number} of nodes, which are from 30000 to 32767 unless the API server says otherwise"
                )
            }
            true => continue,
        };
        check.problem(&rules::OUT_OF_RANGE, node_port.mark, &problem);
    }
    if kind == "ExternalName" && !is_set(node, "externalName") {
        let problem = "is of the type ExternalName and has no externalName";
        check.problem(&rules::MISSING_FIELD, node.mark, problem);
    }
    let is_external = is_outside || is_set(node, "externalIPs");
    if is_set(node, "externalTrafficPolicy") && !is_external {
        let mark = mark_of(node, "externalTrafficPolicy");
        let problem = format!("has externalTrafficPolicy, which the type {kind} does not take");
        check.problem(&rules::EXCLUSIVE_FIELDS, mark, &problem);
    }
    for field in OF_BALANCERS {
        if is_set(node, field) && kind != "LoadBalancer" {
            let problem = format!("has {field}, which the type {kind} does not take");
            check.problem(&rules::EXCLUSIVE_FIELDS, mark_of(node, field), &problem);
        }
    }
    let address = text_at(node, &["clusterIP"]);
    if !matches!(address, "" | "None") && address.parse::<IpAddr>().is_err() {
        let mark = at(node, &["clusterIP"]).map_or(node.mark, |address| address.mark);
        let help = address
            .eq_ignore_ascii_case("none")
            .then(|| "did you mean None?".to_owned());
        let problem = format!("is {address:?}, which is no address");
        check.problem_of(
            &rules::INVALID_ADDRESS,
            mark,
            Some("clusterIP"),
            &problem,
            help,
        );
    }
    for range in node
        .get("loadBalancerSourceRanges")
        .map(items)
        .unwrap_or_default()
    {
        block_of(check, range.as_str().unwrap_or_default().trim(), range.mark);
    }
    for address in node.get("externalIPs").map(items).unwrap_or_default() {
        let text = address.as_str().unwrap_or_default();
        address_of(check, text, address.mark);
    }
}

pub(super) fn block<'r>(check: &mut Check<'r>, node: &'r Node) {
    if let Some(block) = node.get("cidr") {
        block_of(check, block.as_str().unwrap_or_default(), block.mark);
    }
    for block in node.get("except").map(items).unwrap_or_default() {
        block_of(check, block.as_str().unwrap_or_default(), block.mark);
    }
}

pub(super) fn host_alias<'r>(check: &mut Check<'r>, node: &'r Node) {
    if let Some(address) = node.get("ip") {
        address_of(check, address.as_str().unwrap_or_default(), address.mark);
    }
}

fn address_of(check: &mut Check<'_>, text: &str, mark: Mark) {
    if !text.is_empty() && text.parse::<IpAddr>().is_err() {
        let problem = format!("has {text:?}, which is no address");
        check.problem(&rules::INVALID_ADDRESS, mark, &problem);
    }
}

fn block_of(check: &mut Check<'_>, text: &str, mark: Mark) {
    if text.is_empty() || is_block(text) {
        return;
    }
    let help = text
        .parse::<IpAddr>()
        .is_ok()
        .then(|| format!("one address is {text}/32"));
    let problem = format!("has {text:?}, which is no block of addresses");
    check.problem_of(&rules::INVALID_ADDRESS, mark, None, &problem, help);
}

fn is_block(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

pub(super) fn path<'r>(check: &mut Check<'r>, node: &'r Node) {
    let path = text_at(node, &["path"]);
    let is_needed = matches!(text_at(node, &["pathType"]), "Exact" | "Prefix");
    let mark = at(node, &["path"]).map_or(node.mark, |path| path.mark);
    if path.is_empty() && !is_needed || path.starts_with('/') {
        return;
    }
    let problem = format!("is {path:?}: it must begin with /");
    check.problem_of(&rules::INVALID_PATH, mark, Some("path"), &problem, None);
}
