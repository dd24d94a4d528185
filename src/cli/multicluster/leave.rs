//! `multicluster leave`: undoes what `join` did.

use super::account;
use super::chart::ChartRelease;
use super::{Generation, both, plan::Plan};
use crate::cli::CommandResult;
use crate::cli::compat_flags::{CompatFlags, NoCompat};
use crate::cli::flags;
use crate::cli::terminal;
use clap::Args;

/// Take a cluster away from a control plane in another one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm multicluster leave --control control --remote east\n  \
        rhelm multicluster leave --control control --remote east --delete-namespace --yes\n\n\
        It undoes what join did; it shows that, and asks. What is gone already is no error.")]
pub(super) struct Leave {
    #[command(flatten)]
    clusters: both::Clusters,
    /// Delete the namespace in the remote cluster, too, with all that is in it
    #[arg(long)]
    delete_namespace: bool,
    #[command(flatten)]
    generation: Generation,
    #[command(flatten)]
    consent: both::Consent,
    #[command(flatten)]
    helm: flags::HelmVersion,
    #[command(flatten)]
    global: CompatFlags<NoCompat>,
}

impl Leave {
    pub(super) fn run(&self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let name = self.clusters.name()?;
        let (control, remote) = self.clusters.connect(&self.global, &profile)?;
        let mut plan = Plan::default();
        let secret = account::secret_name(&name, self.generation.mode());
        let there = control.find(&control.path("secrets", &secret))?;
        let has_secret = there.is_some_and(|text| both::is_remote_secret(&text));
        if has_secret {
            plan.add(
                &control,
                format!("delete the Secret {secret} in {}", control.namespace),
            );
        }
        let mut releases = Vec::new();
        for chart in ["istio-remote", "istio-reader"] {
            let release = ChartRelease {
                side: &remote,
                chart,
                values: String::new(),
                profile: &profile,
            };
            if release.revision()?.is_some() {
                plan.add(&remote, format!("uninstall {chart}"));
                releases.push(release);
            }
        }
        let goes = self.delete_namespace && remote.find_namespace()?.is_some();
        if goes {
            let namespace = &remote.namespace;
            plan.add(
                &remote,
                format!("delete the namespace {namespace}, with all in it"),
            );
        }
        if !has_secret && releases.is_empty() && !goes {
            return terminal::print(b"nothing is left of a join\n");
        }
        plan.print(&[])?;
        if !self.consent.given()? {
            return Ok(());
        }
        // The control plane stops looking first.
        if has_secret {
            control.delete(&manifest("Secret", &secret))?;
        }
        for release in &releases {
            release.remove()?;
        }
        if goes {
            remote.delete_wholly(&manifest("Namespace", &remote.namespace))?;
        }
        let (remote, control) = (remote.name(), control.name());
        terminal::print(format!("{remote} has left {control}\n").as_bytes())
    }
}

fn manifest(kind: &str, name: &str) -> Vec<u8> {
    let object = serde_json::json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}});
    object.to_string().into_bytes()
}
