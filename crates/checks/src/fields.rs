//! Fields beside Kubernetes' own types: those that it does not know, those that are missing, and values that it does
//! not take.

mod duplicates;
mod options;
mod ranges;
mod scalars;
mod together;
mod unions;

use crate::{At, Finding, Release, Resource, rules};
use diagnostics::{Rule, kind_name, suggest};
use engine::manifest::fields::{entries, items};
use goyaml::{Entry, Kind, Mark, Node};
use kubernetes::fields::{Field, Struct, Type};
use trace::usage::display_value_path;

/// Looks at the fields of resources of Kubernetes' own kinds, and at the metadata of all.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let mut check = Check {
            resource,
            minor: release.types(),
            path: Vec::new(),
            findings: &mut findings,
        };
        let (api_version, kind) = (&resource.api_version, &resource.kind);
        match kubernetes::fields::resource(api_version, kind, check.minor) {
            Some(of) => check.fields(&resource.node, of),
            None => check.metadata(),
        }
    }
    findings
}

/// A step of a path: a key or an index.
#[derive(Clone, Copy)]
enum Step<'r> {
    Key(&'r str),
    Index(usize),
}

struct Check<'r> {
    resource: &'r Resource,
    minor: u16,
    path: Vec<Step<'r>>,
    findings: &'r mut Vec<Finding>,
}

impl<'r> Check<'r> {
    /// Checks the metadata, which custom resources have, too.
    fn metadata(&mut self) {
        if let Some(metadata) = self.resource.node.get("metadata") {
            let of = kubernetes::fields::metadata(self.minor);
            self.below(Step::Key("metadata"), metadata, of, None);
        }
    }

    /// Checks what is at the end of one more step.
    fn below(
        &mut self,
        step: Step<'r>,
        node: &'r Node,
        of: Type<'static>,
        field: Option<Field<'static>>,
    ) {
        self.path.push(step);
        self.value(node, of, field);
        self.path.pop();
    }

    /// Checks a value of a type, which a field holds or what is in its list or map.
    fn value(&mut self, node: &'r Node, of: Type<'static>, field: Option<Field<'static>>) {
        match (of, &node.kind) {
            (Type::Anything, _) | (_, Kind::Null) => {}
            (Type::List(of), Kind::Seq(list)) => {
                let of = of.resolve();
                for (index, item) in list.iter().enumerate() {
                    self.below(Step::Index(index), item, of, field);
                }
                if let Some(field) = field {
                    self.repeated(list, field);
                }
            }
            (Type::Map(of), Kind::Map(map)) => {
                let of = of.resolve();
                for entry in map {
                    self.below(Step::Key(&entry.key), &entry.value, of, field);
                }
            }
            (Type::Struct(of), Kind::Map(_)) => self.fields(node, of),
            (of, kind) => match scalars::fits(of, kind) {
                true => self.scalar(node, of, field),
                false => self.wrong_kind(node, of, kind),
            },
        }
    }

    fn fields(&mut self, node: &'r Node, of: Struct<'static>) {
        let all = entries(node);
        for (index, entry) in all.iter().enumerate() {
            match of.field(&entry.key) {
                Some(field) => {
                    self.below(Step::Key(&entry.key), &entry.value, field.of(), Some(field));
                    self.range(entry, of);
                    self.text(entry, of);
                }
                None => {
                    self.path.push(Step::Key(&entry.key));
                    let before = all.get(..index).unwrap_or_default();
                    self.unknown(entry, before, all, of);
                    self.path.pop();
                }
            }
        }
        self.missing(node, of);
        self.union(node, of);
        self.together(node, of);
    }

    /// Tells of fields that have to be there. What every resource has to have is told elsewhere.
    fn missing(&mut self, node: &'r Node, of: Struct<'static>) {
        let is_unset = |name: &str| match node.get(name).map(|value| &value.kind) {
            None | Some(Kind::Null) => true,
            Some(Kind::Str(text)) => text.is_empty(),
            Some(_) => false,
        };
        for field in of.fields().filter(Field::is_required) {
            if is_unset(field.name) && !may_be_missing(of, field.name) {
                let (display_path, resource) =
                    (self.display_path(Some(field.name)), self.resource.title());
                let message = format!("{resource} has no {display_path}");
                self.add(self.finding(&rules::MISSING_FIELD, node.mark, message));
            }
        }
    }

    fn wrong_kind(&mut self, node: &Node, of: Type<'static>, is: &Kind) {
        let is_number = |kind: &Kind| matches!(kind, Kind::Int(_) | Kind::Float(_));
        let quoted_number = scalars::reads_as(is, is_number);
        let (type_text, help) = match of {
            Type::Text | Type::Base64 | Type::Time => {
                ("a string", "quote it, or use quote in the template")
            }
            Type::Int32 | Type::Int64 | Type::Number if quoted_number => (
                "a number",
                "leave the quotes out, or use int in the template",
            ),
            Type::Int32 | Type::Int64 if matches!(is, Kind::Float(_)) => ("a whole number", ""),
            Type::Int32 | Type::Int64 | Type::Number => ("a number", ""),
            Type::Boolean if scalars::reads_as(is, |kind| matches!(kind, Kind::Bool(_))) => {
                ("a boolean", "leave the quotes out")
            }
            Type::Boolean => ("a boolean", ""),
            Type::Quantity => ("an amount", ""),
            Type::IntOrText => ("a whole number or a string", ""),
            Type::List(_) => ("a list", ""),
            _ => ("a map", ""),
        };
        let what = match is {
            Kind::Float(_) if type_text == "a whole number" => "one with a point, or a large one",
            other => kind_name(other),
        };
        let message = format!(
            "{} of {} is {what}, where Kubernetes takes {type_text}",
            self.display_path(None),
            self.resource.title(),
        );
        let is_scalar = !matches!(is, Kind::Map(_) | Kind::Seq(_));
        let help = Some(help).filter(|help| is_scalar && !help.is_empty());
        self.add(
            self.finding(&rules::FIELD_TYPE, node.mark, message)
                .suggest_if(help),
        );
    }

