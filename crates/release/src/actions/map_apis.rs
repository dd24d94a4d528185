//! API versions that Kubernetes has no longer, in stored manifests: no upgrade can begin with such a manifest.

use super::super::record::status::{DEPLOYED, SUPERSEDED};
use super::super::record::{Record, Status};
use super::{ActionError, Actions};
use engine::action::check_release_name;
use kubernetes::{Api, Presence};

/// A resource whose API version goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Kind and name.
    pub resource: String,
    /// The API version that it has.
    pub from: String,
    /// The API version that takes its place; none where there is none for the kind.
    pub to: Option<String>,
}

/// The manifest for Kubernetes 1.`minor`: API versions that this has no longer are replaced where another one has the kind, too.
pub fn map_api_versions(manifest: &str, minor: u16) -> (String, Vec<Mapping>) {
    let mut text = String::with_capacity(manifest.len());
    let mut mappings = Vec::new();
    let mut document = String::new();
    for line in manifest.split_inclusive('\n') {
        if line.starts_with("---") {
            map_document(&document, minor, &mut text, &mut mappings);
            document.clear();
            text.push_str(line);
        } else {
            document.push_str(line);
        }
    }
    map_document(&document, minor, &mut text, &mut mappings);
    (text, mappings)
}

fn map_document(document: &str, minor: u16, out: &mut String, mappings: &mut Vec<Mapping>) {
    let Some(mapping) = mapping(document, minor) else {
        out.push_str(document);
        return;
    };
    let mut is_mapped = false;
    for line in document.split_inclusive('\n') {
        match (&mapping.to, line.starts_with("apiVersion:") && !is_mapped) {
            (Some(to), true) => {
                is_mapped = true;
                out.push_str(&format!("apiVersion: {to}\n"));
            }
            _ => out.push_str(line),
        }
    }
    let to = mapping.to.filter(|_| is_mapped);
    mappings.push(Mapping { to, ..mapping });
}

fn mapping(document: &str, minor: u16) -> Option<Mapping> {
    let node = goyaml::parse(document.as_bytes()).ok()?;
    let text = |key: &str| node.get(key)?.as_str().map(str::to_owned);
    let (from, kind) = (text("apiVersion")?, text("kind")?);
    let api = Api::find(&from, &kind)?;
    if api.presence(minor) != Presence::Removed {
        return None;
    }
    let to = api.replacement(minor).filter(|(_, other)| *other == kind);
    let name = node
        .get("metadata")
        .and_then(|metadata| metadata.get("name")?.as_str());
    Some(Mapping {
        resource: format!("{kind} {}", name.unwrap_or_default()),
        from,
        to: to.map(|(version, _)| version.to_owned()),
    })
}

impl Actions<'_> {
    /// The deployed revision of a release as Kubernetes 1.`minor` can read it, and what is replaced in it.
    ///
    /// # Errors
    /// Helm's texts on a release that is not there, and on one that is pending.
    pub fn map_apis(&self, name: &str, minor: u16) -> Result<(Record, Vec<Mapping>), ActionError> {
        self.cluster.reach()?;
        if check_release_name(name).is_err() {
            return Err(ActionError::new(format!("release name is invalid: {name}")));
        }
        let last = self.last(name)?;
        if last.info.status.is_pending() {
            let text = "another operation (install/upgrade/rollback) is in progress";
            return Err(ActionError::new(text));
        }
        let mut record = match last.info.status.as_str() {
            DEPLOYED => last.clone(),
            _ => self.deployed(name)?,
        };
        let (manifest, mut mappings) = map_api_versions(&record.manifest, minor);
        record.manifest = manifest;
        for hook in &mut record.hooks {
            let (manifest, more) = map_api_versions(&hook.manifest, minor);
            hook.manifest = manifest;
            mappings.extend(more);
        }
        record.version = last.version + 1;
        Ok((record, mappings))
    }

    /// Stores what [`Actions::map_apis`] made as a new revision, which takes the place of the deployed one.
    ///
    /// # Errors
    /// Helm's texts on records that cannot be written.
    pub fn store_mapped(&self, mut record: Record) -> Result<Record, ActionError> {
        let before = self.all_deployed(&record.name)?;
        record.info.last_deployed = self.now();
        record.set_status(
            DEPLOYED,
            "API versions replaced that Kubernetes has no longer",
        );
        self.check_size(&record)?;
        self.create(&record, 0)?;
        for mut one in before {
            one.info.status = Status(SUPERSEDED.to_owned());
            self.update(&one)?;
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_are_gone_are_replaced() {
        let old = "---\n# Source: a.yaml\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n---\nkind: PodSecurityPolicy\napiVersion: policy/v1beta1\nmetadata:\n  name: all\n";
        let (new, mappings) = map_api_versions(old, 30);
        assert_eq!(new, old.replacen("policy/v1beta1", "policy/v1", 1));
        let told: Vec<String> = mappings
            .iter()
            .map(|one| format!("{} {} {:?}", one.resource, one.from, one.to))
            .collect();
        assert_eq!(
            told,
            [
                "PodDisruptionBudget web policy/v1beta1 Some(\"policy/v1\")",
                "PodSecurityPolicy all policy/v1beta1 None",
            ]
        );
        assert_eq!(map_api_versions(old, 20), (old.to_owned(), Vec::new()));
    }
}
