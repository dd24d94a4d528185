//! Fetches and packs what is locked: archives from elsewhere several at a time, with what is said of it in the order of the
//! lock file.

use super::{
    ACCEPT_ARCHIVE, ARCHIVE_BYTES, Archives, Dependencies, LOCAL, REGISTRY, constraint,
    is_same_version, satisfies, unmanaged_name,
};
use crate::index::Index;
use crate::provenance::{PROVENANCE_BYTES, Signed, Verify};
use crate::{
    Access, Client, Error, Home, Parts, Registry, Repositories, Repository, Wanted, archive_url,
    parallel, repository,
};
use chart::{Dependency, package, package_name};
use compat::notice::Notice;
use compat::profile::Profile;
use files::OsError;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What is to be done for a dependency.
enum Plan {
    /// It is on this machine.
    Local,
    /// The archive with this number among those to be fetched.
    Remote(usize),
    /// It is in no index.
    Missing(Error),
}

/// An archive to be fetched.
enum Job {
    /// From a registry: the address with its tag.
    Registry(String),
    /// From an address.
    Url(String, Access),
}

/// An archive that was fetched.
struct Download {
    /// The address, as errors and signatures name it.
    address: String,
    file: String,
    archive: Vec<u8>,
    signed: Signed,
}

/// The end of a job: what a registry's charts are said to be, and the archive.
type Ended = (Vec<String>, Result<Download, Error>);

/// What jobs need, each on its own thread.
#[derive(Clone, Copy)]
struct Worker<'a> {
    client: &'a Client,
    registry: &'a Registry<'a>,
    verify: Verify<'a>,
}