    /// A field that is none: it belongs into an empty one before it, or is no field at all.
    fn unknown(&mut self, entry: &'r Entry, before: &[Entry], all: &[Entry], of: Struct<'static>) {
        let display_path = self.display_path(None);
        let resource = self.resource.title();
        if let Some(empty) = before.iter().rev().find(|empty| takes(empty, entry, of)) {
            self.path.pop();
            let above = self.display_path(Some(&empty.key));
            self.path.push(Step::Key(&entry.key));
            let message = format!(
                "{above} of {resource} is empty: {} is beside it, not in it",
                entry.key
            );
            let related = self.resource.at(empty.mark);
            let finding = self.finding(&rules::LOST_INDENTATION, entry.mark, message);
            let finding = finding.suggest(format!("indent {} more than {}", entry.key, empty.key));
            self.add(finding.relate(related, "the empty field"));
            return;
        }
        let type_name = of.short_name();
        let (message, help) = match of.life(&entry.key) {
            Some((Some(first), _)) if first > self.minor => (
                format!(
                    "Kubernetes 1.{} knows no {display_path} in {resource} yet",
                    self.minor
                ),
                Some(format!("it came with Kubernetes 1.{first}")),
            ),
            Some((_, Some(last))) if last < self.minor => (
                format!(
                    "Kubernetes 1.{} knows no {display_path} in {resource} any more",
                    self.minor
                ),
                Some(format!("it went after Kubernetes 1.{last}")),
            ),
            _ => {
                let free = of.fields().map(|field| field.name);
                let free = free.filter(|name| all.iter().all(|e| *e.key != **name));
                let near = suggest::nearest(&entry.key, free);
                (
                    format!(
                        "Kubernetes knows no {display_path} in {resource}: {type_name} has no such field"
                    ),
                    near.map(suggest::did_you_mean),
                )
            }
        };
        self.add(
            self.finding(&rules::UNKNOWN_FIELD, entry.mark, message)
                .suggest_if(help),
        );
    }

    /// The path as people write it, with one more key.
    fn display_path(&self, key: Option<&str>) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Key(key) => (*key).to_owned(),
            Step::Index(index) => index.to_string(),
        });
        let steps: Vec<String> = steps.chain(key.map(str::to_owned)).collect();
        display_value_path(&steps)
    }

    fn at(&self, mark: Mark) -> At {
        self.resource.at(mark)
    }

    fn finding(&self, rule: &'static Rule, mark: Mark, message: String) -> Finding {
        Finding::new(rule, self.at(mark), message).of(self.resource)
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// Fields that a schema requires and an API server does not, since it has a value for them or takes none.
const OPTIONAL: &[(&str, &str)] = &[
    ("apiextensions.v1.CustomResourceDefinitionVersion", "served"),
    ("apps.v1.StatefulSetSpec", "serviceName"),
    ("batch.v1.PodFailurePolicy", "rules"),
    ("core.v1.HTTPHeader", "value"),
    ("core.v1.LimitRangeSpec", "limits"),
    ("core.v1.PreferredSchedulingTerm", "preference"),
    ("core.v1.Sysctl", "value"),
    ("core.v1.TypedLocalObjectReference", "kind"),
    ("core.v1.TypedObjectReference", "kind"),
    ("rbac.v1.RoleRef", "apiGroup"),
    ("scheduling.v1.PriorityClass", "value"),
    ("storage.v1.CSIDriver", "spec"),
];

/// The packages of types whose required fields were tried on an API server (`tests/kubernetes`).
const TRIED: &[&str] = &[
    "admissionregistration.v1.",
    "apiextensions.v1.",
    "apiregistration.v1.",
    "apps.v1.",
    "autoscaling.v1.",
    "autoscaling.v2.",
    "batch.v1.",
    "core.v1.",
    "discovery.v1.",
    "meta.v1.",
    "networking.v1.",
    "policy.v1.",
    "rbac.v1.",
    "scheduling.v1.",
    "storage.v1.",
];

/// Fields that `required` tells of, also where they are there and empty.
const TOLD_ELSEWHERE: &[&str] = &["containers", "jobTemplate", "selector", "template"];

fn may_be_missing(of: Struct<'_>, field: &str) -> bool {
    let is_workload = of.name() == "core.v1.PodSpec"
        || of.name().starts_with("apps.v1.")
        || of.name().starts_with("batch.v1.");
    let is_tried = TRIED.iter().any(|package| of.name().starts_with(package));
    !is_tried
        || OPTIONAL.contains(&(of.name(), field))
        || is_workload && TOLD_ELSEWHERE.contains(&field)
}

/// Returns true if an entry belongs into an empty field before it.
fn takes(empty: &Entry, entry: &Entry, of: Struct<'static>) -> bool {
    if !matches!(empty.value.kind, Kind::Null) {
        return false;
    }
    match of.field(&empty.key).map(|field| field.of()) {
        Some(Type::Struct(inner)) => inner.field(&entry.key).is_some(),
        Some(Type::Map(of)) if of.resolve() == Type::Text => {
            !matches!(entry.value.kind, Kind::Map(_) | Kind::Seq(_))
        }
        Some(Type::List(item)) => match item.resolve() {
            Type::Struct(inner) => {
                inner.field(&entry.key).is_some() && items(&entry.value).is_empty()
            }
            _ => false,
        },
        _ => false,
    }
}
