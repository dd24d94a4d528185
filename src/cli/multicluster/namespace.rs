//! The namespace of a control plane and of its services in remote clusters.

use crate::cli::terminal::CliError;

const LONGEST: usize = 63;

/// Refuses what can be no namespace: it becomes part of paths.
pub(super) fn check(namespace: &str) -> Result<(), CliError> {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = namespace.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    let fits = bytes.len() <= LONGEST
        && bytes.iter().all(|b| is_letter(*b) || *b == b'-')
        && ends.iter().all(|end| end.is_some_and(|b| is_letter(*b)));
    match fits {
        true => Ok(()),
        false => Err(CliError::new(format!(
            "--namespace: {namespace:?} cannot be a namespace"
        ))),
    }
}
