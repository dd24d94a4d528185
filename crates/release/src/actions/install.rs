//! `helm install`.

use super::super::apply::{self, Method, MethodFlags, Owner};
use super::super::cluster::{Resource, WaitStrategy};
use super::super::error::Error;
use super::super::memory::Memory;
use super::super::no_cluster::NoCluster;
use super::super::record::status::{DEPLOYED, FAILED, PENDING_INSTALL, SUPERSEDED, UNINSTALLED};
use super::super::record::{ApplyMethod, Info, Record, Status};
use super::hooks::Running;
use super::review::{Plan, crd_files};
use super::source::Rendered;
use super::{ActionError, Actions, DryRun, Source, Uninstall, Waiting, given_or};
use compat::notice::Level;
use engine::action::check_name;
use engine::values::Prepared;
use gostd::strconv::quote;

/// The flags of an install.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Install {
    pub dry_run: DryRun,
    /// `--server-side`; Helm 3 knows only the client's.
    pub server_side: bool,
    pub force_conflicts: bool,
    /// `--force-replace`, Helm 3's `--force`.
    pub force_replace: bool,
    pub create_namespace: bool,
    pub no_hooks: bool,
    pub replace: bool,
    pub waiting: Waiting,
    pub description: String,
    /// `--atomic`, `--rollback-on-failure`: what fails is uninstalled.
    pub undoes: bool,
    pub skip_crds: bool,
    pub skip_validation: bool,
    pub take_ownership: bool,
}

impl Install {
    /// Installs a chart and returns the record of its release.
    ///
    /// # Errors
    /// Helm's text. What was done before is recorded with a release that failed.
    pub fn run(
        &self,
        actions: &Actions<'_>,
        source: &mut Source<'_>,
    ) -> Result<Record, ActionError> {
        let is_client_only = self.dry_run == DryRun::Client && !actions.is_helm_3();
        if !is_client_only {
            return self.run_on(actions, source);
        }
        // Helm asks no cluster, and forgets all releases.
        let (cluster, storage) = (NoCluster::default(), Memory::default());
        let actions = Actions {
            cluster: &cluster,
            storage: &storage,
            ..*actions
        };
        self.run_on(&actions, source)
    }

