//! `cargo xtask dist`: the release file, `target/dist/rhelm`, one static executable.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::project;

/// The release file stays below this.
const LARGEST: u64 = 15 << 20;

/// Builds the release file and tells its size.
///
/// # Errors
/// When it does not build or is too large.
pub(crate) fn run() -> Result<ExitCode> {
    let file = build()?;
    let size = fs::metadata(&file)?.len();
    println!(
        "{} is {:.1} MiB",
        file.display(),
        size as f64 / f64::from(1 << 20)
    );
    if size > LARGEST {
        bail!("the release file is larger than {} MiB", LARGEST >> 20);
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the release file and gives its path.
pub(crate) fn build() -> Result<PathBuf> {
    let host = host()?;
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    flags.push_str(" -C target-feature=+crt-static");
    // Without an explicit target the flag would hit proc-macros as well, and those cannot be static.
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(project::root())
        .args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "rhelm",
            "--bin",
            "rhelm",
            "--target",
            &host,
        ])
        .env("RUSTFLAGS", flags.trim())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("the release file does not build");
    }
    let built = project::target().join(&host).join("release/rhelm");
    let dist = project::target().join("dist");
    fs::create_dir_all(&dist)?;
    let file = dist.join("rhelm");
    // Replaced, not overwritten: the old one may be running.
    let fresh = dist.join(".rhelm.new");
    fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&fresh, &file)?;
    Ok(file)
}

fn host() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("cannot run rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell its host")?.to_owned())
}
