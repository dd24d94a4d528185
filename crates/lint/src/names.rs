//! Helm's objection to an object's name.

use gostd::strconv::quote;
use kubernetes::names::problems;

/// Helm's `validateMetadataName`.
pub(super) fn check(kind: &str, name: &str) -> Result<(), String> {
    let quoted = quote(name.as_bytes());
    let problems: Vec<String> = problems(kind, name)
        .into_iter()
        .map(|problem| format!("metadata.name: Invalid value: {quoted}: {problem}"))
        .collect();
    let problems = match problems.as_slice() {
        [] => return Ok(()),
        [only] => only.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Err(format!(
        "object name does not conform to Kubernetes naming requirements: {quoted}: {problems}"
    ))
}
