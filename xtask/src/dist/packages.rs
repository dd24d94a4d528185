//! The packages that the program is built of for a target, as cargo resolves them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// A package: one row of the SBOM and of the licence notice.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: Option<String>,
    /// An SPDX expression.
    pub(super) licence: Option<String>,
    /// The directory of its sources.
    pub(super) dir: PathBuf,
    /// SHA-256 of its archive; nothing for a package of this repository.
    pub(super) checksum: Option<String>,
    /// The packages that it is built of.
    pub(super) dependencies: BTreeSet<Id>,
}

/// Name and version, which tell packages apart.
pub(super) type Id = (String, String);

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Described>,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    version: String,
    description: Option<String>,
    license: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The packages of `program` on a target, itself included; those that only build, test or generate code apart.
///
/// # Errors
/// When cargo fails, or `Cargo.lock` is not up to date.
pub(super) fn of(program: &str, target: &str) -> Result<BTreeMap<Id, Package>> {
    let dependencies = tree(program, target)?;
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Metadata = serde_json::from_slice(&metadata)?;
    let lock: Lock = toml::from_str(&fs::read_to_string(project::root().join("Cargo.lock"))?)?;
    let mut checksums = BTreeMap::new();
    for locked in lock.package {
        checksums.insert((locked.name, locked.version), locked.checksum);
    }
    let mut packages = BTreeMap::new();
    for described in metadata.packages {
        let id = (described.name, described.version);
        let Some(dependencies) = dependencies.get(&id) else {
            continue;
        };
        let dir = described.manifest_path.parent();
        let package = Package {
            name: id.0.clone(),
            version: id.1.clone(),
            description: described.description,
            licence: described.license,
            dir: dir.context("a manifest is in no directory")?.to_owned(),
            checksum: checksums.remove(&id).flatten(),
            dependencies: dependencies.clone(),
        };
        packages.insert(id, package);
    }
    Ok(packages)
}

/// What each package needs itself. A line of `cargo tree` has a depth, a name and a version.
fn tree(program: &str, target: &str) -> Result<BTreeMap<Id, BTreeSet<Id>>> {
    let which = ["tree", "--package", program, "--target", target, "--locked"];
    let form = ["--edges", "normal,no-proc-macro", "--prefix", "depth"];
    let output = cargo(&[&which[..], &form, &["--format", " {p}"]].concat())?;
    let mut above: Vec<Id> = Vec::new();
    let mut dependencies = BTreeMap::<Id, BTreeSet<Id>>::new();
    for line in String::from_utf8(output)?.lines() {
        let mut words = line.split(' ');
        let mut word = || words.next().context("cargo tree has another form");
        let (depth, name, version) = (word()?.parse::<usize>()?, word()?, word()?);
        let version = version.trim_start_matches('v');
        let id = (name.to_owned(), version.to_owned());
        above.truncate(depth);
        if let Some(parent) = above.last() {
            let parent = dependencies.entry(parent.clone()).or_default();
            parent.insert(id.clone());
        }
        dependencies.entry(id.clone()).or_default();
        above.push(id);
    }
    Ok(dependencies)
}

fn cargo(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = project::cargo().args(arguments).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{error}");
    Ok(output.stdout)
}
