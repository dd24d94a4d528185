//! Filling a chart's `charts/` with what it depends on (Helm's `downloader.Manager`).

mod local;
mod lock;
mod outdated;
mod resolve;

pub use local::{add_local_dependencies, local_directories};

use super::index::Index;
use super::provenance::{PROVENANCE_BYTES, Signed, Verify};
use super::registry::SCHEME as REGISTRY;
use super::{
    Access, Client, Error, Home, Parts, Registry, Repositories, Repository, Tell, archive_url,
    repository,
};
use chart::{Chart, Dependency, package, package_name};
use compat::notice::Notice;
use compat::profile::{CommandLine, Profile};
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use gosemver::{Constraints, Version};
use gostd::url::Url;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The scheme of repositories on this machine.
const LOCAL: &str = "file://";
/// The names of caches of repositories that nobody added begin with it; a digest of their address follows.
const UNMANAGED: &str = "helm-manager-";
/// The most bytes that an archive may have: Helm's limit on what is in one.
pub(crate) const ARCHIVE_BYTES: u64 = 100 << 20;
/// The kinds of contents that Helm asks for.
pub(crate) const ACCEPT_ARCHIVE: &str = "application/gzip,application/octet-stream";

/// A chart's dependencies, to be fetched and packed into its `charts/`.
pub struct Dependencies<'a> {
    /// The chart's directory, as errors name it.
    pub chart: &'a Path,
    /// The directories of Helm's files.
    pub home: &'a Home,
    /// The Helm to be.
    pub profile: &'a Profile,
    /// The client that fetches.
    pub client: &'a Client,
    /// The registries that charts are fetched from.
    pub registry: &'a Registry<'a>,
    /// Takes what Helm says of a chart that comes from a registry.
    pub tell: Tell<'a>,
    /// The cached indexes are used as they are.
    pub skip_refresh: bool,
    /// What is done about signatures.
    pub verify: Verify<'a>,
    /// Helm says more of what it does.
    pub is_debug: bool,
    /// The time: in seconds since 1970, and as a lock file has it.
    pub now: &'a dyn Fn() -> (i64, String),
    /// Takes Helm's words for stdout.
    pub say: &'a mut dyn FnMut(&str),
    /// Helm's words for stderr are added here.
    pub notices: &'a mut Vec<Notice>,
}

/// The repositories' names on this machine, by the dependencies' names (as in Helm, where two dependencies of one
/// name share a repository).
type Names = HashMap<String, String>;
/// Archives by the names of their files.
type Archives = BTreeMap<String, Vec<u8>>;

