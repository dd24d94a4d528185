//! `helm uninstall`.

use super::super::apply;
use super::super::cluster::{Condition, Propagation, WaitStrategy};
use super::super::error::Error;
use super::super::record::Record;
use super::super::record::status::{UNINSTALLED, UNINSTALLING};
use super::super::storage::{self, key};
use super::error::joined;
use super::hooks::Running;
use super::{ActionError, Actions, Waiting, given_or};
use engine::action::check_release_name;
use gostd::strconv::quote;
use std::time::Duration;

/// The flags of an uninstall.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Uninstall {
    pub dry_run: bool,
    pub no_hooks: bool,
    pub ignore_not_found: bool,
    pub keep_history: bool,
    pub waiting: Waiting,
    /// `--cascade`.
    pub propagation: Propagation,
    pub description: String,
}

impl Default for Uninstall {
    fn default() -> Self {
        Uninstall {
            dry_run: false,
            no_hooks: false,
            ignore_not_found: false,
            keep_history: false,
            waiting: Waiting {
                strategy: WaitStrategy::HookOnly,
                jobs: false,
                timeout: Duration::from_secs(300),
            },
            propagation: Propagation::Background,
            description: String::new(),
        }
    }
}

/// What there is to say about a release that is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uninstalled {
    /// The resources that stay; empty where none does.
    pub kept: String,
}

impl Uninstall {
    /// Uninstalls a release.
    ///
    /// # Errors
    /// Helm's text.
    pub fn run(&self, actions: &Actions<'_>, name: &str) -> Result<Uninstalled, ActionError> {
        actions.cluster.reach()?;
        if self.dry_run {
            return self.look(actions, name);
        }
        if check_release_name(name).is_err() {
            let text = format!("uninstall: Release name is invalid: {name}");
            return Err(ActionError::new(text));
        }
        let mut records = match actions.history(name) {
            Err(_) if self.ignore_not_found => return Ok(Uninstalled::default()),
            Err(error) => {
                let words = format!("uninstall: Release not loaded: {name}");
                return Err(ActionError::from(error).context(words));
            }
            Ok(records) => records,
        };
        let versions: Vec<i64> = records.iter().map(|record| record.version).collect();
        let Some(last) = records.pop() else {
            return Err(ActionError::new("no release provided"));
        };
        if last.info.status.as_str() != UNINSTALLED {
            return self.perform(actions, last, &versions);
        }
        if self.keep_history {
            let name = quote(name.as_bytes());
            let text = format!("the release named {name} is already deleted");
            return Err(ActionError::new(text));
        }
        purge(actions, name, &versions)?;
        Ok(Uninstalled::default())
    }

    /// A dry run: is the release there?
    fn look(&self, actions: &Actions<'_>, name: &str) -> Result<Uninstalled, ActionError> {
        if check_release_name(name).is_err() {
            let text = format!("releaseContent: Release name is invalid: {name}");
            return Err(ActionError::new(text));
        }
        match storage::content(actions.storage, name, 0) {
            Err(Error::NotFound) if self.ignore_not_found && !actions.is_helm_3() => {}
            other => drop(other?),
        }
        Ok(Uninstalled::default())
    }

    fn perform(
        &self,
        actions: &Actions<'_>,
        mut record: Record,
        versions: &[i64],
    ) -> Result<Uninstalled, ActionError> {
        record.set_status(UNINSTALLING, "Deletion in progress (or silently failed)");
        record.info.deleted = actions.now();
        let running = Running {
            waiting: self.waiting,
            server_side: !actions.is_helm_3(),
        };
        if !self.no_hooks {
            actions.run_hooks(&mut record, "pre-delete", &running)?;
        }
        // A failure is told with `--debug` alone.
        actions.update(&record).ok();
        let name = record.name.clone();
        let removal = apply::remove(
            actions.cluster,
            &record.manifest,
            self.propagation,
            actions.profile,
        );
        let removal =
            removal.map_err(|_| ActionError::new(format!("failed to delete release: {name}")))?;
        let mut errors = Vec::new();
        if self.waiting.strategy != WaitStrategy::HookOnly {
            let (strategy, timeout) = (self.waiting.strategy, self.waiting.timeout);
            let gone =
                actions
                    .cluster
                    .wait(&removal.resources, Condition::Deleted, strategy, timeout);
            errors.extend(gone.err().map(ActionError::from));
        }
        if !self.no_hooks {
            let ran = actions.run_hooks(&mut record, "post-delete", &running);
            errors.extend(ran.err());
        }
        let description = given_or(&self.description, "Uninstallation complete");
        record.set_status(UNINSTALLED, description);
        if self.keep_history {
            actions.update(&record).ok();
            actions.supersede_deployed(&name)?;
        } else {
            errors.extend(purge(actions, &name, versions).err());
        }
        if !errors.is_empty() {
            return Err(ActionError::new(format!(
                "uninstallation completed with {} error(s): {}",
                errors.len(),
                joined(&errors, "; ")
            )));
        }
        Ok(Uninstalled {
            kept: match &*removal.kept {
                "" => String::new(),
                kept => {
                    format!("These resources were kept due to the resource policy:\n{kept}")
                }
            },
        })
    }
}

/// Deletes the records of a release, the oldest first.
fn purge(actions: &Actions<'_>, name: &str, versions: &[i64]) -> Result<(), ActionError> {
    for version in versions {
        let deleted = actions.storage.delete(&key(name, *version));
        deleted.map_err(|error| {
            ActionError::from(error).context("uninstall: Failed to purge the release")
        })?;
    }
    Ok(())
}
