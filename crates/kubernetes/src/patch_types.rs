//! The types that strategic merge patches follow: how the fields of Kubernetes' own kinds are merged, as the struct tags
//! `patchStrategy` and `patchMergeKey` of k8s.io/api say. A kind is here if Helm's client knows its type.

/// Made by `scripts/list-patch-types.sh`.
const TABLE: &str = include_str!("patch_types.txt");

/// A Go type as the table writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatchType {
    /// The package that its name is relative to: `core/v1`.
    package: &'static str,
    /// `PodSpec`, `meta/v1.ObjectMeta`, `*T`, `[T` or `{`.
    text: &'static str,
}

/// A field of a type, and how patches merge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatchField {
    /// Its type; of a list, that of the items where [`PatchType::list`] was asked.
    pub field_type: PatchType,
    /// The strategy: `merge`, `replace`, or empty.
    pub strategy: &'static str,
    /// The patch says which of the map's keys stay.
    pub retains_keys: bool,
    /// The key that tells the items of a list apart, or empty.
    pub merge_key: &'static str,
}

/// The reason why a type has no such field, in the words of k8s.io/apimachinery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchFieldError(pub String);

impl std::fmt::Display for PatchFieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatchFieldError {}

impl PatchType {
    /// The type of a kind. None of kinds that Helm's client does not know, such as those of custom resources.
    pub fn of_kind(api_version: &str, kind: &str) -> Option<PatchType> {
        let mut packages = packages().filter(|(_, version, _)| *version == api_version);
        let (package, _, types) = packages.next().filter(|_| !api_version.is_empty())?;
        let kinds = types.lines().filter_map(|line| line.strip_prefix('+'));
        let mut names = kinds.filter_map(|line| line.split(' ').next());
        let text = names.find(|name| *name == kind)?;
        Some(PatchType { package, text })
    }

    /// A field of a struct.
    ///
    /// # Errors
    /// The text of k8s.io/apimachinery: this is no struct, or it has no such field.
    pub fn field(self, key: &str) -> Result<PatchField, PatchFieldError> {
        let this = self.pointee();
        if !this.is_struct() {
            let kind = this.kind();
            return Err(PatchFieldError(format!(
                "merging an object in json but data type is not struct, instead is: {kind}"
            )));
        }
        let (package, type_name) = this.qualified();
        let row = fields(package, type_name).and_then(|line| find(line, key));
        let Some(row) = row else {
            return Err(PatchFieldError(format!(
                "unable to find api field in struct {type_name} for the json field {}",
                gostd::strconv::quote(key.as_bytes())
            )));
        };
        let (text, marks) = row.split_once('!').unwrap_or((row, ""));
        let (strategies, merge_key) = marks.split_once('~').unwrap_or((marks, ""));
        let mut field = PatchField {
            field_type: PatchType { package, text },
            strategy: "",
            retains_keys: false,
            merge_key,
        };
        for strategy in strategies.split(',') {
            match strategy {
                "retainKeys" => field.retains_keys = true,
                strategy => field.strategy = strategy,
            }
        }
        Ok(field)
    }

    /// A field that is a list, with the type of its items.
    ///
    /// # Errors
    /// As [`PatchType::field`]; or the field is no list.
    pub fn list(self, key: &str) -> Result<PatchField, PatchFieldError> {
        let mut field = self.field(key)?;
        let of = field.field_type;
        let item = match (of.text.strip_prefix('['), of.text.strip_prefix('*')) {
            (Some(item), _) if item.starts_with('[') => {
                return Err(PatchFieldError("unexpected slice of slice".into()));
            }
            (Some(item), _) => item,
            (None, Some(to)) => to.strip_prefix('[').unwrap_or(to),
            (None, None) => {
                let kind = self.kind();
                return Err(PatchFieldError(format!(
                    "expected slice or array type, but got: {kind}"
                )));
            }
        };
        field.field_type.text = item;
        Ok(field)
    }

    /// Go's `reflect.Kind` of the type.
    pub fn kind(self) -> &'static str {
        match self.text.as_bytes().first() {
            Some(b'*') => "ptr",
            Some(b'[') => "slice",
            Some(b'{') => "map",
            _ if self.is_struct() => "struct",
            _ => self.text,
        }
    }

    fn pointee(self) -> PatchType {
        let text = self.text.strip_prefix('*').unwrap_or(self.text);
        PatchType { text, ..self }
    }

    fn is_struct(self) -> bool {
        let first = self.text.as_bytes().first();
        first.is_some_and(u8::is_ascii_uppercase)
            || self.text.contains('.') && first.is_some_and(u8::is_ascii_alphabetic)
    }

    /// The package and the name in it.
    fn qualified(self) -> (&'static str, &'static str) {
        let other = self.text.split_once('.');
        other.unwrap_or((self.package, self.text))
    }
}

/// Packages, their API versions and their types.
fn packages() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.split("\n#").skip(1).map(|part| {
        let (title, types) = part.split_once('\n').unwrap_or((part, ""));
        let (package, version) = title.split_once(' ').unwrap_or((title, ""));
        (package, version, types)
    })
}

/// The fields of a type; none where all are scalars.
fn fields(package: &str, type_name: &str) -> Option<&'static str> {
    let (.., types) = packages().find(|(other, ..)| *other == package)?;
    types.lines().find_map(|line| {
        let line = line.strip_prefix('+').unwrap_or(line);
        line.strip_prefix(type_name)?.strip_prefix(' ')
    })
}

/// A field's type and marks, by its name as encoding/json finds it.
fn find(fields: &'static str, key: &str) -> Option<&'static str> {
    let fields = || fields.split(' ').filter_map(|field| field.split_once(':'));
    let exact = fields().find(|(name, _)| *name == key);
    let row = exact.or_else(|| fields().find(|(name, _)| name.eq_ignore_ascii_case(key)));
    row.map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_type_that_a_field_names_can_be_asked() {
        let mut asked = 0;
        for (package, _, types) in packages() {
            for line in types.lines() {
                let mut parts = line.split(' ');
                let text = parts.next().unwrap_or_default().trim_start_matches('+');
                let this = PatchType { package, text };
                for (key, _) in parts.filter_map(|field| field.split_once(':')) {
                    let field = this.field(key).unwrap();
                    if field.field_type.kind() == "slice" {
                        assert!(this.list(key).is_ok(), "{text} {key}");
                    }
                    asked += 1;
                }
            }
        }
        assert!(asked > 1000, "{asked}");
    }

    #[test]
    fn kinds_of_clients_are_known() {
        for (api_version, kind) in [
            ("v1", "Service"),
            ("apps/v1", "Deployment"),
            ("extensions/v1beta1", "Ingress"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ] {
            assert!(PatchType::of_kind(api_version, kind).is_some(), "{kind}");
        }
        for (api_version, kind) in [
            ("v1", "Deployment"),
            ("apps/v1", "DeploymentSpec"),
            ("", ""),
            ("example.com/v1", "Thing"),
        ] {
            assert_eq!(PatchType::of_kind(api_version, kind), None);
        }
    }
}
