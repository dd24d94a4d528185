//! What `join` and `leave` share: both contexts, the cluster's name, the user's consent.

use super::account::Door;
use super::side::{self, Side};
use super::{default_kubeconfigs, display_name, of_context, read};
use crate::cli::compat_flags::{CompatFlags, NoCompat};
use crate::cli::prompt;
use crate::cli::terminal::CliError;
use crate::multicluster::{ClientConfig, ClusterName};
use crate::profile::Profile;
use clap::Args;

/// The clusters.
#[derive(Debug, Args)]
pub(super) struct Clusters {
    /// The kubeconfig's context of the cluster with the control plane
    #[arg(long, value_name = "CONTEXT")]
    control: String,
    /// The kubeconfig's context of the cluster that joins
    #[arg(long, value_name = "CONTEXT")]
    remote: String,
    /// The cluster's name for the control plane; that of the remote context when left out
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The control plane's namespace, and that of its services in the remote cluster
    #[arg(short, long, value_name = "NAME", default_value = "istio-system")]
    namespace: String,
}

impl Clusters {
    pub(super) fn name(&self) -> Result<ClusterName, CliError> {
        let name = self.name.as_deref().unwrap_or(&self.remote);
        let parsed = ClusterName::parse(name).map_err(CliError::new);
        parsed.map_err(|error| match self.name {
            Some(_) => error,
            None => error.hint("--name gives the cluster a name of its own"),
        })
    }

    /// Connects to both.
    pub(super) fn connect(
        &self,
        global: &CompatFlags<NoCompat>,
        profile: &Profile,
    ) -> Result<(Side, Side), CliError> {
        if self.control == self.remote {
            return Err(CliError::new(
                "--control and --remote are the same context: the control plane's own cluster needs no joining",
            ));
        }
        let settings = |context: &str| side::settings(global, context, profile);
        Ok((
            Side::connect("control", &settings(&self.control), &self.namespace)?,
            Side::connect("remote", &settings(&self.remote), &self.namespace)?,
        ))
    }
}

/// Whether it is done.
#[derive(Debug, Args)]
pub(super) struct Consent {
    /// Do it without a question
    #[arg(short, long)]
    yes: bool,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

impl Consent {
    /// Returns true if the plan that was shown is to be done. Asks on a terminal.
    pub(super) fn given(&self) -> Result<bool, CliError> {
        if self.dry_run {
            return Ok(false);
        }
        if self.yes {
            return Ok(true);
        }
        prompt::consent("Do this")?.ok_or_else(|| {
            CliError::new("nothing was changed: there is nobody to ask")
                .hint("--yes does it without a question, --dry-run only shows it")
        })
    }
}

/// The server and the CA of a context.
pub(super) fn door(kubeconfig: Option<&str>, context: &str) -> Result<Door, CliError> {
    let files = match kubeconfig.filter(|file| !file.is_empty()) {
        None => default_kubeconfigs()?,
        Some(file) => vec![file.to_owned()],
    };
    let mut all: Option<ClientConfig> = None;
    for file in &files {
        let config = ClientConfig::read(display_name(file), &read(file)?).map_err(CliError::new)?;
        all = Some(match all {
            None => config,
            Some(before) => before.and(config),
        });
    }
    let config = all.ok_or_else(|| CliError::new("there is no kubeconfig"))?;
    let context = (!context.is_empty()).then_some(context);
    let context = config.context(context).map_err(CliError::new)?;
    Ok(Door {
        server: context.server().map_err(CliError::new)?,
        tls_server_name: context.tls_server_name(),
        authority: of_context(Some(&context), None)?,
    })
}

/// Returns true for a Secret that makes a cluster known to a control plane.
pub(super) fn is_remote_secret(text: &[u8]) -> bool {
    let secret: serde_json::Value = serde_json::from_slice(text).unwrap_or_default();
    secret.pointer("/metadata/labels/istio~1multiCluster") == Some(&"true".into())
}
