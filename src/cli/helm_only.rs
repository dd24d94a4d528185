//! Commands of Helm that work on a cluster: what to type instead.

use super::Failure;
use std::ffi::OsString;

const CLUSTER: &[&str] = &[
    "install",
    "upgrade",
    "delete",
    "uninstall",
    "init",
    "rollback",
];

/// The answer to a command that rhelm does not have.
pub(super) fn refuse(words: &[OsString]) -> Failure {
    let command = words
        .first()
        .map(|w| w.to_string_lossy())
        .unwrap_or_default();
    let failure = Failure::new(format!("unknown command \"{command}\" for \"rhelm\""));
    if CLUSTER.contains(&&*command) {
        return failure.hint(format!(
            "rhelm renders charts and leaves the cluster to kubectl; instead of `{command}`:\n  \
             rhelm template NAME CHART | kubectl apply -f -\n  \
             rhelm template NAME CHART | kubectl delete -f -"
        ));
    }
    failure.hint("Run 'rhelm --help' for usage.")
}
