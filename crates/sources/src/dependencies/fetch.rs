//! Fetches and packs what is locked: archives from elsewhere several at a time, with what is said of it in the order of the
//! lock file.

mod download;
mod indexes;

use super::{
    ARCHIVE_BYTES, Archives, Dependencies, Fetched, LOCAL, REGISTRY, Thrift, constraint,
    is_same_version, satisfies, unmanaged_name,
};
use crate::index::Index;
use crate::provenance::Verify;
use crate::{
    Access, Error, Home, Repositories, Wanted, archive_url, digests, parallel, repository,
};
use chart::{Dependency, Pin, package, package_name};
use download::{Download, Ended, Job, Place, Worker};
use files::input::{self, NamedBy};
use indexes::Indexes;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What is to be done for a dependency.
enum Plan {
    /// It is on this machine.
    Local,
    /// The archive with this number among those to be fetched.
    Remote(usize),
    /// An archive that `charts/` has already, and its digest.
    Kept(String, String),
    /// An archive from the cache.
    Cached(String, Vec<u8>),
    /// It is in no index.
    Missing(Error),
}

impl Dependencies<'_> {
    /// Packs and fetches what is locked. `fresh` are the addresses whose indexes were fetched just now.
    pub(super) fn fetch(
        &mut self,
        mut locked: Vec<Dependency>,
        pins: &[Pin],
        repositories: &Repositories,
        fresh: &HashSet<String>,
    ) -> Result<Fetched, Error> {
        let names: Vec<String> = locked.iter().map(|d| d.name.clone()).collect();
        let mut indexes = Indexes::of(repositories, self.home, names)?;
        let charts = self.chart.join("charts");
        if charts.symlink_metadata().is_ok() && !charts.is_dir() {
            let quoted = gostd::strconv::quote(charts.as_os_str().as_encoded_bytes());
            return Err(Error::File(format!("{quoted} is not a directory")));
        }
        if self.thrift == Thrift::None {
            (self.say)(&format!("Saving {} charts\n", locked.len()));
        }
        let (plans, jobs) = self.plan(&locked, pins, &mut indexes, fresh);
        let is_new = |plan: &&Plan| !matches!(plan, Plan::Kept(..));
        let count = plans.iter().filter(is_new).count();
        if self.thrift != Thrift::None && count > 0 {
            (self.say)(&format!("Saving {count} charts\n"));
        }
        let worker = Worker {
            client: self.client,
            registry: self.registry,
            verify: self.verify,
        };
        let mut ended = parallel::map(&jobs, |job| worker.run(job));
        let mut all = Fetched {
            new: Archives::new(),
            kept: Vec::new(),
            to_cache: Vec::new(),
            locked: Vec::new(),
            pins: Vec::new(),
        };
        let mut fetched: HashMap<usize, String> = HashMap::new();
        let mut pins = pins
            .iter()
            .cloned()
            .chain(std::iter::repeat(Pin::default()));
        for (dependency, plan) in locked.iter_mut().zip(plans) {
            let mut pin = pins.next().unwrap_or_default();
            let of = format!("{} {}", dependency.name, dependency.version);
            let result = match plan {
                Plan::Missing(error) => Err(error),
                Plan::Local => self
                    .add_local(dependency, &charts, &mut all.new)
                    .map(|()| String::new()),
                Plan::Kept(file, digest) => {
                    all.kept.push(file);
                    Ok(digest)
                }
                Plan::Cached(file, archive) => {
                    (self.say)(&format!("Taking {} from the cache\n", dependency.name));
                    let digest = digests::sha256(&archive);
                    all.new.insert(file, archive);
                    Ok(digest)
                }
                Plan::Remote(at) => {
                    let (name, repository) = (&dependency.name, &dependency.repository);
                    if let Some(digest) = fetched.get(&at) {
                        (self.say)(&format!(
                            "Already downloaded {name} from repo {repository}\n"
                        ));
                        Ok(digest.clone())
                    } else {
                        (self.say)(&format!("Downloading {name} from repo {repository}\n"));
                        let kept = self.keep(ended.get_mut(at).and_then(Option::take), &mut all);
                        kept.inspect(|digest| drop(fetched.insert(at, digest.clone())))
                    }
                }
            };
            let result = result.and_then(|digest| check_pin(&of, &digest, &pin).map(|()| digest));
            let result =
                result.inspect_err(|error| (self.say)(&format!("Save error occurred:  {error}\n")));
            let digest = result?;
            if self.locks_digests && !digest.is_empty() {
                pin.digest = format!("sha256:{digest}");
            }
            all.pins.push(pin);
        }
        all.locked = locked;
        Ok(all)
    }

    /// What is to be done for each dependency, up to the first that is in no index, and the archives to be fetched.
    fn plan(
        &mut self,
        locked: &[Dependency],
        pins: &[Pin],
        indexes: &mut Indexes,
        fresh: &HashSet<String>,
    ) -> (Vec<Plan>, Vec<Job>) {
        let (mut plans, mut jobs) = (Vec::new(), Vec::new());
        let mut urls: HashMap<String, usize> = HashMap::new();
        let mut pins = pins.iter();
        for dependency in locked {
            let pin = pins.next().and_then(|pin| digests::hex(&pin.digest));
            let Dependency {
                name,
                version,
                repository,
                ..
            } = dependency;
            let file = format!("{name}-{version}.tgz");
            let pinned = pin.and_then(|digest| self.at_hand(&file, &digest));
            let plan = match (&**repository, pinned) {
                ("", _) => Plan::Local,
                (repository, _) if repository.starts_with(LOCAL) => Plan::Local,
                (_, Some(plan)) => plan,
                (repository, None) if repository.starts_with(REGISTRY) => {
                    jobs.push(Job::Registry(format!("{repository}/{name}:{version}")));
                    Plan::Remote(jobs.len() - 1)
                }
                _ => match self.find(dependency, indexes, fresh) {
                    Ok(place) => {
                        let file = archive_url::base_name(&place.url);
                        let digest = digests::hex(&place.digest);
                        match digest.and_then(|digest| self.at_hand(&file, &digest)) {
                            Some(plan) => plan,
                            None => {
                                let at = urls.entry(place.url.clone()).or_insert_with(|| {
                                    jobs.push(Job::Url(place));
                                    jobs.len() - 1
                                });
                                Plan::Remote(*at)
                            }
                        }
                    }
                    Err(cause) => {
                        plans.push(Plan::Missing(Error::Missing(format!(
                            "could not find : {cause}"
                        ))));
                        break;
                    }
                },
            };
            plans.push(plan);
        }
        (plans, jobs)
    }

    /// The archive with a digest, if it need not be fetched: `charts/` or the cache has it. A signature must be fetched.
    fn at_hand(&self, file: &str, digest: &str) -> Option<Plan> {
        if self.thrift == Thrift::None || !matches!(self.verify, Verify::Never) {
            return None;
        }
        let read = |path: &Path| {
            let archive = input::read(path, NamedBy::Chart, ARCHIVE_BYTES).ok()?;
            (digests::sha256(&archive) == digest).then_some(archive)
        };
        if read(&self.chart.join("charts").join(file)).is_some() {
            return Some(Plan::Kept(file.to_owned(), digest.to_owned()));
        }
        let archive = read(&content_file(self.home, digest))?;
        Some(Plan::Cached(file.to_owned(), archive))
    }

    /// The repositories whose cached indexes do not have what is locked, and that are not at hand otherwise.
    pub(super) fn needed(
        &mut self,
        locked: &[Dependency],
        pins: &[Pin],
        repositories: &Repositories,
    ) -> Repositories {
        let mut pins = pins.iter();
        let mut needed = Vec::new();
        for dependency in locked {
            let Dependency {
                name,
                version,
                repository,
                ..
            } = dependency;
            let pin = pins.next().and_then(|pin| digests::hex(&pin.digest));
            let file = format!("{name}-{version}.tgz");
            if pin.is_some_and(|digest| self.at_hand(&file, &digest).is_some()) {
                continue;
            }
            let Some(added) = repositories.at([&**repository].into_iter()).list.pop() else {
                continue;
            };
            let path = repository::index_file(&self.home.repository_cache, &added.name);
            let wanted = Wanted::Charts(&[name]);
            let index = repository::cached_index(&path, wanted, self.profile, &mut Vec::new());
            let has_version = index.is_ok_and(|index| {
                let mut versions = index.entries.get(name).into_iter().flatten();
                versions.any(|entry| is_same_version(version, &entry.metadata.version))
            });
            if !has_version {
                needed.push(&**repository);
            }
        }
        repositories.at(needed.into_iter())
    }

    fn add_local(
        &mut self,
        dependency: &mut Dependency,
        charts: &Path,
        files: &mut Archives,
    ) -> Result<(), Error> {
        if dependency.repository.is_empty() {
            return self.check_present(dependency, charts);
        }
        if self.is_debug {
            let (name, repository) = (&dependency.name, &dependency.repository);
            (self.say)(&format!("Archiving {name} from repo {repository}\n"));
        }
        self.pack(dependency, files)
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

    /// Keeps what was fetched, unless its signature or its digest is refused: the digest.
    fn keep(&mut self, ended: Option<Ended>, all: &mut Fetched) -> Result<String, Error> {
        let broken = || Error::Fetch("fetching ended too early".into());
        let (told, download) = ended.ok_or_else(broken)?;
        for words in told {
            (self.tell)(&words);
        }
        let Download {
            address,
            file,
            archive,
            signed,
            digest,
        } = download?;
        self.digests.check(&address, &archive, &digest)?;
        if let Some(cause) = signed.failure {
            let text = format!("could not download {address}: {cause}");
            return Err(Error::Fetch(text));
        }
        if let Some(warning) = signed.warning {
            (self.say)(&warning);
        }
        if let Some(provenance) = signed.provenance {
            all.new.insert(format!("{file}.prov"), provenance);
        }
        let digest = digests::sha256(&archive);
        if self.thrift != Thrift::None {
            let cached = content_file(self.home, &digest);
            all.to_cache.push((cached, archive.clone()));
        }
        all.new.insert(file, archive);
        Ok(digest)
    }

    /// The place of a dependency's archive, and the access to it.
    fn find(
        &mut self,
        dependency: &Dependency,
        indexes: &mut Indexes,
        fresh: &HashSet<String>,
    ) -> Result<Place, Error> {
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
            let found = entry.and_then(|entry| Some((entry.urls.first()?, &entry.digest)));
            let (url, digest) =
                found.ok_or_else(|| Error::Missing("no matching version".into()))?;
            return Ok(Place {
                url: archive_url::resolve(repository, url)?,
                access: access.clone(),
                digest: digest.clone(),
            });
        }
        let access = Access {
            url: repository.clone(),
            ..Access::default()
        };
        let index = match fresh.contains(repository) {
            true => {
                let cache = &home.repository_cache;
                let path = repository::index_file(cache, &unmanaged_name(repository));
                let wanted = Wanted::Charts(&[name]);
                repository::cached_index(&path, wanted, profile, self.notices)?
            }
            false => {
                let text = indexes.unmanaged(self.client, &access);
                let index = text.and_then(|text| {
                    let wanted = Wanted::Charts(&[name]);
                    Index::parse(text, repository, wanted, profile, self.notices)
                });
                index.map_err(|cause| {
                    let cause = repository::unreachable(repository, &cause);
                    Error::Missing(format!("chart {name} not found in {repository}: {cause}"))
                })?
            }
        };
        let found = repository::find_in(&index, &access, name, version, profile, self.notices);
        let (url, entry) = found.map_err(|cause| {
            Error::Missing(format!("chart {name} not found in {repository}: {cause}"))
        })?;
        Ok(Place {
            url,
            access,
            digest: entry.digest,
        })
    }
}

/// # Errors
/// An archive is not the one that the lock file names.
fn check_pin(of: &str, digest: &str, pin: &Pin) -> Result<(), Error> {
    match digests::hex(&pin.digest) {
        Some(expected) if !digest.is_empty() && expected != digest => Err(Error::Digest {
            of: of.to_owned(),
            actual: digest.to_owned(),
            source_name: "the lock file",
            expected,
        }),
        _ => Ok(()),
    }
}

/// The path of an archive with a digest in Helm 4's cache.
pub(crate) fn content_file(home: &Home, digest: &str) -> PathBuf {
    let directory = digest.get(..2).unwrap_or_default();
    let cache = Path::new(&home.content_cache).join(directory);
    cache.join(format!("{digest}.chart"))
}
