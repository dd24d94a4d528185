//! Chooses the version of each dependency (Helm's `resolver.Resolve`).

use super::{Dependencies, LOCAL, Names, constraint, satisfies};
use crate::{Error, repository};
use chart::Dependency;
use gosemver::Version;
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
            } else if let Some(name) = names.get(&dependency.name) {
                let path = repository::index_file(&self.home.repository_cache, name);
                let index = repository::cached_index(&path, self.profile, self.notices);
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
