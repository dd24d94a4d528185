//! Numbers of replicas (`pkg/apis/apps/validation`, `pkg/apis/autoscaling/validation`).

use super::super::Check;
use super::{is_set, mark_of, number};
use crate::rules;
use engine::manifest::fields::text_at;
use goyaml::{Kind, Node};

/// The seconds that a Deployment has for progress where it does not say.
const PROGRESS: i64 = 600;

pub(super) fn replicas<'r>(check: &mut Check<'r>, node: &'r Node) {
    if let (Some(least), Some(most)) = (number(node, "minReplicas"), number(node, "maxReplicas"))
        && least > most
        && most > 0
    {
        let problem = format!("is {least}, above maxReplicas, which is {most}");
        let mark = node
            .get("minReplicas")
            .map_or(node.mark, |least| least.mark);
        check.problem_of(
            &rules::OUT_OF_RANGE,
            mark,
            Some("minReplicas"),
            &problem,
            None,
        );
    }
}

pub(super) fn metric<'r>(check: &mut Check<'r>, node: &'r Node) {
    let field = match text_at(node, &["type"]) {
        "ContainerResource" => "containerResource",
        "External" => "external",
        "Object" => "object",
        "Pods" => "pods",
        "Resource" => "resource",
        _ => return,
    };
    if !is_set(node, field) {
        let problem = format!(
            "is of the type {} and has no {field}",
            text_at(node, &["type"])
        );
        check.problem(&rules::MISSING_FIELD, node.mark, &problem);
    }
}

pub(super) fn resource_metric<'r>(check: &mut Check<'r>, node: &'r Node) {
    let Some(target) = node.get("target") else {
        return;
    };
    let (share, amount) = (
        is_set(target, "averageUtilization"),
        is_set(target, "averageValue"),
    );
    if !share && !amount {
        let problem = "has neither averageUtilization nor averageValue";
        check.problem_of(
            &rules::MISSING_FIELD,
            target.mark,
            Some("target"),
            problem,
            None,
        );
    }
    if share && amount {
        let problem = "has both averageUtilization and averageValue";
        let mark = mark_of(target, "averageValue");
        check.problem_of(
            &rules::EXCLUSIVE_FIELDS,
            mark,
            Some("target"),
            problem,
            None,
        );
    }
}

pub(super) fn deployment<'r>(check: &mut Check<'r>, node: &'r Node) {
    let ready = number(node, "minReadySeconds").unwrap_or(0);
    let progress = number(node, "progressDeadlineSeconds").unwrap_or(PROGRESS);
    if ready >= progress && ready > 0 {
        let problem =
            format!("is {ready}: progressDeadlineSeconds, which is {progress}, must be larger");
        let mark = mark_of(node, "minReadySeconds");
        check.problem_of(
            &rules::OUT_OF_RANGE,
            mark,
            Some("minReadySeconds"),
            &problem,
            None,
        );
    }
}

pub(super) fn rolling_update<'r>(check: &mut Check<'r>, node: &'r Node) {
    for field in ["maxSurge", "maxUnavailable"] {
        let Some(value) = node.get(field) else {
            continue;
        };
        let Some(text) = value.as_str() else { continue };
        let share = text
            .strip_suffix('%')
            .and_then(|share| share.parse::<u32>().ok());
        let problem = match share {
            None => format!("is {text:?}, which is no percentage"),
            Some(share) if share > 100 && field == "maxUnavailable" => {
                format!("is {text}, more than all")
            }
            _ => continue,
        };
        check.problem_of(
            &rules::OUT_OF_RANGE,
            value.mark,
            Some(field),
            &problem,
            None,
        );
    }
    let is_zero = |field: &str| match node.get(field).map(|value| &value.kind) {
        Some(Kind::Int(0)) => true,
        Some(Kind::Str(text)) => matches!(&**text, "0" | "0%"),
        _ => false,
    };
    if is_zero("maxSurge") && is_zero("maxUnavailable") {
        let problem = "has neither a pod more nor a pod less to update with: maxSurge and maxUnavailable are 0";
        check.problem(&rules::OUT_OF_RANGE, node.mark, problem);
    }
}
