//! Fields that Kubernetes does not know, or that are of another kind than it takes.

use super::documents::OutputResource;
use super::{Finding, Output};
use crate::kind_name;
use crate::rules;
use diagnostics::suggest;
use engine::manifest::fields::{entries, items};
use goyaml::{Entry, Kind, Node};
use kubernetes::fields::{Struct, Type};
use trace::usage::display_value_path;

/// Looks at the resources of Kubernetes' own kinds.
pub(super) fn check(output: &Output<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in &output.resources {
        let mut check = Check {
            resource,
            path: Vec::new(),
            findings: &mut findings,
        };
        match kubernetes::fields::resource(&resource.api_version, &resource.kind) {
            Some(of) => check.fields(&resource.node, of),
            None => check.metadata(),
        }
    }
    findings
}

struct Check<'r> {
    resource: &'r OutputResource,
    path: Vec<String>,
    findings: &'r mut Vec<Finding>,
}

impl<'r> Check<'r> {
    /// Checks the metadata, which custom resources have, too.
    fn metadata(&mut self) {
        if let Some(metadata) = self.resource.node.get("metadata") {
            self.path.push("metadata".into());
            self.value(metadata, Type::named("meta.v1.ObjectMeta"));
        }
    }

    fn value(&mut self, node: &'r Node, of: Type<'static>) {
        match (of, &node.kind) {
            (Type::Anything, _) | (_, Kind::Null) => {}
            (Type::Text, Kind::Str(_)) | (Type::Boolean, Kind::Bool(_)) => {}
            (Type::Number, Kind::Int(_) | Kind::Uint(_) | Kind::Float(_)) => {}
            (Type::List(of), Kind::Seq(list)) => {
                for (index, item) in list.iter().enumerate() {
                    self.path.push(index.to_string());
                    self.value(item, Type::named(of));
                    self.path.pop();
                }
            }
            (Type::Map(of), Kind::Map(map)) => {
                for entry in map {
                    self.path.push(entry.key.to_string());
                    self.value(&entry.value, Type::named(of));
                    self.path.pop();
                }
            }
            (Type::Struct(of), Kind::Map(_)) => self.fields(node, of),
            (of, kind) => self.wrong_kind(node, of, kind),
        }
    }

    fn wrong_kind(&mut self, node: &Node, of: Type<'static>, is: &Kind) {
        let (expected, help) = match of {
            Type::Text => ("a string", "quote it, or use quote in the template"),
            Type::Number if reads_as(is, |kind| matches!(kind, Kind::Int(_) | Kind::Float(_))) => (
                "a number",
                "leave the quotes out, or use int in the template",
            ),
            Type::Number => ("a number", ""),
            Type::Boolean if reads_as(is, |kind| matches!(kind, Kind::Bool(_))) => {
                ("a boolean", "leave the quotes out")
            }
            Type::Boolean => ("a boolean", ""),
            Type::List(_) => ("a list", ""),
            _ => ("a map", ""),
        };
        let message = format!(
            "{} of {} is {}, where Kubernetes takes {expected}",
            display_value_path(&self.path),
            self.resource.title(),
            kind_name(is)
        );
        let finding = Finding::new(&rules::FIELD_TYPE, self.resource.at(node.mark), message)
            .of(self.resource);
        let is_scalar = !matches!(is, Kind::Map(_) | Kind::Seq(_));
        self.findings.push(match is_scalar && !help.is_empty() {
            true => finding.suggest(help),
            false => finding,
        });
    }

    fn fields(&mut self, node: &'r Node, of: Struct<'static>) {
        let all = entries(node);
        for (index, entry) in all.iter().enumerate() {
            self.path.push(entry.key.to_string());
            match of.field(&entry.key) {
                Some(of) => self.value(&entry.value, of),
                None => {
                    let before = all.get(..index).unwrap_or_default();
                    self.unknown(entry, before, all, of);
                }
            }
            self.path.pop();
        }
    }

    /// A field that is none: it belongs into an empty one before it, or is no field at all.
    fn unknown(&mut self, entry: &Entry, before: &[Entry], all: &[Entry], of: Struct<'static>) {
        let field = display_value_path(&self.path);
        let resource = self.resource.title();
        let at = self.resource.at(entry.mark);
        if let Some(empty) = before.iter().rev().find(|empty| takes(empty, entry, of)) {
            let mut above = self.path.clone();
            above.pop();
            above.push(empty.key.to_string());
            let message = format!(
                "{} of {resource} is empty: {} is beside it, not in it",
                display_value_path(&above),
                entry.key
            );
            let mut finding = Finding::new(&rules::LOST_INDENTATION, at, message)
                .of(self.resource)
                .suggest(format!("indent {} more than {}", entry.key, empty.key));
            finding.related = Some((self.resource.at(empty.mark), "the empty field"));
            self.findings.push(finding);
            return;
        }
        let message = format!(
            "Kubernetes knows no {field} in {resource}: {} has no such field",
            of.short_name()
        );
        let finding = Finding::new(&rules::UNKNOWN_FIELD, at, message).of(self.resource);
        let free = of
            .names()
            .filter(|name| all.iter().all(|e| *e.key != **name));
        let near = suggest::nearest(&entry.key, free);
        self.findings.push(match near {
            Some(near) => finding.suggest(format!("did you mean {near}?")),
            None => finding,
        });
    }
}

/// Returns true if a text would be of another kind without its quotes.
fn reads_as(text: &Kind, is: fn(&Kind) -> bool) -> bool {
    let Kind::Str(text) = text else { return false };
    goyaml::parse(text.as_bytes()).is_ok_and(|node| is(&node.kind))
}

/// Returns true if an entry belongs into an empty field before it.
fn takes(empty: &Entry, entry: &Entry, of: Struct<'static>) -> bool {
    if !matches!(empty.value.kind, Kind::Null) {
        return false;
    }
    match of.field(&empty.key) {
        Some(Type::Struct(inner)) => inner.field(&entry.key).is_some(),
        Some(Type::Map("s")) => !matches!(entry.value.kind, Kind::Map(_) | Kind::Seq(_)),
        Some(Type::List(item)) => match Type::named(item) {
            Type::Struct(inner) => {
                inner.field(&entry.key).is_some() && items(&entry.value).is_empty()
            }
            _ => false,
        },
        _ => false,
    }
}
