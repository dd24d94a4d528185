//! New objects.

use super::super::cluster::{ClusterError, Resource, Verb};
use super::{Applier, Method, TRIES, groups, kind_of};

impl Applier<'_> {
    /// Makes objects: those of one kind in a row side by side, the next kind when they are there. All are tried; each that
    /// the server made becomes what it answered.
    ///
    /// # Errors
    /// All errors as Helm joins them, with the status of the first.
    pub fn create(&self, resources: &mut [Resource]) -> Result<(), ClusterError> {
        if resources.is_empty() && !self.cluster.is_absent() {
            return Err(ClusterError::new("no objects visited"));
        }
        let mut errors = Vec::new();
        for group in groups(resources, |resource| &*resource.kind) {
            let group = resources.get_mut(group).unwrap_or_default();
            errors.extend(self.create_group(group));
            if errors.iter().any(ClusterError::is_cancelled) {
                break;
            }
        }
        ClusterError::join(errors, self.is_helm_3()).map_or(Ok(()), Err)
    }

    /// Sends the objects, and those with conflicts that may pass again.
    fn create_group(&self, resources: &mut [Resource]) -> Vec<ClusterError> {
        let mut waiting: Vec<usize> = (0..resources.len()).collect();
        let mut errors = Vec::new();
        for tried in 1..=TRIES {
            let mut again = Vec::new();
            let asked = waiting
                .iter()
                .filter_map(|at| resources.get(*at).map(|one| (one, self.creation())));
            let requests: Vec<(&Resource, Verb)> = asked.collect();
            let answers = self.cluster.send(&requests);
            for (at, answer) in waiting.iter().zip(answers) {
                let Some(resource) = resources.get_mut(*at) else {
                    continue;
                };
                match answer {
                    Ok(object) => resource.refresh(object),
                    Err(error) if tried < TRIES && self.may_pass(&error) => again.push(*at),
                    Err(error) => errors.push((*at, self.creation_error(resource, error))),
                }
            }
            waiting = again;
            if waiting.is_empty() {
                break;
            }
        }
        errors.sort_by_key(|(at, _)| *at);
        errors.into_iter().map(|(_, error)| error).collect()
    }

    /// Makes one object.
    pub(super) fn create_one(&self, resource: &mut Resource) -> Result<(), ClusterError> {
        let error = self.create_group(std::slice::from_mut(resource)).pop();
        error.map_or(Ok(()), Err)
    }

    fn creation(&self) -> Verb {
        match self.method {
            Method::ServerSide {
                force_conflicts, ..
            } => Verb::Apply { force_conflicts },
            Method::ClientSide { .. } | Method::Replace => Verb::Create,
        }
    }

    /// Returns true if the same request may succeed the next time.
    fn may_pass(&self, error: &ClusterError) -> bool {
        error.is_conflict()
            && match self.method {
                Method::ServerSide { .. } => {
                    let says = |text: &str| error.message.contains(text);
                    says("Operation cannot be fulfilled on resourcequotas")
                        && says("the object has been modified")
                }
                Method::ClientSide { .. } | Method::Replace => true,
            }
    }

    fn creation_error(&self, resource: &Resource, error: ClusterError) -> ClusterError {
        match self.method {
            Method::ServerSide { .. } => apply_error(resource, error),
            Method::ClientSide { .. } | Method::Replace => error,
        }
    }
}

/// The error of a server-side apply, in Helm's words.
pub(super) fn apply_error(resource: &Resource, error: ClusterError) -> ClusterError {
    let object = format!(
        "{}/{} {}",
        resource.namespace,
        resource.name,
        kind_of(resource)
    );
    match error.status {
        415 => error.context("server-side apply not available on the server"),
        _ if error.is_conflict() => error.context(format_args!(
            "conflict occurred while applying object {object}"
        )),
        _ => error.context(format_args!("server-side apply failed for object {object}")),
    }
}

impl Resource {
    /// Takes over the object that the server answered with.
    pub(super) fn refresh(&mut self, object: serde_json::Value) {
        let Some(metadata) = object.get("metadata") else {
            return;
        };
        if let Some(name) = metadata.get("name").and_then(serde_json::Value::as_str) {
            name.clone_into(&mut self.name);
        }
        self.object = object;
    }

    /// The same without the object: where it is.
    pub(super) fn place(&self) -> Resource {
        Resource {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
            plural: self.plural.clone(),
            is_namespaced: self.is_namespaced,
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            object: serde_json::Value::Null,
        }
    }
}
