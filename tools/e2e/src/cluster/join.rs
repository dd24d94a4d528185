//! `rhelm multicluster join` and `leave`, and the lines of Istio's own guide, on two clusters.

use anyhow::{Context, Result, bail};

use super::guide::{self, LEGACY, MOVED, NAME, NAMESPACE, Scene};
use super::{Cluster, Programs};

const BOTH: &str = "--control control --remote remote --name east";

/// The guide's commands, where `helm` is `rhelm`.
const OF_ISTIO: &str = "\
kubectl --context remote create namespace istio-system
export HELM_KUBECONTEXT=remote
rhelm install install/kubernetes/helm/istio-remote --name istio-remote --set global.pilotEndpoint=10.1.0.1 \
 --set global.policyEndpoint=10.1.0.3 --set global.statsdEndpoint=10.1.0.5 --set global.telemetryEndpoint=10.1.0.4 \
 --set global.zipkinEndpoint=10.1.0.6 --namespace istio-system
";

const OF_ISTIO_RESOLVED: guide::Endpoints = &[
    ("istio-pilot", &["10.1.0.1"]),
    ("istio-policy", &["10.1.0.3"]),
    ("istio-statsd-prom-bridge", &["10.1.0.5"]),
    ("istio-telemetry", &["10.1.0.4"]),
    ("zipkin", &["10.1.0.6"]),
];

/// Joins, joins again, leaves; what a check refuses changes nothing.
pub(super) fn and_leave(
    programs: &Programs,
    control: &Cluster,
    remote: &Cluster,
) -> Result<String> {
    let scene = Scene::new(programs, control, remote)?;
    let admin = &control.kubectl;
    admin.run(&["delete", "namespace", NAMESPACE, "--ignore-not-found"])?;
    guide::control_plane(&scene)?;
    let join = |more: &str| scene.run(&format!("rhelm multicluster join {BOTH} {more}"));
    let leave = |more: &str| scene.run(&format!("rhelm multicluster leave {BOTH} {more}"));
    join("--dry-run")?;
    guide::nothing_is_left(&scene).context("after --dry-run")?;
    refuses(join(""), "nobody to ask")?;
    let node = |range: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Node", "metadata": {{"name": "n"}}, "spec": {{"podCIDR": "{range}"}}}}"#
        )
    };
    for (cluster, range) in [(control, "10.1.0.0/16"), (remote, "10.1.8.0/24")] {
        let create = ["create", "-f", "-"];
        cluster.kubectl.feed(&create, node(range).as_bytes())?;
    }
    refuses(join("--yes"), "the ranges of pods overlap")?;
    for cluster in [control, remote] {
        cluster.kubectl.run(&["delete", "node", "n"])?;
    }
    guide::nothing_is_left(&scene).context("after ranges that overlap")?;

    join("--yes")?;
    guide::remote_is_read(&scene, NAME)?;
    guide::resolves(&scene, LEGACY)?;
    guide::pods_move(&scene)?;
    let token = ["delete", "secret", "istio-multi-token", "-n", NAMESPACE];
    remote.kubectl.run(&token)?;
    join("--yes")?;
    guide::remote_is_read(&scene, NAME).context("after the token was deleted")?;
    guide::resolves(&scene, MOVED)?;
    leave("--yes --delete-namespace")?;
    leave("--yes --delete-namespace")?;
    guide::nothing_is_left(&scene).context("after leave")?;

    guide::istiod(&scene)?;
    refuses(join("--yes"), "the control plane is istiod")?;
    join("--yes --mode istiod")?;
    guide::resolves(&scene, guide::ISTIOD)?;
    guide::remote_is_read(&scene, &format!("istio-remote-secret-{NAME}"))?;
    leave("--yes --delete-namespace --mode istiod")?;
    guide::nothing_is_left(&scene).context("after leave, with istiod")?;

    scene.run(OF_ISTIO)?;
    guide::resolves(&scene, OF_ISTIO_RESOLVED)?;
    scene.run("HELM_KUBECONTEXT=remote rhelm delete --purge istio-remote")?;
    let services = remote.kubectl.get(&["services", "-n", NAMESPACE], b"")?;
    if !services.is_empty() {
        bail!("{} services are left after delete --purge", services.len());
    }
    remote.kubectl.run(&["delete", "namespace", NAMESPACE])?;
    admin.run(&["delete", "namespace", NAMESPACE])?;
    Ok("join, again, leave; with istiod; Istio's own lines".into())
}

/// The command fails, and says why.
fn refuses(result: Result<()>, reason: &str) -> Result<()> {
    match result {
        Ok(()) => bail!("it was done, though {reason}"),
        Err(error) if format!("{error:#}").contains(reason) => Ok(()),
        Err(error) => Err(error.context(format!("another reason than {reason:?}"))),
    }
}
