//! `.Capabilities`: the Kubernetes and Helm that templates are told of
//! (`pkg/chart/common/capabilities.go`).

use compat::profile::Profile;
use gostd::strconv::quote;
use gostd::types::{Field, Method, MethodCall, MethodError, NamedType, StructType};
use gostd::value::Struct;
use gostd::{GoType, List, Value};
use std::rc::Rc;

/// The cluster and the Helm that a chart is told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The API versions that exist (`apps/v1`, or `apps/v1/Deployment` where given so).
    pub api_versions: Vec<String>,
}

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// The value that templates see as the version (`v1.33.4-gke.1245000`).
    pub version: String,
    /// The numbers alone, with a leading `v`: what ranges are checked against. Empty where a server told its version,
    /// which stands for it then.
    pub normalized: String,
    /// Major version.
    pub major: String,
    /// Minor version.
    pub minor: String,
}

/// A text that is no version of Kubernetes. Its `Display` is the message of Kubernetes' parser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidKubeVersion(String);

impl Capabilities {
    /// Helm's assumptions where it has no cluster.
    pub fn new(profile: &Profile) -> Self {
        let version = format!("v1.{}.0", profile.kube_minor);
        Capabilities {
            kube_version: KubeVersion {
                normalized: version.clone(),
                version,
                major: "1".into(),
                minor: profile.kube_minor.to_string(),
            },
            api_versions: super::api_versions::builtin(profile.kube_minor),
        }
    }

    /// The API versions that were added to those that Helm assumes.
    pub fn given_api_versions(&self, profile: &Profile) -> &[String] {
        let assumed = super::api_versions::builtin(profile.kube_minor).len();
        self.api_versions.get(assumed..).unwrap_or_default()
    }

    /// The value of `.Capabilities`.
    pub(super) fn value(&self, profile: &Profile) -> Value {
        let types = Types::of(profile);
        let text = |s: &str| Value::from(s);
        let kube = &self.kube_version;
        let mut kube_fields = vec![text(&kube.version)];
        if profile.kube_version_keeps_suffix {
            kube_fields.push(text(&kube.normalized));
        }
        kube_fields.extend([text(&kube.major), text(&kube.minor)]);
        let strings = self.api_versions.iter().map(|s| text(s)).collect();
        let api_versions = Value::List(List::of(GoType::String, strings));
        let capabilities = Struct {
            struct_type: types.capabilities,
            fields: vec![
                plain(types.kube_version, kube_fields),
                Value::named(types.version_set, api_versions),
                build_info(profile),
            ],
            native: None,
        };
        Value::Ptr(Rc::new(capabilities))
    }
}

/// The build of Helm that a profile stands for: Go's `version.BuildInfo`, which is
/// `.Capabilities.HelmVersion` and what `helm version` prints.
pub fn build_info(profile: &Profile) -> Value {
    let text = |s: &str| Value::from(s);
    let types = Types::of(profile);
    let mut fields = vec![
        text(&format!("v{}", profile.version)),
        text(profile.git_commit),
        text("clean"),
        text(profile.go_version),
    ];
    if types.build_info.fields.len() > fields.len() {
        fields.push(text(&format!("v1.{}", profile.kube_minor)));
    }
    plain(types.build_info, fields)
}

fn plain(struct_type: &'static StructType, fields: Vec<Value>) -> Value {
    Value::Struct(Rc::new(Struct {
        struct_type,
        fields,
        native: None,
    }))
}

impl KubeVersion {
    /// The text of the version, with or without what follows its numbers (Go's `String`).
    pub fn text(&self) -> &str {
        match &*self.normalized {
            "" => &self.version,
            numbers => numbers,
        }
    }

    /// The minor version of Kubernetes 1 (`30`, `30+`); none of another major version.
    pub fn minor_number(&self) -> Option<u16> {
        let minor = self.minor.trim_end_matches('+').parse().ok();
        minor.filter(|_| self.major == "1")
    }

