//! Objects that change from one manifest to the next.

use super::super::cluster::{ClusterError, Propagation, Resource, Verb};
use super::super::patch::{Patch, create as create_patch};
use super::create::apply_error;
use super::delete::delete_one;
use super::{Applier, KEEP, Method, RESOURCE_POLICY};
use gostd::strconv::quote;
use serde_json::Value;

/// What an update did, up to its end or its error. The resources have no objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Resources that were not there; the last one may have failed.
    pub created: Vec<Resource>,
    /// Resources that were there; some may have failed.
    pub updated: Vec<Resource>,
    /// Resources that the new manifest lacks.
    pub deleted: Vec<Resource>,
    /// Resources that were there without being in the old manifest. Helm 4 warns of each.
    pub foreign: Vec<Resource>,
}

impl Applier<'_> {
    /// Brings the resources of a manifest to what the next one says: makes what is missing, changes the rest in order, and
    /// deletes what is left, unless it is to be kept. Each object of `new` becomes what the server answered.
    ///
    /// # Errors
    /// Helm's text. What was done before is in the changes all the same.
    pub fn update(
        &self,
        old: &[Resource],
        new: &mut [Resource],
    ) -> (Changes, Result<(), ClusterError>) {
        let mut changes = Changes::default();
        let result = self.try_update(old, new, &mut changes);
        (changes, result)
    }

    fn try_update(
        &self,
        old: &[Resource],
        new: &mut [Resource],
        changes: &mut Changes,
    ) -> Result<(), ClusterError> {
        let mut errors = Vec::new();
        for target in &mut *new {
            let live = match self.get(target) {
                Ok(live) => live,
                Err(error) if error.is_not_found() => {
                    changes.created.push(target.place());
                    let made = self.create_one(target);
                    made.map_err(|error| error.context("failed to create resource"))?;
                    if let Some(last) = changes.created.last_mut() {
                        last.name.clone_from(&target.name);
                    }
                    continue;
                }
                Err(error) => {
                    return Err(error.context("could not get information about the resource"));
                }
            };
            let original = old.iter().find(|one| one.is_same_object(target));
            let updated = match original {
                Some(original) => self.update_one(original, target, live),
                None if self.is_helm_3() => {
                    let name = quote(target.name.as_bytes());
                    let kind = &target.kind;
                    return Err(ClusterError::new(format!(
                        "no {kind} with the name {name} found"
                    )));
                }
                None => {
                    changes.foreign.push(target.place());
                    let original = Resource {
                        object: live.clone(),
                        ..target.place()
                    };
                    self.update_one(&original, target, live)
                }
            };
            changes.updated.push(target.place());
            match updated {
                Err(error) if error.is_cancelled() => return Err(error),
                Err(error) => errors.push(error),
                Ok(()) => {}
            }
        }
        join(errors)?;
        let gone = old
            .iter()
            .filter(|one| !new.iter().any(|target| target.is_same_object(one)));
        let mut errors = Vec::new();
        for resource in gone {
            match self.delete_gone(resource) {
                Ok(true) => changes.deleted.push(resource.place()),
                Ok(false) => {}
                Err(error) if error.is_cancelled() => return Err(error),
                Err(_) if self.is_helm_3() => {}
                Err(error) => errors.push(error),
            }
        }
        join(errors)
    }

    fn get(&self, resource: &Resource) -> Result<Value, ClusterError> {
        self.one(resource, Verb::Get)
    }

    /// Sends one request.
    pub(super) fn one(&self, resource: &Resource, verb: Verb) -> Result<Value, ClusterError> {
        let answer = self.cluster.send(&[(resource, verb)]).pop();
        answer.unwrap_or_else(|| Ok(Value::Null))
    }

    /// Changes an object that is there.
    fn update_one(
        &self,
        original: &Resource,
        target: &mut Resource,
        live: Value,
    ) -> Result<(), ClusterError> {
        let object = match self.method {
            Method::Replace => self.replace(target, &live)?,
            Method::ServerSide {
                force_conflicts,
                migrate,
            } => {
                if migrate {
                    self.migrate(original, &live)?;
                }
                let answer = self.one(target, Verb::Apply { force_conflicts });
                answer.map_err(|error| apply_error(target, error))?
            }
            Method::ClientSide { three_way } => self.patch(original, target, live, three_way)?,
        };
        target.refresh(object);
        Ok(())
    }

    fn replace(&self, target: &mut Resource, live: &Value) -> Result<Value, ClusterError> {
        let version = |object: &Value| {
            let version = object.pointer("/metadata/resourceVersion");
            let version = version.and_then(Value::as_str).unwrap_or_default();
            version.to_owned()
        };
        if version(&target.object).is_empty()
            && let Some(metadata) = target.object.get_mut("metadata")
            && let Some(metadata) = metadata.as_object_mut()
        {
            metadata.insert("resourceVersion".into(), Value::from(version(live)));
        }
        let answer = self.one(target, Verb::Replace);
        answer.map_err(|error| error.context("failed to replace object"))
    }

    fn patch(
        &self,
        original: &Resource,
        target: &Resource,
        live: Value,
        three_way: bool,
    ) -> Result<Value, ClusterError> {
        let patch = create_patch(target, &original.object, &target.object, &live, three_way);
        let patch = patch.map_err(|error| {
            ClusterError::new(error.to_string()).context("failed to create patch")
        })?;
        if patch.is_empty() {
            return Ok(live);
        }
        let Patch { patch, body } = patch;
        let answer = self.one(target, Verb::Patch { patch, body });
        answer.map_err(|error| {
            let name = quote(target.name.as_bytes());
            error.context(format_args!(
                "cannot patch {name} with kind {}",
                target.kind
            ))
        })
    }

    /// Deletes a resource that the new manifest lacks. Returns true if it is gone by that.
    fn delete_gone(&self, resource: &Resource) -> Result<bool, ClusterError> {
        let live = match self.get(resource) {
            Ok(live) => live,
            Err(error) if error.is_cancelled() => return Err(error),
            Err(_) => return Ok(false),
        };
        let annotations = live.pointer("/metadata/annotations");
        let policy = annotations.and_then(|annotations| annotations.get(RESOURCE_POLICY));
        if policy.and_then(Value::as_str) == Some(KEEP) {
            return Ok(false);
        }
        match delete_one(self.cluster, resource, Propagation::Background) {
            Ok(()) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error.context(format_args!(
                "failed to delete resource namespace={}, name={}, kind={}",
                resource.namespace, resource.name, resource.kind
            ))),
        }
    }
}

/// The errors of an update as one.
fn join(errors: Vec<ClusterError>) -> Result<(), ClusterError> {
    let messages: Vec<&str> = errors.iter().map(|error| &*error.message).collect();
    let message = messages.join(" && ");
    match errors.into_iter().next() {
        None => Ok(()),
        Some(first) => Err(ClusterError { message, ..first }),
    }
}
