//! Kubernetes' types and their fields, as a table made from its own schema.

use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// One type a line, made by `scripts/list-kubernetes-fields.sh`.
const TABLE: &str = include_str!("fields.txt");

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type<'t> {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A type that the table does not tell.
    Anything,
    /// A list of items of the type that this text names.
    List(&'t str),
    /// A map with values of the type that this text names.
    Map(&'t str),
    /// A type with fields.
    Struct(Struct<'t>),
}

/// A type with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Struct<'t> {
    name: &'t str,
    fields: &'t str,
}

impl<'t> Type<'t> {
    /// The type that a text names: `s`, `[core.v1.Container]`.
    pub fn named(text: &'t str) -> Type<'t> {
        let inner = text
            .get(1..text.len().saturating_sub(1))
            .unwrap_or_default();
        match text.as_bytes().first() {
            _ if text == "s" => Type::Text,
            _ if text == "n" => Type::Number,
            _ if text == "b" => Type::Boolean,
            Some(b'[') => Type::List(inner),
            Some(b'{') => Type::Map(inner),
            _ => match types().get(text) {
                Some(fields) => Type::Struct(Struct { name: text, fields }),
                None => Type::Anything,
            },
        }
    }
}

impl<'t> Struct<'t> {
    /// The type's name without its package: `Container`.
    pub fn short_name(&self) -> &'t str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The names of the fields.
    pub fn names(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.pairs().map(|(name, _)| name)
    }

    /// The type of a field.
    pub fn field(&self, name: &str) -> Option<Type<'t>> {
        let mut pairs = self.pairs();
        let (_, of) = pairs.find(|(field, _)| *field == name)?;
        Some(Type::named(of))
    }

    fn pairs(&self) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        self.fields
            .split(' ')
            .filter_map(|field| field.split_once(':'))
    }
}

/// The type of the resources of an API, if it is one of Kubernetes' own stable ones.
pub fn resource(api_version: &str, kind: &str) -> Option<Struct<'static>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let short = group.split('.').next().unwrap_or(group);
    let is_own = group == short || group.ends_with(".k8s.io");
    let name = format!("{short}.{version}.{kind}");
    let (name, fields) = types().get_key_value(name.as_str()).filter(|_| is_own)?;
    let is_resource = fields.split(' ').any(|field| field == "apiVersion:s");
    is_resource.then_some(Struct { name, fields })
}

fn types() -> &'static FxHashMap<&'static str, &'static str> {
    static TYPES: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let types = lines.filter_map(|line| line.split_once(' '));
        // Other names of scalars are anything.
        types
            .filter(|(_, fields)| !fields.starts_with("= "))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn types_are_found_by_api_version_and_kind() {
        let deployment = resource("apps/v1", "Deployment").unwrap();
        let Some(Type::Struct(spec)) = deployment.field("spec") else {
            panic!("no spec");
        };
        assert_eq!(spec.short_name(), "DeploymentSpec");
        assert_eq!(spec.field("replicas"), Some(Type::Number));
        assert_eq!(spec.field("containers"), None);
        let container = Type::named("core.v1.Container");
        let Type::Struct(container) = container else {
            panic!("no container");
        };
        assert_eq!(container.field("args"), Some(Type::List("s")));
        assert!(resource("v1", "ConfigMap").is_some());
        assert!(resource("rbac.authorization.k8s.io/v1", "Role").is_some());
        assert_eq!(resource("apps.example.com/v1", "Deployment"), None);
        assert_eq!(resource("v1", "Container"), None);
    }

    #[test]
    fn every_type_that_is_named_is_there() {
        for (name, fields) in types() {
            for field in fields.split(' ') {
                let (_, of) = field
                    .split_once(':')
                    .unwrap_or_else(|| panic!("{name}: {field}"));
                let of = of.trim_matches(['[', ']', '{', '}']);
                let is_known = of.len() == 1 || of.starts_with("__") || types().contains_key(of);
                let is_scalar = TABLE
                    .lines()
                    .any(|line| line.starts_with(&format!("{of} = ")));
                assert!(is_known || is_scalar, "{name}: {field}");
            }
        }
    }
}
