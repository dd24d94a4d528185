//! Filling a chart's `charts/` with what it depends on (Helm's `downloader.Manager`).

mod fetch;
mod local;
mod lock;
mod nested;
mod outdated;
mod resolve;

pub use local::{add_local_dependencies, local_directories};
pub use nested::nested_charts;

use super::provenance::Verify;
use super::registry::SCHEME as REGISTRY;
use super::repository::FetchedIndex;
use super::{
    Access, Client, Digests, Error, Home, Registry, Repositories, Repository, Tell, archive_url,
    repository,
};
use chart::{Chart, Dependency, Lock, Pin};
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
    /// What is done about archives that are not those of their index.
    pub digests: Digests<'a>,
    /// What need not be fetched.
    pub thrift: Thrift,
    /// The lock file has digests of archives.
    pub locks_digests: bool,
    /// Helm says more of what it does.
    pub is_debug: bool,
    /// The time: in seconds since 1970, and as a lock file has it.
    pub now: &'a dyn Fn() -> (i64, String),
    /// Takes Helm's words for stdout.
    pub say: &'a mut dyn FnMut(&str),
    /// Helm's words for stderr are added here.
    pub notices: &'a mut Vec<Notice>,
}

/// What need not be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thrift {
    /// All is fetched, as in Helm.
    #[default]
    None,
    /// Indexes that no dependency needs, and archives that `charts/` or the cache of archives has, by the digests of index and lock
    /// file. It is told what was done, and no more.
    OnlyNeeded,
    /// Everything: what is not there is an error.
    Offline,
}

/// The repositories' names on this machine, by the dependencies' names (as in Helm, where two dependencies of one
/// name share a repository).
type Names = HashMap<String, String>;
/// Archives by the names of their files.
type Archives = BTreeMap<String, Vec<u8>>;

