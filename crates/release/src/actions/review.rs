//! What is looked at before the first write: the revision that shall be, beside the one that is.

use super::super::cluster::Cluster;
use super::super::record::Record;
use super::super::storage::Storage;
use super::{ActionError, Actions};
use engine::values::Prepared;

/// A revision that is about to be made.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Plan<'p> {
    pub cluster: &'p dyn Cluster,
    pub storage: &'p dyn Storage,
    /// The revision that is changed; none of an install.
    pub last: Option<&'p Record>,
    /// The revision that it becomes.
    pub next: &'p Record,
    /// The files of the charts' `crds/`: names and texts.
    pub crds: &'p [(String, String)],
    /// These are written, too.
    pub writes_crds: bool,
    pub server_side: bool,
    pub force_conflicts: bool,
    pub force_replace: bool,
    pub take_ownership: bool,
    pub creates_namespace: bool,
    pub skip_hooks: bool,
}

impl std::fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").finish_non_exhaustive()
    }
}

/// Looks at a plan; an error ends the action before anything is written.
pub type Review<'r> = &'r dyn Fn(&Plan<'_>) -> Result<(), ActionError>;

impl Actions<'_> {
    /// Shows a plan to who wants to see it.
    pub(super) fn review(&self, plan: &Plan<'_>) -> Result<(), ActionError> {
        self.review.map_or(Ok(()), |review| review(plan))
    }
}

/// The files of `crds/` of the charts that take part.
pub(super) fn crd_files(prepared: &Prepared<'_>) -> Result<Vec<(String, String)>, ActionError> {
    let mut files = Vec::new();
    for file in prepared.charts.iter().flat_map(|chart| chart.chart.crds()) {
        let text = String::from_utf8_lossy(file.bytes().map_err(ActionError::of)?);
        files.push((file.name().to_owned(), text.into_owned()));
    }
    Ok(files)
}
