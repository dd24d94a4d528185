//! What the command line and the environment say about the cluster.

use goyaml::Node;
use kubernetes::kubeconfig::ReadError;

/// The settings of a connection: Helm's global flags, or the `HELM_KUBE…` variables in their place. Empty texts are not set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The kubeconfigs in one, or the reason why they cannot be read; nothing where there are none.
    pub kubeconfig: Option<Result<Node, ReadError>>,
    /// The context of `--kube-context`.
    pub context: String,
    /// The address of `--kube-apiserver`.
    pub server: String,
    /// The token of `--kube-token`.
    pub token: String,
    /// The user of `--kube-as-user`, whom to impersonate.
    pub as_user: String,
    /// The groups of `--kube-as-group`.
    pub as_groups: Vec<String>,
    /// The certificates of `--kube-ca-file`, a file.
    pub ca_file: String,
    /// Anybody is trusted.
    pub is_insecure: bool,
    /// The name that the server's certificate must have.
    pub tls_server_name: String,
    /// What requests say of the program that makes them.
    pub user_agent: String,
    /// True for Helm 3's beginnings of errors.
    pub is_helm_3: bool,
}