    fn run_on(
        &self,
        actions: &Actions<'_>,
        source: &mut Source<'_>,
    ) -> Result<Record, ActionError> {
        actions.reach_for_install()?;
        if source.hides_secrets && !self.dry_run.is_on() {
            return Err(actions.secrets_without_dry_run(true));
        }
        let waiting = self.waiting.with_undo(self.undoes, actions.is_helm_3());
        self.check_name(actions, source)?;
        // Helm makes kinds before it renders. Where somebody looks at it first, nothing is made before that.
        let is_reviewed = actions.review.is_some() && !self.dry_run.is_on();
        let mut crds = Vec::new();
        let mut meanwhile = |prepared: &Prepared<'_>| {
            crds = crd_files(prepared)?;
            if !is_reviewed {
                self.install_crds(actions, &crds, waiting.strategy)?;
            }
            actions.cluster.server_info().map_err(ActionError::from)
        };
        let rendered = source.render(actions, self.dry_run, &mut meanwhile)?;
        let mut record = self.record(actions, source, rendered);
        if is_reviewed {
            actions.review(&self.plan(actions, &record, &crds))?;
            if !self.skip_crds && !crds.is_empty() {
                self.install_crds(actions, &crds, waiting.strategy)?;
                // Templates may ask for the new kinds.
                let mut server =
                    |_: &Prepared<'_>| actions.cluster.server_info().map_err(ActionError::from);
                let rendered = source.render(actions, self.dry_run, &mut server)?;
                record = self.record(actions, source, rendered);
            }
        }
        // An upgrade that is only rendered (`template --is-upgrade`) finds its own resources there.
        let adopts = !(source.request.release.is_upgrade && self.dry_run.is_on());
        let (mut resources, adopted) = self.resources(actions, &record, adopts)?;
        if self.dry_run.is_on() {
            "Dry run complete".clone_into(&mut record.info.description);
            return Ok(record);
        }
        actions.check_size(&record)?;
        if self.create_namespace {
            let method = Method::create(self.server_side, false)?;
            apply::create_namespace(&actions.applier(method), &record.namespace)?;
        }
        if self.replace {
            actions.replace(&mut record)?;
        }
        actions.create(&record, 0)?;
        let result = self.perform(actions, &mut record, &mut resources, &adopted, &waiting);
        match result {
            Ok(()) => Ok(record),
            Err(error) => Err(self.fail(actions, record, error, waiting)),
        }
    }

    pub(super) fn check_name(
        &self,
        actions: &Actions<'_>,
        source: &Source<'_>,
    ) -> Result<(), ActionError> {
        let mut notices = Vec::new();
        let checked = check_name(&source.request, &mut notices);
        (actions.notify)(&notices);
        checked.map_err(ActionError::of)?;
        if self.dry_run.is_on() {
            return Ok(());
        }
        let Ok(last) = actions.last(&source.request.release.name) else {
            return Ok(());
        };
        let status = last.info.status.as_str();
        if self.replace && [UNINSTALLED, FAILED].contains(&status) {
            return Ok(());
        }
        if actions.is_helm_3() {
            let text = "cannot re-use a name that is still in use";
            return Err(ActionError::new(text));
        }
        let text = "cannot reuse a name that is still in use";
        let message = "release name check failed";
        actions.log(Level::Error, message, vec![("error", text.to_owned())]);
        Err(ActionError::new(text).context(message))
    }

    fn install_crds(
        &self,
        actions: &Actions<'_>,
        files: &[(String, String)],
        strategy: WaitStrategy,
    ) -> Result<(), ActionError> {
        if self.skip_crds || files.is_empty() {
            return Ok(());
        }
        if self.dry_run.is_on() {
            actions.warn_of_crds(self.dry_run);
            return Ok(());
        }
        let method = Method::create(self.server_side, self.force_conflicts)?;
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        Ok(apply::install_crds(
            &actions.applier(method),
            &files,
            strategy,
        )?)
    }

    fn plan<'p>(
        &self,
        actions: &Actions<'p>,
        next: &'p Record,
        crds: &'p [(String, String)],
    ) -> Plan<'p> {
        Plan {
            cluster: actions.cluster,
            storage: actions.storage,
            last: None,
            next,
            crds,
            writes_crds: !self.skip_crds,
            server_side: self.server_side,
            force_conflicts: self.force_conflicts,
            force_replace: self.force_replace,
            take_ownership: self.take_ownership,
            creates_namespace: self.create_namespace,
            skip_hooks: self.no_hooks,
        }
    }

    pub(super) fn record(
        &self,
        actions: &Actions<'_>,
        source: &Source<'_>,
        rendered: Rendered,
    ) -> Record {
        let now = actions.now();
        Record {
            name: source.request.release.name.clone(),
            namespace: source.request.release.namespace.clone(),
            info: Info {
                first_deployed: now.clone(),
                last_deployed: now,
                status: Status(PENDING_INSTALL.to_owned()),
                description: "Initial install underway".to_owned(),
                notes: rendered.notes,
                ..Info::default()
            },
            chart: Some(rendered.chart),
            config: rendered.config,
            manifest: rendered.manifest,
            hooks: rendered.hooks,
            version: 1,
            apply_method: ApplyMethod::new(self.server_side),
            labels: source.labels.clone(),
        }
    }

    /// The resources of the manifest, and those of them that are there already.
    fn resources(
        &self,
        actions: &Actions<'_>,
        record: &Record,
        adopts: bool,
    ) -> Result<(Vec<Resource>, Vec<Resource>), ActionError> {
        let mut resources = actions.resources(&record.manifest, self.skip_validation)?;
        let owner = Owner {
            name: &record.name,
            namespace: &record.namespace,
        };
        apply::claim(&mut resources, &owner);
        if !adopts {
            return Ok((resources, Vec::new()));
        }
        let adopted = actions.adopted(&resources, &owner, self.take_ownership, "install")?;
        Ok((resources, adopted))
    }

    fn perform(
        &self,
        actions: &Actions<'_>,
        record: &mut Record,
        resources: &mut [Resource],
        adopted: &[Resource],
        waiting: &Waiting,
    ) -> Result<(), ActionError> {
        let running = Running {
            waiting: *waiting,
            server_side: self.server_side,
        };
        if !self.no_hooks {
            let ran = actions.run_hooks(record, "pre-install", &running);
            ran.map_err(|error| error.context("failed pre-install"))?;
        }
        if !resources.is_empty() && adopted.is_empty() {
            let method = Method::create(self.server_side, false)?;
            actions.applier(method).create(resources)?;
        } else if !resources.is_empty() {
            let method = Method::update(MethodFlags {
                server_side: self.server_side,
                force_conflicts: self.force_conflicts,
                force_replace: self.force_replace,
                three_way: self.take_ownership && !self.server_side,
                migrate: true,
            })?;
            actions.apply(method, adopted, resources).1?;
        }
        actions.wait(resources, waiting)?;
        if !self.no_hooks {
            let ran = actions.run_hooks(record, "post-install", &running);
            ran.map_err(|error| error.context("failed post-install"))?;
        }
        let description = given_or(&self.description, "Install complete");
        record.set_status(DEPLOYED, description);
        if let Err(error) = actions.update(record) {
            let attributes = vec![("error", error.to_string())];
            actions.log(Level::Error, "failed to record the release", attributes);
        }
        Ok(())
    }

    /// Records what failed, or uninstalls it.
    fn fail(
        &self,
        actions: &Actions<'_>,
        mut record: Record,
        error: ActionError,
        waiting: Waiting,
    ) -> ActionError {
        let name = &record.name;
        let description = format!("Release {} failed: {error}", quote(name.as_bytes()));
        if !self.undoes {
            record.set_status(FAILED, &description);
            actions.update(&record).ok();
            return error;
        }
        let uninstall = Uninstall {
            no_hooks: self.no_hooks,
            waiting: match actions.is_helm_3() {
                // Helm 3 passes no `--wait` on.
                true => Waiting {
                    strategy: WaitStrategy::HookOnly,
                    ..waiting
                },
                false => waiting,
            },
            ..Uninstall::default()
        };
        let flag = actions.undo_flag();
        match uninstall.run(actions, name) {
            Ok(_) => error.context(format_args!(
                "release {name} failed, and has been uninstalled due to {flag} being set"
            )),
            Err(second) => second.context(format_args!(
                "an error occurred while uninstalling the release. original install error: {error}"
            )),
        }
    }
}

