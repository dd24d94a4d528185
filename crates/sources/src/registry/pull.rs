//! Fetching a chart: its manifest, what that lists, each checked against its digest (Helm's `Client.Pull`).

use super::reference::{ChartReference, Reference, check_digest, digest_of, is_digest_of};
use super::{METADATA_BYTES, Registry, Tell, failure, json};
use crate::Error;
use crate::client::Response;
use gostd::Map;
use gostd::strconv::quote;

/// The kinds of manifests that are asked for.
pub(super) const ACCEPT_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.artifact.manifest.v1+json";
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
pub(super) const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
pub(super) const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const OLD_CHART: &str = "application/tar+gzip";
pub(super) const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
/// The most bytes of anything that is fetched: oras keeps no more in memory.
const CONTENT_BYTES: u64 = 32 << 20;
/// The number of manifests that an index may lead to, over all.
const MANIFESTS: usize = 100;
/// What is said of a tag that stands for a version with a `+`.
pub(super) const UNDERSCORE: &str = "\n\
    OCI artifact references (e.g. tags) do not support the plus sign (+). To support\n\
    storing semantic versions, Helm adopts the convention of changing plus (+) to\n\
    an underscore (_) in chart version tags when pushing to a registry and back to\n\
    a plus (+) when pulling from a registry.\n";

/// What is wanted of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// The archive.
    Chart,
    /// The signature.
    Provenance,
}

/// What a registry has of a chart.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The archive or the signature, as wanted.
    pub contents: Vec<u8>,
    /// The chart's metadata as JSON.
    pub config: Vec<u8>,
    /// The digest of the manifest.
    pub digest: String,
}

/// Some bytes in a registry (OCI's descriptor).
#[derive(Clone, Debug)]
struct Descriptor {
    media_type: String,
    digest: String,
    size: i64,
}

impl Descriptor {
    fn of(map: &Map) -> Descriptor {
        Descriptor {
            media_type: json::text(map, "mediaType"),
            digest: json::text(map, "digest"),
            size: json::integer(map, "size").unwrap_or(-1),
        }
    }
}

