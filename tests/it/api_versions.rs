//! `lint`, `validate` and `diff` tell the same story of every kind of Kubernetes' API versions, in every
//! Kubernetes from 1.16 to 1.36.

use kubernetes::{Api, Presence};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn std::error::Error>>;
/// Kinds, as `batch/v1 CronJob`.
type Kinds = BTreeSet<String>;

const VERSIONS: std::ops::RangeInclusive<u16> = 16..=36;

/// Helm's lint has its own view: the marks in the k8s.io/api that it is linked with. Where it differs from
/// what Kubernetes serves, lint says what Helm says. These kinds are deprecated or removed in some Kubernetes up to
/// 1.36, and Helm's lint knows nothing of them, since their types left k8s.io/api, have no marks, or are
/// in modules that Helm's lint does not ask.
const UNKNOWN_TO_LINT: &[&str] = &[
    "apiextensions.k8s.io/v1beta1 CustomResourceDefinition",
    "apiregistration.k8s.io/v1beta1 APIService",
    "auditregistration.k8s.io/v1alpha1 AuditSink",
    "autoscaling/v2beta1 HorizontalPodAutoscaler",
    "autoscaling/v2beta2 HorizontalPodAutoscaler",
    "batch/v2alpha1 CronJob",
    "certificates.k8s.io/v1alpha1 PodCertificateRequest",
    "coordination.k8s.io/v1alpha1 LeaseCandidate",
    "discovery.k8s.io/v1alpha1 EndpointSlice",
    "extensions/v1beta1 PodSecurityPolicy",
    "flowcontrol.apiserver.k8s.io/v1alpha1 FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1alpha1 PriorityLevelConfiguration",
    "networking.k8s.io/v1alpha1 ClusterCIDR",
    "networking.k8s.io/v1alpha1 IPAddress",
    "networking.k8s.io/v1alpha1 ServiceCIDR",
    "node.k8s.io/v1alpha1 RuntimeClass",
    "policy/v1beta1 PodSecurityPolicy",
    "rbac.authorization.k8s.io/v1alpha1 ClusterRole",
    "rbac.authorization.k8s.io/v1alpha1 ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1alpha1 Role",
    "rbac.authorization.k8s.io/v1alpha1 RoleBinding",
    "resource.k8s.io/v1alpha1 PodScheduling",
    "resource.k8s.io/v1alpha1 ResourceClaim",
    "resource.k8s.io/v1alpha1 ResourceClaimTemplate",
    "resource.k8s.io/v1alpha1 ResourceClass",
    "resource.k8s.io/v1alpha2 PodSchedulingContext",
    "resource.k8s.io/v1alpha2 ResourceClaim",
    "resource.k8s.io/v1alpha2 ResourceClaimParameters",
    "resource.k8s.io/v1alpha2 ResourceClaimTemplate",
    "resource.k8s.io/v1alpha2 ResourceClass",
    "resource.k8s.io/v1alpha2 ResourceClassParameters",
    "resource.k8s.io/v1alpha2 ResourceSlice",
    "resource.k8s.io/v1alpha3 DeviceClass",
    "resource.k8s.io/v1alpha3 PodSchedulingContext",
    "resource.k8s.io/v1alpha3 ResourceClaim",
    "resource.k8s.io/v1alpha3 ResourceClaimTemplate",
    "resource.k8s.io/v1alpha3 ResourceSlice",
    "scheduling.k8s.io/v1alpha1 PriorityClass",
    "scheduling.k8s.io/v1alpha1 Workload",
    "settings.k8s.io/v1alpha1 PodPreset",
    "storagemigration.k8s.io/v1alpha1 StorageVersionMigration",
];

/// All kinds that are resources.
fn resources() -> impl Iterator<Item = Api> {
    Api::all().filter(|api| api.scope().is_some())
}

fn name(api: &Api) -> String {
    format!("{} {}", api.api_version(), api.kind())
}

/// A chart with one template for each kind, and its output as one manifest.
fn write_chart(dir: &Path) -> Tested {
    let templates = dir.join("all/templates");
    fs::create_dir_all(&templates)?;
    fs::write(
        dir.join("all/Chart.yaml"),
        "apiVersion: v2\nname: all\nversion: 1.0.0\n",
    )?;
    let mut manifest = String::new();
    for (number, api) in resources().enumerate() {
        let (api_version, kind) = (api.api_version(), api.kind());
        let text =
            format!("apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: n{number}\n");
        fs::write(templates.join(format!("n{number}.yaml")), &text)?;
        manifest.push_str(&format!("---\n{text}"));
    }
    fs::write(dir.join("all.yaml"), manifest)?;
    Ok(fs::write(dir.join("none.yaml"), "")?)
}

/// Standard output of a command that finds something.
fn rhelm(dir: &Path, args: &[&str]) -> Result<String, Box<dyn std::error::Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let output = command.current_dir(dir).args(args).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

/// The findings of a command in Kubernetes 1.`minor`, by rule.
type Findings = BTreeMap<String, Kinds>;

