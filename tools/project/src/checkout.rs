//! The places of things: the checkout, the caches outside it, the programs that are compared.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Major;
use anyhow::{Context, Result, bail};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
}

/// The directory of caches that outlive a checkout: `~/.cache/rhelm`.
///
/// # Errors
/// When there is no home.
pub fn cache() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("RHELM_CACHE_DIR") {
        return Ok(dir.into());
    }
    let home = env::var_os("HOME").context("HOME is not set")?;
    Ok(Path::new(&home).join(".cache/rhelm"))
}

fn pinned_dir(major: Major) -> Result<PathBuf> {
    let helms = match env::var_os("RHELM_HELM_DIR") {
        Some(dir) => dir.into(),
        None => cache()?.join("helm"),
    };
    Ok(helms.join(major.pinned()))
}

/// The real Helm of a major.
///
/// # Errors
/// When it is not there; `scripts/install-helm.sh` puts it there.
pub fn helm(major: Major) -> Result<PathBuf> {
    let helm = pinned_dir(major)?.join("helm");
    if !helm.exists() {
        bail!(
            "no Helm {} at {}: run scripts/install-helm.sh",
            major.pinned(),
            helm.display()
        );
    }
    Ok(helm)
}

/// The real Helms of both majors, oldest first.
///
/// # Errors
/// When one is not there.
pub fn helms() -> Result<[(Major, PathBuf); 2]> {
    Ok([(Major::V3, helm(Major::V3)?), (Major::V4, helm(Major::V4)?)])
}

/// The version of helm-diff that is compared with.
const HELM_DIFF: &str = "3.15.11";

/// The plugin helm-diff.
///
/// # Errors
/// When it is not there; `scripts/install-helm-diff.sh` puts it there.
pub fn helm_diff() -> Result<PathBuf> {
    let dir = match env::var_os("RHELM_HELM_DIFF_DIR") {
        Some(dir) => dir.into(),
        None => cache()?.join("helm-diff"),
    };
    let helm_diff = dir.join(HELM_DIFF).join("helm-diff");
    if !helm_diff.exists() {
        bail!(
            "no helm-diff {HELM_DIFF} at {}: run scripts/install-helm-diff.sh",
            helm_diff.display()
        );
    }
    Ok(helm_diff)
}

/// The program over the engine packages of a major's Helm, built when its sources are newer than it.
///
/// # Errors
/// When it cannot be built.
pub fn oracle(major: Major) -> Result<PathBuf> {
    let script = root().join("scripts/build-oracles.sh");
    let status = Command::new(&script)
        .status()
        .with_context(|| format!("cannot run {}", script.display()))?;
    if !status.success() {
        bail!("{} failed", script.display());
    }
    Ok(pinned_dir(major)?.join("oracle"))
}

/// The directory that cargo builds into.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The `rhelm` to compare: the given one, or one built from this checkout.
///
/// # Errors
/// When it is not there, or does not build.
pub fn rhelm(path: Option<&Path>) -> Result<PathBuf> {
    match path {
        Some(path) => path
            .canonicalize()
            .with_context(|| format!("no rhelm at {}", path.display())),
        None => program("rhelm"),
    }
}

/// A program of this workspace, built as the tests build it.
///
/// # Errors
/// When it does not build.
pub fn program(name: &str) -> Result<PathBuf> {
    let mut build = cargo();
    // The whole workspace: one package alone has other features, and everything would be built once more.
    build.args(["build", "--quiet", "--workspace", "--bin", name]);
    if !build.status().context("cannot run cargo")?.success() {
        bail!("{name} does not build");
    }
    Ok(target().join("debug").join(format!("{name}{EXE_SUFFIX}")))
}

/// Cargo, in the checkout.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}
