//! One repository: fetching its index, the caches of it, and finding a chart there.

use super::client::displayed;
use super::index::{ChartVersion, Index};
use super::registry::SCHEME;
use super::{Access, Client, Error, Repository, archive_url};
use compat::notice::Notice;
use compat::profile::Profile;
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::strconv::quote;
use std::path::{Path, PathBuf};
use std::thread;

/// The most bytes that an index may have.
pub(crate) const INDEX_BYTES: u64 = 256 << 20;
/// The number of indexes that are fetched at a time.
const AT_A_TIME: usize = 8;

/// The path of a repository's cached index.
pub fn index_file(cache: &str, name: &str) -> PathBuf {
    Path::new(cache).join(format!("{name}-index.yaml"))
}

/// The path of the file with the names of a repository's charts, for completion.
pub fn charts_file(cache: &str, name: &str) -> PathBuf {
    Path::new(cache).join(format!("{name}-charts.txt"))
}

/// Reads the cached index of a repository (`repo.LoadIndexFile`).
///
/// # Errors
/// The system's, and what is wrong with the index, with its path.
pub fn cached_index(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Index, Error> {
    let text = input::read(path, NamedBy::User, INDEX_BYTES);
    let text = text.map_err(|error| OsError::new("open", path, &error))?;
    let source = path.to_string_lossy();
    Index::parse(&text, &source, profile, notices)
        .map_err(|error| Error::File(format!("error loading {source}: {error}")))
}

/// Fetches the index of a repository, without keeping it: its bytes, and what they say.
///
/// # Errors
/// Those of the client, and those of the index.
pub fn fetch_index(
    client: &Client,
    access: &Access,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(Vec<u8>, Index), Error> {
    let url = archive_url::resolve(&access.url, "index.yaml")?;
    if url.starts_with(SCHEME) {
        // A registry has charts, and no index of them.
        return Err(Error::Fetch(
            "failed to perform \"FetchReference\" on source: invalid reference".into(),
        ));
    }
    let text = client.get(&url, access, "", INDEX_BYTES)?;
    let index = Index::parse(&text, &access.url, profile, notices)?;
    Ok((text, index))
}

/// Fetches the index of a repository into the cache (`ChartRepository.DownloadIndexFile`).
///
/// # Errors
/// Those of [`fetch_index`], and the system's.
pub fn update(
    client: &Client,
    repository: &Repository,
    cache: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<(), Error> {
    let fetched = fetch_index(client, &repository.access, profile, notices)?;
    store(fetched, &repository.name, cache)
}

/// Keeps an index that was fetched.
fn store((text, index): (Vec<u8>, Index), name: &str, cache: &str) -> Result<(), Error> {
    let mut names = String::new();
    for chart in index.entries.keys() {
        names.push_str(chart);
        names.push('\n');
    }
    let mut files = AtomicFiles::new(FileMode::Default);
    files.add(charts_file(cache, name), names.into_bytes());
    files.add(index_file(cache, name), text);
    Ok(files.commit()?)
}

/// Fetches the indexes of several repositories into the cache, some at a time: how each ended, in their order.
pub fn update_all(
    client: &Client,
    repositories: &[Repository],
    cache: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Vec<Result<(), Error>> {
    let mut results = Vec::new();
    for some in repositories.chunks(AT_A_TIME) {
        let fetch = |repository: &Repository| {
            let mut notices = Vec::new();
            let result = fetch_index(client, &repository.access, profile, &mut notices);
            (result, notices)
        };
        let ended = thread::scope(|scope| {
            let spawn = |repository| scope.spawn(move || fetch(repository));
            let threads: Vec<_> = some.iter().map(spawn).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join();
            threads.into_iter().map(join).collect::<Vec<_>>()
        });
        for (repository, one) in some.iter().zip(ended) {
            let (result, mut said) = one.unwrap_or_else(|_| {
                let broken = Error::Fetch("fetching ended too early".into());
                (Err(broken), Vec::new())
            });
            notices.append(&mut said);
            // One after the other: signals are held back by one thread at a time.
            results.push(result.and_then(|fetched| store(fetched, &repository.name, cache)));
        }
    }
    results
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
    let fetched = fetch_index(client, access, profile, notices);
    let (_, index) = fetched.map_err(|cause| unreachable(&access.url, &cause))?;
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