impl Actions<'_> {
    pub(super) fn reach_for_install(&self) -> Result<(), ActionError> {
        let Err(error) = self.cluster.reach() else {
            return Ok(());
        };
        if self.is_helm_3() {
            return Err(error.into());
        }
        let text = format!("cluster reachability check failed: {error}");
        self.log(Level::Error, &text, Vec::new());
        Err(ActionError::new(text))
    }

    /// Helm 4 says that CRDs are not installed in a dry run that asks the server.
    pub(super) fn warn_of_crds(&self, dry_run: DryRun) {
        let text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.";
        if dry_run == DryRun::Server {
            self.log(Level::Warn, text, Vec::new());
        }
    }

    /// The resources of a manifest that is to be installed.
    pub(super) fn resources(
        &self,
        manifest: &str,
        skip_validation: bool,
    ) -> Result<Vec<Resource>, ActionError> {
        self.cluster
            .build(manifest, !skip_validation)
            .map_err(|error| {
                let text = "unable to build kubernetes objects from release manifest";
                ActionError::from(error).context(text)
            })
    }

    /// The error on `--hide-secret` without a dry run. Helm 4 logs it of an install.
    pub(super) fn secrets_without_dry_run(&self, is_install: bool) -> ActionError {
        if self.is_helm_3() {
            return ActionError::new("Hiding Kubernetes secrets requires a dry-run mode");
        }
        let text = "hiding Kubernetes secrets requires a dry-run mode";
        if is_install {
            self.log(Level::Error, text, Vec::new());
        }
        ActionError::new(text)
    }

    /// The name by which errors call the flag that undoes what failed.
    pub(super) fn undo_flag(&self) -> &'static str {
        match self.is_helm_3() {
            true => "atomic",
            false => "rollback-on-failure",
        }
    }

    /// The resources that are there already and become the release's.
    pub(super) fn adopted(
        &self,
        resources: &[Resource],
        owner: &Owner<'_>,
        takes_all: bool,
        action: &str,
    ) -> Result<Vec<Resource>, ActionError> {
        let owner = (!takes_all).then_some(owner);
        let there = apply::existing(self.cluster, resources, owner, self.profile);
        there.map_err(|error| {
            let unable = if self.is_helm_3() { "Unable" } else { "unable" };
            ActionError::from(error).context(format_args!("{unable} to continue with {action}"))
        })
    }

    /// Makes a record follow the last one of a release that is gone.
    fn replace(&self, record: &mut Record) -> Result<(), Error> {
        let Ok(mut last) = self.last(&record.name) else {
            return Ok(());
        };
        record.version = last.version + 1;
        if last.info.status.as_str() == FAILED {
            return Ok(());
        }
        last.set_status(SUPERSEDED, "superseded by new release");
        self.update(&last)
    }
}

impl Record {
    /// Sets the status, and why it is so.
    pub(super) fn set_status(&mut self, status: &str, description: &str) {
        self.info.status = Status(status.to_owned());
        description.clone_into(&mut self.info.description);
    }
}

impl ApplyMethod {
    /// The method that a record tells of.
    pub(super) fn new(server_side: bool) -> ApplyMethod {
        ApplyMethod(if server_side { "ssa" } else { "csa" }.to_owned())
    }
}
