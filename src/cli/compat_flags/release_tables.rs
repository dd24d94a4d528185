//! The flags of the commands that change releases, by command.

use super::Support::*;
use super::kind::Kind::*;
use super::tables::{ACCESS, BOTH, CHART_PLACE, COLOR, GLOBAL, HELM_3, HELM_4, KEYRING, KLOG};
use super::tables::{deprecated, flag};
use super::{Flag, Tables};

const TIMEOUT: Flag = flag(
    "timeout",
    Duration,
    BOTH,
    "The longest time to wait for each step in Kubernetes, such as a hook [default: 5m0s]",
);
const WAIT: Flag = flag(
    "wait",
    Wait,
    BOTH,
    "Wait until resources are ready; in Helm 4 with a strategy: watcher, hookOnly, legacy",
);
const WAIT_FOR_JOBS: Flag = flag(
    "wait-for-jobs",
    Switch,
    BOTH,
    "With --wait, wait until Jobs are completed, too",
);
const DRY_RUN: Flag = flag(
    "dry-run",
    DryRun,
    BOTH,
    "Change nothing, and show what the command would do: client, or server, which asks the cluster",
);
const DEPENDENCY_UPDATE: Flag = flag(
    "dependency-update",
    Switch,
    BOTH,
    "Fetch and package missing dependencies into charts/",
);

const NO_OPENAPI: Flag = flag(
    "disable-openapi-validation",
    Switch,
    BOTH,
    "Do not check manifests against the cluster's OpenAPI",
);

const ENABLE_DNS: Flag = flag(
    "enable-dns",
    Switch,
    BOTH,
    "Let getHostByName ask name servers",
);

const SKIP_SCHEMAS: Flag = flag(
    "skip-schema-validation",
    Switch,
    BOTH,
    "Do not check values against the charts' schemas",
);

const NO_HOOKS: Flag = flag("no-hooks", Switch, BOTH, "Run no hooks");
const DESCRIPTION: Flag = flag(
    "description",
    Text,
    BOTH,
    "The description of the revision once it is done",
);
const CLEANUP: Flag = flag(
    "cleanup-on-fail",
    Switch,
    BOTH,
    "Delete the new resources if it fails",
);
const HISTORY_MAX: Flag = flag(
    "history-max",
    Int,
    BOTH,
    "Keep at most this many revisions; 0 keeps all [default: HELM_MAX_HISTORY, else 10]",
);
const SERVER_SIDE: Flag = flag(
    "server-side",
    Text,
    HELM_4,
    "Use server-side apply: true, false, or auto for what the last revision used [default: auto]",
);
const RECREATE_ADVICE: &str = "functionality will no longer be updated. Consult the documentation for other methods to recreate pods";
const RECREATE_HELP: &str = "Delete the pods of changed resources, so that new ones come (Helm 3)";

/// How objects that are there are changed.
const FORCE: &[Flag] = &[
    flag(
        "force",
        Switch,
        deprecated("use --force-replace instead"),
        "Replace resources instead of changing them",
    ),
    flag(
        "force-conflicts",
        Switch,
        HELM_4,
        "With server-side apply, take fields over from other managers",
    ),
    flag(
        "force-replace",
        Switch,
        HELM_4,
        "Replace resources instead of changing them",
    ),
];

/// What an install and an upgrade share.
const CHANGE: &[Flag] = &[
    flag(
        "atomic",
        Switch,
        deprecated("use --rollback-on-failure instead"),
        "Uninstall or roll back if it fails; waits as --wait does",
    ),
    flag(
        "create-namespace",
        Switch,
        BOTH,
        "Create the release's namespace if it is not there",
    ),
    DEPENDENCY_UPDATE,
    DESCRIPTION,
    NO_OPENAPI,
    DRY_RUN,
    ENABLE_DNS,
    flag("hide-notes", Switch, BOTH, "Do not show the notes"),
    flag(
        "hide-secret",
        Switch,
        BOTH,
        "With --dry-run, do not show Secrets",
    ),
    flag(
        "labels",
        Labels,
        BOTH,
        "Labels of the release's record; in an upgrade, null takes one away",
    )
    .short('l'),
    NO_HOOKS,
    flag(
        "render-subchart-notes",
        Switch,
        BOTH,
        "Show the notes of subcharts, too",
    ),
    flag(
        "rollback-on-failure",
        Switch,
        HELM_4,
        "Uninstall or roll back if it fails; waits as --wait does",
    ),
    flag("skip-crds", Switch, BOTH, "Install no CRDs"),
    SKIP_SCHEMAS,
    flag(
        "take-ownership",
        Switch,
        BOTH,
        "Take over resources that exist already, even those of other releases",
    ),
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
];

const INSTALL: &[Flag] = &[
    flag(
        "generate-name",
        Switch,
        BOTH,
        "Name the release after the chart and the time",
    )
    .short('g'),
    flag(
        "name-template",
        Text,
        BOTH,
        "Name the release with a template",
    ),
    flag(
        "replace",
        Switch,
        BOTH,
        "Reuse the name of a release that was uninstalled or has failed",
    ),
    flag(
        "server-side",
        Switch,
        HELM_4,
        "Use server-side apply [default: true]",
    ),
];

