//! One repository: fetching its index, the caches of it, and finding a chart there.

mod etag;

pub(crate) use etag::is_tag;

use super::client::displayed;
use super::index::{ChartVersion, Index, Wanted};
use super::registry::SCHEME;
use super::{Access, Client, Error, Repository, archive_url, parallel};
use compat::notice::Notice;
use compat::profile::Profile;
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::strconv::quote;
use std::path::{Path, PathBuf};

/// The most bytes that an index may have.
pub(crate) const INDEX_BYTES: u64 = 256 << 20;

/// The path of a repository's cached index.
pub fn index_file(cache: &str, name: &str) -> PathBuf {
    Path::new(cache).join(format!("{name}-index.yaml"))
}

/// The path of the file with the names of a repository's charts, for completion.
pub fn charts_file(cache: &str, name: &str) -> PathBuf {
    Path::new(cache).join(format!("{name}-charts.txt"))
}

/// The path of the file with the server's tag for the cached index. Helm has none.
pub fn etag_file(cache: &str, name: &str) -> PathBuf {
    Path::new(cache).join(format!("{name}-index.etag"))
}

/// Reads the charts of a repository's cached index that are wanted (`repo.LoadIndexFile`).
///
/// # Errors
/// The system's, and what is wrong with the index, with its path.
pub fn cached_index(
    path: &Path,
    wanted: Wanted<'_>,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Index, Error> {
    let text = input::read(path, NamedBy::User, INDEX_BYTES);
    let text = text.map_err(|error| OsError::new("open", path, &error))?;
    let source = path.to_string_lossy();
    Index::parse(&text, &source, wanted, profile, notices)
        .map_err(|error| Error::File(format!("error loading {source}: {error}")))
}

/// An index as a server has it.
#[derive(Clone, Debug)]
pub(crate) struct FetchedIndex {
    /// Its text.
    text: Vec<u8>,
    /// The server's tag for this text.
    etag: Option<String>,
    /// The cache has it already.
    is_cached: bool,
}

/// Fetches the index of a repository. With the `cache` of a repository of that name, a server that knows the text there
/// need not send it again.
///
/// # Errors
/// Those of the client.
fn fetch_text(
    client: &Client,
    access: &Access,
    cached: Option<(&str, &str)>,
) -> Result<FetchedIndex, Error> {
    let url = archive_url::resolve(&access.url, "index.yaml")?;
    if url.starts_with(SCHEME) {
        // A registry has charts, and no index of them.
        return Err(Error::Fetch(
            "failed to perform \"FetchReference\" on source: invalid reference".into(),
        ));
    }
    let known = cached.and_then(|(cache, name)| etag::known(cache, name, &url));
    let tag = known.as_ref().map(|(tag, _)| &**tag);
    let answer = client.get_if_changed(&url, access, tag, INDEX_BYTES)?;
    Ok(match (answer, known) {
        (Some((text, etag)), _) => FetchedIndex {
            text,
            etag,
            is_cached: false,
        },
        (None, known) => FetchedIndex {
            text: known.map(|(_, text)| text).unwrap_or_default(),
            etag: None,
            is_cached: true,
        },
    })
}

/// Fetches the text of a repository's index, without keeping it.
///
/// # Errors
/// Those of the client.
pub(crate) fn fetch_once(client: &Client, access: &Access) -> Result<Vec<u8>, Error> {
    fetch_text(client, access, None).map(|fetched| fetched.text)
}

/// Fetches the index of a repository into the cache (`ChartRepository.DownloadIndexFile`).
///
/// # Errors
/// Those of the client and of the index, and the system's.
pub fn update(
    client: &Client,
    repository: &Repository,
    cache: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    let fetched = fetch_text(client, &repository.access, Some((cache, &repository.name)))?;
    store(&fetched, repository, cache, profile, notices)
}

