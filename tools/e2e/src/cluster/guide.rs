//! docs/multicluster.md, command by command, on two clusters.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use recorded::process::{Invocation, Termination};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Cluster, Kubectl, Programs};

/// The guide's namespace.
pub(super) const NAMESPACE: &str = "istio-system";
/// The guide's name for the remote cluster.
pub(super) const NAME: &str = "east";

/// The surroundings of the guide.
pub(super) struct Scene<'a> {
    programs: &'a Programs,
    control: &'a Cluster,
    remote: &'a Cluster,
    /// The directory in which its commands run.
    dir: TempDir,
}

/// A section of the guide that has commands: what happens before, and what holds afterwards.
struct Section {
    title: &'static str,
    before: fn(&Scene<'_>) -> Result<()>,
    holds: fn(&Scene<'_>) -> Result<()>,
}

const fn section(
    title: &'static str,
    before: fn(&Scene<'_>) -> Result<()>,
    holds: fn(&Scene<'_>) -> Result<()>,
) -> Section {
    Section {
        title,
        before,
        holds,
    }
}

/// The sections, in their order.
const SECTIONS: [Section; 12] = [
    section("Names", control_plane, nothing),
    section("In one command", nothing, nothing_is_left),
    section("An account in the remote cluster", nothing, nothing),
    section(
        "A kubeconfig for the control plane",
        nothing,
        kubeconfig_is_private,
    ),
    section("A Secret for the control plane", nothing, |scene| {
        remote_is_read(scene, NAME)
    }),
    section("The control plane's addresses", nothing, nothing),
    section("Its services in the remote cluster", nothing, |scene| {
        resolves(scene, LEGACY)
    }),
    section("When pods have moved", pods_move, |scene| {
        resolves(scene, MOVED)
    }),
    section("Uninstalling", nothing, nothing_is_left),
    section("With kubectl alone", nothing, nothing_is_left),
    section("istiod", istiod, |scene| {
        resolves(scene, ISTIOD)?;
        remote_is_read(scene, &format!("istio-remote-secret-{NAME}"))
    }),
    section("Uninstalling istiod's remote", nothing, nothing_is_left),
];

/// Sections whose commands need Helm, or Istio's own chart: `tests/it/docs.rs` runs them, as it runs all others,
/// with stand-ins for what they need.
const NOT_ON_CLUSTERS: [&str; 2] = ["With Helm", "What is different from Istio's guide"];

/// A pod of a control plane.
struct Pod {
    name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    addresses: &'static [&'static str],
    ready: bool,
}

const fn pod(
    name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    addresses: &'static [&'static str],
) -> Pod {
    Pod {
        name,
        labels,
        addresses,
        ready: true,
    }
}

const PODS: [Pod; 7] = [
    pod(
        "istio-pilot-1",
        &[("istio", "pilot")],
        &["10.1.0.1", "fd00:1::1"],
    ),
    pod(
        "istio-pilot-2",
        &[("istio", "pilot")],
        &["10.1.0.2", "fd00:1::2"],
    ),
    Pod {
        ready: false,
        ..pod("istio-pilot-3", &[("istio", "pilot")], &["10.1.0.9"])
    },
    pod(
        "istio-policy-1",
        &[("istio", "mixer"), ("istio-mixer-type", "policy")],
        &["10.1.0.3"],
    ),
    pod(
        "istio-telemetry-1",
        &[("istio", "mixer"), ("istio-mixer-type", "telemetry")],
        &["10.1.0.4"],
    ),
    pod(
        "istio-statsd-1",
        &[("istio", "statsd-prom-bridge")],
        &["10.1.0.5"],
    ),
    pod("istio-tracing-1", &[("app", "jaeger")], &["10.1.0.6"]),
];
const PILOT_MOVED: Pod = pod("istio-pilot-4", &[("istio", "pilot")], &["fd00:1::4"]);
const ISTIOD_POD: Pod = pod(
    "istiod-1",
    &[("app", "istiod"), ("istio", "pilot")],
    &["10.1.0.7"],
);

/// Services and the addresses that they have.
pub(super) type Endpoints = &'static [(&'static str, &'static [&'static str])];

pub(super) const LEGACY: Endpoints = &[
    (
        "istio-pilot",
        &["10.1.0.1", "10.1.0.2", "fd00:1::1", "fd00:1::2"],
    ),
    ("istio-policy", &["10.1.0.3"]),
    ("istio-statsd-prom-bridge", &["10.1.0.5"]),
    ("istio-telemetry", &["10.1.0.4"]),
    ("zipkin", &["10.1.0.6"]),
];
pub(super) const MOVED: Endpoints = &[
    ("istio-pilot", &["fd00:1::4"]),
    ("istio-policy", &["10.1.0.3"]),
    ("istio-statsd-prom-bridge", &["10.1.0.5"]),
    ("istio-telemetry", &["10.1.0.4"]),
    ("zipkin", &["10.1.0.6"]),
];
pub(super) const ISTIOD: Endpoints = &[("istiod", &["10.1.0.7"])];