    /// Reads `--kube-version` as Kubernetes' generic version parser does: at least major and minor,
    /// a leading `v` or not; what follows the numbers is kept for templates or not, by profile.
    pub fn parse(text: &str, profile: &Profile) -> Result<Self, InvalidKubeVersion> {
        let invalid = |message: String| Err(InvalidKubeVersion(message));
        let quoted = quote(text.as_bytes());
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let numbers = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let end = numbers_end(numbers);
        let numbers = numbers.get(..end).unwrap_or_default();
        if numbers.is_empty() {
            return invalid(format!("could not parse {quoted} as version"));
        }
        let components: Vec<&str> = numbers.split('.').collect();
        let [major, _minor, ..] = components.as_slice() else {
            return invalid(format!("illegal version string {quoted}"));
        };
        if major.starts_with('0') && *major != "0" {
            let major = quote(major.as_bytes());
            return invalid(format!(
                "illegal zero-prefixed version component {major} in {quoted}"
            ));
        }
        let mut plain = Vec::with_capacity(components.len());
        for component in &components {
            match gostd::strconv::parse_uint(component.as_bytes(), 10, 64) {
                Ok(number) => plain.push(number.to_string()),
                Err(error) => {
                    let component = quote(component.as_bytes());
                    return invalid(format!(
                        "illegal non-numeric version component {component} in {quoted}: {error}"
                    ));
                }
            }
        }
        let normalized = format!("v{}", plain.join("."));
        let version = match profile.kube_version_keeps_suffix {
            false => normalized.clone(),
            true if text.starts_with('v') => text.to_owned(),
            true => format!("v{text}"),
        };
        let mut plain = plain.into_iter();
        Ok(KubeVersion {
            version,
            normalized,
            major: plain.next().unwrap_or_default(),
            minor: plain.next().unwrap_or_default(),
        })
    }
}

/// The end of the `1.2.3` that starts a text.
fn numbers_end(text: &str) -> usize {
    let mut end = 0;
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return end;
        }
        end = text.len() - rest.len() + digits;
        match rest.get(digits..).and_then(|r| r.strip_prefix('.')) {
            Some(after) => rest = after,
            None => return end,
        }
    }
}

struct Types {
    capabilities: &'static StructType,
    kube_version: &'static StructType,
    build_info: &'static StructType,
    version_set: &'static NamedType,
}

impl Types {
    fn of(profile: &Profile) -> &'static Types {
        match profile.chart_is_map {
            true => &COMMON,
            false => &CHARTUTIL,
        }
    }
}

static COMMON: Types = Types {
    capabilities: &COMMON_CAPABILITIES,
    kube_version: &COMMON_KUBE_VERSION,
    build_info: &BUILD_INFO_4,
    version_set: &COMMON_VERSION_SET,
};

static CHARTUTIL: Types = Types {
    capabilities: &CHARTUTIL_CAPABILITIES,
    kube_version: &CHARTUTIL_KUBE_VERSION,
    build_info: &BUILD_INFO_3,
    version_set: &CHARTUTIL_VERSION_SET,
};

static COMMON_CAPABILITIES: StructType = StructType {
    name: "common.Capabilities",
    fields: &[
        Field::new(
            "KubeVersion",
            GoType::Named("common.KubeVersion"),
            "KubeVersion",
        ),
        Field::new(
            "APIVersions",
            GoType::Named("common.VersionSet"),
            "APIVersions",
        ),
        Field::new(
            "HelmVersion",
            GoType::Named("version.BuildInfo"),
            "HelmVersion",
        ),
    ],
    methods: &[],
};

static CHARTUTIL_CAPABILITIES: StructType = StructType {
    name: "chartutil.Capabilities",
    fields: &[
        Field::new(
            "KubeVersion",
            GoType::Named("chartutil.KubeVersion"),
            "KubeVersion",
        ),
        Field::new(
            "APIVersions",
            GoType::Named("chartutil.VersionSet"),
            "APIVersions",
        ),
        Field::new(
            "HelmVersion",
            GoType::Named("version.BuildInfo"),
            "HelmVersion",
        ),
    ],
    methods: &[],
};