/// Keeps an index that was fetched, unless it is wrong.
pub(crate) fn store(
    fetched: &FetchedIndex,
    repository: &Repository,
    cache: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    let FetchedIndex {
        text,
        etag,
        is_cached,
    } = fetched;
    let Repository { name, access } = repository;
    let index = Index::parse(text, &access.url, Wanted::Names, profile, notices)?;
    let charts = charts_file(cache, name);
    if *is_cached && charts.exists() {
        return Ok(());
    }
    let mut names = String::new();
    for chart in index.entries.keys() {
        names.push_str(chart);
        names.push('\n');
    }
    let mut files = AtomicFiles::new(FileMode::Default);
    files.add(charts, names.into_bytes());
    if !is_cached {
        files.add(index_file(cache, name), &**text);
        let url = archive_url::resolve(&access.url, "index.yaml")?;
        match etag {
            Some(etag) => files.add(etag_file(cache, name), etag::note(etag, &url, text)),
            None if etag_file(cache, name).exists() => files.remove(etag_file(cache, name)),
            None => {}
        }
    }
    Ok(files.commit()?)
}

/// Fetches the indexes of several repositories, some at a time, each once: what came of it, in their order.
pub(crate) fn fetch_all(
    client: &Client,
    repositories: &[&Repository],
    cache: &str,
) -> Vec<Result<FetchedIndex, Error>> {
    let mut first: Vec<usize> = Vec::new();
    let mut different: Vec<&Repository> = Vec::new();
    for repository in repositories {
        let known = different
            .iter()
            .position(|other| other.access == repository.access);
        first.push(known.unwrap_or(different.len()));
        if known.is_none() {
            different.push(repository);
        }
    }
    let fetch = |repository: &&Repository| {
        fetch_text(client, &repository.access, Some((cache, &repository.name)))
    };
    let mut results = parallel::map(&different, fetch);
    let mut uses = vec![0_usize; different.len()];
    for at in &first {
        if let Some(count) = uses.get_mut(*at) {
            *count += 1;
        }
    }
    let mut take = |at: usize| {
        let left = uses.get_mut(at)?;
        *left -= 1;
        let result = results.get_mut(at)?;
        match left {
            0 => result.take(),
            // Another repository of this address has a cache of its own.
            _ => result.clone().map(|result| {
                result.map(|fetched| FetchedIndex {
                    is_cached: false,
                    ..fetched
                })
            }),
        }
    };
    let broken = || Err(Error::Fetch("fetching ended too early".into()));
    first
        .into_iter()
        .map(|at| take(at).unwrap_or_else(broken))
        .collect()
}

/// Fetches the indexes of several repositories into the cache, some at a time: how each ended, in their order.
pub fn update_all(
    client: &Client,
    repositories: &[Repository],
    cache: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Vec<Result<(), Error>> {
    let all: Vec<&Repository> = repositories.iter().collect();
    let fetched = fetch_all(client, &all, cache);
    let both = all.into_iter().zip(fetched);
    // One after the other: signals are held back by one thread at a time.
    both.map(|(repository, fetched)| store(&fetched?, repository, cache, profile, notices))
        .collect()
}

/// The address of a chart in a repository that need not be added, and its entry (`repo.FindChartInRepoURL`).
///
/// # Errors
/// Helm's texts.
pub fn find_chart(
    client: &Client,
    access: &Access,
    name: &str,
    range: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(String, ChartVersion), Error> {
    let text = fetch_once(client, access);
    let index = text.and_then(|text| {
        let wanted = Wanted::Charts(&[name]);
        Index::parse(&text, &access.url, wanted, profile, notices)
    });
    let index = index.map_err(|cause| unreachable(&access.url, &cause))?;
    find_in(&index, access, name, range, profile, notices)
}

/// The same in an index that was fetched.
pub(crate) fn find_in(
    index: &Index,
    access: &Access,
    name: &str,
    range: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(String, ChartVersion), Error> {
    let mut what = format!("chart {}", quote(name.as_bytes()));
    if !range.is_empty() {
        what.push_str(&format!(" version {}", quote(range.as_bytes())));
    }
    let found = index.get(name, range, profile, notices);
    let version = found.map_err(|_| {
        Error::Missing(format!(
            "{what} not found in {} repository",
            displayed(&access.url)
        ))
    })?;
    let Some(url) = version.urls.first() else {
        return Err(Error::Missing(format!("{what} has no downloadable URLs")));
    };
    let url = archive_url::resolve(&access.url, url)
        .map_err(|cause| Error::Address(format!("failed to make chart URL absolute: {cause}")))?;
    Ok((url, version.clone()))
}

/// The error for an address that is no repository's.
pub fn unreachable(url: &str, cause: &Error) -> Error {
    Error::Fetch(format!(
        "looks like {} is not a valid chart repository or cannot be reached: {cause}",
        quote(displayed(url).as_bytes())
    ))
}
