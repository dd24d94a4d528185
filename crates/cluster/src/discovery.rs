//! The kinds that a server has, by aggregated discovery; servers before Kubernetes 1.26 are asked group by group.

use super::connection::{Cluster, Message};
use super::error::Error;
use http::Method;
use release::{ClusterError, ServerInfo};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// As client-go asks: the aggregated form, or else the plain one.
const ACCEPT: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// How long a server may take to tell of new kinds: Helm is too slow to notice.
const NEW_KINDS_TIMEOUT: Duration = Duration::from_secs(5);
const NEW_KINDS_ROUND: Duration = Duration::from_millis(50);

/// A kind of a version of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KindInfo {
    pub(super) kind: String,
    /// As paths name it.
    pub(super) plural: String,
    pub(super) is_namespaced: bool,
}

/// A version of a group, and its kinds.
#[derive(Clone, Debug, Default)]
struct GroupVersion {
    group: String,
    version: String,
    kinds: Vec<KindInfo>,
    /// Kinds of subresources, which have no objects of their own.
    parts: Vec<String>,
}

/// All kinds of a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds {
    versions: Vec<GroupVersion>,
}

impl Kinds {
    /// The kind of a group and version. As for client-go, its name in lower case and the list of its objects count, too.
    pub(super) fn find(&self, group: &str, version: &str, kind: &str) -> Option<KindInfo> {
        let mut versions = self.versions.iter();
        let found = versions.find(|one| one.group == group && one.version == version)?;
        if kind == "List" {
            return Some(KindInfo {
                kind: kind.to_owned(),
                plural: "lists".to_owned(),
                is_namespaced: false,
            });
        }
        let is_named = |one: &&KindInfo| one.kind == kind || one.kind.to_lowercase() == kind;
        let exact = found.kinds.iter().find(is_named);
        let list = || {
            let item = kind.strip_suffix("List")?;
            found.kinds.iter().find(|one| one.kind == item)
        };
        let mut info = exact.or_else(list)?.clone();
        kind.clone_into(&mut info.kind);
        Some(info)
    }

