//! Making an index of a directory's archives, and writing it (Helm's `repo.IndexDirectory`).

use super::Error;
use super::index::{ChartVersion, Index};
use chart::metadata_value;
use compat::notice::Notice;
use compat::profile::Profile;
use data_encoding::HEXLOWER;
use files::input::{self, NamedBy};
use gostd::json::{self, Options, append_string};
use gostd::limits::LIMITS;
use gostd::url::Url;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

impl Index {
    /// The index of the archives in a directory and in those right below it. What is no chart is left out. Addresses
    /// are below `url`, or where that is empty relative. `now` is the time as an index has it.
    ///
    /// # Errors
    /// A chart that Helm takes into no index.
    pub fn of_directory(
        directory: &Path,
        url: &str,
        profile: &Profile,
        now: &dyn Fn() -> String,
    ) -> Result<Index, Error> {
        let mut index = Index::default();
        for (below, path) in archives(directory) {
            let Ok(loaded) = chart::load(&path, profile) else {
                continue;
            };
            let archive = input::read(&path, NamedBy::User, LIMITS.archive_bytes);
            let Ok(archive) = archive else { continue };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let base = joined(url, &below);
            let address = match base.is_empty() {
                true => name.clone().into_owned(),
                false => joined(&base, &name),
            };
            let mut metadata = loaded.chart.metadata;
            metadata.validate().map_err(|cause| {
                Error::File(format!(
                    "failed adding to {name} to index: validate failed for {name}: {cause}"
                ))
            })?;
            let version = ChartVersion {
                urls: vec![address],
                created: now(),
                digest: HEXLOWER.encode(&Sha256::digest(&archive)),
                metadata,
                ..ChartVersion::default()
            };
            let versions = index.entries.entry(version.metadata.name.clone());
            versions.or_default().push(version);
        }
        Ok(index)
    }

    /// Adds what another index has and this one has not, by names and versions.
    pub fn merge(&mut self, other: Index, profile: &Profile, notices: &mut Vec<Notice>) {
        for version in other.entries.into_values().flatten() {
            let (name, number) = (&version.metadata.name, &version.metadata.version);
            if self.get(name, number, profile, notices).is_err() {
                self.entries.entry(name.clone()).or_default().push(version);
            }
        }
    }

    /// The index as YAML.
    pub fn yaml(&self, generated: &str) -> Vec<u8> {
        let value = json::decode(&self.compact_json(generated));
        goyaml::to_yaml(&value.unwrap_or(gostd::Value::Nil)).unwrap_or_default()
    }

    /// The index as JSON.
    pub fn json(&self, generated: &str) -> Vec<u8> {
        json::indent(&self.compact_json(generated), "  ").unwrap_or_default()
    }

    fn compact_json(&self, generated: &str) -> Vec<u8> {
        let mut text = b"{\"apiVersion\":\"v1\",\"generated\":".to_vec();
        append_string(&mut text, generated.as_bytes(), true);
        text.extend_from_slice(b",\"entries\":{");
        for (at, (name, versions)) in self.entries.iter().enumerate() {
            text.extend_from_slice(if at == 0 { b"" } else { b"," });
            append_string(&mut text, name.as_bytes(), true);
            text.extend_from_slice(b":[");
            for (at, version) in versions.iter().enumerate() {
                text.extend_from_slice(if at == 0 { b"" } else { b"," });
                append_version(&mut text, version);
            }
            text.push(b']');
        }
        text.extend_from_slice(b"}}");
        text
    }
}

fn append_version(text: &mut Vec<u8>, version: &ChartVersion) {
    let metadata = json::encode(&metadata_value(&version.metadata), Options::COMPACT);
    let metadata = metadata.unwrap_or_else(|_| b"{}".to_vec());
    text.extend_from_slice(metadata.strip_suffix(b"}").unwrap_or(&metadata));
    text.extend_from_slice(b",\"urls\":[");
    for (at, url) in version.urls.iter().enumerate() {
        text.extend_from_slice(if at == 0 { b"" } else { b"," });
        append_string(text, url.as_bytes(), true);
    }
    text.extend_from_slice(b"],\"created\":");
    let created = match &*version.created {
        "" => "0001-01-01T00:00:00Z",
        created => created,
    };
    append_string(text, created.as_bytes(), true);
    if version.removed {
        text.extend_from_slice(b",\"removed\":true");
    }
    if !version.digest.is_empty() {
        text.extend_from_slice(b",\"digest\":");
        append_string(text, version.digest.as_bytes(), true);
    }
    text.push(b'}');
}

/// The archives in a directory, then those in its directories, by name, each with the directory below.
fn archives(directory: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = archives_in(directory)
        .into_iter()
        .map(|path| (String::new(), path))
        .collect();
    for below in entries(directory).into_iter().filter(|path| path.is_dir()) {
        let name = below
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let archives = archives_in(&below).into_iter();
        found.extend(archives.map(|path| (name.clone(), path)));
    }
    found
}

fn archives_in(directory: &Path) -> Vec<PathBuf> {
    let mut paths = entries(directory);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    paths
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Helm's `urlutil.URLJoin`.
fn joined(url: &str, path: &str) -> String {
    let Ok(mut parsed) = Url::parse(url.as_bytes()) else {
        return String::from_utf8_lossy(&gostd::path::join([url, path])).into_owned();
    };
    parsed.path = gostd::path::join([&*parsed.path, path.as_bytes()]);
    parsed.to_string()
}
