//! The tables of flags, by the function of Helm's that adds them.

use super::Support::{self, *};
use super::kind::Kind::{self, *};
use super::{Flag, Tables};

pub(super) const BOTH: (Support, Support) = (Taken, Taken);
pub(super) const HELM_3: (Support, Support) = (Taken, Unknown);
pub(super) const HELM_4: (Support, Support) = (Unknown, Taken);
const NO_EFFECT: &str = "this flag has no effect for 'helm template' and will be removed in Helm 5";

pub(super) const fn flag(
    name: &'static str,
    kind: Kind,
    standing: (Support, Support),
    help: &'static str,
) -> Flag {
    Flag {
        name,
        short: None,
        kind,
        standing,
        help,
    }
}

pub(super) const fn deprecated(advice: &'static str) -> (Support, Support) {
    (Taken, Deprecated(advice))
}

impl Flag {
    pub(super) const fn short(mut self, short: char) -> Flag {
        self.short = Some(short);
        self
    }
}

/// The flags of an install, and with it of `helm template`.
pub(super) const INSTALL: &[Flag] = &[
    flag(
        "atomic",
        Switch,
        deprecated("use --rollback-on-failure instead"),
        "Undo a failed install",
    ),
    flag(
        "create-namespace",
        Switch,
        BOTH,
        "Create the release's namespace",
    ),
    flag("description", Text, BOTH, "A description of the release"),
    flag(
        "disable-openapi-validation",
        Switch,
        BOTH,
        "Do not check manifests against the cluster's OpenAPI",
    ),
    flag(
        "dry-run",
        DryRun,
        BOTH,
        "Change nothing in a cluster: client asks none, server asks it what it is, what lookup finds, and what it has",
    ),
    flag(
        "force",
        Switch,
        deprecated("use --force-replace instead"),
        "Replace resources instead of updating them",
    ),
    flag(
        "force-conflicts",
        Switch,
        HELM_4,
        "Override the field managers of others",
    ),
    flag(
        "force-replace",
        Switch,
        HELM_4,
        "Replace resources instead of updating them",
    ),
    flag(
        "hide-notes",
        Switch,
        deprecated(NO_EFFECT),
        "Do not show notes",
    ),
    flag("labels", Labels, BOTH, "Labels of the release's record").short('l'),
    flag(
        "render-subchart-notes",
        Switch,
        deprecated(NO_EFFECT),
        "Show subcharts' notes",
    ),
    flag(
        "replace",
        Switch,
        BOTH,
        "Reuse the name of a deleted release",
    ),
    flag(
        "rollback-on-failure",
        Switch,
        HELM_4,
        "Undo a failed install",
    ),
    flag("server-side", Switch, HELM_4, "Use server-side apply"),
    flag(
        "skip-crds",
        Switch,
        BOTH,
        "Do not install CRDs; here --include-crds prints them",
    ),
    flag(
        "take-ownership",
        Switch,
        BOTH,
        "Take over resources that exist already",
    ),
    flag(
        "timeout",
        Duration,
        BOTH,
        "The longest time to wait for Kubernetes",
    ),
    flag(
        "validate",
        Switch,
        deprecated("use '--dry-run=server' instead"),
        "Check that the cluster would take the manifests",
    ),
    flag("wait", Wait, BOTH, "Wait for resources to be ready"),
    flag("wait-for-jobs", Switch, BOTH, "Wait for jobs to end"),
];

/// The access to repositories, for all commands that fetch charts.
pub(super) const ACCESS: &[Flag] = &[
    flag("ca-file", Text, BOTH, "A CA certificate file"),
    flag("cert-file", Text, BOTH, "A client certificate file"),
    flag(
        "insecure-skip-tls-verify",
        Switch,
        BOTH,
        "Do not verify the server's certificate",
    ),
    flag("key-file", Text, BOTH, "A client key file"),
    flag("password", Text, BOTH, "The password for the repository"),
    flag("plain-http", Switch, BOTH, "Use HTTP without TLS"),
    flag("username", Text, BOTH, "The user name for the repository"),
];