/// What was fetched, packed and found.
struct Fetched {
    /// Archives that are to be in `charts/`.
    new: Archives,
    /// The names of those that are there already.
    kept: Vec<String>,
    /// Archives for the cache, with their paths.
    to_cache: Vec<(PathBuf, Vec<u8>)>,
    /// What is locked, with the versions of charts on this machine.
    locked: Vec<Dependency>,
    /// What the lock file says besides.
    pins: Vec<Pin>,
}

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
        let locked = lock.dependencies.iter().flatten().flatten();
        let locked: Vec<Dependency> = locked.cloned().collect();
        if lock::digest(&dependencies, &locked) != lock.digest {
            self.check_helm_2_digest(&chart, old_digest == lock.digest)?;
        }
        check_added(&locked, &repositories)?;
        match self.thrift {
            _ if self.skip_refresh => {}
            Thrift::None => {
                self.refresh(&[], &repositories);
            }
            Thrift::OnlyNeeded => {
                let needed = self.needed(&locked, &lock.pins, &repositories);
                self.refresh(&[], &needed);
            }
            Thrift::Offline => {}
        }
        let pins = lock.pins.clone();
        let fetched = self.fetch(locked, &pins, &repositories, &HashSet::new())?;
        let new_lock = match self.locks_digests && fetched.pins != pins {
            false => None,
            true => {
                let pins = fetched.pins.clone();
                Some(self.pinned_lock(&chart, Lock { pins, ..lock })?)
            }
        };
        self.replace(fetched, &dependencies, new_lock)
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
        let unmanaged = self.unmanaged(&mut names, &dependencies);
        let fresh = match self.thrift {
            // What was fetched at any time.
            Thrift::Offline => unmanaged.iter().map(|r| r.access.url.clone()).collect(),
            _ if self.skip_refresh => HashSet::new(),
            Thrift::None => self.refresh(&unmanaged, &repositories),
            Thrift::OnlyNeeded => {
                let named = repositories.at(dependencies.iter().map(|d| &*d.repository));
                self.refresh(&unmanaged, &named)
            }
        };
        let locked = self.resolve(&dependencies, &names)?;
        let old = chart.lock.as_ref();
        // What is locked already is what it was.
        let pins = match old.map(|lock| (&lock.dependencies, &lock.pins)) {
            Some((Some(known), pins)) => locked
                .iter()
                .map(|dependency| {
                    let is_same = |known: &Option<Dependency>| known.as_ref() == Some(dependency);
                    let at = known.iter().position(is_same);
                    at.and_then(|at| pins.get(at)).cloned().unwrap_or_default()
                })
                .collect(),
            _ => Vec::new(),
        };
        let fetched = self.fetch(locked, &pins, &repositories, &fresh)?;
        let lock = self.lock_file(&chart, &dependencies, &fetched);
        let lock = lock.inspect_err(|_| (self.say)("Deleting outdated charts\n"))?;
        self.replace(fetched, &dependencies, lock)
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

    /// The repositories that nobody added; the names of their caches are noted.
    fn unmanaged(&self, names: &mut Names, dependencies: &[Dependency]) -> Vec<Repository> {
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
        // Helm 3 tells of a repository for each dependency on it.
        if self.profile.command_line == CommandLine::Helm4 {
            unmanaged.dedup();
        }
        unmanaged
    }

    /// Fetches the indexes of repositories that nobody added, and of all that the user added, at one time. What is said
    /// of it comes in Helm's order. Gives the addresses whose indexes are of this moment.
    fn refresh(
        &mut self,
        unmanaged: &[Repository],
        repositories: &Repositories,
    ) -> HashSet<String> {
        let added = self.different(repositories);
        let mut begins = Vec::new();
        if !unmanaged.is_empty() {
            begins.push("Getting updates for unmanaged Helm repositories...\n");
        }
        if !added.is_empty() {
            begins.push("Hang tight while we grab the latest from your chart repositories...\n");
        }
        let mut begins = begins.into_iter();
        let mut fresh = HashSet::new();
        let Some(begin) = begins.next() else {
            return fresh;
        };
        (self.say)(begin);
        let all: Vec<&Repository> = unmanaged.iter().chain(&added).collect();
        let fetched = repository::fetch_all(self.client, &all, &self.home.repository_cache);
        let mut fetched = fetched.into_iter();
        self.store(unmanaged, &mut fetched, &mut fresh);
        if let Some(begin) = begins.next() {
            (self.say)(begin);
        }
        self.store(&added, &mut fetched, &mut HashSet::new());
        if !added.is_empty() {
            (self.say)("Update Complete. ⎈Happy Helming!⎈\n");
        }
        fresh
    }

    /// The repositories that the user added. Of those that differ in a slash at the end alone Helm 4 takes the last one.
    fn different(&self, repositories: &Repositories) -> Vec<Repository> {
        let mut list = repositories.list.clone();
        if self.profile.command_line == CommandLine::Helm4 {
            let mut seen = HashSet::new();
            let place = |r: &Repository| {
                let url = &r.access.url;
                url.strip_suffix('/').unwrap_or(url).to_owned()
            };
            list.reverse();
            list.retain(|repository| seen.insert(place(repository)));
            list.reverse();
        }
        list
    }

    /// Keeps indexes that were fetched, says how that went, and notes the addresses where it went well.
    fn store(
        &mut self,
        repositories: &[Repository],
        fetched: &mut impl Iterator<Item = Result<FetchedIndex, Error>>,
        fresh: &mut HashSet<String>,
    ) {
        let cache = &self.home.repository_cache;
        for (repository, fetched) in repositories.iter().zip(fetched) {
            let result = fetched.and_then(|index| {
                repository::store(&index, repository, cache, self.profile, self.notices)
            });
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

    /// Writes what was fetched, and the lock file; then deletes archives that are of no dependency.
    fn replace(
        &mut self,
        fetched: Fetched,
        dependencies: &[Dependency],
        lock: Option<(PathBuf, Vec<u8>)>,
    ) -> Result<(), Error> {
        let charts = self.chart.join("charts");
        let mut files = AtomicFiles::new(FileMode::Default);
        for (name, bytes) in &fetched.new {
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
        for (path, bytes) in &fetched.to_cache {
            files.add(path, bytes);
        }
        files.commit()?;
        let kept = fetched.new.keys().chain(&fetched.kept);
        let kept: HashSet<&str> = kept.map(String::as_str).collect();
        let (profile, notices) = (self.profile, &mut *self.notices);
        if self.thrift == Thrift::None {
            (self.say)("Deleting outdated charts\n");
            return outdated::delete(&charts, &kept, dependencies, profile, notices, self.say)
                .map(drop);
        }
        let mut said = String::new();
        let mut say = |text: &str| said.push_str(text);
        let count = outdated::delete(&charts, &kept, dependencies, profile, notices, &mut say)?;
        if count > 0 {
            (self.say)("Deleting outdated charts\n");
        }
        (self.say)(&said);
        Ok(())
    }
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
pub(crate) fn unmanaged_name(url: &str) -> String {
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
