//! Kubernetes' types and their fields, as a table made from its own schemas: all minor versions that it covers.

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// One type a line, made by `scripts/list-kubernetes-fields.sh`; its head says how it is written.
const TABLE: &str = include_str!("fields.txt");

/// The first and the last minor version of Kubernetes 1 that the table tells of. What is asked of earlier and later
/// ones is answered for the nearest.
pub const MINORS: (u16, u16) = (25, 37);

/// The names of all fields of all types.
pub fn names() -> &'static FxHashSet<&'static str> {
    static NAMES: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let fields = lines.flat_map(|line| line.split(' ').skip(1));
        let names = fields.filter_map(|field| Some(field.split_once(':')?.0));
        names.collect()
    })
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type<'t> {
    /// Text.
    Text,
    /// Text that is base64.
    Base64,
    /// Text that is a time (RFC 3339).
    Time,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An amount: a number, or text with a suffix (`500m`, `1Gi`).
    Quantity,
    /// A whole number or text: a port or its name, a count or a percentage.
    IntOrText,
    /// A type that the table does not tell.
    Anything,
    /// A list of items of a type.
    List(TypeName<'t>),
    /// A map with values of a type.
    Map(TypeName<'t>),
    /// A type with fields.
    Struct(Struct<'t>),
}

/// A type as the table names it, in a version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName<'t> {
    text: &'t str,
    minor: u16,
}

/// A type with fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Struct<'t> {
    name: &'t str,
    fields: &'t str,
    minor: u16,
}

/// A field of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'t> {
    /// Its name.
    pub name: &'t str,
    of: TypeName<'t>,
    /// The signs behind the type: `!~key=default|A,B`.
    signs: &'t str,
}

impl<'t> TypeName<'t> {
    /// The type itself.
    pub fn resolve(self) -> Type<'t> {
        let TypeName { text, minor } = self;
        let inner = || TypeName {
            text: text
                .get(1..text.len().saturating_sub(1))
                .unwrap_or_default(),
            minor,
        };
        match text.as_bytes() {
            b"s" => Type::Text,
            b"y" => Type::Base64,
            b"t" => Type::Time,
            b"i" => Type::Int32,
            b"l" => Type::Int64,
            b"n" => Type::Number,
            b"b" => Type::Boolean,
            b"q" => Type::Quantity,
            b"p" => Type::IntOrText,
            [b'[', ..] => Type::List(inner()),
            [b'{', ..] => Type::Map(inner()),
            _ => match types().get_key_value(text) {
                Some((name, fields)) => Type::Struct(Struct {
                    name,
                    fields,
                    minor,
                }),
                None => Type::Anything,
            },
        }
    }
}

impl<'t> Field<'t> {
    /// The type of its value.
    pub fn of(&self) -> Type<'t> {
        self.of.resolve()
    }

    /// Returns true if the schema says that it has to be there.
    pub fn is_required(&self) -> bool {
        self.signs.starts_with('!')
    }

    /// The keys that tell the items of its list apart; none where it is no such list.
    pub fn keys(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.sign('~').split(',').filter(|key| !key.is_empty())
    }

    /// Returns true if its list may have no item twice.
    pub fn is_set(&self) -> bool {
        self.signs.trim_start_matches('!').starts_with('%')
    }

    /// The value that it has where it is left out, as text, if the schema tells.
    pub fn default(&self) -> Option<&'t str> {
        Some(self.sign('=')).filter(|default| !default.is_empty())
    }

    /// The texts that it, or an item of its list, may have; none where that is open.
    pub fn values(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.sign('|').split(',').filter(|value| !value.is_empty())
    }

    /// The text behind a sign, up to the next one.
    fn sign(&self, sign: char) -> &'t str {
        let Some((_, rest)) = self.signs.split_once(sign) else {
            return "";
        };
        let end = rest.find(['~', '%', '=', '|']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }
}

