//! `helm upgrade`, of a release that is there.

use super::super::apply::{self, Changes, Method, MethodFlags, Owner};
use super::super::cluster::{ClusterError, Propagation, Resource};
use super::super::error::Error;
use super::super::record::status::{DEPLOYED, FAILED, PENDING_UPGRADE, SUPERSEDED};
use super::super::record::{ApplyMethod, Info, Record, Status};
use super::error::joined;
use super::hooks::Running;
use super::review::{Plan, crd_files};
use super::source::Rendered;
use super::{ActionError, Actions, DryRun, Reuse, Rollback, Source, Waiting, given_or};
use compat::notice::Level;
use engine::action::check_release_name;
use engine::values::Prepared;
use gostd::strconv::quote;
use std::collections::BTreeMap;

/// The flags of an upgrade.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Upgrade {
    pub dry_run: DryRun,
    /// `--server-side`: `true`, `false`, or `auto` for what the last revision did; Helm 3 knows only the client's.
    pub server_side: String,
    pub force_conflicts: bool,
    /// `--force-replace`, Helm 3's `--force`.
    pub force_replace: bool,
    pub no_hooks: bool,
    pub waiting: Waiting,
    pub description: String,
    /// `--atomic`, `--rollback-on-failure`: what fails is rolled back.
    pub undoes: bool,
    /// `--cleanup-on-fail`: what a failed upgrade made is deleted.
    pub cleans_up: bool,
    pub skip_validation: bool,
    pub take_ownership: bool,
    pub reuse: Reuse,
    /// `--history-max`; 0 for no limit.
    pub max_history: i64,
    /// `--recreate-pods` of Helm 3: the pods of changed resources are deleted.
    pub recreate_pods: bool,
    /// The chart's `crds/` are applied, which Helm never does.
    pub apply_crds: bool,
}

/// An upgrade that is under way.
struct Work {
    /// The revision that is upgraded.
    original: Record,
    upgraded: Record,
    server_side: bool,
    current: Vec<Resource>,
    target: Vec<Resource>,
    waiting: Waiting,
}

impl Upgrade {
    /// Upgrades a release and returns the record of its new revision.
    ///
    /// # Errors
    /// Helm's text. What was done before is recorded with a revision that failed.
    pub fn run(
        &self,
        actions: &Actions<'_>,
        source: &mut Source<'_>,
    ) -> Result<Record, ActionError> {
        actions.cluster.reach()?;
        let name = source.request.release.name.clone();
        if check_release_name(&name).is_err() {
            return Err(ActionError::new(format!("release name is invalid: {name}")));
        }
        let mut work = self.prepare(actions, source)?;
        self.check(actions, &mut work)?;
        if self.dry_run.is_on() {
            let mut record = work.upgraded;
            given_or(&self.description, "Dry run complete")
                .clone_into(&mut record.info.description);
            return Ok(record);
        }
        actions.check_size(&work.upgraded)?;
        actions.create(&work.upgraded, self.max_history)?;
        let mut created = Vec::new();
        if let Err(error) = self.perform(actions, &mut work, &mut created) {
            return Err(self.fail(actions, work, &created, error));
        }
        actions.update(&work.upgraded)?;
        Ok(work.upgraded)
    }

