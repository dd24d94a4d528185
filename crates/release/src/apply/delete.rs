//! Objects that go.

use super::super::cluster::{Cluster, ClusterError, Propagation, Resource, Verb};
use super::{KEEP, RESOURCE_POLICY, TRIES, groups};
use compat::profile::Profile;
use engine::manifest;
use gostd::unicode::trim_space;

/// What becomes of a release's resources when it is uninstalled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Removal {
    /// The resources that are deleted.
    pub resources: Vec<Resource>,
    /// A line for each that stays: `[KIND] NAME`. Empty where none does.
    pub kept: String,
}

/// Deletes the resources of a release's manifest in Helm's order, all but those that are to be kept.
///
/// # Errors
/// All reasons why something could not be deleted; one where the manifest is broken.
pub fn remove(
    cluster: &dyn Cluster,
    manifest: &str,
    propagation: Propagation,
    profile: &Profile,
) -> Result<Removal, Vec<ClusterError>> {
    let (kept, rest) = part(manifest, profile).map_err(|error| vec![error])?;
    let resources = cluster
        .build(&rest, false)
        .map_err(|error| vec![error.context("unable to build kubernetes objects for delete")])?;
    if !resources.is_empty() {
        delete(cluster, &resources, propagation)?;
    }
    Ok(Removal { resources, kept })
}

/// Deletes resources: those of one kind in a row side by side, the next kind when they are answered for. What is not there
/// counts as deleted.
///
/// # Errors
/// All reasons why something could not be deleted.
pub fn delete(
    cluster: &dyn Cluster,
    resources: &[Resource],
    propagation: Propagation,
) -> Result<(), Vec<ClusterError>> {
    if resources.is_empty() && !cluster.is_absent() {
        return Err(vec![ClusterError::new(
            "object not found, skipping delete: no objects visited",
        )]);
    }
    let mut errors = Vec::new();
    for group in groups(resources, |resource| &*resource.kind) {
        let group = resources.get(group).unwrap_or_default();
        let group = delete_group(cluster, group, propagation).into_iter();
        errors.extend(group.filter(|error| !error.is_not_found()));
        if errors.iter().any(ClusterError::is_cancelled) {
            break;
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors),
    }
}

/// Deletes resources side by side. What is not there is an error here, too.
fn delete_group(
    cluster: &dyn Cluster,
    resources: &[Resource],
    propagation: Propagation,
) -> Vec<ClusterError> {
    let mut waiting: Vec<&Resource> = resources.iter().collect();
    let mut errors = Vec::new();
    for tried in 1..=TRIES {
        let requests: Vec<(&Resource, Verb)> = waiting
            .iter()
            .map(|resource| (*resource, Verb::Delete(propagation)))
            .collect();
        let mut again = Vec::new();
        for (resource, answer) in waiting.iter().zip(cluster.send(&requests)) {
            match answer {
                Ok(_) => {}
                Err(error) if tried < TRIES && error.is_conflict() => again.push(*resource),
                Err(error) => errors.push(error),
            }
        }
        waiting = again;
        if waiting.is_empty() {
            break;
        }
    }
    errors
}

/// Deletes one resource. What is not there is an error, too.
pub(super) fn delete_one(
    cluster: &dyn Cluster,
    resource: &Resource,
    propagation: Propagation,
) -> Result<(), ClusterError> {
    let resource = std::slice::from_ref(resource);
    let error = delete_group(cluster, resource, propagation).pop();
    error.map_or(Ok(()), Err)
}

/// Parts a manifest in what stays, as lines for the user, and what goes, in the order of going.
fn part(manifest: &str, profile: &Profile) -> Result<(String, String), ClusterError> {
    let documents = manifest::split(manifest.as_bytes(), profile);
    let documents = documents.into_iter().enumerate();
    let mut files: Vec<manifest::Checked> = documents
        .map(|(at, text)| manifest::check(format!("manifest-{at}"), text.to_vec(), profile))
        .collect();
    let sorted = manifest::sort(&mut files, profile).map_err(|error| {
        ClusterError::new(error.to_string())
            .context("corrupted release record. You must manually delete the resources")
    })?;
    let mut documents = sorted.manifests;
    // Kinds without a rank come last; they are in their order already.
    documents.sort_by_key(|document| {
        manifest::uninstall_rank(&document.head.kind, profile).unwrap_or(usize::MAX)
    });
    let mut kept = String::new();
    let mut rest = String::new();
    for document in documents {
        match document.head.annotations.get(RESOURCE_POLICY) {
            None => {
                rest.push_str("\n---\n");
                rest.push_str(&String::from_utf8_lossy(&document.text));
            }
            Some(policy) => {
                let policy = trim_space(policy.as_bytes());
                // Another policy than to keep does neither.
                if String::from_utf8_lossy(policy).to_lowercase() == KEEP {
                    kept.push_str(&format!(
                        "[{}] {}\n",
                        document.head.kind, document.head.name
                    ));
                }
            }
        }
    }
    Ok((kept, rest))
}
