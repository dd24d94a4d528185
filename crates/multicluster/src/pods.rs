//! Pods, as `kubectl get pods -o json` shows them.

use super::source::Field;
use super::{Error, Source};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The fields of a pod that matter here.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The reason why it cannot be used now; nothing when it is running and ready.
    pub unusable: Option<String>,
    /// Its addresses, the primary one first.
    pub addresses: Vec<IpAddr>,
}

/// Reads a list of pods, JSON or YAML; `name` is what to call it in errors.
///
/// # Errors
/// When it is something else, or an address is none.
pub fn read_pods(name: &str, text: &[u8]) -> Result<Vec<Pod>, Error> {
    let source = Source::read(name, text)?;
    let root = source.root();
    match root.get_text("kind") {
        Some("Pod") => Ok(vec![pod(&root)?]),
        Some("List" | "PodList") => root.items("items")?.iter().map(pod).collect(),
        Some(kind) => Err(root.error(format_args!("is a {kind}, not a list of pods"))),
        None => Err(root.error("is not a list of pods: kubectl get pods -o json gives one")),
    }
}

fn pod(field: &Field<'_>) -> Result<Pod, Error> {
    if let Some(kind) = field.get_text("kind").filter(|kind| *kind != "Pod") {
        return Err(field.error(format_args!("is a {kind}, not a Pod")));
    }
    let metadata = field.need("metadata")?;
    let labels = metadata.get("labels");
    let labels = labels.iter().flat_map(|labels| {
        let label = |key: &&str| Some(((*key).to_owned(), labels.get_text(key)?.to_owned()));
        labels.keys().iter().filter_map(label).collect::<Vec<_>>()
    });
    let unusable = unusable(field)?;
    let namespace = match metadata.get("namespace") {
        Some(namespace) => object_name(&namespace)?,
        None => "default".to_owned(),
    };
    Ok(Pod {
        namespace,
        name: object_name(&metadata.need("name")?)?,
        labels: labels.collect(),
        addresses: addresses(field, unusable.is_none())?,
        unusable,
    })
}

/// The name of an object: it is shown, and written into comments.
fn object_name(field: &Field<'_>) -> Result<String, Error> {
    let name = field.text()?;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if name.bytes().all(allowed) {
        Ok(name.to_owned())
    } else {
        Err(field.error(format_args!("is not a valid Kubernetes name: {name:?}")))
    }
}

/// The reason why a pod cannot be used now.
fn unusable(pod: &Field<'_>) -> Result<Option<String>, Error> {
    if let Some(metadata) = pod.get("metadata")
        && metadata.get("deletionTimestamp").is_some()
    {
        return Ok(Some("being deleted".into()));
    }
    let Some(status) = pod.get("status") else {
        return Ok(Some("without status".into()));
    };
    let phase = status.need_text("phase")?;
    if phase != "Running" {
        return Ok(Some(phase.to_owned()));
    }
    let conditions = status.items("conditions")?;
    let ready = conditions.iter().any(|condition| {
        condition.get_text("type") == Some("Ready") && condition.get_text("status") == Some("True")
    });
    Ok((!ready).then(|| "not ready".into()))
}

/// The addresses of a pod. One that is to be used has some.
fn addresses(pod: &Field<'_>, needed: bool) -> Result<Vec<IpAddr>, Error> {
    let Some(status) = pod.get("status") else {
        return Ok(Vec::new());
    };
    let mut texts = Vec::new();
    for ip in status.items("podIPs")? {
        texts.push(ip.need("ip")?);
    }
    if texts.is_empty() {
        texts.extend(status.get("podIP"));
    }
    if texts.is_empty() && needed {
        status.need("podIP")?;
    }
    let address = |field: &Field<'_>| {
        let text = field.text()?;
        text.parse()
            .map_err(|_| field.error(format_args!("is not an IP address: {text:?}")))
    };
    texts.iter().map(address).collect()
}
