//! Where the API server is and who asks: kubeconfig files, merged as client-go merges them, with the settings over them.

use super::error::Error;
use super::settings::Settings;
use gostd::strconv::quote;
use kube::Config;
use kube::config::{
    AuthInfo, Cluster, Context, KubeConfigOptions, Kubeconfig, NamedAuthInfo, NamedCluster,
    NamedContext,
};
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
    let files = read(settings)?;
    let is_empty = files.clusters.is_empty() && files.auth_infos.is_empty();
    if is_empty
        && settings.server.is_empty()
        && let Ok(config) = Config::incluster()
    {
        return Ok(config);
    }
    let selection = select(files, settings)?;
    let config = Config::from_custom_kubeconfig(selection, &KubeConfigOptions::default()).await;
    let mut config = config.map_err(|error| Error::Config(error.to_string()))?;
    // As in Go's client: a limit on connecting, none on a request. What is sent again, the connection decides.
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    config.write_timeout = None;
    config.default_retry = false;
    Ok(config)
}

/// The files' content; the first that has something counts.
fn read(settings: &Settings) -> Result<Kubeconfig, Error> {
    let mut merged = Kubeconfig::default();
    let explicit = &settings.kubeconfig;
    let files = match explicit.is_empty() {
        true => &settings.kubeconfig_files,
        false => std::slice::from_ref(explicit),
    };
    for file in files.iter().filter(|file| !file.is_empty()) {
        if explicit.is_empty() && !Path::new(file).exists() {
            continue;
        }
        let wrong = |cause: &dyn std::fmt::Display| Error::Config(cause.to_string());
        if let Err(error) = std::fs::metadata(file) {
            return Err(wrong(&files::OsError::new("stat", Path::new(file), &error)));
        }
        // What the reader says of it has lines of the file, with whatever secrets are there.
        let read = Kubeconfig::read_from(file).map_err(|_| {
            wrong(&format!(
                "error loading config file {}: it is no kubeconfig",
                quote(file.as_bytes())
            ))
        })?;
        merged = merged.merge(read).map_err(|error| wrong(&error))?;
    }
    Ok(merged)
}

/// The one context that counts, with what the settings say in its place.
fn select(files: Kubeconfig, settings: &Settings) -> Result<Kubeconfig, Error> {
    let name = match settings.context.is_empty() {
        false => settings.context.clone(),
        true => files.current_context.clone().unwrap_or_default(),
    };
    let named = files.contexts.into_iter().find(|one| one.name == name);
    if named.is_none() && !name.is_empty() {
        return Err(Error::Config(format!(
            "context {} does not exist",
            quote(name.as_bytes())
        )));
    }
    let mut context = named
        .and_then(|named| named.context)
        .unwrap_or_else(|| Context {
            cluster: UNNAMED.into(),
            ..Context::default()
        });
    let clusters = files.clusters.into_iter();
    let cluster = clusters
        .filter(|one| one.name == context.cluster)
        .find_map(|one| one.cluster);
    if cluster.is_none() && !context.cluster.is_empty() {
        return Err(Error::Config(format!(
            "cluster {} does not exist",
            quote(context.cluster.as_bytes())
        )));
    }
    let user_name = context.user.clone().unwrap_or_default();
    let users = files.auth_infos.into_iter();
    let user = users
        .filter(|one| one.name == user_name)
        .find_map(|one| one.auth_info);
    let cluster = with_server(cluster.unwrap_or_default(), settings);
    let user = with_user(user.unwrap_or_default(), settings);
    context.cluster = UNNAMED.into();
    context.user = Some(UNNAMED.into());
    Ok(Kubeconfig {
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
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(UNNAMED.into()),
        ..Kubeconfig::default()
    })
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