/// The keys of all commands that can verify a chart.
pub(super) const KEYRING: &[Flag] = &[flag(
    "keyring",
    Text,
    BOTH,
    "A file with keys: public ones to verify with, secret ones to sign with",
)];

/// The flags that say where a chart is to be had, if it is not on this machine.
pub(super) const CHART_PLACE: &[Flag] = &[
    flag("devel", Switch, BOTH, "Accept development versions too"),
    flag(
        "pass-credentials",
        Switch,
        BOTH,
        "Send the user name and password to other hosts than the repository's, too",
    ),
    flag("repo", Text, BOTH, "The URL of a repository to look in"),
    flag(
        "verify",
        Switch,
        BOTH,
        "Verify the chart's signature with the keys of --keyring",
    ),
    flag(
        "version",
        Text,
        BOTH,
        "A version of the chart, or a range of versions",
    ),
];

/// The flags of `helm package` about signatures.
const SIGNING: &[Flag] = &[
    flag(
        "key",
        Text,
        BOTH,
        "Sign with the key that has this text in its name",
    ),
    flag(
        "passphrase-file",
        Text,
        BOTH,
        "Read the key's passphrase from the first line of this file, or of a pipe at stdin with -",
    ),
    flag(
        "sign",
        Switch,
        BOTH,
        "Sign the package with a secret key of --keyring",
    ),
];

/// The flags of every command, Helm's and rhelm's own.
pub(super) const GLOBAL: &[Flag] = &[
    flag(
        "burst-limit",
        Int,
        BOTH,
        "The burst limit of the Kubernetes client",
    ),
    flag(
        "content-cache",
        Text,
        HELM_4,
        "The directory of cached charts",
    ),
    flag(
        "debug",
        Switch,
        BOTH,
        "Verbose output; prints the rendered text even if it is not YAML",
    ),
    flag(
        "kube-apiserver",
        Text,
        BOTH,
        "The address of the API server",
    ),
    flag("kube-as-group", Text, BOTH, "A group to act as"),
    flag("kube-as-user", Text, BOTH, "The user to act as"),
    flag("kube-ca-file", Text, BOTH, "A CA certificate file"),
    flag(
        "kube-context",
        Text,
        BOTH,
        "Take the namespace from this context of the kubeconfig",
    ),
    flag(
        "kube-insecure-skip-tls-verify",
        Switch,
        BOTH,
        "Do not verify the API server's certificate",
    ),
    flag(
        "kube-tls-server-name",
        Text,
        BOTH,
        "The name in the API server's certificate",
    ),
    flag("kube-token", Text, BOTH, "A bearer token"),
    flag(
        "kubeconfig",
        Text,
        BOTH,
        "Take the namespace from this kubeconfig",
    ),
    flag("namespace", Text, BOTH, "The release's namespace").short('n'),
    flag(
        "qps",
        Float,
        BOTH,
        "The requests per second of the Kubernetes client",
    ),
    flag(
        "registry-config",
        Text,
        BOTH,
        "The file with the logins of registries",
    ),
    flag(
        "repository-cache",
        Text,
        BOTH,
        "The directory of cached repository indexes",
    ),
    flag(
        "repository-config",
        Text,
        BOTH,
        "The file with the names and URLs of repositories",
    ),
];

/// The two spellings of a flag that rhelm's own commands have by themselves ([`crate::cli::color`]).
pub(super) const COLOR: &[Flag] = &[
    flag("color", Color, HELM_4, "Use colours: never, auto, always"),
    flag("colour", Color, HELM_4, "Use colours: never, auto, always"),
];