impl Registry<'_> {
    /// Fetches a part of a chart. What Helm says of it is told.
    ///
    /// # Errors
    /// The reference is wrong, the registry has no such chart, or what it sends is not what it says.
    pub fn pull(&self, reference: &str, parts: Parts, tell: Tell<'_>) -> Result<Pulled, Error> {
        let shown = ChartReference::parse(reference)?.to_string();
        let reference = self.mirrored(&Reference::parse(&shown)?)?;
        let (manifest, root) = self.manifest(&reference)?;
        let layer = |media_type: &str| match parts {
            Parts::Chart => matches!(media_type, CHART | OLD_CHART),
            Parts::Provenance => media_type == PROVENANCE,
        };
        let is_wanted =
            |media_type: &str| matches!(media_type, INDEX | MANIFEST | CONFIG) || layer(media_type);
        let mut list = self.listed(&reference, &manifest, &root)?;
        list.push(root.clone());
        list.retain(|descriptor| is_wanted(&descriptor.media_type));
        let mut blobs = list
            .iter()
            .filter(|descriptor| !is_manifest(&descriptor.media_type));
        let blobs: Result<Vec<_>, Error> = blobs.try_fold(Vec::new(), |mut blobs, descriptor| {
            let contents = self.blob(&reference, descriptor)?;
            blobs.push((descriptor, contents));
            Ok(blobs)
        });
        let blobs = blobs?;
        if list.len() < 2 {
            return Err(Error::File(format!(
                "manifest does not contain minimum number of descriptors (2), descriptors found: {}",
                list.len()
            )));
        }
        // Of several of one kind the last one counts.
        let last = |is: &dyn Fn(&str) -> bool| {
            let mut found = blobs.iter().rev();
            found.find(|(descriptor, _)| is(&descriptor.media_type))
        };
        if parts == Parts::Chart && list.iter().any(|one| one.media_type == OLD_CHART) {
            tell(&format!(
                "Warning: chart media type {OLD_CHART} is deprecated\n"
            ));
        }
        let config = last(&|media_type| media_type == CONFIG);
        let (_, config) = config
            .ok_or_else(|| Error::File(format!("could not load config with mediatype {CONFIG}")))?;
        let (_, contents) = last(&layer).ok_or_else(|| {
            let media_type = match parts {
                Parts::Chart => CHART,
                Parts::Provenance => PROVENANCE,
            };
            Error::File(format!(
                "manifest does not contain a layer with mediatype {media_type}"
            ))
        })?;
        json::object(config).map_err(Error::File)?;
        tell(&words("Pulled", &shown, &root.digest));
        Ok(Pulled {
            contents: contents.clone(),
            config: config.clone(),
            digest: root.digest,
        })
    }

    /// Fetches what a manifest lists of a kind, without the rest.
    ///
    /// # Errors
    /// It lists nothing of that kind, and those of fetching.
    pub(super) fn blob_of_kind(
        &self,
        reference: &Reference,
        media_type: &str,
    ) -> Result<Vec<u8>, Error> {
        let (manifest, root) = self.manifest(reference)?;
        let list = self.listed(reference, &manifest, &root)?;
        let descriptor = list.iter().find(|one| one.media_type == media_type);
        let descriptor = descriptor.ok_or_else(|| {
            Error::File(format!("could not load config with mediatype {media_type}"))
        })?;
        self.blob(reference, descriptor)
    }

    /// Fetches a manifest, and checks it.
    fn manifest(&self, reference: &Reference) -> Result<(Map, Descriptor), Error> {
        let failed = |cause: String| failure::in_step("FetchReference", "source", cause);
        let rest = format!("manifests/{}", reference.reference);
        let accept = [("Accept", ACCEPT_MANIFEST)];
        let response = self.read("GET", reference, &rest, &accept, CONTENT_BYTES);
        let response = response.map_err(|error| failed(error.to_string()))?;
        match response.status {
            200 => {}
            404 => return Err(failed(failure::not_found(reference).to_string())),
            _ => return Err(failed(failure::of("GET", &response).to_string())),
        }
        let descriptor = descriptor_of(reference, &response).map_err(failed)?;
        let failed = |cause: &str| failure::in_step("Successors", "source", cause);
        if response.body.len() as u64 > METADATA_BYTES {
            return Err(failed("the manifest is larger than 4 MiB"));
        }
        if !is_digest_of(&descriptor.digest, &response.body) {
            return Err(failed("mismatched digest"));
        }
        let map = match is_manifest(&descriptor.media_type) {
            true => json::object(&response.body).map_err(|cause| failed(&cause))?,
            false => Map::new(),
        };
        Ok((map, descriptor))
    }

    /// All that a manifest lists, through the manifests that it lists.
    fn listed(
        &self,
        reference: &Reference,
        manifest: &Map,
        root: &Descriptor,
    ) -> Result<Vec<Descriptor>, Error> {
        let mut list = Vec::new();
        let mut waiting = vec![(manifest.clone(), root.media_type.clone())];
        let mut count = 0;
        while let Some((manifest, media_type)) = waiting.pop() {
            if !matches!(&*media_type, INDEX | DOCKER_LIST) {
                let config = manifest.get(b"config");
                let config = config.as_ref().and_then(gostd::Value::as_map);
                list.extend(config.map(Descriptor::of));
                list.extend(
                    json::objects(&manifest, "layers")
                        .iter()
                        .map(Descriptor::of),
                );
                continue;
            }
            for entry in json::objects(&manifest, "manifests") {
                let descriptor = Descriptor::of(&entry);
                if !is_manifest(&descriptor.media_type) {
                    continue;
                }
                count += 1;
                if count > MANIFESTS {
                    return Err(Error::File(format!(
                        "the index leads to more than {MANIFESTS} manifests"
                    )));
                }
                check_size(&descriptor)?;
                let (manifest, _) = self.manifest(&reference.with(&descriptor.digest))?;
                waiting.push((manifest, descriptor.media_type.clone()));
                list.push(descriptor);
            }
        }
        Ok(list)
    }

    /// Fetches some bytes, and checks them.
    fn blob(&self, reference: &Reference, descriptor: &Descriptor) -> Result<Vec<u8>, Error> {
        let fetch = |cause: String| failure::in_step("Fetch", "source", cause);
        let push = |cause: String| failure::in_step("Push", "destination", cause);
        let Descriptor { digest, size, .. } = descriptor;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":+._=-".contains(&byte);
        if !digest.bytes().all(is_plain) {
            let digest = quote(digest.as_bytes());
            return Err(fetch(format!("invalid digest {digest}")));
        }
        let rest = format!("blobs/{digest}");
        let response = self.read("GET", reference, &rest, &[], CONTENT_BYTES);
        let response = response.map_err(|error| fetch(error.to_string()))?;
        match response.status {
            200 => {}
            404 => return Err(fetch(failure::not_found(digest).to_string())),
            _ => return Err(fetch(failure::of("GET", &response).to_string())),
        }
        let address = quote(response.url.to_string().as_bytes());
        let length = response.header("content-length");
        let length = length.and_then(|length| length.parse::<i64>().ok());
        if length.is_some_and(|length| length != *size) {
            return Err(fetch(format!("GET {address}: mismatch Content-Length")));
        }
        check_header("GET", &response, digest).map_err(fetch)?;
        check_size(descriptor)?;
        let body = response.body;
        match body.len().cmp(&usize::try_from(*size).unwrap_or_default()) {
            std::cmp::Ordering::Less => Err(push(format!(
                "read failed: expected content size of {size}, got {}, for digest {digest}: unexpected EOF",
                body.len()
            ))),
            std::cmp::Ordering::Greater => Err(push("trailing data".into())),
            std::cmp::Ordering::Equal if !is_digest_of(digest, &body) => {
                Err(push("mismatched digest".into()))
            }
            std::cmp::Ordering::Equal => Ok(body),
        }
    }
}

