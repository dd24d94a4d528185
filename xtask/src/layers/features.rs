//! The packages that each feature of `rhelm` brings, and nothing else does.

use super::cargo;
use anyhow::{Result, ensure};
use std::collections::BTreeSet;

/// A feature, and packages that only it brings: names, with a version where two are there (`rsa v0.10`).
const FEATURES: &[(&str, &[&str])] = &[
    (
        "cli",
        &["clap", "clap_complete", "clap_mangen", "rhelm-heap"],
    ),
    (
        "cluster",
        &["http-body", "hyper", "k8s-openapi", "kube", "tokio"],
    ),
    (
        "crypto",
        &[
            "aes v0.9",
            "bcrypt",
            "crypto-bigint v0.7",
            "ed25519-dalek v3",
            "hmac v0.13",
            "p256 v0.14",
            "rsa v0.10",
            "scrypt",
        ],
    ),
    ("dns", &["resolv-conf", "simple-dns"]),
    ("fs", &[]),
    ("parallel", &[]),
    ("provenance", &["pgp", "rsa v0.9"]),
    ("sources", &["ureq"]),
];

/// Features, and packages that each of them brings, and no other does.
const SHARED: &[(&[&str], &[&str])] = &[(&["cluster", "sources"], &["ring", "rustls"])];

/// The packages that no feature brings: other allocators, networks and runtimes.
const NEVER: &[&str] = &[
    "aws-lc-rs",
    "jemallocator",
    "mimalloc",
    "native-tls",
    "openssl",
    "reqwest",
    "tikv-jemallocator",
];

/// Checks the packages of a build without features, of each feature alone, and of all.
pub(super) fn check() -> Result<()> {
    let names = FEATURES.iter().map(|(name, _)| *name);
    let alone = names.clone().map(|name| vec![name]);
    for features in alone.chain([Vec::new(), names.collect()]) {
        check_set(&features)?;
    }
    Ok(())
}

fn check_set(features: &[&str]) -> Result<()> {
    let packages = packages(features)?;
    let title = match features {
        [] => "no feature".to_owned(),
        _ => features.join(","),
    };
    for package in NEVER {
        let is_there = brings(&packages, package);
        ensure!(!is_there, "{title}: brings {package}");
    }
    for (feature, own) in FEATURES {
        let is_on = features.contains(feature);
        for package in *own {
            ensure!(
                brings(&packages, package) == is_on,
                "{title}: {package} belongs to the feature {feature}"
            );
        }
    }
    for (owners, shared) in SHARED {
        let is_on = owners.iter().any(|feature| features.contains(feature));
        for package in *shared {
            ensure!(
                brings(&packages, package) == is_on,
                "{title}: {package} belongs to the features {}",
                owners.join(", ")
            );
        }
    }
    println!("{title}: {} packages", packages.len());
    Ok(())
}

/// Returns true if a package is among those that a build brings.
fn brings(packages: &BTreeSet<String>, package: &str) -> bool {
    packages.iter().any(|line| {
        let rest = line.strip_prefix(package);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '.']))
    })
}

/// The names and versions of all packages that the library or the program is built of.
fn packages(features: &[&str]) -> Result<BTreeSet<String>> {
    let features = features.join(",");
    let tree = [
        "tree",
        "--package",
        "rhelm",
        "--edges",
        "normal",
        "--offline",
    ];
    let form = ["--prefix", "none", "--format", "{p}"];
    let set = ["--no-default-features", "--features", &features];
    let output = cargo(&[&tree[..], &form, &set].concat())?;
    let text = String::from_utf8_lossy(&output);
    // A package that stands there again is marked.
    let lines = text.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(lines.map(str::to_owned).collect())
}