static COMMON_KUBE_VERSION: StructType = StructType {
    name: "common.KubeVersion",
    fields: &[
        Field::new("Version", GoType::String, "Version"),
        Field::new("normalizedVersion", GoType::String, ""),
        Field::new("Major", GoType::String, "Major"),
        Field::new("Minor", GoType::String, "Minor"),
    ],
    methods: &[
        kube_method("String", normalized_version),
        kube_method("GitVersion", git_version),
    ],
};

static CHARTUTIL_KUBE_VERSION: StructType = StructType {
    name: "chartutil.KubeVersion",
    fields: &[
        Field::new("Version", GoType::String, "Version"),
        Field::new("Major", GoType::String, "Major"),
        Field::new("Minor", GoType::String, "Minor"),
    ],
    methods: &[
        kube_method("String", git_version),
        kube_method("GitVersion", git_version),
    ],
};

const fn kube_method(name: &'static str, call: MethodCall) -> Method {
    Method {
        pointer: true,
        ..Method::new(name, &[], GoType::String, call)
    }
}

fn field(receiver: &Value, name: &str) -> Value {
    match receiver {
        Value::Struct(data) | Value::Ptr(data) => {
            data.field(name).map(|(_, v)| v.clone()).unwrap_or_default()
        }
        _ => Value::Nil,
    }
}

fn git_version(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    Ok(field(receiver, "Version"))
}

fn normalized_version(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    let numbers = field(receiver, "normalizedVersion");
    match numbers.as_text().is_some_and(|text| !text.is_empty()) {
        true => Ok(numbers),
        false => git_version(receiver, &[]),
    }
}

static BUILD_INFO_3: StructType = StructType {
    name: "version.BuildInfo",
    fields: &[
        Field::omit_empty("Version", GoType::String, "version"),
        Field::omit_empty("GitCommit", GoType::String, "git_commit"),
        Field::omit_empty("GitTreeState", GoType::String, "git_tree_state"),
        Field::omit_empty("GoVersion", GoType::String, "go_version"),
    ],
    methods: &[],
};

static BUILD_INFO_4: StructType = StructType {
    name: "version.BuildInfo",
    fields: &[
        Field::omit_empty("Version", GoType::String, "version"),
        Field::omit_empty("GitCommit", GoType::String, "git_commit"),
        Field::omit_empty("GitTreeState", GoType::String, "git_tree_state"),
        Field::omit_empty("GoVersion", GoType::String, "go_version"),
        Field::new("KubeClientVersion", GoType::String, "kube_client_version"),
    ],
    methods: &[],
};

const HAS: &[Method] = &[Method::new("Has", &[GoType::String], GoType::Bool, has)];

static COMMON_VERSION_SET: NamedType = NamedType {
    name: "common.VersionSet",
    methods: HAS,
};

static CHARTUTIL_VERSION_SET: NamedType = NamedType {
    name: "chartutil.VersionSet",
    methods: HAS,
};

fn has(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let version = args.first().and_then(Value::as_text);
    let is_served = receiver.as_list().is_some_and(|list| {
        let versions = list.borrow();
        versions.iter().any(|v| v.as_text() == version)
    });
    Ok(Value::Bool(is_served))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn reads_what_kubernetes_reads() {
        let profile = Profile::parse("4").unwrap();
        let text_of = |text: &str| match KubeVersion::parse(text, &profile) {
            Ok(v) => format!("{} {} {} {}", v.version, v.normalized, v.major, v.minor),
            Err(error) => error.to_string(),
        };
        assert_eq!(text_of("1.16"), "v1.16 v1.16 1 16");
        assert_eq!(text_of("v1.33.4-gke.1"), "v1.33.4-gke.1 v1.33.4 1 33");
        assert_eq!(text_of("abc"), "could not parse \"abc\" as version");
        assert_eq!(text_of("1"), "illegal version string \"1\"");
        assert_eq!(
            text_of("01.2"),
            "illegal zero-prefixed version component \"01\" in \"01.2\""
        );
    }
}