/// Helm's words about what was pulled or pushed.
pub(super) fn words(done: &str, reference: &str, digest: &str) -> String {
    let words = format!("{done}: {reference}\nDigest: {digest}\n");
    match reference.contains('_') {
        true => format!("{words}{reference} contains an underscore.\n{UNDERSCORE}"),
        false => words,
    }
}

fn is_manifest(media_type: &str) -> bool {
    matches!(media_type, MANIFEST | INDEX | DOCKER_MANIFEST | DOCKER_LIST)
}

/// # Errors
/// There is more than anybody needs.
fn check_size(descriptor: &Descriptor) -> Result<(), Error> {
    let size = u64::try_from(descriptor.size).ok();
    match size.is_some_and(|size| size <= CONTENT_BYTES) {
        true => Ok(()),
        false => Err(failure::in_step(
            "Push",
            "destination",
            "invalid descriptor size",
        )),
    }
}

/// # Errors
/// The registry says that the contents are others.
pub(super) fn check_header(
    method: &str,
    response: &Response,
    expected: &str,
) -> Result<(), String> {
    const HEADER: &str = "Docker-Content-Digest";
    let address = quote(response.url.to_string().as_bytes());
    match response.header("docker-content-digest") {
        None | Some("") => Ok(()),
        Some(digest) if check_digest(digest).is_err() => Err(format!(
            "{method} {address}: invalid response header: `{HEADER}: {digest}`"
        )),
        Some(digest) if digest != expected => Err(format!(
            "{method} {address}: invalid response; digest mismatch in {HEADER}: received {} when expecting {}",
            quote(digest.as_bytes()),
            quote(expected.as_bytes())
        )),
        Some(_) => Ok(()),
    }
}

/// What an answer says about the manifest in it (oras's `generateDescriptor`).
fn descriptor_of(reference: &Reference, response: &Response) -> Result<Descriptor, String> {
    const HEADER: &str = "Docker-Content-Digest";
    let address = quote(response.url.to_string().as_bytes());
    let media_type = response.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if media_type.is_empty() {
        return Err(format!(
            "GET {address}: invalid response `Content-Type` header; mime: no media type"
        ));
    }
    let digest = match response.header("docker-content-digest") {
        None | Some("") => digest_of(&response.body),
        Some(digest) => {
            check_digest(digest).map_err(|cause| {
                format!(
                    "GET {address}: invalid response header value: `{HEADER}: {digest}`; {cause}"
                )
            })?;
            digest.to_owned()
        }
    };
    if let Some(expected) = reference.digest().filter(|expected| *expected != digest) {
        return Err(format!(
            "GET {address}: invalid response; digest mismatch in {HEADER}: received {} when expecting {}",
            quote(digest.as_bytes()),
            quote(expected.as_bytes())
        ));
    }
    Ok(Descriptor {
        media_type: media_type.to_ascii_lowercase(),
        digest,
        size: response.body.len() as i64,
    })
}
