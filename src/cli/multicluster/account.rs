//! The account with which the control plane reads a remote cluster, and the kubeconfig for it.

use super::side::Side;
use crate::cli::terminal::CliError;
use crate::multicluster::{
    self, Access, Authority, CheckedKubeconfig, ClusterName, Mode, Server, TokenSecret,
};
use ::cluster::Cluster;
use std::thread;
use std::time::{Duration, Instant};

/// The time that Kubernetes may take to fill in a token's Secret.
const PATIENCE: Duration = Duration::from_secs(60);
const ROUND: Duration = Duration::from_millis(200);

/// The means to reach a server, but for the token.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) server: Server,
    pub(super) tls_server_name: Option<String>,
    /// The CA; that of the token's Secret where there is none.
    pub(super) authority: Option<Authority>,
}

/// An account with a Secret for its token.
pub(super) struct Account<'a> {
    pub(super) remote: &'a Side,
    pub(super) name: &'a str,
}

impl Account<'_> {
    /// The account of the bundled charts.
    pub(super) fn default_name(mode: Mode) -> &'static str {
        match mode {
            Mode::Istiod => "istio-reader-service-account",
            _ => "istio-multi",
        }
    }

    /// The token that there is now, if there is one.
    pub(super) fn token(&self) -> Result<Option<TokenSecret>, CliError> {
        let name = format!("{}-token", self.name);
        let Some(text) = self.remote.find(&self.remote.path("secrets", &name))? else {
            return Ok(None);
        };
        Ok(TokenSecret::read(&format!("Secret {name}"), &text).ok())
    }

    /// Waits for the token, which Kubernetes makes once the Secret is there.
    fn await_token(&self) -> Result<TokenSecret, CliError> {
        let start = Instant::now();
        loop {
            if let Some(token) = self.token()? {
                return Ok(token);
            }
            if start.elapsed() > PATIENCE {
                let name = self.name;
                return Err(self.remote.error(format!(
                    "the Secret {name}-token in {} has no token: the chart istio-reader makes it",
                    self.remote.namespace
                )));
            }
            thread::sleep(ROUND);
        }
    }

    /// The kubeconfig for the account, once its token is there.
    pub(super) fn kubeconfig(
        &self,
        cluster: &ClusterName,
        door: &Door,
    ) -> Result<Vec<u8>, CliError> {
        let secret = self.await_token()?;
        let authority = door.authority.clone().or(secret.authority);
        let access = Access {
            server: door.server.clone(),
            tls_server_name: door.tls_server_name.clone(),
            authority: authority.ok_or_else(|| {
                self.remote
                    .error("neither the context nor the token's Secret has a CA")
            })?,
            token: secret.token,
        };
        multicluster::kubeconfig(cluster, &access).map_err(CliError::new)
    }
}

/// Reads the cluster as the control plane will, with its kubeconfig.
pub(super) fn check_kubeconfig(remote: &Side, text: &[u8]) -> Result<(), CliError> {
    let failed = |error: &dyn std::fmt::Display| {
        remote.error(format!("the control plane could not read it: {error}"))
    };
    let cluster = Cluster::of_kubeconfig(text, "rhelm").map_err(|error| failed(&error))?;
    for resource in ["nodes", "pods", "services", "endpoints"] {
        let path = format!("/api/v1/{resource}");
        let read = cluster.get(&path, &[("limit", "1")], (resource, ""));
        read.map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// The Secret that makes a cluster known to the control plane.
pub(super) fn remote_secret(
    name: &ClusterName,
    kubeconfig: &[u8],
    namespace: &str,
    mode: Mode,
) -> Result<Vec<u8>, CliError> {
    let checked = CheckedKubeconfig::read("the kubeconfig", kubeconfig).map_err(CliError::new)?;
    multicluster::remote_secret(name, &checked, namespace, mode).map_err(CliError::new)
}

/// The name of that Secret.
pub(super) fn secret_name(name: &ClusterName, mode: Mode) -> String {
    match mode {
        Mode::Istiod => format!("istio-remote-secret-{name}"),
        _ => name.to_string(),
    }
}