const RESET_THEN_REUSE: Flag = flag(
    "reset-then-reuse-values",
    Switch,
    BOTH,
    "Reuse the user's values of the last revision with the new chart's defaults; new values win",
);

const RESET_VALUES: Flag = flag(
    "reset-values",
    Switch,
    BOTH,
    "Use the new chart's defaults and the new values alone",
);

const REUSE_VALUES: Flag = flag(
    "reuse-values",
    Switch,
    BOTH,
    "Reuse all values of the last revision, its chart's defaults too; new values win",
);

const UPGRADE: &[Flag] = &[
    CLEANUP,
    HISTORY_MAX,
    flag(
        "install",
        Switch,
        BOTH,
        "Install the release if it is not there",
    )
    .short('i'),
    flag(
        "recreate-pods",
        Switch,
        (Deprecated(RECREATE_ADVICE), Unknown),
        RECREATE_HELP,
    ),
    RESET_THEN_REUSE,
    RESET_VALUES,
    REUSE_VALUES,
    SERVER_SIDE,
];

const ROLLBACK: &[Flag] = &[
    CLEANUP,
    DRY_RUN,
    HISTORY_MAX,
    NO_HOOKS,
    flag("recreate-pods", Switch, HELM_3, RECREATE_HELP),
    SERVER_SIDE,
    TIMEOUT,
    WAIT,
    WAIT_FOR_JOBS,
];

const UNINSTALL: &[Flag] = &[
    flag(
        "cascade",
        Text,
        BOTH,
        "How objects that the deleted ones own are deleted, such as a Deployment's pods: background, foreground, orphan [default: background]",
    ),
    DESCRIPTION,
    flag("dry-run", Switch, BOTH, "Change nothing"),
    flag(
        "ignore-not-found",
        Switch,
        BOTH,
        "Do not fail if a release does not exist",
    ),
    flag("keep-history", Switch, BOTH, "Keep the release's records"),
    NO_HOOKS,
    flag(
        "purge",
        Switch,
        BOTH,
        "A flag of Helm 2: releases are found in whatever namespace they are, unless one is named",
    ),
    TIMEOUT,
    WAIT,
];

const TEST: &[Flag] = &[
    flag(
        "hide-notes",
        Switch,
        BOTH,
        "Do not show the notes (a flag of Helm 3; Helm 4 never does)",
    ),
    flag("logs", Switch, BOTH, "Print the logs of the tests' pods"),
    TIMEOUT,
];

/// The flags of a command: its tables, and those of all commands.
macro_rules! tables {
    ($(#[$doc:meta])* $name:ident: $($table:expr),* $(,)?) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(in crate::cli) struct $name;

        impl Tables for $name {
            const TABLES: &'static [&'static [Flag]] = &[$($table,)* GLOBAL, COLOR, KLOG];
            const EFFECTIVE: &'static [&'static str] = EFFECTIVE;
        }
    };
}

/// Of the flags of these commands, all but klog's, colours and the limits of requests change something.
const EFFECTIVE: &[&str] = &[
    "atomic",
    "ca-file",
    "cascade",
    "cert-file",
    "cleanup-on-fail",
    "content-cache",
    "create-namespace",
    "debug",
    "dependency-update",
    "description",
    "devel",
    "disable-openapi-validation",
    "dry-run",
    "enable-dns",
    "force",
    "force-conflicts",
    "force-replace",
    "generate-name",
    "hide-notes",
    "hide-secret",
    "history-max",
    "ignore-not-found",
    "insecure-skip-tls-verify",
    "install",
    "keep-history",
    "key-file",
    "keyring",
    "kube-apiserver",
    "kube-as-group",
    "kube-as-user",
    "kube-ca-file",
    "kube-context",
    "kube-insecure-skip-tls-verify",
    "kube-tls-server-name",
    "kube-token",
    "kubeconfig",
    "labels",
    "logs",
    "name-template",
    "namespace",
    "no-hooks",
    "pass-credentials",
    "password",
    "plain-http",
    "recreate-pods",
    "registry-config",
    "render-subchart-notes",
    "replace",
    "repo",
    "repository-cache",
    "repository-config",
    "reset-then-reuse-values",
    "reset-values",
    "reuse-values",
    "rollback-on-failure",
    "server-side",
    "skip-crds",
    "skip-schema-validation",
    "take-ownership",
    "timeout",
    "username",
    "verify",
    "version",
    "wait",
    "wait-for-jobs",
];

