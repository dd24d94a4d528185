//! What single steps read from a cluster, where they are asked to.

use super::account::Account;
use super::side::{self, Side};
use super::{Endpoints, Kubeconfig, Secret, both};
use crate::cli::kubeconfig;
use crate::cli::namespace::variable;
use crate::cli::terminal::CliError;
use crate::multicluster::{ClusterName, Server};
use crate::profile::Profile;
use ::cluster::Settings;
use kubernetes::kubeconfig::Kubeconfig as Files;

/// The settings of the context that flags name.
fn settings(kubeconfig: Option<&String>, context: Option<&String>) -> Settings {
    let files = kubeconfig::load(kubeconfig.map(String::as_str), &variable);
    Settings {
        kubeconfig: Some(files.map(|files| Files::new(&files).merged())),
        context: context.cloned().unwrap_or_default(),
        user_agent: "rhelm".to_owned(),
        ..Settings::default()
    }
}

impl Endpoints {
    pub(super) fn pods_of_cluster(&self) -> Result<Vec<u8>, CliError> {
        let context = self.global.last("kube-context").unwrap_or_default();
        let settings = side::settings(&self.global, context, &Profile::default());
        let namespace = self.namespace.as_deref().unwrap_or("istio-system");
        let control = Side::connect("control", &settings, namespace)?;
        let path = match self.namespace {
            Some(_) => control.path("pods", ""),
            None => "/api/v1/pods".to_owned(),
        };
        Ok(control.find(&path)?.unwrap_or_default())
    }
}

impl Kubeconfig {
    /// The Secret with an account's token, and its name for errors.
    pub(super) fn secret_of_cluster(&self, account: &str) -> Result<(String, Vec<u8>), CliError> {
        let settings = settings(self.kubeconfig.as_ref(), self.context.as_ref());
        let remote = Side::connect("remote", &settings, &self.namespace)?;
        let name = format!("{account}-token");
        let text = remote.find(&remote.path("secrets", &name))?;
        let place = format!("Secret {name}");
        text.map(|text| (place, text))
            .ok_or_else(|| remote.error(format!("there is no Secret {name} in {}", self.namespace)))
    }
}

impl Secret {
    /// The kubeconfig for an account of the context's cluster.
    pub(super) fn kubeconfig_of_cluster(
        &self,
        name: &ClusterName,
        account: &str,
    ) -> Result<Vec<u8>, CliError> {
        let settings = settings(self.kubeconfig.as_ref(), self.context.as_ref());
        let remote = Side::connect("remote", &settings, &self.namespace)?;
        let mut door = both::door(self.kubeconfig.as_deref(), &settings.context)?;
        if let Some(url) = &self.server {
            door.server = Server::parse("--server", url).map_err(CliError::new)?;
        }
        let account = Account {
            remote: &remote,
            name: account,
        };
        account.kubeconfig(name, &door)
    }
}