/// Runs every command of the guide and checks after each section what must hold then.
pub(super) fn as_written(
    programs: &Programs,
    control: &Cluster,
    remote: &Cluster,
) -> Result<String> {
    let scene = Scene::new(programs, control, remote)?;
    let text = fs::read_to_string(project::root().join("docs/multicluster.md"))?;
    let mut of_guide = sections(&text);
    of_guide.retain(|(title, _)| !NOT_ON_CLUSTERS.contains(title));
    let titles: Vec<&str> = of_guide.iter().map(|(title, _)| *title).collect();
    let expected: Vec<&str> = SECTIONS.iter().map(|section| section.title).collect();
    if titles != expected {
        bail!("docs/multicluster.md has commands in {titles:?}, not in {expected:?}");
    }
    let mut count = 0;
    let names = of_guide.first().map(|(_, commands)| commands.clone());
    let names = names.unwrap_or_default();
    for (section, (title, commands)) in SECTIONS.iter().zip(&of_guide) {
        (section.before)(&scene)?;
        scene
            .run(&format!("{names}{commands}"))
            .with_context(|| format!("section {title:?}"))?;
        (section.holds)(&scene).with_context(|| format!("after section {title:?}"))?;
        count += commands.lines().count();
    }
    Ok(format!(
        "{count} commands as they stand in docs/multicluster.md"
    ))
}

/// The sections of a Markdown text that have shell commands, with these.
fn sections(text: &str) -> Vec<(&str, String)> {
    let mut sections: Vec<(&str, String)> = Vec::new();
    let (mut title, mut inside) = ("", false);
    for line in text.lines() {
        match line {
            "```sh" => {
                inside = true;
                if sections.last().is_none_or(|(last, _)| *last != title) {
                    sections.push((title, String::new()));
                }
            }
            "```" => inside = false,
            _ if inside => {
                if let Some((_, commands)) = sections.last_mut() {
                    commands.push_str(line);
                    commands.push('\n');
                }
            }
            _ => title = line.strip_prefix("## ").unwrap_or(title),
        }
    }
    sections
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        programs: &'a Programs,
        control: &'a Cluster,
        remote: &'a Cluster,
    ) -> Result<Scene<'a>> {
        let scene = Scene {
            programs,
            control,
            remote,
            dir: TempDir::new()?,
        };
        scene.prepare()?;
        Ok(scene)
    }

    /// Programs by their names, and a directory for the guide's files.
    fn prepare(&self) -> Result<()> {
        let bin = self.dir.path().join("bin");
        fs::create_dir(&bin)?;
        symlink(&self.programs.rhelm, bin.join("rhelm"))?;
        symlink(self.programs.cluster.join("kubectl"), bin.join("kubectl"))?;
        fs::create_dir(self.dir.path().join("work"))?;
        Ok(())
    }

    fn work(&self) -> std::path::PathBuf {
        self.dir.path().join("work")
    }

    /// Runs commands as an administrator of both clusters would.
    pub(super) fn run(&self, script: &str) -> Result<()> {
        let path = std::env::var("PATH").unwrap_or_default();
        let kubeconfigs = [self.control, self.remote];
        let kubeconfigs =
            kubeconfigs.map(|c| c.dir().join("kubeconfig").to_string_lossy().into_owned());
        let mut invocation = Invocation::new("bash", self.work())
            .args(["-euo", "pipefail", "-c", script])
            .env(
                "PATH",
                format!("{}:{path}", self.dir.path().join("bin").display()),
            )
            .env("KUBECONFIG", kubeconfigs.join(":"));
        invocation.timeout = Duration::from_secs(300);
        let outcome = invocation.run().context("cannot run bash")?;
        if outcome.ending != Termination::Exited(0) {
            bail!(
                "{}: {}",
                outcome.ending,
                String::from_utf8_lossy(&outcome.stderr)
            );
        }
        Ok(())
    }
}

fn nothing(_: &Scene<'_>) -> Result<()> {
    Ok(())
}

pub(super) fn control_plane(scene: &Scene<'_>) -> Result<()> {
    let kubectl = &scene.control.kubectl;
    kubectl.run(&["create", "namespace", NAMESPACE])?;
    PODS.iter().try_for_each(|pod| pod.start(kubectl))
}

pub(super) fn pods_move(scene: &Scene<'_>) -> Result<()> {
    let kubectl = &scene.control.kubectl;
    kubectl.run(&[
        "delete",
        "pod",
        "-n",
        NAMESPACE,
        "istio-pilot-1",
        "istio-pilot-2",
    ])?;
    PILOT_MOVED.start(kubectl)
}