tables! {
    /// The flags of `helm install`.
    InstallRelease: INSTALL, CHANGE, FORCE, CHART_PLACE, ACCESS, KEYRING
}
tables! {
    /// The flags of `helm upgrade`.
    UpgradeRelease: UPGRADE, CHANGE, FORCE, CHART_PLACE, ACCESS, KEYRING
}
tables! {
    /// The flags of `helm rollback`.
    RollbackRelease: ROLLBACK, FORCE
}
tables! {
    /// The flags of `helm uninstall`.
    UninstallRelease: UNINSTALL
}
tables! {
    /// The flags of `helm test`.
    TestRelease: TEST
}

/// The flags of helm-diff's `upgrade` that Helm's commands have in another form, or not at all.
const DIFF_UPGRADE: &[Flag] = &[
    flag(
        "allow-unreleased",
        Switch,
        BOTH,
        "A release that is not there is no error: all is new",
    ),
    flag(
        "api-versions",
        Text,
        BOTH,
        "Add an API version to .Capabilities where no cluster is asked; may be given several times",
    )
    .short('a'),
    NO_OPENAPI,
    flag(
        "disable-validation",
        Switch,
        BOTH,
        "Render without asking the cluster",
    ),
    flag(
        "dry-run",
        DryRun,
        BOTH,
        "client: ask no cluster, all is new; server: templates may look up objects",
    ),
    ENABLE_DNS,
    flag("include-crds", Switch, BOTH, "Compare the chart's CRDs too"),
    flag("include-tests", Switch, BOTH, "Compare test hooks too"),
    flag(
        "install",
        Switch,
        BOTH,
        "A release that is not there is no error: all is new",
    ),
    flag(
        "kube-version",
        Text,
        BOTH,
        "The Kubernetes version in .Capabilities where no cluster is asked",
    ),
    flag("no-hooks", Switch, BOTH, "Leave out hooks"),
    RESET_THEN_REUSE,
    RESET_VALUES,
    REUSE_VALUES,
    flag(
        "server-side",
        Text,
        BOTH,
        "A flag of Helm's that is taken: true, false or auto",
    ),
    SKIP_SCHEMAS,
    flag(
        "take-ownership",
        Switch,
        BOTH,
        "Compare with what lives, also with resources of other releases",
    ),
    flag(
        "three-way-merge",
        Switch,
        BOTH,
        "Compare what lives with what the server would make of it",
    ),
];

/// Flags of helm-diff's that change something.
const EFFECTIVE_IN_DIFF: &[&str] = &[
    "allow-unreleased",
    "api-versions",
    "ca-file",
    "cert-file",
    "devel",
    "disable-openapi-validation",
    "disable-validation",
    "dry-run",
    "enable-dns",
    "include-crds",
    "include-tests",
    "insecure-skip-tls-verify",
    "install",
    "key-file",
    "kube-apiserver",
    "kube-as-group",
    "kube-as-user",
    "kube-ca-file",
    "kube-context",
    "kube-insecure-skip-tls-verify",
    "kube-tls-server-name",
    "kube-token",
    "kube-version",
    "kubeconfig",
    "namespace",
    "no-hooks",
    "pass-credentials",
    "password",
    "plain-http",
    "registry-config",
    "repo",
    "repository-cache",
    "repository-config",
    "reset-then-reuse-values",
    "reset-values",
    "reuse-values",
    "skip-schema-validation",
    "take-ownership",
    "three-way-merge",
    "username",
    "verify",
    "version",
];

/// Helm's flags of `diff`, and of what of the plugin helm-diff reads releases.
#[derive(Debug)]
pub(in crate::cli) struct DiffCompat;

impl Tables for DiffCompat {
    const TABLES: &'static [&'static [Flag]] = &[GLOBAL, KLOG];
    const YIELDS: bool = true;
    const EFFECTIVE: &'static [&'static str] = EFFECTIVE_IN_DIFF;
}

/// The flags of helm-diff's `upgrade`.
#[derive(Debug)]
pub(in crate::cli) struct DiffUpgrade;

impl Tables for DiffUpgrade {
    const TABLES: &'static [&'static [Flag]] =
        &[DIFF_UPGRADE, CHART_PLACE, ACCESS, KEYRING, GLOBAL, KLOG];
    const YIELDS: bool = true;
    const EFFECTIVE: &'static [&'static str] = EFFECTIVE_IN_DIFF;
}

/// What an adoption takes of an install's flags.
const ADOPT: &[Flag] = &[
    DEPENDENCY_UPDATE,
    DESCRIPTION,
    ENABLE_DNS,
    flag("labels", Labels, BOTH, "Labels of the release's record").short('l'),
    SKIP_SCHEMAS,
    flag(
        "take-ownership",
        Switch,
        BOTH,
        "Take over resources of other releases, too",
    ),
];

/// The flags of `rhelm release adopt`.
#[derive(Debug)]
pub(in crate::cli) struct AdoptRelease;

impl Tables for AdoptRelease {
    const TABLES: &'static [&'static [Flag]] = &[ADOPT, CHART_PLACE, ACCESS, KEYRING, GLOBAL, KLOG];
    const YIELDS: bool = true;
    const EFFECTIVE: &'static [&'static str] = EFFECTIVE;
}
