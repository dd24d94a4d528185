//! `multicluster join`: the whole guide, on both clusters.

use super::account::{self, Account, Door};
use super::chart::ChartRelease;
use super::checks::Checks;
use super::side::Side;
use super::{Generation, both, note, plan::Plan};
use crate::cli::CommandResult;
use crate::cli::compat_flags::{CompatFlags, NoCompat};
use crate::cli::flags;
use crate::cli::terminal::{self, CliError};
use crate::multicluster::{self, ClusterName, Mode, Server};
use crate::profile::Profile;
use clap::Args;
use gostd::host::Host;

/// Join a cluster to a control plane in another one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm multicluster join --control control --remote east\n  \
        rhelm multicluster join --control control --remote east --server https://10.0.0.1:6443\n  \
        rhelm multicluster join --control control --remote east --dry-run\n\n\
        It shows what it will do, and asks. Run it again when pods have moved or a token has ended.")]
pub(super) struct Join {
    #[command(flatten)]
    clusters: both::Clusters,
    /// The URL of the remote cluster's API server, as the control plane reaches it, where it is not the context's
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Join although a check says that it will not work
    #[arg(long)]
    ignore_checks: bool,
    #[command(flatten)]
    generation: Generation,
    #[command(flatten)]
    consent: both::Consent,
    #[command(flatten)]
    helm: flags::HelmVersion,
    #[command(flatten)]
    global: CompatFlags<NoCompat>,
}

/// What is read of both clusters before anything is done.
struct Survey<'j> {
    control: Side,
    remote: Side,
    name: ClusterName,
    mode: Mode,
    door: Door,
    /// Values of `istio-remote`.
    values: String,
    checks: Checks,
    profile: &'j Profile,
}

impl Join {
    pub(super) fn run(&self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let survey = self.survey(&profile)?;
        let plan = survey.plan()?;
        plan.print(&survey.checks.seen)?;
        if !survey.checks.problems.is_empty() {
            let problems = survey.checks.problems.join("\n");
            if !self.ignore_checks {
                return Err(CliError::new(problems)
                    .hint("nothing was changed; --ignore-checks joins all the same"));
            }
            note(&problems);
        }
        if !self.consent.given()? {
            return Ok(());
        }
        survey.join()
    }

    fn survey<'j>(&self, profile: &'j Profile) -> Result<Survey<'j>, CliError> {
        let mode = self.generation.mode();
        let name = self.clusters.name()?;
        let (control, remote) = self.clusters.connect(&self.global, profile)?;
        let door = self.door(&remote)?;
        let pods = control.find(&control.path("pods", ""))?.unwrap_or_default();
        let pods = multicluster::read_pods("pods", &pods).map_err(|e| control.error(e))?;
        let selection = multicluster::select(&pods, Some(&control.namespace), mode);
        let selection = selection.map_err(|error| control.error(error))?;
        let mut checks = Checks::default();
        checks.seen.extend(selection.notes);
        if door.server.is_local() {
            checks.seen.push(format!(
                "{} is this machine: the control plane must reach the server under that URL",
                door.server.as_str()
            ));
        }
        checks.compare_ranges(&control, &remote)?;
        checks.compare_roots(&control, &remote)?;
        let account = Account {
            remote: &remote,
            name: Account::default_name(mode),
        };
        if let Some(token) = account.token()? {
            let now = host::System.now().seconds;
            checks.see_expiry(account.name, &token.token, now);
        }
        Ok(Survey {
            name,
            mode,
            door,
            values: selection.values,
            checks,
            profile,
            control,
            remote,
        })
    }

    /// The server and its CA: the flag's or the context's.
    fn door(&self, remote: &Side) -> Result<Door, CliError> {
        let door = both::door(self.global.last("kubeconfig"), &remote.context);
        let mut door = door.map_err(|error| error.with_prefix(&format!("{}: ", remote.name())))?;
        if let Some(url) = &self.server {
            door.server = Server::parse("--server", url).map_err(CliError::new)?;
        }
        Ok(door)
    }
}

impl Survey<'_> {
    fn reader(&self) -> Option<ChartRelease<'_>> {
        // With istiod, the chart of the services brings the account along.
        (self.mode != Mode::Istiod).then(|| ChartRelease {
            side: &self.remote,
            chart: "istio-reader",
            values: String::new(),
            profile: self.profile,
        })
    }

    fn services(&self) -> ChartRelease<'_> {
        ChartRelease {
            side: &self.remote,
            chart: "istio-remote",
            values: self.values.clone(),
            profile: self.profile,
        }
    }

    /// The steps, by what is there already.
    fn plan(&self) -> Result<Plan, CliError> {
        let mut plan = Plan::default();
        let (control, remote) = (&self.control, &self.remote);
        if remote.find_namespace()?.is_none() {
            plan.add(remote, format!("create the namespace {}", remote.namespace));
        }
        for release in self.reader().iter().chain([&self.services()]) {
            let chart = release.chart;
            plan.add(
                remote,
                match release.revision()? {
                    None => format!("install {chart}"),
                    Some(revision) => format!("upgrade {chart} to revision {}", revision + 1),
                },
            );
        }
        let addresses = self.values.lines().filter_map(|line| {
            let (key, value) = line.strip_prefix("  ")?.split_once(": ")?;
            (!key.starts_with('#')).then(|| format!("{key}: {value}"))
        });
        for address in addresses {
            plan.add(remote, address);
        }
        let secret = account::secret_name(&self.name, self.mode);
        let there = control.find(&control.path("secrets", &secret))?;
        let verb = match &there {
            None => "create",
            Some(text) if both::is_remote_secret(text) => "renew",
            Some(_) => {
                return Err(control.error(format!(
                    "there is a Secret {secret} in {} that is none of a remote cluster: choose another --name",
                    control.namespace
                )));
            }
        };
        let server = self.door.server.as_str();
        plan.add(
            control,
            format!(
                "{verb} the Secret {secret} in {}, with a kubeconfig for {server}",
                control.namespace
            ),
        );
        Ok(plan)
    }

    fn join(&self) -> CommandResult {
        if let Some(reader) = self.reader() {
            reader.bring()?;
        }
        self.services().bring()?;
        if self.mode == Mode::Istiod {
            self.remote.apply(&self.marked_namespace())?;
        }
        let account = Account {
            remote: &self.remote,
            name: Account::default_name(self.mode),
        };
        let kubeconfig = account.kubeconfig(&self.name, &self.door)?;
        account::check_kubeconfig(&self.remote, &kubeconfig)?;
        let namespace = &self.control.namespace;
        let secret = account::remote_secret(&self.name, &kubeconfig, namespace, self.mode)?;
        self.control.apply(&secret)?;
        let (remote, control) = (self.remote.name(), self.control.name());
        terminal::print(format!("{remote} is joined to {control} as {}\n", self.name).as_bytes())
    }

    /// The namespace with the marks by which istiod takes it for a remote one of its own.
    fn marked_namespace(&self) -> Vec<u8> {
        let namespace = serde_json::json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": self.remote.namespace,
                "annotations": {"topology.istio.io/controlPlaneClusters": "*"},
            },
        });
        namespace.to_string().into_bytes()
    }
}
