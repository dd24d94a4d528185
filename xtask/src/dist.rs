//! `cargo xtask dist`: the release file, `target/dist/rhelm`, one static executable, built with `[profile.dist]` and
//! laid out by a profile of its work on the repository's charts. With `--archive` the files around it, too.

mod archive;
mod debian;
mod licences;
mod packages;
mod profile;
mod sbom;
mod zip;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use clap::Args;
use profile::Profile;
use project::say;

/// The program that is released.
const RHELM: &str = "rhelm";

/// The release file stays below this, where it is laid out by a profile: without one the compiler takes all of it for
/// what is run often, and makes it half as large again.
const LARGEST: u64 = 20 << 20;

#[derive(Args)]
pub(crate) struct Options {
    /// Another program of this workspace, built as the release file is
    #[arg(default_value = RHELM, hide_default_value = true)]
    program: String,
    /// The target to build for, instead of this machine with musl
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Also writes what users fetch: an archive with completions, man pages and licences, a Debian package, an SBOM, and
    /// SHA256SUMS
    #[arg(long)]
    archive: bool,
    /// Packs this file instead of building one
    #[arg(long, value_name = "FILE", requires = "archive")]
    built: Option<PathBuf>,
}

/// Builds the release file and tells its size.
///
/// # Errors
/// When it does not build or is too large.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let target = match &options.target {
        Some(target) => target.clone(),
        None => own_target()?,
    };
    let (file, is_profiled) = match &options.built {
        Some(built) => (built.clone(), false),
        None => build(&options.program, &target, options.target.is_some())?,
    };
    let size = fs::metadata(&file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len();
    say!(
        "{} is {:.1} MiB",
        file.display(),
        size as f64 / f64::from(1 << 20)
    );
    if options.archive {
        fs::create_dir_all(project::target().join("dist"))?;
        archive::write(&file, &target)?;
    }
    if is_profiled && options.program == RHELM && size > LARGEST {
        bail!("the release file is larger than {} MiB", LARGEST >> 20);
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds a program for a target and gives its path: in `target/dist`, or below it if the target was named. True
/// beside it if it is laid out by a profile.
fn build(name: &str, target: &str, is_named: bool) -> Result<(PathBuf, bool)> {
    let (built, is_profiled) = build_profiled(name, target)?;
    let mut dist = project::target().join("dist");
    if is_named {
        dist.push(target);
        fs::create_dir_all(&dist)?;
    }
    let file = dist.join(built.file_name().context("a program has no name")?);
    // Replaced, not overwritten: the old one may be running.
    let fresh = dist.join(format!(".{name}.new"));
    fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&fresh, &file)?;
    Ok((file, is_profiled))
}

/// Builds the program of this name, and its package's, laid out by the profile of `rhelm`, and gives its
/// path, and whether there is such a profile. It makes a cold render up to a sixth faster; it costs a build more, and
/// the target must run here.
fn build_profiled(name: &str, target: &str) -> Result<(PathBuf, bool)> {
    fs::create_dir_all(project::target().join("dist"))?;
    let host = host()?;
    if target != host && target != musl(&host) {
        return Ok((build_static(name, target, "")?, false));
    }
    let Some(profile) = Profile::of_toolchain(&host)? else {
        eprintln!(
            "built without a profile, which makes it faster: `rustup component add llvm-tools` would help"
        );
        return Ok((build_static(name, target, "")?, false));
    };
    let counting = build_static(RHELM, target, &profile.counting())?;
    profile.count(&counting)?;
    Ok((build_static(name, target, &profile.using())?, true))
}

/// Builds the program of this name, and its package's, statically and gives its path; `more_flags` are the
/// compiler's.
fn build_static(name: &str, target: &str, more_flags: &str) -> Result<PathBuf> {
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    flags.push_str(" -C target-feature=+crt-static ");
    if target.contains("linux") {
        // Where it lies is fixed: its start need not move 7,000 addresses, a tenth of a millisecond's work.
        flags.push_str("-C relocation-model=static ");
    }
    flags.push_str(more_flags);
    // Without an explicit target the flag would hit proc-macros as well, and those cannot be static.
    let status = project::cargo()
        .args(["build", "--quiet", "--profile", "dist"])
        .args(["--package", name, "--bin", name])
        .args(["--target", target])
        .env("RUSTFLAGS", flags.trim())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("{name} does not build");
    }
    let suffix = if target.contains("windows") {
        ".exe"
    } else {
        ""
    };
    let built = project::target().join(target).join("dist");
    Ok(built.join(format!("{name}{suffix}")))
}

/// The target: this machine, with musl where Rust has it. A process linked with musl starts in
/// 0.2 ms, one with glibc in 0.6.
fn own_target() -> Result<String> {
    let host = host()?;
    let musl = musl(&host);
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", &musl])
        .output()
        .context("cannot run rustc")?;
    let libraries = String::from_utf8(output.stdout)?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(musl);
    }
    eprintln!("linked with glibc, which starts slower: `rustup target add {musl}` would help");
    Ok(host)
}

fn musl(host: &str) -> String {
    host.replace("-linux-gnu", "-linux-musl")
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
