//! Where the API server is and who asks: the kubeconfig, with the settings over it.

use super::error::Error;
use super::settings::Settings;
use gostd::json;
use gostd::strconv::quote;
use goyaml::{Kind, Node};
use kube::Config;
use kube::config::{
    self, AuthInfo, Cluster, Context, KubeConfigOptions, NamedAuthInfo, NamedCluster, NamedContext,
};
use kubernetes::kubeconfig::{Entry, Kubeconfig};
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;

/// The address without any configuration.
const DEFAULT_SERVER: &str = "http://localhost:8080";
/// The time that connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// The entry's name where the configuration has none.
const UNNAMED: &str = "";

/// The configuration of a connection.
pub(super) async fn load(settings: &Settings) -> Result<Config, Error> {
    let document = settings.kubeconfig.clone().transpose();
    let document = document.map_err(|error| Error::Config(error.to_string()))?;
    let files = Kubeconfig::new(&document);
    let is_empty = entries(&files, "clusters").is_empty() && entries(&files, "users").is_empty();
    if is_empty
        && settings.server.is_empty()
        && let Ok(config) = Config::incluster()
    {
        return Ok(config);
    }
    let selection = select(&files, settings)?;
    let config = Config::from_custom_kubeconfig(selection, &KubeConfigOptions::default()).await;
    let mut config = config.map_err(|error| Error::Config(error.to_string()))?;
    // As in Go's client: a limit on connecting, none on a request. What is sent again, the connection decides.
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.write_timeout = None;
    config.default_retry = false;
    Ok(config)
}

/// The entries of a list, which was checked when the files were read.
fn entries<'n>(files: &Kubeconfig<'n>, list: &str) -> Vec<Entry<'n>> {
    files.entries(list).unwrap_or_default()
}

/// What `kube` connects with: the one context that counts, with what the settings say in its place.
fn select(files: &Kubeconfig<'_>, settings: &Settings) -> Result<config::Kubeconfig, Error> {
    let find = |list, key, name| {
        let mut entries = entries(files, list).into_iter();
        let entry = entries.find(|entry| entry.name == Some(name))?;
        Some(entry.node.get(key))
    };
    let name = match &*settings.context {
        "" => files.current_context().unwrap_or_default(),
        name => name,
    };
    let context = find("contexts", "context", name);
    if context.is_none() && !name.is_empty() {
        return Err(Error::Config(match settings.context.is_empty() {
            true => format!(
                "invalid configuration: context was not found for specified context: {name}"
            ),
            false => format!("context {} does not exist", quote(name.as_bytes())),
        }));
    }
    let text = |key| {
        let text = context
            .flatten()
            .and_then(|context| context.get(key)?.as_str());
        text.unwrap_or_default()
    };
    let cluster = find("clusters", "cluster", text("cluster"));
    let user = find("users", "user", text("user"));
    let cluster = with_server(of_kube(cluster.flatten())?, settings);
    let user = with_user(of_kube(user.flatten())?, settings);
    check_files(&cluster, text("cluster"), &user, text("user"))?;
    Ok(config::Kubeconfig {
        clusters: vec![NamedCluster {
            name: UNNAMED.into(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            name: UNNAMED.into(),
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            name: UNNAMED.into(),
            context: Some(Context {
                cluster: UNNAMED.into(),
                user: Some(UNNAMED.into()),
                ..Context::default()
            }),
            ..NamedContext::default()
        }],
        current_context: Some(UNNAMED.into()),
        ..config::Kubeconfig::default()
    })
}

/// Refuses files that cannot be read (client-go's `ConfirmUsable`).
fn check_files(
    cluster: &Cluster,
    cluster_name: &str,
    user: &AuthInfo,
    user_name: &str,
) -> Result<(), Error> {
    let has_certificate =
        user.client_certificate.is_some() || user.client_certificate_data.is_some();
    let key = user.client_key.as_ref().filter(|_| has_certificate);
    let files = [
        ("client-cert", user.client_certificate.as_ref(), user_name),
        ("client-key", key, user_name),
        (
            "certificate-authority",
            cluster.certificate_authority.as_ref(),
            cluster_name,
        ),
    ];
    let problems = files.into_iter().filter_map(|(what, file, name)| {
        let file = file.filter(|file| !file.is_empty())?;
        let error = std::fs::File::open(file).err()?;
        let error = files::OsError::new("open", Path::new(file), &error);
        Some(format!(
            "unable to read {what} {file} for {name} due to {error}"
        ))
    });
    let problems: Vec<String> = problems.collect();
    match &*problems {
        [] => Ok(()),
        [problem] => Err(Error::Config(format!("invalid configuration: {problem}"))),
        problems => Err(Error::Config(format!(
            "invalid configuration: [{}]",
            problems.join(", ")
        ))),
    }
}

/// A part of a kubeconfig as `kube` has it.
fn of_kube<T: DeserializeOwned + Default>(node: Option<&Node>) -> Result<T, Error> {
    let Some(node) = node.filter(|node| !matches!(node.kind, Kind::Null)) else {
        return Ok(T::default());
    };
    // The reason would have what is wrong in it, which may be a secret.
    let unusable = || Error::Config("the kubeconfig cannot be used".to_owned());
    let value = node.clone().into_value();
    let json = json::encode(&value, json::Options::RAW).map_err(|_| unusable())?;
    serde_json::from_slice(&json).map_err(|_| unusable())
}

fn with_server(mut cluster: Cluster, settings: &Settings) -> Cluster {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    if let Some(server) = some(&settings.server) {
        cluster.server = Some(server);
    }
    let server = cluster.server.take().filter(|server| !server.is_empty());
    let server = server.unwrap_or_else(|| DEFAULT_SERVER.into());
    // As in client-go, an address without a scheme has HTTP without TLS.
    cluster.server = Some(match server.contains("://") {
        true => server,
        false => format!("http://{server}"),
    });
    if let Some(file) = some(&settings.ca_file) {
        cluster.certificate_authority = Some(file);
        cluster.certificate_authority_data = None;
    }
    if let Some(name) = some(&settings.tls_server_name) {
        cluster.tls_server_name = Some(name);
    }
    if settings.is_insecure {
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
    cluster
}

fn with_user(mut user: AuthInfo, settings: &Settings) -> AuthInfo {
    if !settings.token.is_empty() {
        user.token = Some(settings.token.clone().into());
        user.token_file = None;
    }
    if !settings.as_user.is_empty() {
        user.impersonate = Some(settings.as_user.clone());
    }
    if !settings.as_groups.is_empty() {
        user.impersonate_groups = Some(settings.as_groups.clone());
    }
    user
}
