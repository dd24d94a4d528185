//! What registries say went wrong, in the words of oras.

use super::json;
use crate::Error;
use crate::client::Response;
use gostd::strconv::quote;
use gostd::{Map, Value};

/// The error that an answer of another status is.
pub(super) fn of(method: &str, response: &Response) -> Error {
    let reason = json::first_object(&response.body).ok();
    let errors = reason.map(|body| json::objects(&body, "errors"));
    let texts: Vec<String> = errors.unwrap_or_default().iter().map(text).collect();
    let reason = match texts.is_empty() {
        true => response.reason.to_owned(),
        false => texts.join("; "),
    };
    Error::Fetch(format!(
        "{method} {}: response status code {}: {reason}",
        quote(response.url.to_string().as_bytes()),
        response.status
    ))
}

fn text(error: &Map) -> String {
    let code = json::text(error, "code").to_lowercase().replace('_', " ");
    let message = json::text(error, "message");
    let detail = error.get(b"detail").filter(|detail| !detail.is_nil());
    match (&*message, detail) {
        ("", _) => code,
        (message, None) => format!("{code}: {message}"),
        (message, Some(detail)) => format!("{code}: {message}: {}", printed(&detail)),
    }
}

/// A value as Go prints it.
fn printed(value: &Value) -> String {
    let mut text = Vec::new();
    match gostd::fmt::print_value(&mut text, value) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    }
}

/// An error of a step of copying, as oras calls it.
pub(super) fn in_step(step: &str, place: &str, cause: impl std::fmt::Display) -> Error {
    let step = quote(step.as_bytes());
    Error::Fetch(format!("failed to perform {step} on {place}: {cause}"))
}

/// There is nothing at a reference.
pub(super) fn not_found(reference: impl std::fmt::Display) -> Error {
    Error::Missing(format!("{reference}: not found"))
}
