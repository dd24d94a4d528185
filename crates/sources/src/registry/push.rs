//! Storing a chart in a registry, with Helm's manifest to the byte (Helm's `Client.Push`).

use super::pull::{ACCEPT_MANIFEST, CHART, CONFIG, MANIFEST, PROVENANCE, check_header, words};
use super::query::Query;
use super::reference::{ChartReference, Reference, SCHEME, digest_of};
use super::{Ask, METADATA_BYTES, Registry, Tell, failure};
use crate::Error;
use crate::client::Response;
use chart::{Metadata, metadata_value};
use compat::profile::CommandLine;
use gostd::json::{Options, append_string, encode};
use gostd::strconv::quote;
use gostd::url::Url;
use std::collections::BTreeMap;

/// The names of OCI's annotations begin with it.
const ANNOTATION: &str = "org.opencontainers.image.";

/// A chart to be stored.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// What its Chart.yaml says.
    pub metadata: &'a Metadata,
    /// The archive.
    pub archive: &'a [u8],
    /// The signature, if there is one.
    pub provenance: Option<&'a [u8]>,
    /// The time when the archive was made, in the form of RFC 3339.
    pub created: &'a str,
}

/// Some bytes to be stored, and their kind.
struct Content<'a> {
    media_type: &'static str,
    digest: String,
    bytes: &'a [u8],
}

impl<'a> Content<'a> {
    fn new(media_type: &'static str, bytes: &'a [u8]) -> Content<'a> {
        Content {
            media_type,
            digest: digest_of(bytes),
            bytes,
        }
    }

    /// Adds the descriptor, as Go writes it.
    fn describe(&self, json: &mut Vec<u8>) {
        let text = format!(
            "{{\"mediaType\":\"{}\",\"digest\":\"{}\",\"size\":{}}}",
            self.media_type,
            self.digest,
            self.bytes.len()
        );
        json.extend_from_slice(text.as_bytes());
    }
}

