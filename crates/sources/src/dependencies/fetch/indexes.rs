//! The indexes in which archives are looked up.

use crate::index::Index;
use crate::{
    Access, Client, Error, Home, Repositories, Repository, Wanted, archive_url, repository,
};
use compat::notice::Notice;
use compat::profile::Profile;
use files::OsError;
use std::collections::HashMap;
use std::path::PathBuf;

/// The indexes of the repositories that the user has added, each read when it is first needed, and those that were fetched
/// from repositories that nobody added.
pub(super) struct Indexes {
    list: Vec<(Repository, PathBuf, Option<Index>)>,
    /// The charts that are looked for.
    names: Vec<String>,
    unmanaged: HashMap<String, Result<Vec<u8>, Error>>,
}

impl Indexes {
    /// All of them must be there, needed or not.
    pub(super) fn of(
        repositories: &Repositories,
        home: &Home,
        names: Vec<String>,
    ) -> Result<Indexes, Error> {
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
    pub(super) fn at(
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
    pub(super) fn unmanaged(&mut self, client: &Client, access: &Access) -> Result<&[u8], Error> {
        let known = self.unmanaged.entry(access.url.clone());
        let text = known.or_insert_with(|| repository::fetch_once(client, access));
        text.as_deref().map_err(Error::clone)
    }
}
