//! A small Kubernetes API server, at `$SERVER/cluster`: objects without any rules about them.
//!
//! What is in it before, `cluster.json` in the case's `www` says: a list of objects, of which one with a `record` is the Secret (or with
//! `"kind": "ConfigMap"` the ConfigMap) of that record of Helm's. It serves `/version`, the discovery of some kinds, reads by
//! name or by labels that are equal, and writes: a patch, of whatever type, is merged. A request for the namespace `NNN` is
//! answered with that status; writes in the namespace `warned` come with warnings.
//!
//! `$SERVER/faulty/N/FAULT` is the same server with a [fault](faults) at the Nth write.

mod discovery;
mod faults;
mod objects;
mod protobuf;

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::server::{Answer, Request};
use faults::Fault;
use objects::Objects;

/// The file that lists the objects.
const OBJECTS: &str = "cluster.json";
/// The first part of paths.
const PREFIX: &str = "/cluster/";
/// The first part of the paths of the server with a fault.
const FAULTY: &str = "/faulty/";

/// What comes with the answers to writes in the namespace `warned`.
const WARNING: &str = r#"299 - "this is \"old\"", 299 - "and more""#;

/// A server, whose objects change.
pub(super) struct ApiServer {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    objects: Objects,
    /// What was asked to be written, a line each.
    writes: Vec<String>,
}

impl ApiServer {
    /// The API server of the objects that a directory lists, if it has a file of them.
    pub(super) fn load(root: &Path) -> Result<ApiServer> {
        let path = root.join(OBJECTS);
        let mut state = State::default();
        if path.exists() {
            let given: Vec<Value> = serde_json::from_slice(&fs::read(&path)?)
                .with_context(|| format!("{} is no list of objects", path.display()))?;
            state.objects = Objects::new(given)?;
        }
        Ok(ApiServer {
            state: Mutex::new(state),
        })
    }

    /// The answer, if the request is for this server.
    pub(super) fn answer(&self, request: &Request) -> Option<Answer> {
        if let Some(path) = request.path.strip_prefix(PREFIX) {
            return Some(self.state().answer(request, path, None));
        }
        let rest = request.path.strip_prefix(FAULTY)?;
        let mut parts = rest.splitn(3, '/');
        let number = parts.next()?.parse().ok()?;
        let fault = Fault::parse(parts.next()?)?;
        let path = parts.next()?;
        Some(self.state().answer(request, path, Some((number, fault))))
    }

    /// The writes that were asked for, and the objects that are left, as files of a run.
    pub(super) fn files(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let state = self.state();
        let writes = state.writes.iter().flat_map(|line| [line, "\n"]);
        Ok(vec![
            ("server/objects".into(), state.objects.text()?.into_bytes()),
            (
                "server/writes".into(),
                writes.collect::<String>().into_bytes(),
            ),
        ])
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, request: &Request, path: &str, fault: Option<(usize, Fault)>) -> Answer {
        if request.method == "GET" {
            return self.read(request, path);
        }
        self.writes.push(format!("{} /{path}", request.method));
        let fault = fault.filter(|(number, _)| *number == self.writes.len());
        match fault {
            None => self.write(request, path),
            Some((_, Fault::CutAfter)) => {
                self.write(request, path);
                Answer::cut()
            }
            Some((_, fault)) => fault.answer(),
        }
    }

    fn read(&self, request: &Request, path: &str) -> Answer {
        if let Some(answer) = discovery::answer(path) {
            return answer;
        }
        let Some(place) = Place::parse(path) else {
            return Answer::new(404, "404 page not found\n");
        };
        let status = place.namespace.and_then(|name| name.parse::<u16>().ok());
        match (status, place.namespace, place.name) {
            (Some(status @ 400..), ..) => Answer::new(status, "no\n"),
            (_, Some("forbidden"), _) => {
                let resource = place.resource;
                let message =
                    format!("{resource} is forbidden: User \"alice\" cannot list resource");
                failure(403, "Forbidden", &message)
            }
            (_, _, None) => self.objects.list(&place, &request.query),
            (_, _, Some(_)) => self.objects.get(&place),
        }
    }

    fn write(&mut self, request: &Request, path: &str) -> Answer {
        let Some(place) = Place::parse(path) else {
            return Answer::new(404, "404 page not found\n");
        };
        let answer = self.write_at(request, &place);
        match place.namespace {
            Some("warned") => answer.with("Warning", WARNING),
            _ => answer,
        }
    }

    fn write_at(&mut self, request: &Request, place: &Place<'_>) -> Answer {
        let body = match serde_json::from_slice(&request.body) {
            Ok(body) => body,
            Err(_) => protobuf::object(&request.body).unwrap_or(Value::Null),
        };
        match &*request.method {
            "POST" => self.objects.create(place, body),
            "PUT" => self.objects.replace(place, body),
            "PATCH" => self.objects.patch(place, &body, &request.content_type),
            "DELETE" => self.objects.delete(place),
            _ => Answer::new(405, "no\n"),
        }
    }
}

/// What a path names: objects of a kind, or one of them.
#[derive(Clone, Copy, Debug)]
struct Place<'p> {
    namespace: Option<&'p str>,
    resource: &'p str,
    name: Option<&'p str>,
}

impl<'p> Place<'p> {
    fn parse(path: &'p str) -> Option<Place<'p>> {
        let parts: Vec<&str> = path.split('/').collect();
        let parts = match *parts.as_slice() {
            ["api", _, ref rest @ ..] | ["apis", _, _, ref rest @ ..] => rest,
            _ => return None,
        };
        let (namespace, parts) = match *parts {
            ["namespaces", namespace, ref rest @ ..] if !rest.is_empty() => (Some(namespace), rest),
            _ => (None, parts),
        };
        let (resource, name) = match *parts {
            [resource] => (resource, None),
            [resource, name] => (resource, Some(name)),
            _ => return None,
        };
        discovery::kind(resource)?;
        Some(Place {
            namespace,
            resource,
            name,
        })
    }
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, body.to_string()).with("Content-Type", "application/json")
}

fn failure(status: u16, reason: &str, message: &str) -> Answer {
    answer(
        status,
        &json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": status,
        }),
    )
}