impl<'t> Struct<'t> {
    /// The type's name without its package: `Container`.
    pub fn short_name(&self) -> &'t str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// The type's name as the table has it: `core.v1.Container`.
    pub fn name(&self) -> &'t str {
        self.name
    }

    /// The fields, by name.
    pub fn fields(&self) -> impl Iterator<Item = Field<'t>> + use<'t> {
        let minor = self.minor;
        let rows = rows(self.fields).filter(move |row| row.has(minor));
        rows.map(move |row| row.field(minor))
    }

    /// A field.
    pub fn field(&self, name: &str) -> Option<Field<'t>> {
        let mut rows = rows(self.fields).filter(|row| row.name == name);
        let row = rows.find(|row| row.has(self.minor))?;
        Some(row.field(self.minor))
    }

    /// The minor versions of Kubernetes 1 that have a field which this one does not have: the first and the last,
    /// where there are earlier and later ones without it.
    pub fn life(&self, name: &str) -> Option<(Option<u16>, Option<u16>)> {
        let mut lives = rows(self.fields).filter(|row| row.name == name);
        let first = lives.next()?;
        let last = lives.last().unwrap_or(first);
        Some((first.life().0, last.life().1))
    }
}

/// A field as it is written.
#[derive(Clone, Copy)]
struct Row<'t> {
    name: &'t str,
    text: &'t str,
}

impl<'t> Row<'t> {
    fn life(&self) -> (Option<u16>, Option<u16>) {
        let life = self.text.split_once('@').map_or("", |(_, life)| life);
        let (first, last) = life.split_once('-').unwrap_or_default();
        (first.parse().ok(), last.parse().ok())
    }

    fn has(&self, minor: u16) -> bool {
        let (first, last) = self.life();
        first.is_none_or(|first| first <= minor) && last.is_none_or(|last| minor <= last)
    }

    fn field(&self, minor: u16) -> Field<'t> {
        let text = self.text.split('@').next().unwrap_or_default();
        let end = text.find(['!', '~', '%', '=', '|']).unwrap_or(text.len());
        let (text, signs) = text.split_at(end);
        Field {
            name: self.name,
            of: TypeName { text, minor },
            signs,
        }
    }
}

fn rows<'t>(fields: &'t str) -> impl Iterator<Item = Row<'t>> + use<'t> {
    fields.split(' ').filter_map(|row| {
        let (name, text) = row.split_once(':')?;
        Some(Row { name, text })
    })
}

/// The type of the resources of an API of Kubernetes' own in Kubernetes 1.`minor`.
pub fn resource(api_version: &str, kind: &str, minor: u16) -> Option<Struct<'static>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let short = group.split('.').next().unwrap_or(group);
    let is_own = group == short || group.ends_with(".k8s.io");
    let name = format!("{short}.{version}.{kind}");
    let (name, fields) = types().get_key_value(name.as_str()).filter(|_| is_own)?;
    let is_resource = rows(fields).any(|row| row.name == "apiVersion");
    is_resource.then_some(Struct {
        name,
        fields,
        minor: minor.clamp(MINORS.0, MINORS.1),
    })
}

/// The type at a path of keys below a type; lists are passed through, as they have no keys of their own.
pub fn below<'t, 'k>(of: Struct<'t>, keys: impl IntoIterator<Item = &'k str>) -> Option<Type<'t>> {
    let mut of = Type::Struct(of);
    for key in keys {
        while let Type::List(item) = of {
            of = item.resolve();
        }
        of = match of {
            Type::Struct(of) => of.field(key)?.of(),
            Type::Map(value) => value.resolve(),
            _ => return None,
        };
    }
    Some(of)
}

/// The type of every resource's metadata.
pub fn metadata(minor: u16) -> Type<'static> {
    TypeName {
        text: "meta.v1.ObjectMeta",
        minor: minor.clamp(MINORS.0, MINORS.1),
    }
    .resolve()
}