impl Dependencies<'_> {
    /// Fetches what the lock file says, or where there is none what [`update`](Dependencies::update) does.
    ///
    /// # Errors
    /// Helm's texts. `charts/` is as it was then.
    pub fn build(&mut self) -> Result<(), Error> {
        let mut chart = self.load()?;
        let Some(lock) = chart.lock.take() else {
            return self.update();
        };
        let mut dependencies: Vec<Dependency> = chart.metadata.declared().cloned().collect();
        let old_digest = lock::helm_2_digest(&chart.metadata);
        let repositories = self.repositories()?;
        self.resolve_names(&mut dependencies, &repositories)?;
        let locked: Vec<Dependency> = lock.dependencies.into_iter().flatten().flatten().collect();
        if lock::digest(&dependencies, &locked) != lock.digest {
            self.check_helm_2_digest(&chart, old_digest == lock.digest)?;
        }
        check_added(&locked, &repositories)?;
        if !self.skip_refresh {
            self.update_repositories(&repositories)?;
        }
        let (files, _) = self.fetch(locked, &repositories, &HashSet::new())?;
        self.replace(files, &dependencies, None)
    }

    /// Finds versions of what the chart depends on, fetches them, and writes the lock file unless it says the same
    /// already. A chart without dependencies is left alone.
    ///
    /// # Errors
    /// Helm's texts. `charts/` and the lock file are as they were then.
    pub fn update(&mut self) -> Result<(), Error> {
        let chart = self.load()?;
        if chart.metadata.dependencies.is_none() {
            return Ok(());
        }
        let mut dependencies: Vec<Dependency> = chart.metadata.declared().cloned().collect();
        let repositories = self.repositories()?;
        let mut names = self.resolve_names(&mut dependencies, &repositories)?;
        let fresh = self.update_unmanaged(&mut names, &dependencies)?;
        if !self.skip_refresh {
            self.update_repositories(&repositories)?;
        }
        let locked = self.resolve(&dependencies, &names)?;
        let (files, locked) = self.fetch(locked, &repositories, &fresh)?;
        let lock = self.lock_file(&chart, &dependencies, locked);
        let lock = lock.inspect_err(|_| (self.say)("Deleting outdated charts\n"))?;
        self.replace(files, &dependencies, lock)
    }

    fn load(&mut self) -> Result<Chart, Error> {
        let found = std::fs::metadata(self.chart).map_err(|error| Error::NotFound {
            path: self.chart.display().to_string(),
            cause: OsError::new("stat", self.chart, &error),
        })?;
        match found.is_dir() {
            true => Ok(chart::load_with_notices(
                self.chart,
                self.profile,
                self.notices,
            )?),
            false => Err(Error::Packed),
        }
    }

    fn repositories(&self) -> Result<Repositories, Error> {
        Repositories::load_or_none(Path::new(&self.home.repository_config))
    }

    /// A lock file that Helm 2 wrote has another digest.
    fn check_helm_2_digest(&mut self, chart: &Chart, is_right: bool) -> Result<(), Error> {
        if chart.metadata.api_version != "v1" {
            return Err(Error::OutOfSync {
                lock: "Chart.lock",
                file: "Chart.yaml",
                advice: match self.profile.command_line {
                    CommandLine::Helm3 => "",
                    CommandLine::Helm4 => " with 'helm dependency update'",
                },
            });
        }
        self.notices.push(Notice::log(
            "manager.go:122",
            "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...".into(),
        ));
        match is_right {
            true => Ok(()),
            false => Err(Error::OutOfSync {
                lock: "requirements.lock",
                file: "requirements.yaml",
                advice: "",
            }),
        }
    }

    /// Puts addresses in the place of the repositories' names (`@name`, `alias:name`), and tells under which name each
    /// dependency's repository was added.
    fn resolve_names(
        &mut self,
        dependencies: &mut [Dependency],
        repositories: &Repositories,
    ) -> Result<Names, Error> {
        let mut names = Names::new();
        let mut missing = Vec::new();
        for dependency in dependencies {
            let repository = &dependency.repository;
            let name = dependency.name.clone();
            if repository.is_empty() {
                continue;
            }
            if repository.starts_with(LOCAL) {
                self.local_path(repository)?;
                if self.is_debug {
                    (self.say)(&format!("Repository from local path: {repository}\n"));
                }
                names.insert(name, repository.clone());
                continue;
            }
            if repository.starts_with(REGISTRY) {
                names.insert(name, repository.clone());
                continue;
            }
            let alias = repository
                .strip_prefix('@')
                .or_else(|| repository.strip_prefix("alias:"));
            let is_meant = |added: &&Repository| {
                alias == Some(&added.name) || archive_url::are_equal(&added.access.url, repository)
            };
            if let Some(added) = repositories.list.iter().find(is_meant) {
                names.insert(name, added.name.clone());
                if alias == Some(&added.name) {
                    dependency.repository.clone_from(&added.access.url);
                }
            } else if Url::parse_request_uri(repository.as_bytes()).is_err() {
                missing.push(repository.clone());
            }
        }
        if missing.is_empty() {
            return Ok(names);
        }
        let is_word = |name: &String| {
            !name.contains("//") && !name.starts_with('@') && !name.starts_with("alias:")
        };
        let note = match missing.iter().any(is_word) {
            true => {
                "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
                 repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
                 \"example\". Don't forget to add the repo, too ('helm repo add')."
            }
            false => "",
        };
        Err(Error::NoRepository {
            names: missing,
            them: "them",
            note,
        })
    }

    /// The directory of a `file://` repository.
    fn local_path(&self, repository: &str) -> Result<PathBuf, Error> {
        let path = repository.strip_prefix(LOCAL).unwrap_or(repository);
        let path = chart::clean_path(&self.chart.join(path));
        match std::fs::metadata(&path) {
            Ok(_) => Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::NoDirectory(path))
            }
            Err(error) => Err(OsError::new("stat", &path, &error).into()),
        }
    }

    /// Fetches the indexes of repositories that nobody added, and notes the names of their caches. Gives the addresses
    /// whose indexes are of this moment.
    fn update_unmanaged(
        &mut self,
        names: &mut Names,
        dependencies: &[Dependency],
    ) -> Result<HashSet<String>, Error> {
        let mut unmanaged: Vec<Repository> = Vec::new();
        for dependency in dependencies {
            if dependency.repository.is_empty() || names.contains_key(&dependency.name) {
                continue;
            }
            let name = unmanaged_name(&dependency.repository);
            names.insert(dependency.name.clone(), name.clone());
            let access = Access {
                url: dependency.repository.clone(),
                ..Access::default()
            };
            unmanaged.push(Repository { name, access });
        }
        let mut fresh = HashSet::new();
        if self.skip_refresh || unmanaged.is_empty() {
            return Ok(fresh);
        }
        (self.say)("Getting updates for unmanaged Helm repositories...\n");
        unmanaged.dedup();
        self.update_some(&unmanaged, &mut fresh);
        Ok(fresh)
    }

    fn update_repositories(&mut self, repositories: &Repositories) -> Result<(), Error> {
        if repositories.list.is_empty() {
            return Ok(());
        }
        (self.say)("Hang tight while we grab the latest from your chart repositories...\n");
        let mut list = repositories.list.clone();
        if self.profile.command_line == CommandLine::Helm4 {
            // Of those that differ in a slash at the end alone, the last one.
            let mut seen = HashSet::new();
            let place = |r: &Repository| {
                r.access
                    .url
                    .strip_suffix('/')
                    .unwrap_or(&r.access.url)
                    .to_owned()
            };
            list.reverse();
            list.retain(|repository| seen.insert(place(repository)));
            list.reverse();
        }
        self.update_some(&list, &mut HashSet::new());
        (self.say)("Update Complete. ⎈Happy Helming!⎈\n");
        Ok(())
    }

    /// Fetches indexes, says how that went, and notes the addresses where it went well.
    fn update_some(&mut self, repositories: &[Repository], fresh: &mut HashSet<String>) {
        let cache = &self.home.repository_cache;
        let results =
            repository::update_all(self.client, repositories, cache, self.profile, self.notices);
        for (repository, result) in repositories.iter().zip(results) {
            let quoted = |text: &str| gostd::strconv::quote(text.as_bytes());
            let url = &repository.access.url;
            let is_unmanaged = repository.name.starts_with(UNMANAGED);
            let (name, of) = match is_unmanaged {
                true => (quoted(url), String::new()),
                false => (quoted(&repository.name), format!(" ({url})")),
            };
            (self.say)(&match result {
                Ok(()) => {
                    fresh.insert(url.clone());
                    format!("...Successfully got an update from the {name} chart repository\n")
                }
                Err(error) => format!(
                    "...Unable to get an update from the {name} chart repository{of}:\n\t{error}\n"
                ),
            });
        }
    }

    /// Packs and fetches what is locked: names of files and their bytes, and what is locked with the versions of charts
    /// on this machine. `fresh` are the addresses whose indexes were fetched just now.
    fn fetch(
        &mut self,
        mut locked: Vec<Dependency>,
        repositories: &Repositories,
        fresh: &HashSet<String>,
    ) -> Result<(Archives, Vec<Dependency>), Error> {
        let mut indexes = Indexes::of(repositories, self.home)?;
        let charts = self.chart.join("charts");
        if charts.symlink_metadata().is_ok() && !charts.is_dir() {
            let quoted = gostd::strconv::quote(charts.as_os_str().as_encoded_bytes());
            return Err(Error::File(format!("{quoted} is not a directory")));
        }
        (self.say)(&format!("Saving {} charts\n", locked.len()));
        let mut files = Archives::new();
        let mut fetched = HashSet::new();
        for dependency in &mut locked {
            let result = match &*dependency.repository {
                "" => self.check_present(dependency, &charts),
                repository if repository.starts_with(LOCAL) => {
                    if self.is_debug {
                        let name = &dependency.name;
                        (self.say)(&format!("Archiving {name} from repo {repository}\n"));
                    }
                    self.pack(dependency, &mut files)
                }
                repository if repository.starts_with(REGISTRY) => self.pull(dependency, &mut files),
                _ => self.download(dependency, &mut indexes, fresh, &mut fetched, &mut files),
            };
            result.inspect_err(|error| (self.say)(&format!("Save error occurred:  {error}\n")))?;
        }
        Ok((files, locked))
    }

    /// A chart that is in `charts/` must be of a version that is asked for; it is not packed again.
    fn check_present(&mut self, dependency: &Dependency, charts: &Path) -> Result<(), Error> {
        let name = &dependency.name;
        (self.say)(&format!(
            "Dependency {name} did not declare a repository. Assuming it exists in the charts \
             directory\n"
        ));
        let path = charts.join(name);
        let present = chart::load_directory(&path, self.profile, self.notices)?;
        let version = &present.metadata.version;
        match satisfies(&constraint(dependency)?, version) {
            true => Ok(()),
            false => Err(Error::WrongVersion {
                name: name.clone(),
                actual: version.clone(),
                expected: dependency.version.clone(),
            }),
        }
    }

    /// Packs a chart of this machine.
    fn pack(&mut self, dependency: &mut Dependency, files: &mut Archives) -> Result<(), Error> {
        let path = self.local_path(&dependency.repository)?;
        let local = chart::load_directory(&path, self.profile, self.notices)?;
        if !satisfies(&constraint(dependency)?, &local.metadata.version) {
            let name = &dependency.name;
            return Err(Error::Missing(format!(
                "can't get a valid version for dependency {name}"
            )));
        }
        let (now, _) = (self.now)();
        files.insert(package_name(&local), package(&local, self.profile, now)?);
        dependency.version.clone_from(&local.metadata.version);
        Ok(())
    }

    /// Fetches a chart's archive from a registry.
    fn pull(&mut self, dependency: &Dependency, files: &mut Archives) -> Result<(), Error> {
        let (name, repository) = (&dependency.name, &dependency.repository);
        (self.say)(&format!("Downloading {name} from repo {repository}\n"));
        let whole = format!("{repository}/{name}:{}", dependency.version);
        let (address, version) = without_tag(&whole).ok_or_else(|| {
            let reason = "improperly formatted oci chart reference";
            Error::Address(format!("could not parse OCI reference: {reason}: {whole}"))
        })?;
        let place = self.registry.resolve(address, version);
        let pulled = place.and_then(|place| {
            let pulled = self
                .registry
                .pull(&place.reference, Parts::Chart, self.tell)?;
            Ok((place, pulled.contents))
        });
        let (place, archive) = pulled.map_err(|cause| match cause {
            Error::Config(text) => Error::Config(text),
            cause => Error::Fetch(format!("could not download {address}: {cause}")),
        })?;
        let (url, file) = (format!("{REGISTRY}{}", place.reference), place.file_name());
        let fetch = |_: &str| {
            let registry = self.registry;
            let pulled = registry.pull(&place.reference, Parts::Provenance, self.tell)?;
            Ok(pulled.contents)
        };
        let signed = self.verify.check(fetch, (address, &*url, &*file), &archive);
        self.keep(address, file, archive, signed, files)
    }

    /// Keeps what was fetched, unless its signature is refused.
    fn keep(
        &mut self,
        address: &str,
        file: String,
        archive: Vec<u8>,
        signed: Signed,
        files: &mut Archives,
    ) -> Result<(), Error> {
        if let Some(cause) = signed.failure {
            let text = format!("could not download {address}: {cause}");
            return Err(Error::Fetch(text));
        }
        if let Some(warning) = signed.warning {
            (self.say)(&warning);
        }
        if let Some(provenance) = signed.provenance {
            files.insert(format!("{file}.prov"), provenance);
        }
        files.insert(file, archive);
        Ok(())
    }

    /// Fetches a chart's archive, unless it was fetched for another dependency.
    fn download(
        &mut self,
        dependency: &Dependency,
        indexes: &mut Indexes,
        fresh: &HashSet<String>,
        fetched: &mut HashSet<String>,
        files: &mut Archives,
    ) -> Result<(), Error> {
        let (name, repository) = (&dependency.name, &dependency.repository);
        let found = self.find(dependency, indexes, fresh);
        let (url, access) =
            found.map_err(|cause| Error::Missing(format!("could not find : {cause}")))?;
        if fetched.contains(&url) {
            (self.say)(&format!(
                "Already downloaded {name} from repo {repository}\n"
            ));
            return Ok(());
        }
        (self.say)(&format!("Downloading {name} from repo {repository}\n"));
        let archive = self
            .client
            .get(&url, &access, ACCEPT_ARCHIVE, ARCHIVE_BYTES);
        let archive =
            archive.map_err(|cause| Error::Fetch(format!("could not download {url}: {cause}")))?;
        let file = archive_url::base_name(&url);
        let fetch = |url: &str| {
            self.client
                .get(url, &access, ACCEPT_ARCHIVE, PROVENANCE_BYTES)
        };
        let signed = self.verify.check(fetch, (&*url, &*url, &*file), &archive);
        self.keep(&url, file, archive, signed, files)?;
        fetched.insert(url);
        Ok(())
    }

    /// The place of a dependency's archive, and the access to it.
    fn find(
        &mut self,
        dependency: &Dependency,
        indexes: &mut Indexes,
        fresh: &HashSet<String>,
    ) -> Result<(String, Access), Error> {
        let Dependency {
            name,
            version,
            repository,
            ..
        } = dependency;
        let (profile, home) = (self.profile, self.home);
        if let Some((index, access)) = indexes.at(repository, profile, self.notices)? {
            let versions = index.entries.get(name);
            let versions = versions.ok_or_else(|| Error::Missing("entry not found".into()))?;
            let mut fitting = versions.iter().filter(|entry| !entry.urls.is_empty());
            let fits = |of: &str| version.is_empty() || is_same_version(version, of);
            let entry = fitting.find(|entry| fits(&entry.metadata.version));
            let url = entry.and_then(|entry| entry.urls.first());
            let url = url.ok_or_else(|| Error::Missing("no matching version".into()))?;
            let access = access.clone();
            return Ok((archive_url::resolve(repository, url)?, access));
        }
        let access = Access {
            url: repository.clone(),
            ..Access::default()
        };
        let cached = fresh.contains(repository).then(|| {
            let path = repository::index_file(&home.repository_cache, &unmanaged_name(repository));
            repository::cached_index(&path, profile, self.notices)
        });
        let found = match cached {
            Some(index) => {
                repository::find_in(&index?, &access, name, version, profile, self.notices)
            }
            None => {
                repository::find_chart(self.client, &access, name, version, profile, self.notices)
            }
        };
        let (url, _) = found.map_err(|cause| {
            Error::Missing(format!("chart {name} not found in {repository}: {cause}"))
        })?;
        Ok((url, access))
    }

    /// Writes what was fetched, and the lock file; then deletes archives that are of no dependency.
    fn replace(
        &mut self,
        fetched: Archives,
        dependencies: &[Dependency],
        lock: Option<(PathBuf, Vec<u8>)>,
    ) -> Result<(), Error> {
        let charts = self.chart.join("charts");
        let mut files = AtomicFiles::new(FileMode::Default);
        for (name, bytes) in &fetched {
            let staged = format!("tmpcharts-{}", std::process::id());
            let staged = self.chart.join(staged).join(name);
            let loaded = chart::from_archive(&staged.to_string_lossy(), bytes, self.profile);
            match loaded {
                Ok(_) => files.add(charts.join(name), bytes),
                Err(error) => (self.say)(&format!(
                    "Could not verify {} for moving: {error} (Skipping)",
                    staged.display()
                )),
            }
        }
        if let Some((file, text)) = &lock {
            files.add(file, text);
        }
        files.commit()?;
        (self.say)("Deleting outdated charts\n");
        let kept: HashSet<&str> = fetched.keys().map(String::as_str).collect();
        outdated::delete(
            &charts,
            &kept,
            dependencies,
            self.profile,
            self.notices,
            self.say,
        )
    }
}