impl Registry<'_> {
    /// Stores a chart below `remote`, `oci://HOST/PATH`, under its name and version. What Helm says of it is told.
    ///
    /// # Errors
    /// The reference is wrong, or the registry does not take it.
    pub fn push(&self, remote: &str, package: Package<'_>, tell: Tell<'_>) -> Result<(), Error> {
        self.check_config()?;
        let Metadata { name, version, .. } = package.metadata;
        let below = remote.strip_prefix(SCHEME).unwrap_or(remote);
        let place = gostd::path::join([below, name]);
        let place = format!("{}:{version}", String::from_utf8_lossy(&place));
        let reference = ChartReference::parse(&place)?.reference;
        let failed = |cause: &dyn std::fmt::Display| Error::File(cause.to_string());
        let config = encode(&metadata_value(package.metadata), Options::COMPACT);
        let config = config.map_err(|cause| failed(&cause))?;
        let config = Content::new(CONFIG, &config);
        let mut layers = vec![Content::new(CHART, package.archive)];
        layers.extend(
            package
                .provenance
                .map(|bytes| Content::new(PROVENANCE, bytes)),
        );
        layers.sort_by(|a, b| a.digest.cmp(&b.digest));
        let annotations = annotations(package.metadata, package.created);
        let manifest = manifest(&config, &layers, &annotations);
        let manifest = Content::new(MANIFEST, &manifest);
        if !self.has(&reference, "manifests", &manifest.digest)? {
            for content in [&config].into_iter().chain(&layers) {
                if !self.has(&reference, "blobs", &content.digest)? {
                    self.store(&reference, content)
                        .map_err(|cause| failure::in_step("Push", "destination", cause))?;
                }
            }
            self.put_manifest(&reference, &manifest.digest, &manifest)
                .map_err(|cause| failure::in_step("Push", "destination", cause))?;
        }
        self.tag(&reference, &manifest)
            .map_err(|cause| failure::in_step("Tag", "destination", cause))?;
        tell(&words("Pushed", &reference.to_string(), &manifest.digest));
        Ok(())
    }

    /// Returns true if the registry has some content already.
    fn has(&self, reference: &Reference, kind: &str, digest: &str) -> Result<bool, Error> {
        let failed =
            |cause: &dyn std::fmt::Display| failure::in_step("Exists", "destination", cause);
        let url = self.url(reference, &format!("{kind}/{digest}"));
        let accept = [("Accept", ACCEPT_MANIFEST)];
        let response = self.ask(&Ask {
            headers: match kind {
                "manifests" => &accept,
                _ => &[],
            },
            scopes: &self.scopes(reference, false),
            ..Ask::new("HEAD", &url)
        });
        let response = response.map_err(|cause| failed(&cause))?;
        match response.status {
            200 => match check_header("HEAD", &response, digest) {
                Ok(()) => Ok(true),
                Err(cause) => Err(failed(&cause)),
            },
            404 => Ok(false),
            _ => Err(failed(&failure::of("HEAD", &response))),
        }
    }

    /// Stores some bytes: asks for a place, and sends them there at once.
    fn store(&self, reference: &Reference, content: &Content<'_>) -> Result<(), Error> {
        let scopes = self.scopes(reference, true);
        let url = self.url(reference, "blobs/uploads/");
        let response = self.ask(&Ask {
            scopes: &scopes,
            ..Ask::new("POST", &url)
        })?;
        if response.status != 202 {
            return Err(failure::of("POST", &response));
        }
        let url = upload_address(&response, &content.digest)?;
        let response = self.ask(&Ask {
            headers: &[("Content-Type", "application/octet-stream")],
            body: content.bytes,
            scopes: &scopes,
            ..Ask::new("PUT", &url)
        })?;
        match response.status {
            201 => Ok(()),
            _ => Err(failure::of("PUT", &response)),
        }
    }

    fn put_manifest(
        &self,
        reference: &Reference,
        name: &str,
        manifest: &Content<'_>,
    ) -> Result<(), Error> {
        let url = self.url(reference, &format!("manifests/{name}"));
        let response = self.ask(&Ask {
            headers: &[("Content-Type", manifest.media_type)],
            body: manifest.bytes,
            scopes: &self.scopes(reference, true),
            ..Ask::new("PUT", &url)
        })?;
        match response.status {
            201 => check_header("PUT", &response, &manifest.digest).map_err(Error::Fetch),
            _ => Err(failure::of("PUT", &response)),
        }
    }

    /// Gives the manifest that is stored the tag of a reference.
    fn tag(&self, reference: &Reference, manifest: &Content<'_>) -> Result<(), Error> {
        let url = self.url(reference, &format!("manifests/{}", manifest.digest));
        let response = self.ask(&Ask {
            headers: &[("Accept", manifest.media_type)],
            scopes: &self.scopes(reference, true),
            ..Ask::new("GET", &url)
        })?;
        match response.status {
            200 => check_header("GET", &response, &manifest.digest).map_err(Error::Fetch)?,
            404 => return Err(failure::not_found(&manifest.digest)),
            _ => return Err(failure::of("GET", &response)),
        }
        self.put_manifest(reference, &reference.reference, manifest)
    }

    /// What a token must allow. Helm 4 asks for all of a push at once.
    fn scopes(&self, reference: &Reference, writes: bool) -> [String; 1] {
        let is_helm_3 = self.profile.command_line == CommandLine::Helm3;
        let actions = match is_helm_3 && !writes {
            true => "pull",
            false => "pull,push",
        };
        [format!("repository:{}:{actions}", reference.repository)]
    }
}

impl<'a> Ask<'a> {
    /// A request without headers, body and scopes.
    fn new(method: &'static str, url: &'a str) -> Ask<'a> {
        Ask {
            method,
            url,
            headers: &[],
            body: b"",
            limit: METADATA_BYTES,
            scopes: &[],
        }
    }
}

