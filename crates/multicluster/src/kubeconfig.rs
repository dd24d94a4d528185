//! The kubeconfig that Istio's guide makes: one cluster, one user, one context, all of one name.

use super::yaml::{list, map, text, write};
use super::{Access, ClusterName, Error};

/// The text of a kubeconfig with which a control plane reaches the cluster `name`.
///
/// # Errors
/// When some part cannot be written as YAML.
pub fn kubeconfig(name: &ClusterName, access: &Access) -> Result<Vec<u8>, Error> {
    let name = || text(name.as_str());
    let mut cluster = vec![
        (
            "certificate-authority-data",
            text(access.authority.to_base64()),
        ),
        ("server", text(access.server.as_str())),
    ];
    if let Some(server_name) = &access.tls_server_name {
        cluster.push(("tls-server-name", text(server_name.as_str())));
    }
    let user = map([("token", text(access.token.reveal()))]);
    let context = map([("cluster", name()), ("user", name())]);
    write(map([
        ("apiVersion", text("v1")),
        ("kind", text("Config")),
        (
            "clusters",
            list([map([("cluster", map(cluster)), ("name", name())])]),
        ),
        ("users", list([map([("name", name()), ("user", user)])])),
        (
            "contexts",
            list([map([("context", context), ("name", name())])]),
        ),
        ("current-context", name()),
    ]))
}