pub(super) fn istiod(scene: &Scene<'_>) -> Result<()> {
    let kubectl = &scene.control.kubectl;
    kubectl.run(&["delete", "pods", "--all", "-n", NAMESPACE])?;
    ISTIOD_POD.start(kubectl)
}

impl Pod {
    /// Makes the pod, and says of it what a node would say.
    fn start(&self, kubectl: &Kubectl) -> Result<()> {
        let labels: serde_json::Map<String, Value> = self
            .labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        let pod = json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name, "namespace": NAMESPACE, "labels": labels},
            "spec": {"containers": [{"name": "istio", "image": "istio"}]},
        });
        kubectl.feed(&["create", "-f", "-"], pod.to_string().as_bytes())?;
        let addresses: Vec<Value> = self.addresses.iter().map(|ip| json!({"ip": ip})).collect();
        let ready = if self.ready { "True" } else { "False" };
        let status = json!({"status": {
            "phase": "Running",
            "podIP": self.addresses.first(),
            "podIPs": addresses,
            "conditions": [{"type": "Ready", "status": ready}],
        }});
        let patch = status.to_string();
        kubectl.run(&[
            "patch",
            "pod",
            self.name,
            "-n",
            NAMESPACE,
            "--subresource=status",
            "-p",
            &patch,
        ])?;
        Ok(())
    }
}

fn kubeconfig_is_private(scene: &Scene<'_>) -> Result<()> {
    let file = scene.work().join(NAME);
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode != 0o600 {
        bail!("{NAME} has the mode {mode:o}");
    }
    Ok(())
}

/// Does the work of the control plane: takes the kubeconfig from the Secret and reads the remote cluster.
pub(super) fn remote_is_read(scene: &Scene<'_>, secret: &str) -> Result<()> {
    let label = "istio/multiCluster=true";
    let secrets = scene
        .control
        .kubectl
        .get(&["secrets", "-n", NAMESPACE, "-l", label], b"")?;
    let [only] = secrets.as_slice() else {
        bail!("{} Secrets are labelled", secrets.len());
    };
    if only["metadata"]["name"] != secret {
        bail!("the Secret is called {}", only["metadata"]["name"]);
    }
    let text = only["data"][NAME]
        .as_str()
        .context("the Secret has no such key")?;
    let file = scene.dir.path().join("of-secret");
    fs::write(&file, BASE64_STANDARD.decode(text)?)?;
    check_reader(&scene.programs.cluster, &file)
}

fn check_reader(programs: &Path, kubeconfig: &Path) -> Result<()> {
    let kubectl = Kubectl::new(programs, kubeconfig);
    kubectl.run(&["get", "nodes,pods,services,endpoints", "--all-namespaces"])?;
    for forbidden in ["secrets", "configmaps"] {
        if kubectl.run(&["get", forbidden, "--all-namespaces"]).is_ok() {
            bail!("the account can read {forbidden}");
        }
    }
    Ok(())
}

/// The remote cluster's services have exactly these addresses.
pub(super) fn resolves(scene: &Scene<'_>, expected: Endpoints) -> Result<()> {
    let slices = scene
        .remote
        .kubectl
        .get(&["endpointslices", "-n", NAMESPACE], b"")?;
    let services = scene
        .remote
        .kubectl
        .get(&["services", "-n", NAMESPACE], b"")?;
    if services.len() != expected.len() {
        bail!(
            "there are {} services, not {}",
            services.len(),
            expected.len()
        );
    }
    for (service, addresses) in expected {
        let of_service = slices
            .iter()
            .filter(|slice| slice["metadata"]["labels"]["kubernetes.io/service-name"] == *service);
        let endpoints = of_service
            .filter_map(|slice| slice["endpoints"].as_array())
            .flatten();
        let addresses_of = endpoints.filter_map(|endpoint| endpoint["addresses"][0].as_str());
        let addresses_of: BTreeSet<&str> = addresses_of.collect();
        if addresses_of != addresses.iter().copied().collect() {
            bail!("{service} has {addresses_of:?}, not {addresses:?}");
        }
    }
    Ok(())
}

pub(super) fn nothing_is_left(scene: &Scene<'_>) -> Result<()> {
    let remote = &scene.remote.kubectl;
    if remote.run(&["get", "namespace", NAMESPACE]).is_ok() {
        bail!("the namespace is left in the remote cluster");
    }
    let label = "app.kubernetes.io/part-of=istio";
    let mut left = remote.get(&["clusterroles,clusterrolebindings", "-l", label], b"")?;
    let label = "istio/multiCluster=true";
    left.extend(
        scene
            .control
            .kubectl
            .get(&["secrets", "-n", NAMESPACE, "-l", label], b"")?,
    );
    if !left.is_empty() {
        bail!("there is something left: {}", json!(left));
    }
    Ok(())
}
