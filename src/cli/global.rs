//! Flags that every command of Helm takes: of clusters and registries, which rhelm never asks.

use clap::Args;

/// Helm's flags of clusters, registries and colours: taken, and without effect.
#[derive(Debug, Args)]
#[command(next_help_heading = "Helm's flags without effect here")]
pub(super) struct Global {
    /// Limit on requests to a cluster
    #[arg(long, value_name = "INT", value_parser = go_int)]
    burst_limit: Option<i64>,
    /// When to colour: never, auto or always
    #[arg(long, value_name = "WHEN")]
    color: Option<String>,
    /// The same as --color
    #[arg(long, value_name = "WHEN")]
    colour: Option<String>,
    /// Directory of cached charts
    #[arg(long, value_name = "DIR")]
    content_cache: Option<String>,
    /// Say more on stderr
    #[arg(long)]
    debug: bool,
    /// Address of a cluster
    #[arg(long, value_name = "ADDRESS")]
    kube_apiserver: Option<String>,
    /// Group to be in a cluster; may be given several times
    #[arg(long, value_name = "GROUP")]
    kube_as_group: Vec<String>,
    /// User to be in a cluster
    #[arg(long, value_name = "NAME")]
    kube_as_user: Option<String>,
    /// Certificate authority of a cluster
    #[arg(long, value_name = "FILE")]
    kube_ca_file: Option<String>,
    /// Context of the kubeconfig file
    #[arg(long, value_name = "NAME")]
    kube_context: Option<String>,
    /// Trust any certificate of a cluster
    #[arg(long)]
    kube_insecure_skip_tls_verify: bool,
    /// Name in the certificate of a cluster
    #[arg(long, value_name = "NAME")]
    kube_tls_server_name: Option<String>,
    /// Token for a cluster
    #[arg(long, value_name = "TOKEN")]
    kube_token: Option<String>,
    /// The kubeconfig file
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<String>,
    /// Requests to a cluster in a second
    #[arg(long, value_name = "FLOAT", value_parser = go_float)]
    qps: Option<f64>,
    /// Configuration of registries
    #[arg(long, value_name = "FILE")]
    registry_config: Option<String>,
    /// Directory of cached repository indexes
    #[arg(long, value_name = "DIR")]
    repository_cache: Option<String>,
    /// List of repositories
    #[arg(long, value_name = "FILE")]
    repository_config: Option<String>,
}

fn go_int(text: &str) -> Result<i64, String> {
    gostd::strconv::parse_int(text.as_bytes(), 0, 64).map_err(|e| e.to_string())
}

fn go_float(text: &str) -> Result<f64, String> {
    gostd::strconv::parse_float(text.as_bytes(), 32).map_err(|e| e.to_string())
}
