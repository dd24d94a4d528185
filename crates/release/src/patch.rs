//! Patches: what a client-side update sends (Helm's `createPatch`).
//!
//! Kinds whose types Helm's client knows get a strategic merge patch of three states: what the chart was, what it shall be, and
//! what lives. Others get a JSON merge patch of two of them, or of three where ownership is taken.

mod go;
mod merge;
mod strategic;

#[cfg(test)]
mod tests;

use super::cluster::{PatchType, Resource};
use kubernetes::{PatchFieldError, PatchType as KindType};
use serde_json::Value;

/// A patch, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// How the body is meant.
    pub patch: PatchType,
    /// JSON, byte for byte as Go writes it.
    pub body: Vec<u8>,
}

impl Patch {
    /// Returns true if it changes nothing, so that Helm does not send it.
    pub fn is_empty(&self) -> bool {
        self.body == b"{}"
    }
}

/// The reason why there is no patch, in the words of Kubernetes' Go packages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatchError(pub String);

impl From<PatchFieldError> for PatchError {
    fn from(error: PatchFieldError) -> PatchError {
        PatchError(error.0)
    }
}

/// The patch that turns the live object `current` into `modified`, without what only others have set: a key is removed if
/// `original` had it. `resource` says what kind it is. Of a kind that Helm's client does not know, `current` counts
/// only with `take_ownership`.
///
/// # Errors
/// Objects that do not fit their kind: items without their merge key, fields that the kind does not have.
pub fn create(
    resource: &Resource,
    original: &Value,
    modified: &Value,
    current: &Value,
    take_ownership: bool,
) -> Result<Patch, PatchError> {
    let api_version = resource.api_version();
    // Helm leaves these to JSON merge patches, too.
    let is_old_definition = api_version == "apiextensions.k8s.io/v1beta1";
    let kind = KindType::of_kind(&api_version, &resource.kind).filter(|_| !is_old_definition);
    let [original, modified, current] = [original, modified, current].map(go::normal);
    let (patch, value) = match kind {
        Some(kind) => {
            let value = strategic::three_way(&original, &modified, &current, kind)?;
            (PatchType::Strategic, value)
        }
        None if take_ownership => {
            let value = merge::three_way(&original, &modified, &current)?;
            (PatchType::Merge, value)
        }
        None => (PatchType::Merge, merge::two_way(&original, &modified)),
    };
    let body = go::encode(&Value::Object(value))?;
    Ok(Patch { patch, body })
}

/// The JSON merge patch that turns `original` into `modified`.
///
/// # Errors
/// There are none of objects that are JSON.
pub(crate) fn create_merge(original: &Value, modified: &Value) -> Result<Patch, PatchError> {
    let [original, modified] = [original, modified].map(go::normal);
    let body = go::encode(&Value::Object(merge::two_way(&original, &modified)))?;
    Ok(Patch {
        patch: PatchType::Merge,
        body,
    })
}
