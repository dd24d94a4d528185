//! One chart, by the name that a user gives it (Helm's `downloader.ChartDownloader`).

use super::client::displayed;
use super::dependencies::{ACCEPT_ARCHIVE, ARCHIVE_BYTES, unmanaged_name};
use super::provenance::{PROVENANCE_BYTES, Signed, Verify};
use super::registry::SCHEME;
use super::{
    Access, ChartVersion, Client, Digests, Error, Home, Parts, Registry, Repositories, Tell,
    Wanted, archive_url, registry, repository,
};
use compat::notice::Notice;
use compat::profile::{CommandLine, Profile};
use data_encoding::{DecodeKind, HEXLOWER, HEXLOWER_PERMISSIVE};
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::strconv::quote;
use gostd::url::Url;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// A chart that is somewhere else.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// `REPOSITORY/CHART`, the address of an archive, or with a repository's address the chart's name there.
    pub name: &'a str,
    /// A version or a range of versions; empty is the newest.
    pub version: &'a str,
    /// Credentials and TLS files that flags give; the address is that of the repository, or empty.
    pub access: &'a Access,
}

/// Fetches charts from repositories, registries and addresses.
#[derive(Clone, Copy)]
pub struct Downloads<'a> {
    /// The directories of Helm's files.
    pub home: &'a Home,
    /// The Helm to be.
    pub profile: &'a Profile,
    /// The client that fetches.
    pub client: &'a Client,
    /// Takes what Helm says of a chart that comes from a registry.
    pub tell: Tell<'a>,
    /// What is done about signatures.
    pub verify: Verify<'a>,
    /// What is done about archives that are not those of their index.
    pub digests: Digests<'a>,
}

/// A chart that was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The name of its archive.
    pub name: String,
    /// The archive.
    pub archive: Vec<u8>,
    /// Its signature, as far as that was asked for.
    pub signed: Signed,
}

/// The place of an archive.
struct Place {
    url: String,
    /// Its SHA-256 as an index tells it, or of a chart in a registry that of its manifest; empty where nothing does.
    digest: String,
    /// Its SHA-256 as an index tells it.
    index_digest: String,
    access: Access,
    /// Helm says of a chart in a registry that it was pulled.
    is_told: bool,
}

impl Place {
    /// The reference, where it is in a registry.
    fn reference(&self) -> Option<&str> {
        self.url.strip_prefix(SCHEME)
    }

    /// The name of its archive.
    fn file_name(&self) -> String {
        match self.reference() {
            Some(reference) => registry::Place {
                reference: reference.into(),
                digest: String::new(),
            }
            .file_name(),
            None => archive_url::base_name(&self.url),
        }
    }
}

