//! What is waited for, and how far each has come.

use super::now;
use release::{ClusterError, Condition, Readiness, Resource, State};
use serde_json::Value;
use std::cell::RefCell;

/// The resources that one wait is about.
#[derive(Debug)]
pub(super) struct Targets<'r> {
    pub(super) list: Vec<Target<'r>>,
    condition: Condition,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Target<'r> {
    pub(super) resource: &'r Resource,
    readiness: RefCell<Readiness>,
    /// The object, where its readiness changes by time alone.
    impatient: RefCell<Option<Value>>,
}

impl<'r> Targets<'r> {
    pub(super) fn new(resources: &'r [Resource], condition: Condition) -> Targets<'r> {
        // A Deployment that is paused gets nowhere.
        let is_paused = |resource: &&Resource| {
            resource.group == "apps"
                && resource.kind == "Deployment"
                && resource.version == "v1"
                && condition != Condition::Deleted
                && resource.object.pointer("/spec/paused") == Some(&Value::Bool(true))
        };
        let resources = resources.iter().filter(|resource| !is_paused(resource));
        let list = resources.map(|resource| Target {
            resource,
            readiness: RefCell::new(Readiness::unknown()),
            impatient: RefCell::new(None),
        });
        Targets {
            list: list.collect(),
            condition,
        }
    }

    /// The readiness of an object by itself.
    pub(super) fn readiness(&self, object: &Value) -> Readiness {
        match self.condition {
            Condition::HookDone => Readiness::of_hook(object),
            Condition::Ready { jobs: true } => Readiness::with_jobs(object, now()),
            Condition::Ready { jobs: false } | Condition::Deleted => Readiness::of(object, now()),
        }
    }

    /// Sees pods that could not be scheduled for some time.
    pub(super) fn see_time(&self) {
        for target in &self.list {
            let readiness = target
                .impatient
                .borrow()
                .as_ref()
                .map(|object| self.readiness(object));
            if let Some(readiness) = readiness {
                *target.readiness.borrow_mut() = readiness;
            }
        }
    }

    /// Returns true if nothing is left to be waited for.
    pub(super) fn is_done(&self) -> bool {
        self.list.iter().all(|target| {
            let state = target.readiness.borrow().state;
            match self.condition {
                Condition::Deleted => matches!(state, State::NotFound | State::Unknown),
                _ => matches!(state, State::Current | State::Failed),
            }
        })
    }

    /// The texts on those that did not come so far.
    pub(super) fn complaints(&self) -> Vec<String> {
        let targets = self.list.iter().filter_map(|target| {
            let readiness = target.readiness.borrow();
            let what = match (self.condition, readiness.state) {
                (Condition::Deleted, State::NotFound | State::Unknown) => return None,
                (Condition::Deleted, _) => "still exists",
                (_, State::Current) => return None,
                _ => "not ready",
            };
            let resource = target.resource;
            Some(format!(
                "resource {}/{}/{} {what}. status: {}, message: {}",
                resource.kind,
                resource.namespace,
                resource.name,
                readiness.state,
                readiness.message
            ))
        });
        targets.collect()
    }

    /// The end: an error if something is missing, with `last` after the others.
    pub(super) fn result(&self, last: Option<&str>) -> Result<(), ClusterError> {
        let mut complaints = self.complaints();
        complaints.extend(last.map(str::to_owned));
        match complaints.is_empty() {
            true => Ok(()),
            false => Err(ClusterError::new(complaints.join("\n"))),
        }
    }
}

impl Target<'_> {
    /// Keeps how far it has come, and the object, if there is one.
    pub(super) fn set(&self, readiness: Readiness, object: Option<&Value>) {
        let waits = readiness.state == State::InProgress && self.resource.kind == "Pod";
        *self.impatient.borrow_mut() = object.filter(|_| waits).cloned();
        *self.readiness.borrow_mut() = readiness;
    }

    /// Returns true if somebody has told of it.
    pub(super) fn is_known(&self) -> bool {
        self.readiness.borrow().state != State::Unknown
    }

    pub(super) fn is(&self, object: &Value) -> bool {
        let text = |path: &str| object.pointer(path).and_then(Value::as_str);
        text("/metadata/name") == Some(&self.resource.name)
            && text("/metadata/namespace").unwrap_or_default() == self.resource.namespace
    }
}
