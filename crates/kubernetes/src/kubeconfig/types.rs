//! The types of kubeconfigs (`k8s.io/client-go/tools/clientcmd/api/v1`), and encoding/json's errors on values of others.

use gostd::json;
use goyaml::{Entry, Kind, Node};

/// The type of a field.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Bool,
    /// Base64 as text.
    Bytes,
    /// Texts by name.
    TextMap,
    /// Lists of texts by name.
    ListMap,
    Texts,
    Struct(&'static Struct),
    Structs(&'static Struct),
    /// Anything: extensions, which nobody here reads.
    Any,
}

struct Struct {
    name: &'static str,
    fields: &'static [(&'static str, Type)],
}

pub(super) static CONFIG: Shape = Shape(&Struct {
    name: "Config",
    fields: &[
        ("apiVersion", Type::Text),
        ("clusters", Type::Structs(&NAMED_CLUSTER)),
        ("contexts", Type::Structs(&NAMED_CONTEXT)),
        ("current-context", Type::Text),
        ("extensions", Type::Structs(&NAMED_EXTENSION)),
        ("kind", Type::Text),
        ("preferences", Type::Struct(&PREFERENCES)),
        ("users", Type::Structs(&NAMED_USER)),
    ],
});

static PREFERENCES: Struct = Struct {
    name: "Preferences",
    fields: &[
        ("colors", Type::Bool),
        ("extensions", Type::Structs(&NAMED_EXTENSION)),
    ],
};

static NAMED_EXTENSION: Struct = Struct {
    name: "NamedExtension",
    fields: &[("extension", Type::Any), ("name", Type::Text)],
};

static NAMED_CLUSTER: Struct = Struct {
    name: "NamedCluster",
    fields: &[("cluster", Type::Struct(&CLUSTER)), ("name", Type::Text)],
};

static CLUSTER: Struct = Struct {
    name: "Cluster",
    fields: &[
        ("certificate-authority", Type::Text),
        ("certificate-authority-data", Type::Bytes),
        ("disable-compression", Type::Bool),
        ("extensions", Type::Structs(&NAMED_EXTENSION)),
        ("insecure-skip-tls-verify", Type::Bool),
        ("proxy-url", Type::Text),
        ("server", Type::Text),
        ("tls-server-name", Type::Text),
    ],
};

static NAMED_CONTEXT: Struct = Struct {
    name: "NamedContext",
    fields: &[("context", Type::Struct(&CONTEXT)), ("name", Type::Text)],
};

static CONTEXT: Struct = Struct {
    name: "Context",
    fields: &[
        ("cluster", Type::Text),
        ("extensions", Type::Structs(&NAMED_EXTENSION)),
        ("namespace", Type::Text),
        ("user", Type::Text),
    ],
};

static NAMED_USER: Struct = Struct {
    name: "NamedAuthInfo",
    fields: &[("name", Type::Text), ("user", Type::Struct(&USER))],
};

static USER: Struct = Struct {
    name: "AuthInfo",
    fields: &[
        ("as", Type::Text),
        ("as-groups", Type::Texts),
        ("as-uid", Type::Text),
        ("as-user-extra", Type::ListMap),
        ("auth-provider", Type::Struct(&PROVIDER)),
        ("client-certificate", Type::Text),
        ("client-certificate-data", Type::Bytes),
        ("client-key", Type::Text),
        ("client-key-data", Type::Bytes),
        ("exec", Type::Struct(&PROGRAM)),
        ("extensions", Type::Structs(&NAMED_EXTENSION)),
        ("password", Type::Text),
        ("token", Type::Text),
        ("tokenFile", Type::Text),
        ("username", Type::Text),
    ],
};

static PROVIDER: Struct = Struct {
    name: "AuthProviderConfig",
    fields: &[("config", Type::TextMap), ("name", Type::Text)],
};

static PROGRAM: Struct = Struct {
    name: "ExecConfig",
    fields: &[
        ("apiVersion", Type::Text),
        ("args", Type::Texts),
        ("command", Type::Text),
        ("env", Type::Structs(&VARIABLE)),
        ("installHint", Type::Text),
        ("interactiveMode", Type::Text),
        ("provideClusterInfo", Type::Bool),
    ],
};

static VARIABLE: Struct = Struct {
    name: "ExecEnvVar",
    fields: &[("name", Type::Text), ("value", Type::Text)],
};

/// The type of a document.
pub(super) struct Shape(&'static Struct);

impl Shape {
    /// Checks a document's values.
    ///
    /// # Errors
    /// encoding/json's text on the first value of a wrong type, in the order of the sorted keys.
    pub(super) fn check(&self, document: &Node) -> Result<(), String> {
        self.0.check(document, &mut Vec::new())
    }
}

impl Struct {
    fn check<'n>(&'static self, node: &'n Node, path: &mut Vec<&'n str>) -> Result<(), String> {
        let Kind::Map(entries) = &node.kind else {
            return Ok(());
        };
        let mut entries: Vec<&Entry> = entries.iter().collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        for entry in entries {
            let mut fields = self.fields.iter();
            if let Some((_, field)) = fields.find(|(name, _)| *name == &*entry.key) {
                path.push(&entry.key);
                field.check(&entry.value, self, path)?;
                path.pop();
            }
        }
        Ok(())
    }
}

impl Type {
    /// Checks the value of a field of `owner`.
    fn check<'n>(
        self,
        node: &'n Node,
        owner: &'static Struct,
        path: &mut Vec<&'n str>,
    ) -> Result<(), String> {
        let items = |of: Type, path: &mut Vec<&'n str>| match &node.kind {
            Kind::Seq(items) => items
                .iter()
                .try_for_each(|item| of.check(item, owner, path)),
            // Go names no key of a map.
            Kind::Map(entries) => entries
                .iter()
                .try_for_each(|entry| of.check(&entry.value, owner, path)),
            _ => Ok(()),
        };
        match (self, &node.kind) {
            (_, Kind::Null) | (Type::Any, _) => Ok(()),
            (Type::Text, Kind::Str(_)) | (Type::Bool, Kind::Bool(_)) => Ok(()),
            (Type::Bytes, Kind::Str(text)) => check_base64(text),
            (Type::Texts, Kind::Seq(_)) | (Type::TextMap, Kind::Map(_)) => items(Type::Text, path),
            (Type::ListMap, Kind::Map(_)) => items(Type::Texts, path),
            (Type::Struct(of), Kind::Map(_)) => of.check(node, path),
            (Type::Structs(of), Kind::Seq(_)) => items(Type::Struct(of), path),
            _ => {
                let (field, go_type) = (path.join("."), self.go_name());
                let owner = owner.name;
                let target = format!("struct field {owner}.{field} of type {go_type}");
                Err(json::mismatch(node.json_kind(), target))
            }
        }
    }

    fn go_name(self) -> String {
        match self {
            Type::Text => "string".into(),
            Type::Bool => "bool".into(),
            Type::Bytes => "[]uint8".into(),
            Type::TextMap => "map[string]string".into(),
            Type::ListMap => "map[string][]string".into(),
            Type::Texts => "[]string".into(),
            Type::Struct(of) => format!("v1.{}", of.name),
            Type::Structs(of) => format!("[]v1.{}", of.name),
            Type::Any => "runtime.RawExtension".into(),
        }
    }
}

fn check_base64(text: &str) -> Result<(), String> {
    match gostd::base64::decode(text.as_bytes()) {
        Ok(_) => Ok(()),
        Err((_, error)) => Err(error.to_string()),
    }
}
