//! The sides of a comparison: each one's argument, and what it stands for.

use crate::git::Location;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// A chart: a directory, an archive, or the name of a bundled chart.
    Chart(String),
    /// `git:REVISION:PATH`: a chart or a manifest of a git revision.
    Git(Location),
    /// A file that is no archive: a rendered manifest.
    Manifest(PathBuf),
    /// Neither file nor directory: a pipe that gives a rendered manifest or a chart's archive. It can be
    /// read once.
    Pipe(PathBuf),
    /// `-`: a rendered manifest on standard input.
    Stdin,
    /// `release:NAME`: what a cluster stores of a release.
    Release(ReleaseName),
}

/// A release as an argument names it: `release:[NAMESPACE/]NAME[:REVISION]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseName {
    /// The namespace; none where the argument has none.
    pub namespace: Option<String>,
    /// The release's name.
    pub name: String,
    /// The revision as it is written; empty for the last one.
    pub revision: String,
}

impl ReleaseName {
    /// Reads an argument; nothing where it does not begin with `release:`.
    pub fn parse(argument: &str) -> Option<ReleaseName> {
        let rest = argument.strip_prefix("release:")?;
        let (name, revision) = rest.split_once(':').unwrap_or((rest, ""));
        let (namespace, name) = match name.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, name),
        };
        Some(ReleaseName {
            namespace,
            name: name.to_owned(),
            revision: revision.to_owned(),
        })
    }
}

impl Side {
    /// Tells what an argument stands for. A file that exists wins over `git:` and `release:`.
    pub fn parse(argument: &str) -> Side {
        if argument == "-" {
            return Side::Stdin;
        }
        let path = Path::new(argument);
        match path.metadata() {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => Side::Pipe(path.into()),
            Ok(metadata) if metadata.is_file() && !is_archive(path) => Side::Manifest(path.into()),
            Ok(_) => Side::Chart(argument.into()),
            Err(_) if argument.starts_with("release:") => {
                Side::Release(ReleaseName::parse(argument).unwrap_or_default())
            }
            // No chart has such a name: the error is that of a file.
            Err(_)
                if has_extension(path, &["yaml", "yml", "json"])
                    && !argument.starts_with("git:") =>
            {
                Side::Manifest(path.into())
            }
            Err(_) => match Location::parse(argument) {
                Some(location) => Side::Git(location),
                None => Side::Chart(argument.into()),
            },
        }
    }
}

/// Returns true if a file is an archive by its first bytes, or claims to be one.
fn is_archive(path: &Path) -> bool {
    let mut start = [0; 2];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && is_gzip(&start) || has_extension(path, &["tgz", "gz"])
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension().and_then(|own| own.to_str());
    own.is_some_and(|own| extensions.contains(&own))
}

/// Returns true if bytes begin as gzip's do.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1F\x8B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_namespaces_and_revisions() {
        for (argument, namespace, name, revision) in [
            ("release:web", None, "web", ""),
            ("release:web:3", None, "web", "3"),
            ("release:prod/web:3", Some("prod"), "web", "3"),
        ] {
            let expected = ReleaseName {
                namespace: namespace.map(str::to_owned),
                name: name.into(),
                revision: revision.into(),
            };
            assert_eq!(Side::parse(argument), Side::Release(expected));
        }
    }
}
