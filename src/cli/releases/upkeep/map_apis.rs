//! `rhelm release map-apis`: API versions that are gone, replaced in stored manifests.

use super::{Common, prompt_to_go_on};
use crate::cli::CommandResult;
use crate::cli::releases::change::{Doing, failure, with_actions};
use crate::cli::terminal::{self, CliError};
use crate::profile::Profile;
use crate::render::KubeVersion;
use ::release::actions::{Actions, Mapping};
use clap::Args;

/// Replace API versions.
#[derive(Debug, Args)]
pub(super) struct MapApis {
    /// The release's name
    #[arg(value_name = "NAME")]
    name: String,
    /// The Kubernetes that the manifest is for [default: that of the cluster]
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Only show what would be replaced
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    common: Common,
}

impl MapApis {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        let (compat, name) = (&self.common.compat, &self.name);
        with_actions(&Doing::default(), compat, &profile, |actions| {
            let minor = minor_version(self.kube_version.as_deref(), actions, &profile)?;
            let (record, mappings) = actions.map_apis(name, minor).map_err(failure)?;
            if mappings.is_empty() {
                let text =
                    format!("release {name}: Kubernetes 1.{minor} has all its API versions\n");
                return terminal::print(text.as_bytes());
            }
            terminal::print(list(&mappings).as_bytes())?;
            let can_map = mappings.iter().any(|one| one.to.is_some());
            if self.dry_run || !can_map {
                return Ok(());
            }
            prompt_to_go_on(self.yes, "store them as a new revision")?;
            let record = actions.store_mapped(record).map_err(failure)?;
            let text = format!("release {name}: revision {} is stored\n", record.version);
            terminal::print(text.as_bytes())
        })
    }
}

/// The minor version of the flag, or that of the cluster.
pub(super) fn minor_version(
    flag: Option<&str>,
    actions: &Actions<'_>,
    profile: &Profile,
) -> Result<u16, CliError> {
    let version = match flag {
        Some(text) => {
            let version = KubeVersion::parse(text, profile);
            version
                .map_err(|error| CliError::new(format!("invalid kube version '{text}': {error}")))?
        }
        None => {
            let server = actions.cluster.server_info().map_err(CliError::new)?;
            let mut capabilities = crate::render::Capabilities::new(profile);
            server.tell(&mut capabilities);
            capabilities.kube_version
        }
    };
    let minor = version.minor_number();
    minor.ok_or_else(|| CliError::new(format!("{} is no version of Kubernetes 1", version.version)))
}

fn list(mappings: &[Mapping]) -> String {
    let lines = mappings.iter().map(|one| match &one.to {
        Some(to) => format!("{}: {} becomes {to}\n", one.resource, one.from),
        None => format!(
            "{}: {} is gone, and nothing takes its place: delete it with its chart's next version\n",
            one.resource, one.from
        ),
    });
    lines.collect()
}
