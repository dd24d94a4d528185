//! Readiness: how far an object has come, by the rules of kstatus as Helm 4 waits, and by Helm's own older checks.
//!
//! Nothing here asks a server: what other objects a rule needs is handed in.

mod conditions;
mod kinds;
mod legacy;
mod pods;

#[cfg(test)]
mod tests;

pub use legacy::{LegacyChecks, Listing, selector_text};
pub use pods::with_pods;

use conditions::Conditions;
use serde_json::Value;
use std::fmt;

/// How far an object has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its controller is at work.
    InProgress,
    /// It will not come to its end by itself.
    Failed,
    /// It is what it should be.
    Current,
    /// It is about to be deleted.
    Terminating,
    /// It is not there.
    NotFound,
    /// Nobody has told yet, or it cannot be told.
    Unknown,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::InProgress => "InProgress",
            State::Failed => "Failed",
            State::Current => "Current",
            State::Terminating => "Terminating",
            State::NotFound => "NotFound",
            State::Unknown => "Unknown",
        })
    }
}

/// How far an object has come, and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The state.
    pub state: State,
    /// kstatus' words: `Available: 0/2`.
    pub message: String,
}

impl Readiness {
    fn new(state: State, message: impl Into<String>) -> Readiness {
        Readiness {
            state,
            message: message.into(),
        }
    }

    fn current(message: impl Into<String>) -> Readiness {
        Readiness::new(State::Current, message)
    }

    fn in_progress(message: impl Into<String>) -> Readiness {
        Readiness::new(State::InProgress, message)
    }

    fn failed(message: impl Into<String>) -> Readiness {
        Readiness::new(State::Failed, message)
    }

    /// Of an object about which nothing is known.
    pub fn unknown() -> Readiness {
        Readiness::new(State::Unknown, "")
    }

    /// Of an object that is not there.
    pub fn not_found() -> Readiness {
        Readiness::new(State::NotFound, "Resource not found")
    }

    /// Of an object as the server has it, by the rules of kstatus. `now` is in seconds since 1970: what cannot be
    /// scheduled has some time.
    pub fn of(object: &Value, now: i64) -> Readiness {
        compute(object, now).unwrap_or_else(|Unreadable| Readiness::unknown())
    }

    /// The same, but a Job is ready when it has come to its end.
    pub fn with_jobs(object: &Value, now: i64) -> Readiness {
        match kinds::group_kind(object) {
            ("batch", "Job") => {
                kinds::job_done(object).unwrap_or_else(|Unreadable| Readiness::unknown())
            }
            _ => Readiness::of(object, now),
        }
    }

    /// Of a hook's object: Jobs and Pods come to their end, others are ready at once.
    pub fn of_hook(object: &Value) -> Readiness {
        let readiness = match kinds::group_kind(object) {
            ("batch", "Job") => kinds::job_done(object),
            ("", "Pod") => Ok(kinds::pod_done(object)),
            _ => Ok(Readiness::current("Resource is current")),
        };
        readiness.unwrap_or_else(|Unreadable| Readiness::unknown())
    }
}

/// The object is not of the form that all objects have.
#[derive(Clone, Copy, Debug)]
struct Unreadable;

/// kstatus' `Compute`.
fn compute(object: &Value, now: i64) -> Result<Readiness, Unreadable> {
    if let Some(readiness) = generic(object)? {
        return Ok(readiness);
    }
    if let Some(readiness) = kinds::by_kind(object, now) {
        return readiness;
    }
    for condition in Conditions::of(object)?.iter() {
        if condition.condition_type == "Ready" {
            match condition.status {
                "True" => return Ok(Readiness::current("Resource is Ready")),
                "False" | "Unknown" => return Ok(Readiness::in_progress(condition.message)),
                _ => {}
            }
        }
    }
    Ok(Readiness::current("Resource is current"))
}

/// What holds for objects of all kinds.
fn generic(object: &Value) -> Result<Option<Readiness>, Unreadable> {
    match field(object, "metadata", "deletionTimestamp")? {
        Some(Value::String(time)) if !time.is_empty() => {
            let message = "Resource scheduled for deletion";
            return Ok(Some(Readiness::new(State::Terminating, message)));
        }
        None | Some(Value::String(_)) => {}
        Some(_) => return Err(Unreadable),
    }
    if let Some(generation) = number(object, "metadata", "generation")?
        && let Some(observed) = number(object, "status", "observedGeneration")?
        && observed != generation
    {
        let kind = object.get("kind").and_then(Value::as_str);
        return Ok(Some(Readiness::in_progress(format!(
            "{} generation is {generation}, but latest observed generation is {observed}",
            kind.unwrap_or_default()
        ))));
    }
    for condition in Conditions::of(object)?.iter() {
        match (condition.condition_type, condition.status) {
            ("Reconciling", "True") => {
                return Ok(Some(Readiness::in_progress(condition.message)));
            }
            ("Stalled", "True") => return Ok(Some(Readiness::failed(condition.message))),
            _ => {}
        }
    }
    Ok(None)
}

/// A field of a part of the object.
fn field<'v>(object: &'v Value, part: &str, key: &str) -> Result<Option<&'v Value>, Unreadable> {
    match object.get(part) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(fields.get(key)),
        Some(_) => Err(Unreadable),
    }
}

fn number(object: &Value, part: &str, key: &str) -> Result<Option<i64>, Unreadable> {
    match field(object, part, key)? {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(Unreadable),
    }
}