/// The indexes of the repositories that the user has added, each read when it is first needed.
struct Indexes {
    list: Vec<(Repository, PathBuf, Option<Index>)>,
}

impl Indexes {
    /// All of them must be there, needed or not.
    fn of(repositories: &Repositories, home: &Home) -> Result<Indexes, Error> {
        let mut list = Vec::new();
        for repository in &repositories.list {
            let path = repository::index_file(&home.repository_cache, &repository.name);
            std::fs::metadata(&path).map_err(|error| OsError::new("open", &path, &error))?;
            list.push((repository.clone(), path, None));
        }
        Ok(Indexes { list })
    }

    /// The index of the repository at an address, and how to get in there.
    fn at(
        &mut self,
        url: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<(&Index, &Access)>, Error> {
        let is_at = |repository: &Repository| archive_url::are_equal(url, &repository.access.url);
        let found = self
            .list
            .iter_mut()
            .find(|(repository, ..)| is_at(repository));
        let Some((repository, path, index)) = found else {
            return Ok(None);
        };
        let index = match index {
            Some(index) => index,
            None => index.insert(repository::cached_index(path, profile, notices)?),
        };
        Ok(Some((index, &repository.access)))
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

/// All repositories of a lock file must have been added.
fn check_added(locked: &[Dependency], repositories: &Repositories) -> Result<(), Error> {
    let is_added = |url: &str| {
        let url = url.strip_suffix('/').unwrap_or(url);
        let mut list = repositories.list.iter();
        list.any(|repository| archive_url::are_equal(&repository.access.url, url))
    };
    let urls = locked.iter().map(|dependency| &dependency.repository);
    let remote =
        urls.filter(|url| !url.is_empty() && !url.starts_with(LOCAL) && !url.starts_with(REGISTRY));
    let missing: Vec<String> = remote.filter(|url| !is_added(url)).cloned().collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(Error::NoRepository {
            names: missing,
            them: "the missing repos",
            note: "",
        }),
    }
}

/// The name of a repository that nobody added, for its caches.
fn unmanaged_name(url: &str) -> String {
    format!("{UNMANAGED}{}", lock::hex_digest(url.as_bytes()))
}

fn constraint(dependency: &Dependency) -> Result<Constraints, Error> {
    Constraints::new(&dependency.version).map_err(|cause| Error::DependencyConstraint {
        name: dependency.name.clone(),
        cause,
    })
}

fn satisfies(constraint: &Constraints, version: &str) -> bool {
    Version::parse(version).is_ok_and(|version| constraint.check(&version))
}

/// Returns true if two texts are one version, however it is written.
fn is_same_version(a: &str, b: &str) -> bool {
    match (Version::parse(a), Version::parse(b)) {
        (Ok(a), Ok(b)) => a.equal(&b),
        (Err(_), _) => a == b,
        _ => false,
    }
}
