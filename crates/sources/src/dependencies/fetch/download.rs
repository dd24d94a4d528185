//! Archives that are fetched, each on a thread of its own.

use super::super::{ACCEPT_ARCHIVE, ARCHIVE_BYTES, REGISTRY};
use crate::provenance::{PROVENANCE_BYTES, Signed, Verify};
use crate::{Access, Client, Error, Parts, Registry, archive_url};
use std::cell::RefCell;

/// The place of an archive that a repository has.
pub(super) struct Place {
    pub(super) url: String,
    pub(super) access: Access,
    /// Its digest as the index has it.
    pub(super) digest: String,
}

/// An archive to be fetched.
pub(super) enum Job {
    /// From a registry: the address with its tag.
    Registry(String),
    /// From an address.
    Url(Place),
}

/// An archive that was fetched.
pub(super) struct Download {
    /// The address, as errors and signatures name it.
    pub(super) address: String,
    pub(super) file: String,
    pub(super) archive: Vec<u8>,
    pub(super) signed: Signed,
    /// The digest that an index has.
    pub(super) digest: String,
}

/// The end of a job: what a registry's charts are said to be, and the archive.
pub(super) type Ended = (Vec<String>, Result<Download, Error>);

/// What jobs need, each on its own thread.
#[derive(Clone, Copy)]
pub(super) struct Worker<'a> {
    pub(super) client: &'a Client,
    pub(super) registry: &'a Registry<'a>,
    pub(super) verify: Verify<'a>,
}

impl Worker<'_> {
    pub(super) fn run(self, job: &Job) -> Ended {
        match job {
            Job::Registry(whole) => {
                let told = RefCell::new(Vec::new());
                let tell = |words: &str| told.borrow_mut().push(words.to_owned());
                let download = self.pull(whole, &tell);
                (told.into_inner(), download)
            }
            Job::Url(place) => (Vec::new(), self.download(place)),
        }
    }

    /// Fetches a chart's archive from a registry.
    fn pull(self, whole: &str, tell: &dyn Fn(&str)) -> Result<Download, Error> {
        let (address, version) = without_tag(whole).ok_or_else(|| {
            let reason = "improperly formatted oci chart reference";
            Error::Address(format!("could not parse OCI reference: {reason}: {whole}"))
        })?;
        let registry = self.registry;
        let place = registry.resolve(address, version);
        let pulled = place.and_then(|place| {
            let pulled = registry.pull(&place.reference, Parts::Chart, tell)?;
            Ok((place, pulled.contents))
        });
        let (place, archive) = pulled.map_err(|cause| match cause {
            Error::Config(text) => Error::Config(text),
            cause => Error::Fetch(format!("could not download {address}: {cause}")),
        })?;
        let (url, file) = (format!("{REGISTRY}{}", place.reference), place.file_name());
        let fetch = |_: &str| {
            let pulled = registry.pull(&place.reference, Parts::Provenance, tell)?;
            Ok(pulled.contents)
        };
        let signed = self.verify.check(fetch, (address, &*url, &*file), &archive);
        Ok(Download {
            address: address.to_owned(),
            file,
            archive,
            signed,
            digest: String::new(),
        })
    }

    /// Fetches a chart's archive from an address.
    fn download(self, place: &Place) -> Result<Download, Error> {
        let Place {
            url,
            access,
            digest,
        } = place;
        let get = |url: &str, limit| self.client.get(url, access, ACCEPT_ARCHIVE, limit);
        let archive = get(url, ARCHIVE_BYTES);
        let archive =
            archive.map_err(|cause| Error::Fetch(format!("could not download {url}: {cause}")))?;
        let file = archive_url::base_name(url);
        let fetch = |url: &str| get(url, PROVENANCE_BYTES);
        let names = (&**url, &**url, &*file);
        let signed = self.verify.check(fetch, names, &archive);
        Ok(Download {
            address: url.clone(),
            file,
            archive,
            signed,
            digest: digest.clone(),
        })
    }
}

/// The address of a chart in a registry, and its tag: what follows the first colon that is not before a port.
fn without_tag(address: &str) -> Option<(&str, &str)> {
    let start = REGISTRY.len();
    let rest = address.get(start..)?;
    let colons: Vec<usize> = rest.match_indices(':').map(|(at, _)| at).collect();
    let first = *colons.first()?;
    let after_port = colons.get(1).filter(|second| {
        let part = rest.get(first + 1..**second).unwrap_or_default();
        part.len() > 1 && part.starts_with(|c: char| c.is_ascii_digit())
    });
    let colon = after_port.copied().unwrap_or(first);
    let is_long_enough = first > 1 || colon > first && first > 0;
    let (address, tag) = address.split_at_checked(start + colon)?;
    is_long_enough.then(|| (address, tag.trim_start_matches(':')))
}
