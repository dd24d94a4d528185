//! A cluster in memory, for tests: it keeps what is sent, and writes down each request.

use super::super::cluster::{
    Cluster, ClusterError, Condition, LogSource, LookupFailure, PodSelector, Propagation,
    Reference, Resource, ServerInfo, Verb, WaitStrategy,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Default)]
pub(super) struct TestCluster {
    pub(super) objects: RefCell<BTreeMap<String, Value>>,
    pub(super) log: RefCell<Vec<String>>,
    /// What is refused: the request as in the log, and the answer. Each is used up.
    pub(super) refusals: RefCell<Vec<(String, ClusterError)>>,
}

/// A ConfigMap of the namespace `ns` with a value.
pub(super) fn config_map(name: &str, value: &str) -> Resource {
    resource("ConfigMap", name, json!({"data": {"a": value}}))
}

pub(super) fn resource(kind: &str, name: &str, rest: Value) -> Resource {
    let mut object = json!({
        "apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "ns"},
    });
    if let (Some(object), Value::Object(rest)) = (object.as_object_mut(), rest) {
        object.extend(rest);
    }
    Resource {
        version: "v1".into(),
        kind: kind.into(),
        plural: format!("{}s", kind.to_lowercase()),
        is_namespaced: true,
        namespace: "ns".into(),
        name: name.into(),
        object,
        ..Resource::default()
    }
}

pub(super) fn error(status: u16, reason: &str, message: &str) -> ClusterError {
    ClusterError {
        status,
        reason: reason.into(),
        message: message.into(),
    }
}

impl TestCluster {
    pub(super) fn with(resources: &[Resource]) -> TestCluster {
        let cluster = TestCluster::default();
        for one in resources {
            let objects = &mut cluster.objects.borrow_mut();
            objects.insert(format!("{}/{}", one.kind, one.name), one.object.clone());
        }
        cluster
    }

    pub(super) fn refuse(&self, request: &str, error: ClusterError) {
        self.refusals.borrow_mut().push((request.into(), error));
    }

    pub(super) fn requests(&self) -> String {
        self.log.take().join("; ")
    }

    fn answer(&self, resource: &Resource, verb: &Verb) -> Result<Value, ClusterError> {
        let key = format!("{}/{}", resource.kind, resource.name);
        let word = match verb {
            Verb::Get => "get",
            Verb::Create => "create",
            Verb::Apply { .. } => "apply",
            Verb::Patch { .. } => "patch",
            Verb::Try(_) => "try",
            Verb::DeleteOne(_) => "delete one",
            Verb::Replace => "replace",
            Verb::Delete(Propagation::Background) => "delete",
            Verb::Delete(_) => "delete otherwise",
        };
        let request = format!("{word} {key}");
        self.log.borrow_mut().push(request.clone());
        let mut refusals = self.refusals.borrow_mut();
        if let Some(at) = refusals.iter().position(|(refused, _)| *refused == request) {
            return Err(refusals.remove(at).1);
        }
        let mut objects = self.objects.borrow_mut();
        let there = objects.get(&key).cloned();
        match (verb, there) {
            (Verb::Create, Some(_)) => Err(error(409, "AlreadyExists", "there already")),
            (Verb::Create | Verb::Apply { .. }, _) | (Verb::Replace, Some(_)) => {
                objects.insert(key, resource.object.clone());
                Ok(resource.object.clone())
            }
            (_, None) => Err(error(404, "NotFound", &format!("{key} not found"))),
            (Verb::Delete(_) | Verb::DeleteOne(_), Some(_)) => {
                objects.remove(&key);
                Ok(Value::Null)
            }
            (Verb::Get | Verb::Patch { .. } | Verb::Try(_), Some(object)) => Ok(object),
        }
    }
}

impl Cluster for TestCluster {
    fn reach(&self) -> Result<(), ClusterError> {
        Ok(())
    }

    fn server_info(&self) -> Result<ServerInfo, ClusterError> {
        Ok(ServerInfo::default())
    }

    fn forget_kinds(&self) {
        self.log.borrow_mut().push("forget kinds".into());
    }

    fn look_up(&self, _: &Reference<'_>) -> Result<Value, LookupFailure> {
        Ok(Value::Null)
    }

    /// A document is a line: kind and name.
    fn build(&self, manifest: &str, _: bool) -> Result<Vec<Resource>, ClusterError> {
        let field = |text: &str, name: &str| {
            let mut lines = text.lines().map(str::trim);
            let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.unwrap_or_default().trim_matches('"').to_owned()
        };
        let documents = manifest.split("\n---\n");
        let documents = documents.filter(|text| text.contains("kind:"));
        Ok(documents
            .map(|text| resource(&field(text, "kind"), &field(text, "name"), json!({})))
            .collect())
    }

    fn send(&self, requests: &[(&Resource, Verb)]) -> Vec<Result<Value, ClusterError>> {
        let answers = requests.iter();
        answers
            .map(|(resource, verb)| self.answer(resource, verb))
            .collect()
    }

    fn wait(
        &self,
        resources: &[Resource],
        _: Condition,
        strategy: WaitStrategy,
        timeout: Duration,
    ) -> Result<(), ClusterError> {
        let names: Vec<&str> = resources.iter().map(|one| &*one.name).collect();
        let names = names.join(",");
        self.log
            .borrow_mut()
            .push(format!("wait {names} {strategy:?} {timeout:?}"));
        Ok(())
    }

    fn pods(&self, _: &str, _: PodSelector<'_>) -> Result<Vec<Value>, ClusterError> {
        Ok(Vec::new())
    }

    fn logs(&self, _: &LogSource<'_>) -> Result<Vec<u8>, ClusterError> {
        Ok(Vec::new())
    }

    fn tables(&self, _: &[Resource]) -> Result<String, ClusterError> {
        Ok(String::new())
    }

    fn objects(&self, _: &[Resource]) -> BTreeMap<String, Vec<Value>> {
        BTreeMap::new()
    }
}