/// The flags that the logging library of Kubernetes adds to every command; Helm does not show these either.
pub(super) const KLOG: &[Flag] = &[
    flag("add-dir-header", Switch, BOTH, ""),
    flag("alsologtostderr", Switch, BOTH, ""),
    flag("alsologtostderrthreshold", Int32, BOTH, ""),
    flag("legacy-stderr-threshold-behavior", Switch, BOTH, ""),
    flag("log-backtrace-at", Place, BOTH, ""),
    flag("log-dir", Text, BOTH, ""),
    flag("log-file", Text, BOTH, ""),
    flag("log-file-max-size", Int, BOTH, ""),
    flag("logtostderr", Switch, BOTH, ""),
    flag("one-output", Switch, BOTH, ""),
    flag("skip-headers", Switch, BOTH, ""),
    flag("skip-log-headers", Switch, BOTH, ""),
    flag("stderrthreshold", Int32, BOTH, ""),
    flag("v", Int32, BOTH, "").short('v'),
    flag("vmodule", Levels, BOTH, ""),
];

/// Groups of which one flag may be set, in Helm 4.
pub(super) const EXCLUSIVE: &[&[&str]] = &[
    &["force-replace", "force-conflicts"],
    &["force", "force-conflicts"],
    &["validate", "dry-run"],
];

/// The flags of Helm 3's `version` from Helm 2, where they meant the client's version alone.
const VERSION: &[Flag] = &[flag("client", Switch, HELM_3, "").short('c')];

/// Flags that tell of the release's namespace.
const OF_NAMESPACE: &[&str] = &["kube-context", "kubeconfig", "namespace"];

/// Flags that change what is rendered, or what is printed of it.
const OF_RENDERS: &[&str] = &["debug", "kube-context", "kubeconfig", "namespace"];

/// The flags of a command that has no use for any of them.
#[derive(Debug)]
pub(in crate::cli) struct Global;

impl Tables for Global {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[];
}

/// The flags of `helm env`, which prints what they say.
#[derive(Debug)]
pub(in crate::cli) struct Environment;

impl Tables for Environment {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[
        "burst-limit",
        "content-cache",
        "debug",
        "kube-apiserver",
        "kube-as-group",
        "kube-as-user",
        "kube-ca-file",
        "kube-context",
        "kube-insecure-skip-tls-verify",
        "kube-tls-server-name",
        "kube-token",
        "kubeconfig",
        "namespace",
        "qps",
        "registry-config",
        "repository-cache",
        "repository-config",
    ];
}

/// The flags of `helm version`.
#[derive(Debug)]
pub(in crate::cli) struct VersionCompat;

impl Tables for VersionCompat {
    const TABLES: &'static [&'static [Flag]] = &[VERSION, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[];
}

/// Flags that say where Helm's files are.
const OF_FILES: &[&str] = &[
    "content-cache",
    "debug",
    "registry-config",
    "repository-cache",
    "repository-config",
];

/// Those that tell how dependencies are fetched.
const OF_FETCHES: &[&str] = &[
    "ca-file",
    "cert-file",
    "content-cache",
    "debug",
    "insecure-skip-tls-verify",
    "key-file",
    "keyring",
    "password",
    "plain-http",
    "registry-config",
    "repository-cache",
    "repository-config",
    "username",
];

/// The same, and those about signatures that are made.
const OF_PACKAGES: &[&str] = &[
    "ca-file",
    "cert-file",
    "content-cache",
    "debug",
    "insecure-skip-tls-verify",
    "key",
    "key-file",
    "keyring",
    "passphrase-file",
    "password",
    "plain-http",
    "registry-config",
    "repository-cache",
    "repository-config",
    "sign",
    "username",
];

/// The flags of a command that works with Helm's files about charts' sources.
#[derive(Debug)]
pub(in crate::cli) struct FilesCompat;

impl Tables for FilesCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = OF_FILES;
}

/// The flags of Helm 4's `create` for charts that are an experiment.
const CREATE: &[Flag] = &[flag(
    "chart-api-version",
    Text,
    HELM_4,
    "The API version of the chart: v2",
)];

