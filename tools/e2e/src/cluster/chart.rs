//! A render of a bundled chart, and what a cluster makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Kubectl, Programs};

/// Kinds that the charts make, for `kubectl get`.
const KINDS: &str =
    "services,endpoints,endpointslices,serviceaccounts,secrets,deployments,pods,configmaps";
/// Those of them that are the whole cluster's.
const CLUSTER_KINDS: &str = "clusterroles,clusterrolebindings";

/// Manifests of one render, in one namespace.
pub(super) struct Rendered {
    /// The text that rhelm printed.
    pub(super) text: Vec<u8>,
    namespace: String,
}

/// Renders a bundled chart as the release `test`.
///
/// # Errors
/// When rhelm fails.
pub(super) fn render(
    programs: &Programs,
    chart: &str,
    namespace: &str,
    arguments: &[String],
) -> Result<Rendered> {
    let output = Command::new(&programs.rhelm)
        .args(["template", "test", chart, "--namespace", namespace])
        .args(["--fill-namespace", "--no-hooks"])
        .args(arguments)
        .output()
        .context("cannot run rhelm")?;
    if !output.status.success() {
        bail!("rhelm: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(Rendered {
        text: output.stdout,
        namespace: namespace.to_owned(),
    })
}

impl Rendered {
    /// The objects, as JSON.
    pub(super) fn objects(&self) -> Result<Vec<Value>> {
        let text = std::str::from_utf8(&self.text)?;
        let documents = text
            .split("\n---\n")
            .map(|document| document.trim_start_matches("---\n"));
        let mut objects = Vec::new();
        for document in documents {
            let value = goyaml::from_yaml(document.as_bytes())?;
            let json = gostd::json::encode(&value, gostd::json::Options::COMPACT)
                .map_err(|error| anyhow::anyhow!("{error}"))?;
            objects.push(serde_json::from_slice(&json)?);
        }
        Ok(objects)
    }

    /// Checks that the cluster holds every object, every field as it was rendered.
    pub(super) fn is_held_by(&self, kubectl: &Kubectl) -> Result<()> {
        let objects = kubectl.get(&["-f", "-"], &self.text)?;
        for object in self.objects()? {
            let same = objects
                .iter()
                .find(|other| identity(other) == identity(&object));
            let other = same.with_context(|| format!("no {}", identity(&object)))?;
            // Labels that the API server adds are fine; what differs is not.
            if let Some(path) = difference(&object, other) {
                bail!("{}: {path} differs: {other:#}", identity(&object));
            }
            if let Some(key) = left_over(&object, other) {
                bail!("{}: {key} is left over: {other:#}", identity(&object));
            }
        }
        Ok(())
    }

    /// Checks that each service's endpoints are exactly the expected addresses. Controllers may take
    /// a moment.
    pub(super) fn reaches(&self, kubectl: &Kubectl, addresses: &BTreeSet<String>) -> Result<()> {
        let objects = self.objects()?;
        let services = objects.iter().filter(|object| {
            object["kind"] == "Service" && object["spec"].get("selector").is_none()
        });
        let services: Vec<&str> = services.filter_map(name).collect();
        let mut wrong = String::new();
        let reached = within(Duration::from_secs(30), || {
            let mut endpoints = self.endpoints(kubectl)?;
            let differs = services.iter().find_map(|service| {
                let of_service = endpoints.remove(*service).unwrap_or_default();
                (&of_service != addresses).then(|| format!("{service} has {of_service:?}"))
            });
            wrong = differs.unwrap_or_default();
            Ok(wrong.is_empty())
        })?;
        if !reached {
            bail!("{wrong}, not {addresses:?}");
        }
        Ok(())
    }

    /// The addresses in all slices of each service, whoever made them.
    fn endpoints(&self, kubectl: &Kubectl) -> Result<BTreeMap<String, BTreeSet<String>>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for slice in kubectl.get(&["endpointslices", "-n", &self.namespace], b"")? {
            let service = &slice["metadata"]["labels"]["kubernetes.io/service-name"];
            let service = service
                .as_str()
                .context("a slice of no service")?
                .to_owned();
            let addresses = all.entry(service).or_default();
            for endpoint in slice["endpoints"].as_array().into_iter().flatten() {
                if endpoint["conditions"]["ready"] != Value::Bool(true) {
                    bail!("an endpoint is not ready: {slice:#}");
                }
                let texts = endpoint["addresses"].as_array().into_iter().flatten();
                addresses.extend(texts.filter_map(Value::as_str).map(str::to_owned));
            }
        }
        Ok(all)
    }

    /// Deletes everything with `kubectl delete -f` and checks that nothing is left.
    pub(super) fn delete(&self, kubectl: &Kubectl) -> Result<()> {
        let mut delete = vec!["delete", "-f", "-"];
        if self.objects()?.iter().any(goes_by_itself) {
            delete.push("--ignore-not-found");
        }
        kubectl.feed(&delete, &self.text)?;
        let mut left = Vec::new();
        let gone = within(Duration::from_secs(60), || {
            left = kubectl.get(&[KINDS, "-n", &self.namespace], b"")?;
            left.retain(|object| !is_of_every_namespace(object));
            let label = "app.kubernetes.io/instance=test";
            left.extend(kubectl.get(&[CLUSTER_KINDS, "-l", label], b"")?);
            Ok(left.is_empty())
        })?;
        if !gone {
            let left: Vec<String> = left.iter().map(identity).collect();
            bail!("there is something left: {}", left.join(", "));
        }
        Ok(())
    }
}

/// The objects that Kubernetes itself puts into every namespace.
fn is_of_every_namespace(object: &Value) -> bool {
    ["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"].contains(&identity(object).as_str())
}

/// The objects that Kubernetes deletes as soon as their Service or ServiceAccount is gone, which
/// come before it in Helm's order.
fn goes_by_itself(object: &Value) -> bool {
    object["kind"] == "Endpoints" || object["type"] == "kubernetes.io/service-account-token"
}

/// The fields that a service still has of its former type.
fn left_over(expected: &Value, actual: &Value) -> Option<&'static str> {
    if expected["kind"] != "Service" {
        return None;
    }
    let keys: &[&str] = match expected["spec"]["type"].as_str() {
        Some("ExternalName") => &["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"],
        _ => &["externalName"],
    };
    let mut keys = keys.iter().copied();
    keys.find(|&key| actual["spec"].get(key).is_some())
}

fn name(object: &Value) -> Option<&str> {
    object["metadata"]["name"].as_str()
}

fn identity(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or_default();
    format!("{kind}/{}", name(object).unwrap_or_default())
}

/// The first path whose value in `actual` is not the expected one. Maps may hold more; what is empty may
/// be missing, since Kubernetes leaves that out.
fn difference(expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.iter().find_map(|(key, value)| {
                let other = actual.get(key).unwrap_or(&Value::Null);
                difference(value, other).map(|path| format!(".{key}{path}"))
            })
        }
        (Value::Array(expected), Value::Null) if expected.is_empty() => None,
        (Value::String(expected), Value::Null) if expected.is_empty() => None,
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            let mut pairs = expected.iter().zip(actual).enumerate();
            pairs.find_map(|(index, (expected, actual))| {
                difference(expected, actual).map(|path| format!("[{index}]{path}"))
            })
        }
        _ => (expected != actual).then(String::new),
    }
}

/// Asks again until the answer is yes or time is up.
pub(super) fn within(time: Duration, mut ask: impl FnMut() -> Result<bool>) -> Result<bool> {
    let start = Instant::now();
    loop {
        if ask()? {
            return Ok(true);
        }
        if start.elapsed() > time {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(250));
    }
}