    /// `apps/v1` and `apps/v1/Deployment` for `.Capabilities.APIVersions`.
    fn api_versions(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for one in &self.versions {
            let version = match &*one.group {
                "" => one.version.clone(),
                group => format!("{group}/{}", one.version),
            };
            let kinds = one.kinds.iter().map(|kind| &kind.kind);
            for kind in kinds.chain(&one.parts) {
                names.insert(format!("{version}/{kind}"));
            }
            names.insert(version);
        }
        names.into_iter().collect()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Discovery {
    kind: String,
    items: Vec<Group>,
    /// Of the plain form of `/api`.
    versions: Vec<String>,
    /// Of the plain form of `/apis`.
    groups: Vec<PlainGroup>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Group {
    metadata: Name,
    versions: Vec<Version>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Name {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Version {
    version: String,
    resources: Vec<Entry>,
    freshness: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    resource: String,
    response_kind: Option<Kind>,
    scope: String,
    subresources: Vec<Part>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Part {
    response_kind: Option<Kind>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kind {
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PlainGroup {
    versions: Vec<PlainVersion>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PlainVersion {
    group_version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PlainKinds {
    resources: Vec<PlainKind>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PlainKind {
    name: String,
    kind: String,
    namespaced: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ServerVersion {
    git_version: String,
    major: String,
    minor: String,
}

impl Cluster {
    /// The kinds of the server, which is asked the first time.
    pub(super) fn kinds(&self) -> Result<Rc<Kinds>, Error> {
        if let Some(kinds) = &*self.known_kinds.borrow() {
            return Ok(Rc::clone(kinds));
        }
        let kinds = Rc::new(self.discover()?);
        *self.known_kinds.borrow_mut() = Some(Rc::clone(&kinds));
        Ok(kinds)
    }

    /// Waits a little where kinds were made not long ago, which the server may not tell of yet. Returns false when there is
    /// nothing to wait for.
    pub(super) fn await_kinds(&self) -> bool {
        let since = self.new_kinds_since.get();
        let is_soon = since.is_some_and(|since| since.elapsed() < NEW_KINDS_TIMEOUT);
        if !is_soon || self.is_cancelled() {
            return false;
        }
        // Inside, where there is a clock to sleep by.
        self.block_on(async { tokio::time::sleep(NEW_KINDS_ROUND).await });
        true
    }

    pub(super) fn ask_server_info(&self) -> Result<ServerInfo, ClusterError> {
        let wrap = |words: &str, error: Error| {
            let mut error = ClusterError::from(error);
            error.message = format!("{words}: {}", error.message);
            error
        };
        let version: ServerVersion = self
            .ask("/version")
            .map_err(|error| wrap("could not get server version from Kubernetes", error))?;
        let words =
            "could not get apiVersions from Kubernetes: could not get apiVersions from Kubernetes";
        let kinds = self.kinds().map_err(|error| wrap(words, error))?;
        Ok(ServerInfo {
            version: version.git_version,
            major: version.major,
            minor: version.minor,
            api_versions: kinds.api_versions(),
        })
    }

    fn ask<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let mut message = Message::new(Method::GET, path, &[], ("", ""));
        if path.starts_with("/api") {
            message.accept = ACCEPT;
        }
        let body = self.send_message(&message)?;
        serde_json::from_slice(&body).map_err(|error| Error::Answer(error.to_string()))
    }

    fn discover(&self) -> Result<Kinds, Error> {
        let mut kinds = Kinds::default();
        let mut plain = Vec::new();
        for path in ["/api", "/apis"] {
            let answer: Discovery = self.ask(path)?;
            if answer.kind == "APIGroupDiscoveryList" {
                kinds
                    .versions
                    .extend(answer.items.into_iter().flat_map(aggregated));
                continue;
            }
            plain.extend(answer.versions.into_iter().map(|one| (String::new(), one)));
            let versions = answer.groups.into_iter().flat_map(|group| group.versions);
            plain.extend(versions.map(|one| match one.group_version.split_once('/') {
                Some((group, version)) => (group.to_owned(), version.to_owned()),
                None => (String::new(), one.group_version),
            }));
        }
        for (group, version) in plain {
            let path = match &*group {
                "" => format!("/api/{version}"),
                group => format!("/apis/{group}/{version}"),
            };
            // A group whose server does not answer has no kinds, as in Helm.
            let answer: PlainKinds = self.ask(&path).unwrap_or_default();
            let (parts, objects): (Vec<_>, Vec<_>) = answer
                .resources
                .into_iter()
                .partition(|one| one.name.contains('/'));
            kinds.versions.push(GroupVersion {
                group,
                version,
                kinds: objects
                    .into_iter()
                    .map(|one| KindInfo {
                        kind: one.kind,
                        plural: one.name,
                        is_namespaced: one.namespaced,
                    })
                    .collect(),
                parts: parts.into_iter().map(|one| one.kind).collect(),
            });
        }
        Ok(kinds)
    }
}

fn aggregated(group: Group) -> impl Iterator<Item = GroupVersion> {
    let name = group.metadata.name;
    group.versions.into_iter().map(move |version| {
        let mut one = GroupVersion {
            group: name.clone(),
            version: version.version,
            ..GroupVersion::default()
        };
        // The server of a stale version does not answer.
        if version.freshness == "Stale" {
            return one;
        }
        for entry in version.resources {
            let parts = entry.subresources.into_iter();
            let parts = parts.filter_map(|part| part.response_kind);
            one.parts.extend(parts.map(|part| part.kind));
            if let Some(kind) = entry.response_kind {
                one.kinds.push(KindInfo {
                    kind: kind.kind,
                    plural: entry.resource,
                    is_namespaced: entry.scope == "Namespaced",
                });
            }
        }
        one
    })
}
