//! Records of releases in Secrets or ConfigMaps (Helm's drivers `secret` and `configmap`).

use super::connection::{Cluster, Message};
use super::error::Error;
use super::path;
use data_encoding::BASE64;
use gostd::strconv::quote;
use http::Method;
use release::{Storage, Stored};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The bytes that Kubernetes takes in a Secret or a ConfigMap.
const MOST: usize = 1 << 20;

/// The kind of object that stores a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Secret,
    ConfigMap,
}

impl Kind {
    fn resource(self) -> &'static str {
        match self {
            Kind::Secret => "secrets",
            Kind::ConfigMap => "configmaps",
        }
    }
}

/// The records of a namespace of a cluster, or of all.
#[derive(Debug)]
pub struct Records {
    cluster: Rc<Cluster>,
    kind: Kind,
    namespace: String,
}

/// An object to be sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    kind: &'static str,
    api_version: &'static str,
    metadata: SentMetadata<'a>,
    data: SentData,
    #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
    kind_of_secret: &'static str,
}

#[derive(Serialize)]
struct SentMetadata<'a> {
    name: &'a str,
    labels: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct SentData {
    release: String,
}

/// An object that stores a record.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    metadata: Metadata,
    data: Option<Data>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    labels: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    release: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct List {
    items: Option<Vec<Object>>,
}

impl Records {
    /// The records of a namespace; of all where it is empty.
    pub fn new(cluster: Rc<Cluster>, kind: Kind, namespace: &str) -> Records {
        Records {
            cluster,
            kind,
            namespace: namespace.to_owned(),
        }
    }

    /// The path of a record; of all of them, without a key.
    fn path(&self, key: &str) -> Result<String, Error> {
        path::check("namespace", &self.namespace)?;
        path::check("resource name", key)?;
        let mut at = path::of_version("", "v1");
        if !self.namespace.is_empty() {
            path::push(&mut at, "namespaces");
        }
        for part in [&self.namespace, self.kind.resource(), key] {
            path::push(&mut at, part);
        }
        Ok(at)
    }

    /// The objects with these labels.
    fn select(&self, labels: &[(&str, &str)]) -> Result<Vec<Stored>, Error> {
        let mut pairs: Vec<String> = labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.sort();
        let selector = pairs.join(",");
        let query = [("labelSelector", &*selector)];
        let subject = (self.kind.resource(), "");
        let body = self.cluster.get(&self.path("")?, &query, subject)?;
        let list: List =
            serde_json::from_slice(&body).map_err(|error| Error::Answer(error.to_string()))?;
        drop(body);
        let items = list.items.unwrap_or_default().into_iter();
        Ok(items.map(|object| self.stored(object)).collect())
    }

    fn stored(&self, object: Object) -> Stored {
        let text = object.data.unwrap_or_default().release;
        let text = match self.kind {
            Kind::ConfigMap => text,
            // What is no base64 is no record either.
            Kind::Secret => BASE64
                .decode(text.as_bytes())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok())
                .unwrap_or_default(),
        };
        Stored {
            key: object.metadata.name,
            labels: object.metadata.labels.unwrap_or_default(),
            text,
        }
    }
}

impl Records {
    /// The object that stores a record.
    fn object(&self, stored: &Stored) -> Result<Vec<u8>, release::Error> {
        let (kind, kind_of_secret, release) = match self.kind {
            Kind::Secret => (
                "Secret",
                "helm.sh/release.v1",
                BASE64.encode(stored.text.as_bytes()),
            ),
            Kind::ConfigMap => ("ConfigMap", "", stored.text.clone()),
        };
        let object = Sent {
            kind,
            api_version: "v1",
            metadata: SentMetadata {
                name: &stored.key,
                labels: &stored.labels,
            },
            data: SentData { release },
            kind_of_secret,
        };
        serde_json::to_vec(&object).map_err(|error| release::Error::Storage(error.to_string()))
    }

    /// An error in the driver's words: that of ConfigMaps has none of its own.
    fn words(&self, words: &str, error: &dyn std::fmt::Display) -> String {
        match self.kind {
            Kind::Secret => format!("{words}: {error}"),
            Kind::ConfigMap => error.to_string(),
        }
    }

    fn failed(&self, words: &str, error: &dyn std::fmt::Display) -> release::Error {
        release::Error::Storage(self.words(words, error))
    }

    /// Sends a request about the record with a key.
    fn write(&self, method: Method, key: &str, body: Vec<u8>) -> Result<(), Error> {
        let subject = (self.kind.resource(), key);
        let path = match method {
            Method::POST => self.path("")?,
            _ => self.path(key)?,
        };
        let message = Message::new(method, &path, &[], subject);
        let message = match body.is_empty() {
            true => message,
            false => message.json(body),
        };
        self.cluster.send_message(&message).map(drop)
    }
}

impl Storage for Records {
    fn get(&self, key: &str) -> Result<Stored, release::Error> {
        let subject = (self.kind.resource(), key);
        let path = self.path(key);
        let body = path.and_then(|path| self.cluster.get(&path, &[], subject));
        let failed = |error: &dyn std::fmt::Display| {
            let key = quote(key.as_bytes());
            self.failed(&format!("get: failed to get {key}"), error)
        };
        match body {
            Ok(body) => match serde_json::from_slice(&body) {
                Ok(object) => Ok(self.stored(object)),
                Err(error) => Err(failed(&error)),
            },
            Err(error) if error.is_not_found() => Err(release::Error::NotFound),
            Err(error) => Err(failed(&error)),
        }
    }

    fn query(&self, labels: &[(&str, &str)]) -> Result<Vec<Stored>, release::Error> {
        let records = self.select(labels);
        let records =
            records.map_err(|error| self.failed("query: failed to query with labels", &error))?;
        match records.is_empty() {
            true => Err(release::Error::NotFound),
            false => Ok(records),
        }
    }

    fn list(&self) -> Result<Vec<Stored>, release::Error> {
        let records = self.select(&[("owner", "helm")]);
        records.map_err(|error| self.failed("list: failed to list", &error))
    }

    fn create(&self, stored: &Stored) -> Result<(), release::Error> {
        let body = self.object(stored)?;
        match self.write(Method::POST, &stored.key, body) {
            Err(Error::Refused {
                status: 409,
                reason,
                ..
            }) if reason == "AlreadyExists" => Err(release::Error::Exists),
            answer => answer.map_err(|error| self.failed("create: failed to create", &error)),
        }
    }

    fn update(&self, stored: &Stored) -> Result<(), release::Error> {
        let body = self.object(stored)?;
        let answer = self.write(Method::PUT, &stored.key, body);
        answer.map_err(|error| self.failed("update: failed to update", &error))
    }

    fn check(&self, stored: &Stored) -> Result<(), release::Error> {
        if stored.text.len() <= MOST {
            return Ok(());
        }
        let (kind, field) = match self.kind {
            Kind::Secret => ("Secret", "data"),
            Kind::ConfigMap => ("ConfigMap", "[]"),
        };
        let key = quote(stored.key.as_bytes());
        Err(release::Error::TooLarge {
            message: self.words(
                "create: failed to create",
                &format!(
                    "{kind} {key} is invalid: {field}: Too long: may not be more than {MOST} bytes"
                ),
            ),
            parts: Vec::new(),
        })
    }

    fn resource(&self) -> Option<&'static str> {
        Some(self.kind.resource())
    }

    fn delete(&self, key: &str) -> Result<(), release::Error> {
        let answer = self.write(Method::DELETE, key, Vec::new());
        answer.map_err(|error| release::Error::Storage(error.to_string()))
    }
}