impl Downloads<'_> {
    /// Fetches a chart (`DownloadTo`). Helm 4 takes what is in its cache.
    ///
    /// # Errors
    /// Helm's texts.
    pub fn fetch(
        &self,
        reference: Reference<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<Fetched, Error> {
        let place = self.find(reference, notices)?;
        let name = place.file_name();
        let is_helm_4 = self.profile.command_line == CommandLine::Helm4;
        let has_cache = is_helm_4 || self.client.is_offline();
        let digest = match has_cache && !place.digest.is_empty() {
            true => Some(digest_of(&place.digest)?),
            false => None,
        };
        let cached = digest
            .as_ref()
            .and_then(|digest| self.cached(digest, &place));
        let archive = match cached {
            Some(archive) => archive,
            None => self.get(&place)?,
        };
        let kept = digest.map(|digest| self.cache_file(&digest).with_extension("prov"));
        // With a repository's address, Helm calls the chart by its own.
        let called = match reference.access.url.is_empty() {
            true => reference.name,
            false => &place.url,
        };
        let fetch = |url: &str| match kept.as_deref().and_then(cached_provenance) {
            Some(provenance) => Ok(provenance),
            None => self.get_provenance(url, &place),
        };
        let names = (called, &*place.url, &*name);
        let signed = self.verify.check(fetch, names, &archive);
        Ok(Fetched {
            name,
            archive,
            signed,
        })
    }

    /// Checks the signature of a chart that is in the cache, and keeps it there.
    fn check_cached(&self, place: &Place, file: PathBuf) -> Result<PathBuf, Error> {
        if matches!(self.verify, Verify::Never) {
            return Ok(file);
        }
        let archive = input::read(&file, NamedBy::User, ARCHIVE_BYTES);
        let archive = archive.map_err(|error| OsError::new("open", &file, &error))?;
        let name = place.file_name();
        let kept = match self.profile.command_line {
            CommandLine::Helm3 => PathBuf::from(format!("{}.prov", file.display())),
            CommandLine::Helm4 => file.with_extension("prov"),
        };
        let is_helm_4 = self.profile.command_line == CommandLine::Helm4;
        let fetch = |url: &str| match cached_provenance(&kept).filter(|_| is_helm_4) {
            Some(provenance) => Ok(provenance),
            None => self.get_provenance(url, place),
        };
        let names = (&*place.url, &*place.url, &*name);
        let signed = self.verify.check(fetch, names, &archive);
        if let Some(provenance) = signed.provenance {
            write(kept, provenance)?;
        }
        match signed.failure {
            Some(error) => Err(error),
            None => Ok(file),
        }
    }

    fn get_provenance(&self, url: &str, place: &Place) -> Result<Vec<u8>, Error> {
        let Some(reference) = place.reference() else {
            return self
                .client
                .get(url, &place.access, ACCEPT_ARCHIVE, PROVENANCE_BYTES);
        };
        let registry = Registry::new(self.client, self.home, self.profile, &place.access);
        Ok(registry
            .pull(reference, Parts::Provenance, self.tell_of(place))?
            .contents)
    }

    /// Takes what Helm says of a chart from a registry; nobody, where it says nothing.
    fn tell_of(&self, place: &Place) -> Tell<'_> {
        match place.is_told {
            true => self.tell,
            false => &|_| {},
        }
    }

    /// Fetches a chart into Helm's cache, unless Helm 4 has it there: where its archive is then (`DownloadToCache`).
    ///
    /// # Errors
    /// Helm's texts.
    pub fn fetch_to_cache(
        &self,
        reference: Reference<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<PathBuf, Error> {
        let place = self.find(reference, notices)?;
        let path = if self.profile.command_line == CommandLine::Helm3 {
            if self.client.is_offline()
                && let Ok(digest) = digest_of(&place.digest)
                && self.cached(&digest, &place).is_some()
            {
                return self.check_cached(&place, self.cache_file(&digest));
            }
            Path::new(&self.home.repository_cache).join(place.file_name())
        } else if !place.digest.is_empty() {
            let digest = digest_of(&place.digest);
            let digest = digest.map_err(|cause| match cause {
                Error::File(text) if !text.starts_with("invalid digest length") => {
                    Error::File(format!("unable to decode digest: {text}"))
                }
                other => other,
            })?;
            if let Some(archive) = self.cached(&digest, &place) {
                self.check_digest(&place, &archive)?;
                return self.check_cached(&place, self.cache_file(&digest));
            }
            self.cache_file(&digest)
        } else {
            let archive = self.get(&place)?;
            let path = self.cache_file(&Sha256::digest(&archive));
            return self.check_cached(&place, write(path, archive)?);
        };
        let archive = self.get(&place)?;
        self.check_cached(&place, write(path, archive)?)
    }

    fn get(&self, place: &Place) -> Result<Vec<u8>, Error> {
        let Place { url, access, .. } = place;
        if self.client.is_offline() {
            return Err(Error::Offline(url.clone()));
        }
        let Some(reference) = place.reference() else {
            let archive = self
                .client
                .get(url, access, ACCEPT_ARCHIVE, ARCHIVE_BYTES)?;
            self.check_digest(place, &archive)?;
            return Ok(archive);
        };
        let registry = Registry::new(self.client, self.home, self.profile, access);
        Ok(registry
            .pull(reference, Parts::Chart, self.tell_of(place))?
            .contents)
    }

    /// What an index has of a chart in a registry is the digest of its manifest, if it has one.
    fn check_digest(&self, place: &Place, archive: &[u8]) -> Result<(), Error> {
        match place.reference() {
            None => self.digests.check(&place.url, archive, &place.index_digest),
            Some(_) => Ok(()),
        }
    }

    /// The path of an archive with a digest in Helm 4's cache.
    fn cache_file(&self, digest: &[u8]) -> PathBuf {
        let name = HEXLOWER.encode(digest);
        let directory = name.get(..2).unwrap_or_default();
        let cache = Path::new(&self.home.content_cache).join(directory);
        cache.join(format!("{name}.chart"))
    }

    /// An archive that is in Helm 4's cache. One that is not what its name says is none; what is named after a manifest
    /// cannot be checked so.
    fn cached(&self, digest: &[u8], place: &Place) -> Option<Vec<u8>> {
        let path = self.cache_file(digest);
        let archive = input::read(&path, NamedBy::User, ARCHIVE_BYTES).ok()?;
        let is_right = place.reference().is_some() || *Sha256::digest(&archive) == *digest;
        (is_right && !archive.is_empty()).then_some(archive)
    }

    fn find(&self, reference: Reference<'_>, notices: &mut Vec<Notice>) -> Result<Place, Error> {
        let Reference {
            name,
            version,
            access,
        } = reference;
        if access.url.is_empty() {
            return self.resolve(name, version, access, notices);
        }
        let profile = self.profile;
        let found = match self.client.is_offline() {
            true => self.find_offline(reference, notices),
            false => repository::find_chart(self.client, access, name, version, profile, notices),
        };
        let (url, entry) = found?;
        let mut place = self.resolve(&url, version, access, notices)?;
        if self.client.is_offline() && place.digest.is_empty() {
            place.digest.clone_from(&entry.digest);
        }
        place.index_digest = entry.digest;
        Ok(place)
    }

    /// The address of a chart in the cached index of a repository, whether it was added or not.
    fn find_offline(
        &self,
        reference: Reference<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<(String, ChartVersion), Error> {
        let Reference {
            name,
            version,
            access,
        } = reference;
        let repositories = Repositories::load_or_none(Path::new(&self.home.repository_config))?;
        let added = repositories.at([&*access.url].into_iter()).list.pop();
        let cached = added.map_or_else(|| unmanaged_name(&access.url), |added| added.name);
        let file = repository::index_file(&self.home.repository_cache, &cached);
        if !file.exists() {
            let url = archive_url::resolve(&access.url, "index.yaml")?;
            return Err(Error::Offline(displayed(&url)));
        }
        let wanted = Wanted::Charts(&[name]);
        let index = repository::cached_index(&file, wanted, self.profile, notices)?;
        repository::find_in(&index, access, name, version, self.profile, notices)
    }

    /// The place that a name or an address leads to (`ResolveChartVersion`).
    fn resolve(
        &self,
        name: &str,
        version: &str,
        access: &Access,
        notices: &mut Vec<Notice>,
    ) -> Result<Place, Error> {
        let url = Url::parse(name.as_bytes())
            .map_err(|_| Error::Address(format!("invalid chart URL format: {name}")))?;
        if url.to_string().starts_with(SCHEME) {
            let registry = Registry::new(self.client, self.home, self.profile, access);
            let registry::Place { reference, digest } = registry.resolve(name, version)?;
            return Ok(Place {
                url: format!("{SCHEME}{reference}"),
                digest,
                index_digest: String::new(),
                access: access.clone(),
                is_told: true,
            });
        }
        let repositories = Repositories::load_or_none(Path::new(&self.home.repository_config))?;
        if url.is_absolute() && !url.host.is_empty() && !url.path.is_empty() {
            if !self.client.knows(&url.scheme) {
                let scheme = String::from_utf8_lossy(&url.scheme).into_owned();
                let scheme = quote(scheme.as_bytes());
                return Err(Error::Address(format!("scheme {scheme} not supported")));
            }
            return self.of_address(name, access, &repositories, notices);
        }
        let path = String::from_utf8_lossy(&url.path).into_owned();
        let Some((repository, chart)) = path.split_once('/') else {
            return Err(Error::Address(format!(
                "non-absolute URLs should be in form of repo_name/path_to_chart, got: {url}"
            )));
        };
        let Some(added) = repositories.get(repository) else {
            return Err(Error::Missing(format!("repo {repository} not found")));
        };
        if added.access.url.is_empty() {
            return Err(Error::Missing(format!(
                "no URL found for repository {repository}"
            )));
        }
        let file = repository::index_file(&self.home.repository_cache, &added.name);
        let wanted = Wanted::Charts(&[chart]);
        let index = repository::cached_index(&file, wanted, self.profile, notices);
        let index = index.map_err(|cause| no_cached(&cause))?;
        let entry = index.get(chart, version, self.profile, notices);
        let entry = entry.map_err(|cause| {
            Error::Missing(format!(
                "chart {} matching {version} not found in {} index. (try 'helm repo update'): {cause}",
                quote(chart.as_bytes()),
                added.name
            ))
        })?;
        let Some(url) = entry.urls.first() else {
            return Err(Error::Missing(format!(
                "chart {} has no downloadable URLs",
                quote(name.as_bytes())
            )));
        };
        let url = archive_url::resolve(&added.access.url, url)
            .map_err(|_| Error::Address(format!("invalid chart URL format: {name}")))?;
        let access = match url.starts_with(SCHEME) {
            // A registry is no part of the repository: it is told nothing of what that wants.
            true => Access::default(),
            false => access_of(access, &added.access),
        };
        Ok(Place {
            url,
            digest: entry.digest.clone(),
            index_digest: entry.digest.clone(),
            access,
            is_told: false,
        })
    }

    /// An address: what a repository that has it takes to get in counts before flags.
    fn of_address(
        &self,
        address: &str,
        access: &Access,
        repositories: &Repositories,
        notices: &mut Vec<Notice>,
    ) -> Result<Place, Error> {
        let place = |access: Access| Place {
            url: address.to_owned(),
            digest: String::new(),
            index_digest: String::new(),
            access,
            is_told: false,
        };
        for added in &repositories.list {
            let file = repository::index_file(&self.home.repository_cache, &added.name);
            let text = input::read(&file, NamedBy::User, repository::INDEX_BYTES);
            let text =
                text.map_err(|error| no_cached(&OsError::new("open", &file, &error).into()))?;
            if !contains(&text, address.as_bytes()) {
                continue;
            }
            let wanted = Wanted::Having(address.as_bytes());
            let index = repository::cached_index(&file, wanted, self.profile, notices);
            let index = index.map_err(|cause| no_cached(&cause))?;
            let mut versions = index.entries.values().flatten();
            if versions.any(|version| version.urls.iter().any(|url| url == address)) {
                return Ok(place(access_of(access, &added.access)));
            }
        }
        let owner = match access.url.is_empty() {
            true => address,
            false => &access.url,
        };
        Ok(place(Access {
            url: owner.to_owned(),
            ..access.clone()
        }))
    }
}

/// A signature in the cache, if there is one.
fn cached_provenance(file: &Path) -> Option<Vec<u8>> {
    let text = input::read(file, NamedBy::User, PROVENANCE_BYTES).ok()?;
    (!text.is_empty()).then_some(text)
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    // An address is written in an index as it is, or in quotation marks.
    memchr::memmem::find(text, wanted).is_some()
}

/// The access to a repository: its own files and credentials, where it has some, else those of flags. That
/// anybody is trusted is said for each request.
fn access_of(flags: &Access, added: &Access) -> Access {
    let mut access = Access {
        url: added.url.clone(),
        ..flags.clone()
    };
    if !added.cert_file.is_empty() || !added.key_file.is_empty() || !added.ca_file.is_empty() {
        access.cert_file.clone_from(&added.cert_file);
        access.key_file.clone_from(&added.key_file);
        access.ca_file.clone_from(&added.ca_file);
    }
    if !added.username.is_empty() && !added.password.is_empty() {
        access.username.clone_from(&added.username);
        access.password.clone_from(&added.password);
        access.passes_credentials = added.passes_credentials;
    }
    access
}

fn no_cached(cause: &Error) -> Error {
    Error::Missing(format!(
        "no cached repo found. (try 'helm repo update'): {cause}"
    ))
}

/// The bytes of an index's digest. Errors are those of Go's `encoding/hex`.
fn digest_of(text: &str) -> Result<Vec<u8>, Error> {
    let hex = text.split_once(':').map_or(text, |(_, hex)| hex);
    let decoded = HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
    let digest = decoded.map_err(|error| {
        Error::File(match (error.kind, hex.as_bytes().get(error.position)) {
            (DecodeKind::Symbol, Some(byte)) => {
                let quoted = gostd::strconv::quote_rune(i64::from(*byte));
                format!("encoding/hex: invalid byte: U+{byte:04X} {quoted}")
            }
            _ => "encoding/hex: odd length hex string".into(),
        })
    })?;
    match digest.len() {
        32 => Ok(digest),
        length => Err(Error::File(format!("invalid digest length: {length}"))),
    }
}

fn write(path: PathBuf, contents: Vec<u8>) -> Result<PathBuf, Error> {
    let mut files = AtomicFiles::new(FileMode::Default);
    files.add(&path, contents);
    files.commit()?;
    Ok(path)
}
