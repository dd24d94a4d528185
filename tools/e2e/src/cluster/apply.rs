//! docs/use.md's lines that apply a chart with kubectl: what is in the cluster then is what an install puts there.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use recorded::process::{Invocation, Termination};
use serde_json::Value;
use tempfile::TempDir;

use super::{Cluster, Programs};

/// The namespace in docs/use.md's lines.
const NAMESPACE: &str = "prod";

/// Objects that the chart has besides its own here: none names a namespace, and the zone is in none.
const OBJECTS: &str = r#"apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ServiceAccount
  metadata: {name: item}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: whole-cluster}
  rules: []
---
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"}}
---
apiVersion: example.com/v1
kind: Zone
metadata:
  name: north
---
apiVersion: example.org/v1
kind: Region
metadata:
  name: south
"#;

/// A kind that the chart does not define, of objects in no namespace: they get one, and the API server takes it away.
const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: regions.example.org}
spec:
  group: example.org
  names: {kind: Region, plural: regions}
  scope: Cluster
  versions:
  - {name: v1, schema: {openAPIV3Schema: {type: object}}, served: true, storage: true}
";

/// Runs the lines and looks where the objects are.
pub(super) fn as_in_readme(programs: &Programs, cluster: &Cluster) -> Result<String> {
    let lines = lines()?;
    let dir = TempDir::new()?;
    let bin = dir.path().join("bin");
    fs::create_dir(&bin)?;
    symlink(&programs.rhelm, bin.join("rhelm"))?;
    symlink(programs.cluster.join("kubectl"), bin.join("kubectl"))?;
    fs::write(dir.path().join("objects.yaml"), OBJECTS)?;
    let files = project::root().join("tests/cmd/readme.in");
    let script = format!(
        "cp -R '{}'/. .\nmv objects.yaml chart/templates\n{}",
        files.display(),
        lines.join("\n")
    );
    cluster.kubectl.run(&["create", "namespace", NAMESPACE])?;
    cluster
        .kubectl
        .feed(&["create", "-f", "-"], DEFINITION.as_bytes())?;
    let path = std::env::var("PATH").unwrap_or_default();
    let kubeconfig = cluster.dir().join("kubeconfig");
    let mut invocation = Invocation::new("bash", dir.path())
        .args(["-euo", "pipefail", "-c", &script])
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("KUBECONFIG", kubeconfig.to_string_lossy());
    invocation.timeout = Duration::from_secs(120);
    let outcome = invocation.run().context("cannot run bash")?;
    if outcome.ending != Termination::Exited(0) {
        let stderr = String::from_utf8_lossy(&outcome.stderr);
        bail!("{}: {stderr}", outcome.ending);
    }
    are_in_place(cluster)?;
    cluster
        .kubectl
        .run(&["delete", "namespace", NAMESPACE, "--wait=false"])?;
    Ok(format!(
        "{} lines as they stand in docs/use.md",
        lines.len()
    ))
}

/// The lines of docs/use.md that are about `./chart` and kubectl.
fn lines() -> Result<Vec<String>> {
    let text = fs::read_to_string(project::root().join("docs/use.md"))?;
    let lines = text.lines().filter(|line| {
        let is_applied = line.contains("./chart") && line.contains("| kubectl apply");
        is_applied || line.starts_with("kubectl wait")
    });
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    match lines.len() {
        3 => Ok(lines),
        count => bail!("docs/use.md has {count} lines that apply ./chart, not 3"),
    }
}

fn are_in_place(cluster: &Cluster) -> Result<()> {
    let mut objects: Vec<String> = Vec::new();
    let kinds =
        "configmaps,serviceaccounts,pods,clusterroles,zones.example.com,regions.example.org";
    for object in cluster.kubectl.get(&[kinds, "--all-namespaces"], b"")? {
        let text = |path: &str| {
            object
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (kind, name) = (text("/kind"), text("/metadata/name"));
        let is_own = matches!(name, "item" | "whole-cluster" | "json" | "north" | "south")
            || name.starts_with("my-release");
        if is_own {
            objects.push(format!("{kind} {name} {}", text("/metadata/namespace")));
        }
    }
    objects.sort();
    let expected = [
        "ClusterRole whole-cluster ",
        "ConfigMap json prod",
        "ConfigMap my-release-chart prod",
        "Region south ",
        "ServiceAccount item prod",
        "Zone north ",
    ];
    match objects == expected {
        true => Ok(()),
        false => bail!("the cluster has {objects:?}, not {expected:?}"),
    }
}