    fn prepare(&self, actions: &Actions<'_>, source: &mut Source<'_>) -> Result<Work, ActionError> {
        if source.hides_secrets && !self.dry_run.is_on() {
            return Err(actions.secrets_without_dry_run(false));
        }
        let name = source.request.release.name.clone();
        let last = actions.last(&name).map_err(|error| match error {
            Error::NotFound => Error::NoDeployed(name.clone()),
            other => other,
        })?;
        let status = last.info.status.as_str();
        if last.info.status.is_pending() {
            let text = "another operation (install/upgrade/rollback) is in progress";
            return Err(ActionError::new(text));
        }
        let original = match status {
            DEPLOYED => last.clone(),
            _ => match actions.deployed(&name) {
                Err(Error::NoDeployed(_)) if [FAILED, SUPERSEDED].contains(&status) => last.clone(),
                other => other?,
            },
        };
        actions.reuse(source, &original, self.reuse)?;
        let release = &mut source.request.release;
        release.namespace.clone_from(&original.namespace);
        release.revision = last.version + 1;
        (release.is_upgrade, release.is_install) = (true, false);
        let wants_crds = self.apply_crds || actions.review.is_some();
        let mut crds = Vec::new();
        let mut meanwhile = |prepared: &Prepared<'_>| {
            if wants_crds {
                crds = crd_files(prepared)?;
            }
            actions.cluster.server_info().map_err(ActionError::from)
        };
        let rendered = source.render(actions, self.dry_run, &mut meanwhile)?;
        source.check_labels()?;
        let server_side = server_side(&self.server_side, &last.apply_method)?;
        let upgraded = record(actions, source, rendered, (&original, &last), server_side);
        if !self.dry_run.is_on() {
            actions.review(&Plan {
                cluster: actions.cluster,
                storage: actions.storage,
                last: Some(&original),
                next: &upgraded,
                crds: &crds,
                writes_crds: self.apply_crds,
                server_side,
                force_conflicts: self.force_conflicts,
                force_replace: self.force_replace,
                take_ownership: self.take_ownership,
                creates_namespace: false,
                skip_hooks: self.no_hooks,
            })?;
            if self.apply_crds {
                // Of a client's own merge there is no old text to begin with.
                let method = Method::create(true, true)?;
                apply::apply_crds(&actions.applier(method), &crds)?;
            }
        }
        let target = actions
            .cluster
            .build(&upgraded.manifest, !self.skip_validation)?;
        Ok(Work {
            original,
            upgraded,
            server_side,
            current: Vec::new(),
            target,
            waiting: self.waiting.with_undo(self.undoes, actions.is_helm_3()),
        })
    }

    /// Compares both manifests, and looks for what is there already.
    fn check(&self, actions: &Actions<'_>, work: &mut Work) -> Result<(), ActionError> {
        work.current = actions.current_resources(&work.original.manifest, true)?;
        let owner = Owner {
            name: &work.upgraded.name,
            namespace: &work.upgraded.namespace,
        };
        apply::claim(&mut work.target, &owner);
        let is_same = |a: &Resource, b: &Resource| a.is_same_object(b) && a.version == b.version;
        let mut new = work.target.clone();
        new.retain(|one| !work.current.iter().any(|other| is_same(one, other)));
        let adopted = actions.adopted(&new, &owner, self.take_ownership, "update")?;
        work.current.extend(adopted);
        Ok(())
    }

    /// Does the upgrade; `created` becomes what it made, before an error too.
    fn perform(
        &self,
        actions: &Actions<'_>,
        work: &mut Work,
        created: &mut Vec<Resource>,
    ) -> Result<(), ActionError> {
        let running = Running {
            waiting: work.waiting,
            server_side: work.server_side,
        };
        if !self.no_hooks {
            let ran = actions.run_hooks(&mut work.upgraded, "pre-upgrade", &running);
            ran.map_err(|error| error.context("pre-upgrade hooks failed"))?;
        }
        let method = Method::update(MethodFlags {
            server_side: work.server_side,
            force_conflicts: self.force_conflicts,
            force_replace: self.force_replace,
            three_way: false,
            migrate: work.server_side && work.original.apply_method.is_of_client(),
        });
        let updated = method.and_then(|method| {
            let (changes, result) = actions.apply(method, &work.current, &mut work.target);
            *created = changes.created;
            if self.recreate_pods && result.is_ok() {
                actions.recreate_pods(&changes.updated, &work.target);
            }
            result
        });
        let ready = updated.and_then(|()| actions.wait(&work.target, &work.waiting));
        if let Err(error) = ready {
            actions.try_update(&work.original);
            return Err(error.into());
        }
        if !self.no_hooks {
            let ran = actions.run_hooks(&mut work.upgraded, "post-upgrade", &running);
            ran.map_err(|error| error.context("post-upgrade hooks failed"))?;
        }
        work.original.info.status = Status(SUPERSEDED.to_owned());
        actions.try_update(&work.original);
        let description = given_or(&self.description, "Upgrade complete");
        work.upgraded.set_status(DEPLOYED, description);
        Ok(())
    }

    /// Records what failed; cleans up, or rolls back.
    fn fail(
        &self,
        actions: &Actions<'_>,
        work: Work,
        created: &[Resource],
        error: ActionError,
    ) -> ActionError {
        let mut record = work.upgraded;
        let name = record.name.clone();
        let attributes = vec![("name", name.clone()), ("error", error.to_string())];
        actions.log(Level::Warn, "upgrade failed", attributes);
        let description = format!("Upgrade {} failed: {error}", quote(name.as_bytes()));
        record.set_status(FAILED, &description);
        actions.try_update(&record);
        if self.cleans_up
            && let Err(second) = actions.clean_up(created)
        {
            return second.context(format_args!(
                "an error occurred while cleaning up resources. original upgrade error: {error}"
            ));
        }
        match self.undoes {
            true => self.roll_back(actions, &name, &work.waiting, error),
            false => error,
        }
    }

    /// Rolls back to the last revision that was a success.
    fn roll_back(
        &self,
        actions: &Actions<'_>,
        name: &str,
        waiting: &Waiting,
        error: ActionError,
    ) -> ActionError {
        let history = match actions.history(name) {
            Ok(history) => history,
            Err(second) => {
                return ActionError::from(second).context(format_args!(
                    "an error occurred while finding last successful release. original upgrade error: {error}"
                ));
            }
        };
        // Failed revisions are not superseded before the next one succeeds.
        let is_success =
            |record: &&Record| [SUPERSEDED, DEPLOYED].contains(&record.info.status.as_str());
        let Some(last) = history.iter().rev().find(is_success) else {
            return error.context(
                "unable to find a previously successful release when attempting to rollback. original upgrade error",
            );
        };
        let rollback = Rollback {
            dry_run: DryRun::No,
            revision: last.version,
            server_side: self.server_side.clone(),
            force_conflicts: self.force_conflicts,
            force_replace: self.force_replace,
            no_hooks: self.no_hooks,
            waiting: *waiting,
            cleans_up: false,
            max_history: 0,
            recreate_pods: self.recreate_pods,
        };
        let flag = actions.undo_flag();
        match rollback.run(actions, name) {
            Ok(()) => error.context(format_args!(
                "release {name} failed, and has been rolled back due to {flag} being set"
            )),
            Err(second) => second.context(format_args!(
                "an error occurred while rolling back the release. original upgrade error: {error}"
            )),
        }
    }
}

