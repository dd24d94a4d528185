//! The cluster that the flags, and the environment in their place, lead to (Helm's `EnvSettings`).

use super::compat_flags::{CompatFlags, Tables};
use super::namespace::variable;
use crate::profile::{CommandLine, Profile};
use cluster::Settings;
use kubernetes::kubeconfig::Kubeconfig;

impl<T: Tables> CompatFlags<T> {
    /// The connection's settings.
    pub(super) fn cluster_settings(&self, profile: &Profile) -> Settings {
        let text = |flag: &str, name: &str| {
            let given = self.last(flag).map(str::to_owned);
            given.or_else(|| variable(name)).unwrap_or_default()
        };
        let documents = self
            .kubeconfigs()
            .map(|files| Kubeconfig::new(files).merged());
        let mut as_groups: Vec<String> = self.all("kube-as-group").map(str::to_owned).collect();
        if as_groups.is_empty() {
            let groups = variable("HELM_KUBEASGROUPS").unwrap_or_default();
            let groups = groups.split(',').map(str::trim);
            as_groups.extend(groups.filter(|group| !group.is_empty()).map(str::to_owned));
        }
        Settings {
            kubeconfig: Some(documents.map_err(Clone::clone)),
            context: text("kube-context", "HELM_KUBECONTEXT"),
            server: text("kube-apiserver", "HELM_KUBEAPISERVER"),
            token: text("kube-token", "HELM_KUBETOKEN"),
            as_user: text("kube-as-user", "HELM_KUBEASUSER"),
            as_groups,
            ca_file: text("kube-ca-file", "HELM_KUBECAFILE"),
            is_insecure: self.is_on_or_set(
                "kube-insecure-skip-tls-verify",
                "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
            ),
            tls_server_name: text("kube-tls-server-name", "HELM_KUBETLS_SERVER_NAME"),
            user_agent: format!("Helm/{}", profile.version),
            is_helm_3: profile.command_line == CommandLine::Helm3,
        }
    }
}
