//! Requests about objects: several side by side, with Helm's parameters and bodies.

use super::connection::{Cluster, Message};
use super::error::Error;
use super::path;
use futures_util::future::join_all;
use http::Method;
use release::{ClusterError, FIELD_MANAGER, PatchType, Propagation, Resource, Verb};
use serde_json::{Value, json};

/// How many requests are under way at once.
const SIDE_BY_SIDE: usize = 32;

const MANAGER: (&str, &str) = ("fieldManager", FIELD_MANAGER);
/// Fields that the kind does not have are errors.
const STRICT: (&str, &str) = ("fieldValidation", "Strict");

impl Cluster {
    /// Sends one request for each resource and returns the answers in the same order.
    pub(super) fn send_all(
        &self,
        requests: &[(&Resource, Verb)],
    ) -> Vec<Result<Value, ClusterError>> {
        let mut answers = Vec::with_capacity(requests.len());
        for some in requests.chunks(SIDE_BY_SIDE) {
            if self.is_cancelled() {
                let rest = requests.iter().skip(answers.len());
                answers.extend(rest.map(|_| Err(self.cancelled())));
                break;
            }
            let some = some.iter();
            let some = some.map(|(resource, verb)| self.send_one(resource, verb));
            answers.extend(self.block_on(join_all(some)));
        }
        answers
    }

    async fn send_one(&self, resource: &Resource, verb: &Verb) -> Result<Value, ClusterError> {
        let (verb, is_try) = match verb {
            Verb::Try(verb) => (&**verb, true),
            verb => (verb, false),
        };
        // As client-go: the namespace comes first.
        path_of(resource, "")?;
        let name = match verb {
            Verb::Create => "",
            _ => name(resource)?,
        };
        let path = path_of(resource, name)?;
        let plural = match &*resource.group {
            "" => resource.plural.clone(),
            group => format!("{}.{group}", resource.plural),
        };
        let encode = |value: &Value| serde_json::to_vec(value).unwrap_or_default();
        let object = || encode(&resource.object);
        let message = |method, query| Message::new(method, &path, query, (&plural, name));
        let force;
        let query;
        let message = match verb {
            Verb::Get => message(Method::GET, &[]),
            Verb::Create => message(Method::POST, &[MANAGER]).json(object()),
            Verb::Apply { force_conflicts } => {
                force = force_conflicts.to_string();
                query = [MANAGER, STRICT, ("force", &*force)];
                let kind = "application/apply-patch+yaml";
                message(Method::PATCH, &query).with_body(kind, object())
            }
            Verb::Patch { patch, body } => {
                let (kind, query): (_, &[_]) = match patch {
                    // Only the change of owners is one, which Helm checks strictly.
                    PatchType::Json => ("application/json-patch+json", &[MANAGER, STRICT]),
                    PatchType::Merge => ("application/merge-patch+json", &[MANAGER]),
                    PatchType::Strategic => ("application/strategic-merge-patch+json", &[MANAGER]),
                };
                message(Method::PATCH, query).with_body(kind, body.clone())
            }
            Verb::Replace => {
                let query: &[_] = match self.is_helm_3 {
                    true => &[MANAGER],
                    false => &[MANAGER, STRICT],
                };
                message(Method::PUT, query).json(object())
            }
            Verb::Delete(propagation) => {
                let policy = match propagation {
                    Propagation::Background => "Background",
                    Propagation::Foreground => "Foreground",
                    Propagation::Orphan => "Orphan",
                };
                let body = json!({"propagationPolicy": policy});
                message(Method::DELETE, &[]).json(encode(&body))
            }
            Verb::DeleteOne(uid) => {
                let body = json!({
                    "kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": uid},
                });
                message(Method::DELETE, &[]).json(encode(&body))
            }
            // There is no try of a try.
            Verb::Try(_) => return Ok(Value::Null),
        };
        if !is_try {
            return self.object(message).await;
        }
        let query = [message.query, &[("dryRun", "All")]].concat();
        self.object(Message {
            query: &query,
            ..message
        })
        .await
    }

    /// The object that the server answers with.
    async fn object(&self, message: Message<'_>) -> Result<Value, ClusterError> {
        let body = self.request(&message).await?;
        let object = serde_json::from_slice(&body);
        Ok(object.map_err(|error| Error::Answer(error.to_string()))?)
    }
}

/// The object's name, where it can be part of a path.
fn name(resource: &Resource) -> Result<&str, ClusterError> {
    if resource.name.is_empty() {
        return Err(ClusterError::new("resource name may not be empty"));
    }
    path::check("resource name", &resource.name)?;
    Ok(&resource.name)
}

/// The path of an object; of all objects of its kind in its namespace, without a name.
///
/// # Errors
/// The namespace cannot be part of a path.
pub(super) fn path_of(resource: &Resource, name: &str) -> Result<String, Error> {
    let mut at = path::of_version(&resource.group, &resource.version);
    if resource.is_namespaced {
        path::check("namespace", &resource.namespace)?;
        path::push(&mut at, "namespaces");
        path::push(&mut at, &resource.namespace);
    }
    path::push(&mut at, &resource.plural);
    path::push(&mut at, name);
    Ok(at)
}
