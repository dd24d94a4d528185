//! What an answer that refuses means, as client-go reads it (`rest.Request.transformResponse`).

use super::error::Error;
use gostd::strconv::quote;
use serde::Deserialize;

/// The `Status` that an API server refuses with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    kind: String,
    message: String,
    reason: String,
    code: u16,
}

/// What was asked for, as messages name it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Subject<'a> {
    /// The verb in lower case: `get`.
    pub(super) verb: &'a str,
    /// The resource with its group: `deployments.apps`. Empty where the path is none of a resource.
    pub(super) resource: &'a str,
    /// The object's name, or empty.
    pub(super) name: &'a str,
}

/// Returns true if the server refuses because its store has a new leader: it may work at once.
pub(super) fn is_of_new_leader(status: u16, body: &[u8]) -> bool {
    const ENDS: [&str; 2] = ["etcdserver: leader changed", "raft proposal dropped"];
    status >= 500
        && serde_json::from_slice::<Status>(body).is_ok_and(|answer| {
            answer.code >= 500 && ENDS.iter().any(|end| answer.message.ends_with(end))
        })
}

/// The error of an answer with this status, which is none of success.
pub(super) fn refusal(status: u16, body: &[u8], subject: Subject<'_>) -> Error {
    if let Ok(answer) = serde_json::from_slice::<Status>(body)
        && answer.kind == "Status"
    {
        return Error::Refused {
            status,
            reason: answer.reason,
            message: answer.message,
        };
    }
    let text = String::from_utf8_lossy(body);
    let said = match text.trim() {
        "" => "unknown",
        text => text,
    };
    let message = match status {
        400 => "the server rejected our request for an unknown reason".to_owned(),
        401 => "the server has asked for the client to provide credentials".to_owned(),
        403 | 406 => said.to_owned(),
        404 => "the server could not find the requested resource".to_owned(),
        405 => "the server does not allow this method on the requested resource".to_owned(),
        415 | 422 => "the server rejected our request due to an error in our request".to_owned(),
        409 => "the server reported a conflict".to_owned(),
        429 => "the server has received too many requests and has asked us to try again later".to_owned(),
        503 => "the server is currently unable to handle the request".to_owned(),
        504 => "the server was unable to return a response in the time allotted, but may still be processing the \
                request"
            .to_owned(),
        500.. => format!(
            "an error on the server ({}) has prevented the request from succeeding",
            quote(said.as_bytes())
        ),
        _ => format!("the server responded with the status code {status} but did not return more information"),
    };
    let place = match subject {
        Subject { resource: "", .. } => String::new(),
        Subject {
            verb,
            resource,
            name: "",
        } => format!(" ({verb} {resource})"),
        Subject {
            verb,
            resource,
            name,
        } => format!(" ({verb} {resource} {name})"),
    };
    Error::Refused {
        status,
        reason: String::new(),
        message: message + &place,
    }
}
