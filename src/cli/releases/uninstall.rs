//! `rhelm uninstall`: Helm's `uninstall` command.

use super::change::{Doing, failure, with_actions_in};
use super::contexts::Contexts;
use super::progress::ProgressFlag;
use crate::cli::compat_flags::{CompatFlags, Tables, UninstallRelease};
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags, usage};
use crate::profile::Profile;
use ::release::actions::{self, Actions};
use ::release::{Error, Propagation};
use clap::Args;
use std::collections::BTreeSet;

/// Uninstall releases.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm uninstall web\n  \
        rhelm uninstall web api -n prod --keep-history\n  \
        rhelm delete --purge istio-remote")]
pub(in crate::cli) struct Uninstall {
    /// The releases' names
    #[arg(value_name = "NAME", num_args = 0..)]
    names: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    progress: ProgressFlag,
    #[command(flatten)]
    contexts: Contexts,

    #[command(flatten)]
    compat: CompatFlags<UninstallRelease>,
}

impl Uninstall {
    pub(in crate::cli) fn run(self) -> CommandResult {
        if let Some(result) = self.contexts.run(&self.compat) {
            return result;
        }
        let compat = &self.compat;
        let profile = compat.with_debug_level(self.helm.profile()?);
        compat.check(&profile)?;
        if self.names.is_empty() {
            let usage = "uninstall RELEASE_NAME [...] [flags]";
            return Err(usage::too_few_arguments("uninstall", usage));
        }
        let propagation = match compat.last("cascade") {
            None | Some("background") => Propagation::Background,
            Some("foreground") => Propagation::Foreground,
            Some("orphan") => Propagation::Orphan,
            Some(value) => {
                return Err(CliError::new(format!(
                    "invalid cascade value ({value}). Must be \"background\", \"foreground\", or \"orphan\""
                )));
            }
        };
        let uninstall = actions::Uninstall {
            dry_run: compat.is_on("dry-run"),
            no_hooks: compat.is_on("no-hooks"),
            ignore_not_found: compat.is_on("ignore-not-found"),
            keep_history: compat.is_on("keep-history"),
            waiting: compat.waiting(&profile),
            propagation,
            description: compat.text("description"),
        };
        let doing = Doing {
            progress: self.progress.start(),
            ..Doing::default()
        };
        let one = |actions: &Actions<'_>, name: &str| {
            let uninstalled = uninstall.run(actions, name).map_err(failure)?;
            if !uninstalled.kept.is_empty() {
                terminal::print(format!("{}\n", uninstalled.kept).as_bytes())?;
            }
            terminal::print(format!("release \"{name}\" uninstalled\n").as_bytes())
        };
        if !compat.is_on("purge") {
            return with_actions_in(&compat.namespace(), &doing, compat, &profile, |actions| {
                self.names.iter().try_for_each(|name| one(actions, name))
            });
        }
        self.names.iter().try_for_each(|name| {
            let namespace = self.namespace_of(name, &profile)?;
            with_actions_in(&namespace, &doing, compat, &profile, |actions| {
                one(actions, name)
            })
        })
    }

    /// The namespace of a release. In Helm 2, whose flag `--purge` is, names were those of the whole cluster: unless the user
    /// names a namespace, the release's own counts.
    fn namespace_of(&self, name: &str, profile: &Profile) -> Result<String, CliError> {
        let namespace = self.compat.namespace();
        if self.compat.namespace_source().is_some() {
            return Ok(namespace);
        }
        let namespaces = namespaces_of(name, &self.compat, profile)?;
        match &*namespaces {
            [] => Ok(namespace),
            _ if namespaces.contains(&namespace) => Ok(namespace),
            [only] => Ok(only.clone()),
            several => Err(CliError::new(format!(
                "there are releases {name} in the namespaces {}: name one with --namespace",
                several.join(", ")
            ))),
        }
    }
}

/// The namespaces that have releases of a name.
fn namespaces_of<T: Tables>(
    name: &str,
    compat: &CompatFlags<T>,
    profile: &Profile,
) -> Result<Vec<String>, CliError> {
    with_actions_in("", &Doing::default(), compat, profile, |actions| {
        let records = match actions.storage.query(&[("name", name), ("owner", "helm")]) {
            Ok(records) => records,
            Err(Error::NotFound) => Vec::new(),
            Err(error) => return Err(CliError::new(error)),
        };
        let records = records.iter().filter_map(|stored| stored.record().ok());
        let namespaces = records.map(|record| record.namespace);
        Ok(namespaces
            .collect::<BTreeSet<String>>()
            .into_iter()
            .collect())
    })
}