fn add(findings: &mut Findings, rule: &str, kind: String) {
    findings.entry(rule.into()).or_default().insert(kind);
}

fn diff(dir: &Path, version: &str) -> Result<Findings, Box<dyn std::error::Error>> {
    let args = [
        "diff",
        "none.yaml",
        "all.yaml",
        "-o",
        "json",
        "--kube-version",
        version,
    ];
    let report: serde_json::Value = serde_json::from_str(&rhelm(dir, &args)?)?;
    let mut findings = Findings::new();
    for resource in report["resources"].as_array().into_iter().flatten() {
        for finding in resource["findings"].as_array().into_iter().flatten() {
            let rule = finding["rule"].as_str().unwrap_or_default();
            let kind = format!(
                "{} {}",
                resource["new"]["apiVersion"].as_str().unwrap_or_default(),
                resource["kind"].as_str().unwrap_or_default()
            );
            add(&mut findings, rule, kind);
        }
    }
    Ok(findings)
}

fn validate(dir: &Path, version: &str) -> Result<Findings, Box<dyn std::error::Error>> {
    let args = ["validate", "all", "-o", "json", "--kube-version", version];
    let report: serde_json::Value = serde_json::from_str(&rhelm(dir, &args)?)?;
    let mut findings = Findings::new();
    for finding in report.as_array().into_iter().flatten() {
        let message = finding["message"].as_str().unwrap_or_default();
        let kind = message.rsplit_once('(').map_or("", |(_, kind)| kind);
        let rule = finding["rule"].as_str().unwrap_or_default();
        add(&mut findings, rule, kind.trim_end_matches(')').into());
    }
    Ok(findings)
}

fn lint(dir: &Path, version: &str) -> Result<Kinds, Box<dyn std::error::Error>> {
    let output = rhelm(dir, &["lint", "all", "--kube-version", version])?;
    let lines = output.lines().filter_map(|line| {
        let (before, _) = line.split_once(" is deprecated in v")?;
        let mut words = before.rsplit(' ');
        let (kind, api_version) = (words.next()?, words.next()?);
        Some(format!("{api_version} {kind}"))
    });
    Ok(lines.collect())
}

#[test]
fn lint_validate_and_diff_agree() -> Tested {
    let dir = tempfile::tempdir()?;
    write_chart(dir.path())?;
    for minor in VERSIONS {
        let version = format!("1.{minor}.0");
        let diff = diff(dir.path(), &version)?;
        let validate = validate(dir.path(), &version)?;
        let lint = lint(dir.path(), &version)?;
        let of = |findings: &Findings, rules: &[&str]| -> Kinds {
            let rules = rules.iter().filter_map(|rule| findings.get(*rule));
            rules.flatten().cloned().collect()
        };
        let with = |predicate: &dyn Fn(&Api) -> bool| -> Kinds {
            resources()
                .filter(predicate)
                .map(|api| name(&api))
                .collect()
        };
        // The table decides, and validate and diff say the same.
        let removed = with(&|api| api.presence(minor) == Presence::Removed);
        let future = with(&|api| api.presence(minor) == Presence::Future);
        let disabled = with(&|api| {
            let presence = api.presence(minor);
            matches!(
                presence,
                Presence::Served {
                    by_default: false,
                    ..
                }
            )
        });
        let deprecated = with(&|api| {
            api.presence(minor)
                == Presence::Served {
                    by_default: true,
                    deprecated: true,
                }
        });
        assert_eq!(of(&validate, &["removed-api"]), removed, "{version}");
        assert_eq!(of(&validate, &["future-api"]), future, "{version}");
        assert_eq!(of(&validate, &["disabled-api"]), disabled, "{version}");
        assert_eq!(of(&validate, &["deprecated-api"]), deprecated, "{version}");
        let gone = of(&validate, &["removed-api", "future-api"]);
        assert_eq!(of(&diff, &["api-not-served"]), gone, "{version}");
        assert_eq!(of(&diff, &["api-disabled"]), disabled, "{version}");
        // Helm calls deprecated what Kubernetes calls so, also where it is gone or off by default.
        let old = with(&|api| {
            let is_old = api
                .deprecated()
                .or(api.removed())
                .is_some_and(|since| since <= minor);
            is_old && !UNKNOWN_TO_LINT.contains(&&*name(api))
        });
        assert_eq!(lint, old, "{version}");
    }
    Ok(())
}

/// The differences between Helm's lint and Kubernetes: all of it, so that nothing new comes unseen.
#[test]
fn lint_differs_where_it_is_known_to() {
    let differs = |api: &Api| match api.lint_marks() {
        None => api
            .deprecated()
            .or(api.removed())
            .is_some_and(|since| since <= 36),
        Some(marks) => Some(marks.deprecated) != api.deprecated(),
    };
    let differing: Vec<String> = resources().filter(differs).map(|api| name(&api)).collect();
    assert_eq!(differing, UNKNOWN_TO_LINT);
}
