//! `cargo xtask cluster`: the bundled Istio charts, the multicluster guide and releases on real API servers.
//!
//! Two clusters without nodes are started on loopback: etcd, kube-apiserver and
//! kube-controller-manager, as `scripts/install-cluster.sh` built them. They are gone when this ends,
//! however it ends.

mod account;
mod apply;
mod chart;
mod forms;
mod guide;
mod join;
mod keys;
mod kubectl;
mod public;
mod refused;
mod releases;
mod server;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use kubectl::Kubectl;
use project::say;
use server::Cluster;

/// Options of the test.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the tests whose name contains this: forms, changes, account, apply, join, guide, refused, releases
    #[arg(long, default_value = "")]
    filter: String,
    /// The rhelm to test; one is built from this checkout when left out
    #[arg(long)]
    rhelm: Option<PathBuf>,
    /// Write down what Kubernetes refuses instead of comparing it with what is written down
    #[arg(long)]
    record: bool,
    /// Only send the charts below this directory, as their defaults render, to the API server by a dry run: all that
    /// validate has no errors for must be accepted
    #[arg(long)]
    charts: Option<PathBuf>,
    /// Keep the clusters' logs in target/cluster
    #[arg(long)]
    logs: bool,
}

/// The programs that are put together here.
struct Programs {
    /// Directory of etcd, kube-apiserver, kube-controller-manager and kubectl.
    cluster: PathBuf,
    rhelm: PathBuf,
}

/// A test, which gets the cluster of the control plane and the remote one.
type Test = fn(&Programs, &Cluster, &Cluster) -> Result<String>;

const TESTS: [(&str, Test); 8] = [
    ("forms", |programs, _, remote| {
        forms::every_form(programs, &remote.kubectl)
    }),
    ("changes", |programs, _, remote| {
        forms::every_change(programs, &remote.kubectl)
    }),
    ("account", |programs, _, remote| {
        account::reads_four_resources(programs, remote)
    }),
    ("apply", |programs, _, remote| {
        apply::as_in_readme(programs, remote)
    }),
    ("join", join::and_leave),
    ("guide", guide::as_written),
    ("refused", |_, _, remote| refused::as_recorded(remote)),
    ("releases", |programs, control, _| {
        releases::in_turn(programs, control)
    }),
];

/// Starts the clusters and runs the tests.
///
/// # Errors
/// When a cluster does not start or a test fails.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let programs = Programs {
        cluster: programs()?,
        rhelm: project::rhelm(options.rhelm.as_deref())?,
    };
    let start = Instant::now();
    let logs = project::target().join("cluster");
    let logs = options.logs.then_some(logs.as_path());
    // Only the remote one knows IPv6.
    let control = Cluster::start("control", "10.96.0.0/16", &programs, logs)?;
    let remote = Cluster::start("remote", "10.97.0.0/16,fd00:97::/112", &programs, logs)?;
    say!("two clusters are up after {} s", start.elapsed().as_secs());
    if options.record {
        say!("{}", refused::record(&remote)?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(dir) = &options.charts {
        say!("{}", public::accepted(&programs, &remote, dir)?);
        return Ok(ExitCode::SUCCESS);
    }
    for (name, test) in TESTS
        .iter()
        .filter(|(name, _)| name.contains(&options.filter))
    {
        let start = Instant::now();
        let report = test(&programs, &control, &remote).with_context(|| format!("test {name}"))?;
        say!("{name}: {report} ({} s)", start.elapsed().as_secs());
    }
    Ok(ExitCode::SUCCESS)
}

/// The directory into which `scripts/install-cluster.sh` has put the programs.
fn programs() -> Result<PathBuf> {
    let versions = match env::var_os("RHELM_CLUSTER_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => project::cache()?.join("cluster"),
    };
    let go_mod = std::fs::read_to_string(project::root().join("scripts/cluster/go.mod"))?;
    let version = go_mod
        .lines()
        .find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes v"))
        .and_then(|rest| rest.split_whitespace().next())
        .context("scripts/cluster/go.mod pins no Kubernetes")?;
    let dir = versions.join(version);
    for program in [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kubectl",
    ] {
        if !dir.join(program).exists() {
            bail!(
                "no {program} in {}: run scripts/install-cluster.sh",
                dir.display()
            );
        }
    }
    Ok(dir)
}