/// The flags of `helm verify`.
#[derive(Debug)]
pub(in crate::cli) struct VerifyCompat;

impl Tables for VerifyCompat {
    const TABLES: &'static [&'static [Flag]] = &[KEYRING, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &["debug", "keyring"];
}

/// The flags of `helm create`.
#[derive(Debug)]
pub(in crate::cli) struct CreateCompat;

impl Tables for CreateCompat {
    const TABLES: &'static [&'static [Flag]] = &[CREATE, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &["chart-api-version", "debug"];
}

/// The flags of `helm dependency build` and `helm dependency update`.
#[derive(Debug)]
pub(in crate::cli) struct DependencyCompat;

impl Tables for DependencyCompat {
    const TABLES: &'static [&'static [Flag]] = &[ACCESS, KEYRING, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = OF_FETCHES;
}

/// The flags of `helm package`.
#[derive(Debug)]
pub(in crate::cli) struct PackageCompat;

impl Tables for PackageCompat {
    const TABLES: &'static [&'static [Flag]] = &[SIGNING, ACCESS, KEYRING, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = OF_PACKAGES;
}

/// The flags of `helm push`.
#[derive(Debug)]
pub(in crate::cli) struct PushCompat;

impl Tables for PushCompat {
    const TABLES: &'static [&'static [Flag]] = &[ACCESS, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[
        "ca-file",
        "cert-file",
        "debug",
        "insecure-skip-tls-verify",
        "key-file",
        "password",
        "plain-http",
        "registry-config",
        "username",
    ];
}

/// The flags of a command that renders and does not look for a chart: `helm lint`.
#[derive(Debug)]
pub(in crate::cli) struct LintCompat;

impl Tables for LintCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = OF_RENDERS;
}

/// The flags of a command that takes a chart and does not render it.
#[derive(Debug)]
pub(in crate::cli) struct ChartCompat;

impl Tables for ChartCompat {
    const TABLES: &'static [&'static [Flag]] = &[CHART_PLACE, ACCESS, KEYRING, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[
        "ca-file",
        "cert-file",
        "devel",
        "insecure-skip-tls-verify",
        "key-file",
        "keyring",
        "pass-credentials",
        "password",
        "plain-http",
        "registry-config",
        "repo",
        "username",
        "verify",
        "version",
        "content-cache",
        "debug",
        "repository-cache",
        "repository-config",
    ];
}

/// The flags of a command about a release that is there.
#[derive(Debug)]
pub(in crate::cli) struct ReleaseCompat;

impl Tables for ReleaseCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = OF_RENDERS;
}

/// The flags of `helm template`.
#[derive(Debug)]
pub(in crate::cli) struct InstallCompat;

impl Tables for InstallCompat {
    const TABLES: &'static [&'static [Flag]] =
        &[INSTALL, CHART_PLACE, ACCESS, KEYRING, GLOBAL, COLOR, KLOG];
    const EFFECTIVE: &'static [&'static str] = &[
        "ca-file",
        "cert-file",
        "devel",
        "insecure-skip-tls-verify",
        "key-file",
        "keyring",
        "pass-credentials",
        "password",
        "plain-http",
        "registry-config",
        "repo",
        "username",
        "verify",
        "version",
        "content-cache",
        "debug",
        "kube-context",
        "kubeconfig",
        "namespace",
        "repository-cache",
        "repository-config",
    ];
}

/// The flags of Helm's that rhelm's own commands take too, where they render a chart.
#[derive(Debug)]
pub(in crate::cli) struct OwnCompat;

impl Tables for OwnCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, KLOG];
    const YIELDS: bool = true;
    const EFFECTIVE: &'static [&'static str] = OF_NAMESPACE;
}

/// The same where they render none.
#[derive(Debug)]
pub(in crate::cli) struct NoCompat;

impl Tables for NoCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, KLOG];
    const YIELDS: bool = true;
    const EFFECTIVE: &'static [&'static str] = &[];
}
