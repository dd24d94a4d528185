//! istio-reader's account, through the kubeconfig that rhelm writes for it.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::chart::{render, within};
use super::{Cluster, Kubectl, Programs};

/// The account's permissions, as `kubectl auth can-i --list` has them.
const RIGHTS: [&str; 4] = [
    "endpoints [get watch list]",
    "nodes [get watch list]",
    "pods [get watch list]",
    "services [get watch list]",
];

/// Makes the account, writes its kubeconfig, and compares what it may do with what an account without
/// any rights of its own may do.
pub(super) fn reads_four_resources(programs: &Programs, cluster: &Cluster) -> Result<String> {
    let admin = &cluster.kubectl;
    let namespace = "account";
    admin.run(&["create", "namespace", namespace])?;
    let reader = render(programs, "istio-reader", namespace, &[])?;
    admin.feed(&["create", "-f", "-"], &reader.text)?;
    reader.is_held_by(admin)?;

    let own = rights(&as_account(programs, cluster, namespace)?, &[])?;
    let nobody = format!("--as=system:serviceaccount:{namespace}:nobody");
    let groups = "--as-group=system:serviceaccounts";
    let authenticated = "--as-group=system:authenticated";
    let of_everybody = rights(admin, &[&nobody, groups, authenticated])?;
    let more: BTreeSet<&str> = own.difference(&of_everybody).map(String::as_str).collect();
    if more != BTreeSet::from(RIGHTS) {
        bail!("the account may do {more:?} beyond what every account may, not {RIGHTS:?}");
    }
    reader.delete(admin)?;
    Ok("get, watch and list on four resources and nothing else".into())
}

/// kubectl as the account, through a kubeconfig made from its token Secret on stdin.
fn as_account(programs: &Programs, cluster: &Cluster, namespace: &str) -> Result<Kubectl> {
    let mut secret = String::new();
    within(Duration::from_secs(30), || {
        let arguments = [
            "get",
            "secret",
            "istio-multi-token",
            "-n",
            namespace,
            "-o",
            "yaml",
        ];
        secret = cluster.kubectl.run(&arguments)?;
        Ok(secret.contains("token: "))
    })?;
    let file = cluster.dir().join("account");
    let mut rhelm = Command::new(&programs.rhelm)
        .args([
            "multicluster",
            "kubeconfig",
            "account",
            "--server",
            &cluster.server,
        ])
        .args(["--token-secret", "-", "--output"])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot run rhelm")?;
    if let Some(mut stdin) = rhelm.stdin.take() {
        stdin.write_all(secret.as_bytes())?;
    }
    if !rhelm.wait()?.success() {
        bail!("rhelm writes no kubeconfig");
    }
    Ok(Kubectl::new(&programs.cluster, &file))
}

/// Resources and URLs with their verbs, one a line.
fn rights(kubectl: &Kubectl, arguments: &[&str]) -> Result<BTreeSet<String>> {
    let list = ["auth", "can-i", "--list", "--no-headers"];
    let text = kubectl.run(&[&list, arguments].concat())?;
    let line = |line: &str| {
        // Resources, Non-Resource URLs, Resource Names, Verbs: empty lists are `[]`.
        let words: Vec<&str> = line
            .split_whitespace()
            .filter(|word| *word != "[]")
            .collect();
        words.join(" ")
    };
    Ok(text.lines().map(line).collect())
}
