//! `helm rollback`.

use super::super::apply::{self, Changes, Method, MethodFlags, Owner};
use super::super::error::Error;
use super::super::record::status::{DEPLOYED, FAILED, PENDING_ROLLBACK, SUPERSEDED};
use super::super::record::{ApplyMethod, Info, Record, Status};
use super::super::storage;
use super::hooks::Running;
use super::upgrade::server_side;
use super::{ActionError, Actions, DryRun, Waiting};
use compat::notice::Level;
use engine::action::check_release_name;
use gostd::strconv::quote;

/// The flags of a rollback.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Rollback {
    pub dry_run: DryRun,
    /// The revision to go back to; 0 for the one before the last.
    pub revision: i64,
    /// `--server-side`: `true`, `false`, or `auto` for what that revision did; Helm 3 knows only the client's.
    pub server_side: String,
    pub force_conflicts: bool,
    /// `--force-replace`, Helm 3's `--force`.
    pub force_replace: bool,
    pub no_hooks: bool,
    pub waiting: Waiting,
    /// `--cleanup-on-fail`: what a failed rollback made is deleted.
    pub cleans_up: bool,
    /// `--history-max`; 0 for no limit.
    pub max_history: i64,
    /// `--recreate-pods` of Helm 3: the pods of changed resources are deleted.
    pub recreate_pods: bool,
}

impl Rollback {
    /// Rolls a release back.
    ///
    /// # Errors
    /// Helm's text.
    pub fn run(&self, actions: &Actions<'_>, name: &str) -> Result<(), ActionError> {
        actions.cluster.reach()?;
        let (mut current, mut target, server_side) = self.prepare(actions, name)?;
        if self.dry_run.is_on() {
            return Ok(());
        }
        actions.check_size(&target)?;
        actions.create(&target, self.max_history)?;
        self.perform(actions, &mut current, &mut target, server_side)?;
        Ok(actions.update(&target)?)
    }

    fn prepare(
        &self,
        actions: &Actions<'_>,
        name: &str,
    ) -> Result<(Record, Record, bool), ActionError> {
        if check_release_name(name).is_err() {
            let text = format!("prepareRollback: Release name is invalid: {name}");
            return Err(ActionError::new(text));
        }
        if self.revision < 0 {
            return Err(ActionError::new("invalid release revision"));
        }
        let current = actions.last(name)?;
        let revision = match self.revision {
            0 => current.version - 1,
            given => given,
        };
        let history = actions.history(name)?;
        if !history.iter().any(|record| record.version == revision) {
            let text = format!("release has no {revision} version");
            return Err(ActionError::new(text));
        }
        let previous = storage::content(actions.storage, name, revision)?;
        let server_side = server_side(&self.server_side, &previous.apply_method)?;
        let target = Record {
            name: name.to_owned(),
            namespace: current.namespace.clone(),
            info: Info {
                first_deployed: current.info.first_deployed.clone(),
                last_deployed: actions.now(),
                status: Status(PENDING_ROLLBACK.to_owned()),
                description: format!("Rollback to {revision}"),
                notes: previous.info.notes,
                ..Info::default()
            },
            version: current.version + 1,
            apply_method: ApplyMethod::new(server_side),
            chart: previous.chart,
            config: previous.config,
            manifest: previous.manifest,
            hooks: previous.hooks,
            labels: previous.labels,
        };
        Ok((current, target, server_side))
    }

    fn perform(
        &self,
        actions: &Actions<'_>,
        current: &mut Record,
        target: &mut Record,
        server_side: bool,
    ) -> Result<(), ActionError> {
        let old = actions.current_resources(&current.manifest, false)?;
        let built = actions.cluster.build(&target.manifest, false);
        let mut new = built.map_err(|error| {
            ActionError::from(error)
                .context("unable to build kubernetes objects from new release manifest")
        })?;
        let running = Running {
            waiting: self.waiting,
            server_side,
        };
        if !self.no_hooks {
            actions.run_hooks(target, "pre-rollback", &running)?;
        }
        let owner = Owner {
            name: &target.name,
            namespace: &target.namespace,
        };
        apply::claim(&mut new, &owner);
        let method = Method::update(MethodFlags {
            server_side,
            force_conflicts: self.force_conflicts,
            force_replace: self.force_replace,
            three_way: false,
            migrate: true,
        });
        let (changes, result) = match method {
            Ok(method) => actions.apply(method, &old, &mut new),
            Err(error) => (Changes::default(), Err(error)),
        };
        if let Err(error) = result {
            return Err(self.fail(actions, current, target, &changes, error.into()));
        }
        if self.recreate_pods {
            actions.recreate_pods(&changes.updated, &new);
        }
        if let Err(error) = actions.wait(&new, &self.waiting) {
            let name = quote(target.name.as_bytes());
            target.set_status(FAILED, &format!("Release {name} failed: {error}"));
            actions.try_update(current);
            actions.try_update(target);
            let words = format!("release {} failed", target.name);
            return Err(ActionError::from(error).context(words));
        }
        if !self.no_hooks {
            actions.run_hooks(target, "post-rollback", &running)?;
        }
        actions.supersede_deployed(&current.name)?;
        target.info.status = Status(DEPLOYED.to_owned());
        Ok(())
    }

    /// Records what failed, and cleans up.
    fn fail(
        &self,
        actions: &Actions<'_>,
        current: &mut Record,
        target: &mut Record,
        changes: &Changes,
        error: ActionError,
    ) -> ActionError {
        let name = quote(target.name.as_bytes());
        let text = format!("Rollback {name} failed: {error}");
        actions.log(Level::Warn, &text, Vec::new());
        current.info.status = Status(SUPERSEDED.to_owned());
        target.set_status(FAILED, &text);
        actions.try_update(current);
        actions.try_update(target);
        let cleaned = match self.cleans_up {
            true => actions.clean_up(&changes.created),
            false => Ok(()),
        };
        match cleaned {
            Ok(()) => error,
            Err(second) => {
                let words =
                    "an error occurred while cleaning up resources. original rollback error";
                match actions.is_helm_3() {
                    true => second.context(format_args!("{words}: {error}")),
                    false => second.context(words),
                }
            }
        }
    }
}

impl Actions<'_> {
    /// No other revision is deployed any more.
    pub(super) fn supersede_deployed(&self, name: &str) -> Result<(), Error> {
        let deployed = match self.all_deployed(name) {
            Ok(records) => records,
            Err(Error::NoDeployed(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        for mut record in deployed {
            record.info.status = Status(SUPERSEDED.to_owned());
            self.try_update(&record);
        }
        Ok(())
    }
}