impl Dependencies<'_> {
    /// Packs and fetches what is locked: names of files and their bytes, and what is locked with the versions of charts
    /// on this machine. `fresh` are the addresses whose indexes were fetched just now.
    pub(super) fn fetch(
        &mut self,
        mut locked: Vec<Dependency>,
        repositories: &Repositories,
        fresh: &HashSet<String>,
    ) -> Result<(Archives, Vec<Dependency>), Error> {
        let names: Vec<String> = locked.iter().map(|d| d.name.clone()).collect();
        let mut indexes = Indexes::of(repositories, self.home, names)?;
        let charts = self.chart.join("charts");
        if charts.symlink_metadata().is_ok() && !charts.is_dir() {
            let quoted = gostd::strconv::quote(charts.as_os_str().as_encoded_bytes());
            return Err(Error::File(format!("{quoted} is not a directory")));
        }
        (self.say)(&format!("Saving {} charts\n", locked.len()));
        let (plans, jobs) = self.plan(&locked, &mut indexes, fresh);
        let worker = Worker {
            client: self.client,
            registry: self.registry,
            verify: self.verify,
        };
        let mut ended = parallel::map(&jobs, |job| worker.run(job));
        let mut files = Archives::new();
        let mut fetched = HashSet::new();
        for (dependency, plan) in locked.iter_mut().zip(plans) {
            let result = match plan {
                Plan::Missing(error) => Err(error),
                Plan::Local => self.add_local(dependency, &charts, &mut files),
                Plan::Remote(at) => {
                    let (name, repository) = (&dependency.name, &dependency.repository);
                    if fetched.insert(at) {
                        (self.say)(&format!("Downloading {name} from repo {repository}\n"));
                        self.keep(ended.get_mut(at).and_then(Option::take), &mut files)
                    } else {
                        (self.say)(&format!(
                            "Already downloaded {name} from repo {repository}\n"
                        ));
                        Ok(())
                    }
                }
            };
            result.inspect_err(|error| (self.say)(&format!("Save error occurred:  {error}\n")))?;
        }
        Ok((files, locked))
    }

    /// What is to be done for each dependency, up to the first that is in no index, and the archives to be fetched.
    fn plan(
        &mut self,
        locked: &[Dependency],
        indexes: &mut Indexes,
        fresh: &HashSet<String>,
    ) -> (Vec<Plan>, Vec<Job>) {
        let (mut plans, mut jobs) = (Vec::new(), Vec::new());
        let mut urls: HashMap<String, usize> = HashMap::new();
        for dependency in locked {
            let Dependency {
                name,
                version,
                repository,
                ..
            } = dependency;
            let plan = match &**repository {
                repository if repository.is_empty() || repository.starts_with(LOCAL) => Plan::Local,
                repository if repository.starts_with(REGISTRY) => {
                    jobs.push(Job::Registry(format!("{repository}/{name}:{version}")));
                    Plan::Remote(jobs.len() - 1)
                }
                _ => match self.find(dependency, indexes, fresh) {
                    Ok((url, access)) => {
                        Plan::Remote(*urls.entry(url.clone()).or_insert_with(|| {
                            jobs.push(Job::Url(url, access));
                            jobs.len() - 1
                        }))
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

    /// Keeps what was fetched, unless its signature is refused.
    fn keep(&mut self, ended: Option<Ended>, files: &mut Archives) -> Result<(), Error> {
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
        } = download?;
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
        let (url, _) = found.map_err(|cause| {
            Error::Missing(format!("chart {name} not found in {repository}: {cause}"))
        })?;
        Ok((url, access))
    }
}

impl Worker<'_> {
    fn run(self, job: &Job) -> Ended {
        match job {
            Job::Registry(whole) => {
                let told = RefCell::new(Vec::new());
                let tell = |words: &str| told.borrow_mut().push(words.to_owned());
                let download = self.pull(whole, &tell);
                (told.into_inner(), download)
            }
            Job::Url(url, access) => (Vec::new(), self.download(url, access)),
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
        })
    }

    /// Fetches a chart's archive from an address.
    fn download(self, url: &str, access: &Access) -> Result<Download, Error> {
        let get = |url: &str, limit| self.client.get(url, access, ACCEPT_ARCHIVE, limit);
        let archive = get(url, ARCHIVE_BYTES);
        let archive =
            archive.map_err(|cause| Error::Fetch(format!("could not download {url}: {cause}")))?;
        let file = archive_url::base_name(url);
        let fetch = |url: &str| get(url, PROVENANCE_BYTES);
        let signed = self.verify.check(fetch, (url, url, &*file), &archive);
        Ok(Download {
            address: url.to_owned(),
            file,
            archive,
            signed,
        })
    }
}

/// The indexes of the repositories that the user has added, each read when it is first needed, and those that were fetched
/// from repositories that nobody added.
struct Indexes {
    list: Vec<(Repository, PathBuf, Option<Index>)>,
    /// The charts that are looked for.
    names: Vec<String>,
    unmanaged: HashMap<String, Result<Vec<u8>, Error>>,
}

impl Indexes {
    /// All of them must be there, needed or not.
    fn of(repositories: &Repositories, home: &Home, names: Vec<String>) -> Result<Indexes, Error> {
        let mut list = Vec::new();
        for repository in &repositories.list {
            let path = repository::index_file(&home.repository_cache, &repository.name);
            std::fs::metadata(&path).map_err(|error| OsError::new("open", &path, &error))?;
            list.push((repository.clone(), path, None));
        }
        Ok(Indexes {
            list,
            names,
            unmanaged: HashMap::new(),
        })
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
            None => {
                let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
                let wanted = Wanted::Charts(&names);
                index.insert(repository::cached_index(path, wanted, profile, notices)?)
            }
        };
        Ok(Some((index, &repository.access)))
    }

    /// The text of the index of a repository that nobody added, fetched once.
    fn unmanaged(&mut self, client: &Client, access: &Access) -> Result<&[u8], Error> {
        let known = self.unmanaged.entry(access.url.clone());
        let text = known.or_insert_with(|| repository::fetch_once(client, access));
        text.as_deref().map_err(Error::clone)
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
