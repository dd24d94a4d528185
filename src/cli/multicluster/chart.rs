//! A bundled chart as a release of a remote cluster.

use super::side::Side;
use crate::action::Request;
use crate::cli::releases::now;
use crate::cli::terminal::{self, CliError};
use crate::profile::{CommandLine, Profile};
use crate::render::{Capabilities, Release, function_table};
use crate::values::{Layers, ReadError, ReadFile};
use ::cluster::{Kind, Records};
use ::release::actions::{self, Actions, DryRun, Install, Reuse, Source, Upgrade, Waiting};
use ::release::{Record, Storage, WaitStrategy};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The time that a release may take: there is nothing to wait for.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A release of a bundled chart, both of one name.
pub(super) struct ChartRelease<'s> {
    pub(super) side: &'s Side,
    pub(super) chart: &'static str,
    /// What is not the chart's default, as YAML.
    pub(super) values: String,
    pub(super) profile: &'s Profile,
}

/// The values of a release, as a file that exists nowhere else.
struct Text<'t>(&'t str);

impl ReadFile for Text<'_> {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.as_bytes().to_vec())
    }
}

impl ChartRelease<'_> {
    /// The revision that is there; none where there is no such release.
    pub(super) fn revision(&self) -> Result<Option<i64>, CliError> {
        let last = self.last()?;
        let last = last.filter(|record| !record.info.status.is_uninstalled());
        Ok(last.map(|record| record.version))
    }

    fn last(&self) -> Result<Option<Record>, CliError> {
        let labels = [("name", self.chart), ("owner", "helm")];
        let records = match self.records().query(&labels) {
            Ok(records) => records,
            Err(::release::Error::NotFound) => return Ok(None),
            Err(error) => return Err(self.side.error(error)),
        };
        let records = records.iter().filter_map(|stored| stored.record().ok());
        Ok(records.max_by_key(|record| record.version))
    }

    fn records(&self) -> Records {
        let cluster = Rc::clone(&self.side.cluster);
        Records::new(cluster, Kind::Secret, &self.side.namespace)
    }

    /// Installs the release, or upgrades it.
    pub(super) fn bring(&self) -> Result<Record, CliError> {
        let last = self.last()?;
        let is_there = last
            .as_ref()
            .is_some_and(|record| !record.info.status.is_uninstalled());
        let replaces = last.is_some();
        let record = self.with_source(|actions, source| match is_there {
            true => self.upgrade().run(actions, source),
            false => self.install(replaces).run(actions, source),
        })?;
        record.map_err(|error| {
            let chart = self.chart;
            let error = CliError::of(error).with_prefix(&format!("{chart}: "));
            error.with_prefix(&format!("{}: ", self.side.name()))
        })
    }

    /// Uninstalls the release, if it is there.
    pub(super) fn remove(&self) -> Result<(), CliError> {
        let uninstall = actions::Uninstall {
            ignore_not_found: true,
            ..actions::Uninstall::default()
        };
        let records = self.records();
        let removed = uninstall.run(&self.actions(&records), self.chart);
        removed.map(drop).map_err(|error| self.side.error(error))
    }

    fn actions<'a>(&'a self, storage: &'a dyn Storage) -> Actions<'a> {
        Actions {
            cluster: &*self.side.cluster,
            storage,
            profile: self.profile,
            clock: &now,
            notify: &|_| {},
            print_log: &terminal::warn,
            review: None,
        }
    }

    fn with_source<R>(
        &self,
        work: impl FnOnce(&Actions<'_>, &mut Source<'_>) -> R,
    ) -> Result<R, CliError> {
        let profile = self.profile;
        let layers = Layers {
            files: vec!["values of the join".to_owned()],
            ..Layers::default()
        };
        let values = layers.read(&mut Text(&self.values), profile);
        let functions = function_table(profile);
        let host = host::System;
        let release = Release::new(self.chart.to_owned(), self.side.namespace.clone());
        let capabilities = Capabilities::new(profile);
        let loaded = crate::bundled::load(self.chart, profile).map_err(CliError::new)?;
        let mut source = Source {
            chart: loaded.chart,
            values: values.map_err(CliError::new)?,
            request: Request::new(*profile, &functions, &host, release, capabilities),
            post_renderer: None,
            subchart_notes: false,
            hides_secrets: false,
            labels: BTreeMap::new(),
        };
        let records = self.records();
        Ok(work(&self.actions(&records), &mut source))
    }

    fn server_side(&self) -> bool {
        self.profile.command_line == CommandLine::Helm4
    }

    fn install(&self, replace: bool) -> Install {
        Install {
            dry_run: DryRun::No,
            server_side: self.server_side(),
            force_conflicts: false,
            force_replace: false,
            create_namespace: true,
            no_hooks: false,
            replace,
            waiting: WAITING,
            description: String::new(),
            undoes: false,
            skip_crds: false,
            skip_validation: false,
            take_ownership: false,
        }
    }

    fn upgrade(&self) -> Upgrade {
        let server_side = if self.server_side() { "auto" } else { "false" };
        Upgrade {
            dry_run: DryRun::No,
            server_side: server_side.to_owned(),
            force_conflicts: false,
            force_replace: false,
            no_hooks: false,
            waiting: WAITING,
            description: String::new(),
            undoes: false,
            cleans_up: false,
            apply_crds: false,
            recreate_pods: false,
            skip_validation: false,
            take_ownership: false,
            reuse: Reuse::Reset,
            max_history: 10,
        }
    }
}

const WAITING: Waiting = Waiting {
    strategy: WaitStrategy::HookOnly,
    jobs: false,
    timeout: TIMEOUT,
};
