//! From a chart's address and a version to one of a registry's tags or digests (Helm's `ValidateReference`).

use super::reference::{ChartReference, Reference, SCHEME};
use super::{METADATA_BYTES, Registry, failure, json};
use crate::Error;
use crate::client::Response;
use compat::profile::CommandLine;
use gosemver::{Constraints, Version};
use gostd::strconv::quote;
use gostd::url::Url;
use std::collections::HashSet;

/// The most pages of a list of tags that are read.
const PAGES: usize = 10_000;

/// The place of a chart in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `HOST/REPOSITORY` with a tag or a digest, or both, without scheme.
    pub reference: String,
    /// The digest, where Helm takes it for that of the archive; else empty.
    pub digest: String,
}

impl Place {
    /// The name of the archive: `NAME-VERSION.tgz`, `NAME@sha256-DIGEST.tgz`.
    pub fn file_name(&self) -> String {
        let base = gostd::path::base(self.reference.as_bytes());
        let base = String::from_utf8_lossy(base).into_owned();
        match base.rsplit_once(':') {
            Some((name, version)) => format!("{name}-{version}.tgz"),
            None => format!("{base}.tgz"),
        }
    }
}

impl Registry<'_> {
    /// Finds the tag or digest that an address, `oci://…`, and a version mean. A version that is none is a range, and an
    /// empty one the newest.
    ///
    /// # Errors
    /// The reference is wrong, what it says does not agree, or the registry has no such version.
    pub fn resolve(&self, address: &str, version: &str) -> Result<Place, Error> {
        let url = Url::parse(address.as_bytes())
            .map_err(|_| Error::Address(format!("invalid chart URL format: {address}")))?;
        self.check_config()?;
        let text = [&*url.host, &*url.path].concat();
        let given = String::from_utf8_lossy(&text).into_owned();
        let ChartReference { reference, digest } = ChartReference::parse(&given)?;
        let tag = &*reference.reference;
        let version = match version {
            "" => tag,
            _ if !tag.is_empty() && tag != version => {
                return Err(Error::Address(format!(
                    "chart reference and version mismatch: {version} is not {tag}"
                )));
            }
            _ => version,
        };
        let repository = format!("{}/{}", reference.registry, reference.repository);
        if !digest.is_empty() {
            if version.is_empty() {
                return Ok(Place {
                    reference: given,
                    digest: String::new(),
                });
            }
            let is_tagged = self.check_tag(&format!("{repository}:{version}"), &digest)?;
            return Ok(Place {
                reference: format!("{repository}@{digest}"),
                digest: match is_tagged {
                    true => digest,
                    false => String::new(),
                },
            });
        }
        let tag = match Version::parse(version) {
            Ok(_) => version.to_owned(),
            Err(_) => {
                let tags = self.versions(address.strip_prefix(SCHEME).unwrap_or(address))?;
                let is_helm_3 = self.profile.command_line == CommandLine::Helm3;
                if tags.is_empty() {
                    let unable = if is_helm_3 { "Unable" } else { "unable" };
                    return Err(Error::Missing(format!(
                        "{unable} to locate any tags in provided repository: {address}"
                    )));
                }
                let found = matching(&tags, version)?;
                let could = if is_helm_3 { "Could" } else { "could" };
                found.ok_or_else(|| {
                    Error::Missing(format!(
                        "{could} not locate a version matching provided version string {version}"
                    ))
                })?
            }
        };
        Ok(Place {
            reference: format!("{repository}:{tag}"),
            digest: String::new(),
        })
    }

    /// Returns true if a tag has a digest; a tag that is not there has no say.
    fn check_tag(&self, tagged: &str, digest: &str) -> Result<bool, Error> {
        if self.client.is_offline() {
            // The cache decides.
            return Ok(true);
        }
        let Ok(Some(actual)) = self.digest_of(tagged) else {
            return Ok(false);
        };
        match actual == digest {
            true => Ok(true),
            false => Err(Error::Address(format!(
                "chart reference digest mismatch: {actual} is not {digest}"
            ))),
        }
    }

    /// The digest of a tag's manifest, as the registry tells it.
    fn digest_of(&self, tagged: &str) -> Result<Option<String>, Error> {
        Reference::parse(tagged)?;
        let reference = self.mirrored(&ChartReference::parse(tagged)?.reference)?;
        let rest = format!("manifests/{}", reference.reference);
        let accept = [("Accept", super::pull::ACCEPT_MANIFEST)];
        let response = self.read("HEAD", &reference, &rest, &accept, METADATA_BYTES)?;
        if response.status != 200 || response.header("content-type").is_none() {
            return Ok(None);
        }
        let digest = response.header("docker-content-digest");
        Ok(digest.map(str::to_owned))
    }

    /// The tags of a repository that are versions, the newest first, with `+` where a tag has `_`.
    ///
    /// # Errors
    /// The reference is wrong, or the registry does not tell.
    pub fn versions(&self, reference: &str) -> Result<Vec<String>, Error> {
        let reference = self.mirrored(&Reference::parse(reference)?)?;
        let mut url = self.url(&reference, "tags/list");
        let mut versions: Vec<Version> = Vec::new();
        // A registry could send its clients round in circles.
        let mut seen = HashSet::new();
        while seen.len() < PAGES && seen.insert(url.clone()) {
            let response = self.ask(&super::Ask {
                method: "GET",
                url: &url,
                headers: &[],
                body: b"",
                limit: METADATA_BYTES,
                scopes: &[format!("repository:{}:pull", reference.repository)],
            })?;
            if response.status != 200 {
                return Err(failure::of("GET", &response));
            }
            let page = json::first_object(&response.body).map_err(|cause| {
                let address = quote(response.url.to_string().as_bytes());
                Error::Fetch(format!("GET {address}: failed to decode response: {cause}"))
            })?;
            let tags = page.get(b"tags");
            let tags = tags.as_ref().and_then(gostd::Value::as_list);
            for tag in tags.map(gostd::List::snapshot).unwrap_or_default() {
                let Some(tag) = tag.as_text() else { continue };
                let tag = tag.to_str_lossy().replace('_', "+");
                versions.extend(Version::parse_strict(&tag));
            }
            match next_page(&response)? {
                Some(next) => url = next,
                None => break,
            }
        }
        // Go's sort leaves few enough in order; those of one precedence differ in nothing that counts.
        versions.sort_by(|a, b| b.compare(a));
        Ok(versions.iter().map(Version::to_string).collect())
    }
}

/// The address of the next page of a list.
fn next_page(response: &Response) -> Result<Option<String>, Error> {
    let Some(link) = response.header("link").filter(|link| !link.is_empty()) else {
        return Ok(None);
    };
    let invalid = |what: &str| {
        let link = quote(link.as_bytes());
        Error::Fetch(format!("invalid next link {link}: missing '{what}'"))
    };
    let rest = link.strip_prefix('<').ok_or_else(|| invalid("<"))?;
    let (next, _) = rest.split_once('>').ok_or_else(|| invalid(">"))?;
    let next = Url::parse(next.as_bytes()).map_err(|error| Error::Address(error.to_string()))?;
    Ok(Some(response.url.resolve(&next).to_string()))
}

/// The first of some versions, the newest first, that is a version or in a range of versions.
fn matching(tags: &[String], version: &str) -> Result<Option<String>, Error> {
    if tags.iter().any(|tag| tag == version) {
        return Ok(Some(version.to_owned()));
    }
    let range = match version {
        "" => "*",
        other => other,
    };
    let range = Constraints::new(range)?;
    let fits = |tag: &&String| Version::parse(tag).is_ok_and(|version| range.check(&version));
    Ok(tags.iter().find(fits).cloned())
}
