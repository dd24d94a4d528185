//! `rhelm release check`: the releases that a version of Kubernetes breaks.

use super::{Common, storage, whole_manifest};
use crate::cli::CommandResult;
use crate::cli::diff::findings_for;
use crate::cli::terminal::{self, CliError};
use crate::render::{Capabilities, KubeVersion};
use ::release::{Record, Storage, Stored};
use clap::Args;
use gostd::limits::Cancel;
use std::collections::BTreeMap;

/// Check releases.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The releases' names [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The version of Kubernetes to check with
    #[arg(long, value_name = "VERSION")]
    kube_version: String,
    /// Check the releases of all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,

    #[command(flatten)]
    common: Common,
}

impl Check {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        let (compat, text) = (&self.common.compat, &*self.kube_version);
        let version = KubeVersion::parse(text, &profile);
        let version = version
            .map_err(|error| CliError::new(format!("invalid kube version '{text}': {error}")))?;
        let Some(minor) = version.minor_number() else {
            return Err(CliError::new(format!(
                "{text} is no version of Kubernetes 1"
            )));
        };
        let namespace = match self.all_namespaces {
            true => String::new(),
            false => compat.namespace(),
        };
        let place = storage::connect(compat, &namespace, &profile, &Cancel::new())?;
        place.cluster.reach().map_err(CliError::new)?;
        // What is wrong already is not broken by a newer version.
        let now = place.cluster.server_info().ok().and_then(|server| {
            let mut capabilities = Capabilities::new(&profile);
            server.tell(&mut capabilities);
            capabilities.kube_version.minor_number()
        });
        let records = self.records(&*place.storage)?;
        let (mut broken, count) = (0_usize, records.len());
        for record in &records {
            let findings = breaks(record, now, minor)?;
            broken += usize::from(!findings.is_empty());
            let title = format!(
                "{}/{} revision {}",
                record.namespace, record.name, record.version
            );
            for finding in findings {
                terminal::print(format!("{title}: {finding}\n").as_bytes())?;
            }
        }
        if broken == 0 {
            let text = format!("Kubernetes 1.{minor} breaks none of {count} releases\n");
            return terminal::print(text.as_bytes());
        }
        Err(CliError::new(format!(
            "Kubernetes 1.{minor} breaks {broken} of {count} releases"
        )))
    }

    /// The newest record of each release that is wanted, but for those that are uninstalled.
    fn records(&self, storage: &dyn Storage) -> Result<Vec<Record>, CliError> {
        let mut newest: BTreeMap<(String, String), (i64, Stored)> = BTreeMap::new();
        for stored in storage.list().map_err(CliError::new)? {
            // Helm skips what it cannot read.
            let Ok(summary) = stored.summary() else {
                continue;
            };
            if !self.names.is_empty() && !self.names.contains(&summary.name) {
                continue;
            }
            let key = (summary.namespace.clone(), summary.name.clone());
            let is_newer = newest
                .get(&key)
                .is_none_or(|(version, _)| *version < summary.version);
            if is_newer {
                newest.insert(key, (summary.version, stored));
            }
        }
        let missing = self.names.iter().find(|name| {
            let mut keys = newest.keys();
            !keys.any(|(_, other)| other == *name)
        });
        if let Some(name) = missing {
            return Err(CliError::new(format!(
                "{name}: {}",
                ::release::Error::NotFound
            )));
        }
        let records = newest
            .into_values()
            .filter_map(|(_, stored)| stored.record().ok());
        Ok(records
            .filter(|record| !record.info.status.is_uninstalled())
            .collect())
    }
}

/// What a version of Kubernetes breaks of a release, and the version of now does not.
fn breaks(record: &Record, now: Option<u16>, minor: u16) -> Result<Vec<String>, CliError> {
    let manifest = whole_manifest(record);
    let find = |minor: u16| {
        let found = findings_for(manifest.as_bytes(), &record.namespace, minor);
        found.map_err(|error| error.with_prefix(&format!("{}/{}: ", record.namespace, record.name)))
    };
    let mut findings = find(minor)?;
    match now {
        Some(now) if now == minor => {}
        Some(now) => {
            let before = find(now)?;
            findings.retain(|one| !before.contains(one));
        }
        // What else is wrong may be wrong today.
        None => findings.retain(|(rule, _)| rule.starts_with("api-")),
    }
    let mut lines: Vec<String> = findings.into_iter().map(|(_, line)| line).collect();
    lines.dedup();
    Ok(lines)
}