fn types() -> &'static FxHashMap<&'static str, &'static str> {
    static TYPES: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();
    TYPES.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let types = lines.filter_map(|line| line.split_once(' '));
        types.collect()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::merge_keys::MERGE_KEYS;

    fn structure(of: Type<'static>) -> Struct<'static> {
        match of {
            Type::Struct(of) => of,
            other => panic!("no type with fields: {other:?}"),
        }
    }

    fn container(minor: u16) -> Struct<'static> {
        let pod = resource("v1", "Pod", minor).unwrap();
        let spec = structure(pod.field("spec").unwrap().of());
        let Type::List(container) = spec.field("containers").unwrap().of() else {
            panic!("no list");
        };
        structure(container.resolve())
    }

    #[test]
    fn types_are_found_by_api_version_and_kind() {
        let deployment = resource("apps/v1", "Deployment", 36).unwrap();
        let spec = structure(deployment.field("spec").unwrap().of());
        assert_eq!(spec.short_name(), "DeploymentSpec");
        assert_eq!(spec.field("replicas").unwrap().of(), Type::Int32);
        assert!(spec.field("selector").unwrap().is_required());
        assert_eq!(spec.field("containers"), None);
        assert!(resource("v1", "ConfigMap", 0).is_some());
        assert!(resource("rbac.authorization.k8s.io/v1", "Role", 99).is_some());
        assert!(resource("apiextensions.k8s.io/v1", "CustomResourceDefinition", 30).is_some());
        assert_eq!(resource("apps.example.com/v1", "Deployment", 36), None);
        assert_eq!(resource("v1", "Container", 36), None);
        let secret = resource("v1", "Secret", 36).unwrap();
        let Type::Map(data) = secret.field("data").unwrap().of() else {
            panic!("no map");
        };
        assert_eq!(data.resolve(), Type::Base64);
    }

    #[test]
    fn fields_are_those_of_a_version() {
        let names = |minor| container(minor).fields().map(|field| field.name);
        assert!(!names(26).any(|name| name == "resizePolicy"));
        assert!(names(27).any(|name| name == "resizePolicy"));
        assert_eq!(container(26).life("resizePolicy"), Some((Some(27), None)));
        assert_eq!(container(26).life("image"), Some((None, None)));
        assert_eq!(container(26).life("images"), None);
    }

    #[test]
    fn types_are_found_by_path() {
        let pod = resource("v1", "Pod", 36).unwrap();
        let of = |path: &str| below(pod, path.split('.'));
        assert_eq!(
            of("spec.containers.resources.limits.cpu"),
            Some(Type::Quantity)
        );
        assert_eq!(of("spec.containers.image"), Some(Type::Text));
        assert_eq!(of("spec.containers.unheardOf"), None);
        assert_eq!(of("metadata.labels.a"), Some(Type::Text));
        assert_eq!(of("metadata.labels.a.b"), None);
    }

    #[test]
    fn signs_are_read() {
        let policy = container(36).field("imagePullPolicy").unwrap();
        assert!(policy.values().eq(["Always", "IfNotPresent", "Never"]));
        assert!(!policy.is_required() && policy.keys().next().is_none());
        let ports = container(36).field("ports").unwrap();
        assert!(ports.keys().eq(["containerPort", "protocol"]));
        let Type::List(port) = ports.of() else {
            panic!("no list");
        };
        let protocol = structure(port.resolve()).field("protocol").unwrap();
        assert_eq!(protocol.default(), Some("TCP"));
        assert!(protocol.values().eq(["SCTP", "TCP", "UDP"]));
    }

    #[test]
    fn every_type_that_is_named_is_there() {
        for (name, fields) in types() {
            assert!(rows(fields).next().is_some(), "{name}");
            for row in rows(fields) {
                let (first, last) = MINORS;
                let field = row.field(last);
                let of = field.of.text.trim_matches(['[', ']', '{', '}']);
                let is_known = of.len() == 1 || types().contains_key(of);
                assert!(is_known, "{name}: {}", row.text);
                assert!((first..=last).any(|minor| row.has(minor)), "{name}");
            }
        }
    }

    /// The table of merge keys, which diff asks by the key of a list alone, says what types say.
    #[test]
    fn merge_keys_are_those_of_the_types() {
        let lists = |name: &str| -> Vec<Vec<&str>> {
            let fields = types().values().flat_map(|fields| rows(fields));
            let lists = fields.filter(|row| row.name == name && row.has(MINORS.1));
            lists
                .map(|row| row.field(MINORS.1).keys().collect())
                .collect()
        };
        // Kubernetes has no merge key for a definition's versions, but their names are unique.
        for key in MERGE_KEYS.iter().filter(|key| key.list != "versions") {
            let found = lists(key.list);
            let is_there = found.is_empty() || found.iter().any(|keys| keys == key.keys);
            assert!(is_there, "{} {:?} {found:?}", key.list, key.keys);
        }
    }
}