/// Where bytes are to be sent: on the server that was asked, no less safe.
fn upload_address(response: &Response, digest: &str) -> Result<String, Error> {
    let asked = &response.url;
    let Some(location) = response.header("location").filter(|text| !text.is_empty()) else {
        return Err(Error::Fetch("http: no Location header in response".into()));
    };
    let location = Url::parse(location.as_bytes()).map_err(|e| Error::Address(e.to_string()))?;
    let mut url = asked.resolve(&location);
    if asked.port() == b"443" && url.hostname() == asked.hostname() && url.port().is_empty() {
        url.host.extend_from_slice(b":443");
    }
    let port = |url: &Url| match (url.port(), &*url.scheme) {
        (b"", b"https") => b"443".to_vec(),
        (b"", _) => b"80".to_vec(),
        (port, _) => port.to_vec(),
    };
    let quoted = quote(&url.host);
    if url.hostname() != asked.hostname() || port(&url) != port(asked) {
        return Err(Error::Fetch(format!(
            "blob upload Location {quoted} is on a different host than the registry {}",
            quote(&asked.host)
        )));
    }
    if asked.scheme == b"https" && url.scheme != b"https" {
        return Err(Error::Fetch(format!(
            "blob upload Location {quoted} downgrades scheme from https"
        )));
    }
    let mut query = Query::parse(&url.raw_query);
    query.set(b"digest", digest);
    url.raw_query = query.encode();
    Ok(url.to_string())
}

/// The manifest's JSON, as Go writes it.
fn manifest(
    config: &Content<'_>,
    layers: &[Content<'_>],
    annotations: &BTreeMap<String, String>,
) -> Vec<u8> {
    let mut json = b"{\"schemaVersion\":2,\"config\":".to_vec();
    config.describe(&mut json);
    json.extend_from_slice(b",\"layers\":[");
    for (at, layer) in layers.iter().enumerate() {
        json.extend_from_slice(if at == 0 { b"" } else { b"," });
        layer.describe(&mut json);
    }
    json.push(b']');
    if !annotations.is_empty() {
        json.extend_from_slice(b",\"annotations\":{");
        for (at, (key, value)) in annotations.iter().enumerate() {
            json.extend_from_slice(if at == 0 { b"" } else { b"," });
            append_string(&mut json, key.as_bytes(), true);
            json.push(b':');
            append_string(&mut json, value.as_bytes(), true);
        }
        json.push(b'}');
    }
    json.push(b'}');
    json
}

/// What a manifest says of a chart: its metadata, under OCI's names, and its own annotations, which may not change name
/// and version.
fn annotations(metadata: &Metadata, created: &str) -> BTreeMap<String, String> {
    let source = metadata.sources.iter().flatten().next();
    let mut authors = String::new();
    let maintainers: Vec<_> = metadata.maintainers.iter().flatten().flatten().collect();
    for (at, maintainer) in maintainers.iter().enumerate() {
        authors.push_str(&maintainer.name);
        if !maintainer.email.is_empty() {
            authors.push_str(&format!(" ({})", maintainer.email));
        }
        if at + 1 < maintainers.len() {
            authors.push_str(", ");
        }
    }
    let known = [
        ("description", &*metadata.description),
        ("title", &*metadata.name),
        ("version", &*metadata.version),
        ("url", &*metadata.home),
        ("created", created),
        ("source", source.map_or("", String::as_str)),
        ("authors", &*authors),
    ];
    let known = known.iter().filter(|(_, text)| !text.trim().is_empty());
    let mut annotations: BTreeMap<String, String> = known
        .map(|(name, text)| (format!("{ANNOTATION}{name}"), (*text).to_owned()))
        .collect();
    let is_fixed = |key: &str| {
        let name = key.strip_prefix(ANNOTATION);
        matches!(name, Some("version" | "title"))
    };
    let own = metadata.annotations.iter().flatten();
    let own = own.filter(|(key, _)| !is_fixed(key));
    annotations.extend(own.map(|(key, text)| (key.clone(), text.clone())));
    annotations
}
