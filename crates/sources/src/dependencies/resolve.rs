//! Chooses the version of each dependency (Helm's `resolver.Resolve`).

use super::{Dependencies, LOCAL, Names, constraint, satisfies};
use crate::registry::SCHEME;
use crate::{Error, Wanted, repository};
use chart::Dependency;
use gosemver::{Constraints, Version};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

impl Dependencies<'_> {
    /// The entries of the lock file: names, repositories and exact versions.
    pub(super) fn resolve(
        &mut self,
        dependencies: &[Dependency],
        names: &Names,
    ) -> Result<Vec<Dependency>, Error> {
        let mut locked = Vec::new();
        let mut missing = Vec::new();
        let mut tags = HashMap::new();
        for dependency in dependencies {
            let constraint = constraint(dependency)?;
            let mut version = None;
            if dependency.repository.is_empty() {
                let path = Path::new("charts").join(&dependency.name);
                self.local_path(&path.to_string_lossy())?;
                version = Some(dependency.version.clone());
            } else if dependency.repository.starts_with(LOCAL) {
                let path = self.local_path(&dependency.repository)?;
                let local = chart::load_directory(&path, self.profile, self.notices)?;
                let fits = satisfies(&constraint, &local.metadata.version);
                version = fits.then(|| local.metadata.version.clone());
            } else if dependency.repository.starts_with(SCHEME) {
                version = Some(self.version_in_registry(dependency, &constraint, &mut tags)?);
            } else if let Some(name) = names.get(&dependency.name) {
                let path = repository::index_file(&self.home.repository_cache, name);
                let wanted = Wanted::Charts(&[&dependency.name]);
                let index = repository::cached_index(&path, wanted, self.profile, self.notices);
                let index = index.map_err(|cause| {
                    Error::Missing(format!(
                        "no cached repository for {name} found. (try 'helm repo update'): {cause}"
                    ))
                })?;
                let Some(versions) = index.entries.get(&dependency.name) else {
                    return Err(Error::Missing(format!(
                        "{} chart not found in repo {}",
                        dependency.name, dependency.repository
                    )));
                };
                let with_urls = versions.iter().filter(|entry| !entry.urls.is_empty());
                let mut parsed =
                    with_urls.filter_map(|entry| Version::parse(&entry.metadata.version).ok());
                let fitting = parsed.find(|version| constraint.check(version));
                version = fitting.map(|version| version.original().to_owned());
            }
            match version {
                Some(version) => locked.push(Dependency {
                    name: dependency.name.clone(),
                    repository: dependency.repository.clone(),
                    version,
                    ..Dependency::default()
                }),
                None => missing.push(title(dependency)),
            }
        }
        match missing.is_empty() {
            true => Ok(locked),
            false => Err(Error::NoVersion(missing)),
        }
    }
}

impl Dependencies<'_> {
    /// The version of a chart in a registry: a single one as it is, of a range the newest tag; without any, the range itself,
    /// which then cannot be fetched. `tags` are those of the repositories that were asked so far.
    fn version_in_registry(
        &self,
        dependency: &Dependency,
        constraint: &Constraints,
        tags: &mut HashMap<String, Vec<String>>,
    ) -> Result<String, Error> {
        let Dependency {
            name,
            version,
            repository,
            ..
        } = dependency;
        if Version::parse(version).is_ok() {
            return Ok(version.clone());
        }
        let below = repository.strip_prefix(SCHEME).unwrap_or(repository);
        let reference = format!("{below}/{name}");
        let tags = match tags.entry(reference) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let found = self.registry.check_config();
                let found = found.and_then(|()| self.registry.versions(place.key()));
                place.insert(found.map_err(|cause| match cause {
                    Error::Config(text) => Error::Config(text),
                    cause => Error::Fetch(format!(
                        "could not retrieve list of tags for repository {repository}: {cause}"
                    )),
                })?)
            }
        };
        let fitting = tags.iter().find(|tag| satisfies(constraint, tag));
        Ok(fitting.unwrap_or(version).clone())
    }
}

/// The name of a dependency in errors.
pub(super) fn title(dependency: &Dependency) -> String {
    let quoted = |text: &str| gostd::strconv::quote(text.as_bytes());
    format!(
        "{} (repository {}, version {})",
        quoted(&dependency.name),
        quoted(&dependency.repository),
        quoted(&dependency.version)
    )
}