impl Actions<'_> {
    /// The resources of the manifest of a revision that is to be changed.
    pub(super) fn current_resources(
        &self,
        manifest: &str,
        is_upgrade: bool,
    ) -> Result<Vec<Resource>, ActionError> {
        self.cluster.build(manifest, false).map_err(|error| {
            let is_removed = is_upgrade
                && error
                    .message
                    .contains("unable to recognize \"\": no matches for kind");
            let words = match is_removed {
                true => {
                    "current release manifest contains removed kubernetes api(s) for this kubernetes version and it is \
                     therefore unable to build the kubernetes objects for performing the diff. error from kubernetes"
                }
                false => "unable to build kubernetes objects from current release manifest",
            };
            ActionError::from(error).context(words)
        })
    }

    /// Brings resources from one manifest to the next. Helm 4 warns of those that the old one did not have.
    pub(super) fn apply(
        &self,
        method: Method,
        old: &[Resource],
        new: &mut [Resource],
    ) -> (Changes, Result<(), ClusterError>) {
        let (changes, result) = self.applier(method).update(old, new);
        for resource in &changes.foreign {
            let message = "resource exists on cluster but not in original release, using cluster state as baseline";
            let attributes = vec![
                ("namespace", resource.namespace.clone()),
                ("name", resource.name.clone()),
                ("kind", resource.kind.clone()),
            ];
            self.log(Level::Warn, message, attributes);
        }
        (changes, result)
    }

    /// Deletes what a failed action made.
    pub(super) fn clean_up(&self, created: &[Resource]) -> Result<(), ActionError> {
        if created.is_empty() {
            return Ok(());
        }
        let deleted = apply::delete(self.cluster, created, Propagation::Background);
        deleted.map_err(|errors| {
            ActionError::new(joined(&errors, ", ")).context("unable to cleanup resources")
        })
    }
}

/// The record of a new revision.
fn record(
    actions: &Actions<'_>,
    source: &Source<'_>,
    rendered: Rendered,
    (original, last): (&Record, &Record),
    server_side: bool,
) -> Record {
    Record {
        name: source.request.release.name.clone(),
        namespace: original.namespace.clone(),
        info: Info {
            first_deployed: original.info.first_deployed.clone(),
            last_deployed: actions.now(),
            status: Status(PENDING_UPGRADE.to_owned()),
            description: "Preparing upgrade".to_owned(),
            notes: rendered.notes,
            ..Info::default()
        },
        chart: Some(rendered.chart),
        config: rendered.config,
        manifest: rendered.manifest,
        hooks: rendered.hooks,
        version: last.version + 1,
        apply_method: ApplyMethod::new(server_side),
        labels: merge_labels(&last.labels, &source.labels),
    }
}

/// The labels of the last revision with new ones over them; the text `null` takes one away.
fn merge_labels(
    last: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut labels = last.clone();
    labels.extend(new.clone());
    labels.retain(|_, value| value != "null");
    labels
}

/// Whether the server applies, by the flag and by what was done before.
pub(super) fn server_side(flag: &str, before: &ApplyMethod) -> Result<bool, ActionError> {
    match flag {
        "auto" => Ok(before.0 == "ssa"),
        "false" => Ok(false),
        "true" => Ok(true),
        other => Err(ActionError::new(format!(
            "invalid/unknown release server-side apply method: {other}"
        ))),
    }
}

impl ApplyMethod {
    /// Returns true if the client applied.
    pub(super) fn is_of_client(&self) -> bool {
        matches!(&*self.0, "" | "csa")
    }
}
