//! `cargo xtask dist`: the release file, `target/dist/rhelm`, one static executable, built with `[profile.dist]` and
//! laid out by a profile of its work on the repository's charts.

mod profile;

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

/// The release file stays below this.
const LARGEST: u64 = 15 << 20;

#[derive(Args)]
pub(crate) struct Options {
    /// Another program of this workspace, built as the release file is
    #[arg(default_value = RHELM, hide_default_value = true)]
    program: String,
}

/// Builds the release file and tells its size.
///
/// # Errors
/// When it does not build or is too large.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let file = build(&options.program)?;
    let size = fs::metadata(&file)?.len();
    say!(
        "{} is {:.1} MiB",
        file.display(),
        size as f64 / f64::from(1 << 20)
    );
    if options.program == RHELM && size > LARGEST {
        bail!("the release file is larger than {} MiB", LARGEST >> 20);
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds a program into `target/dist` and gives its path.
fn build(name: &str) -> Result<PathBuf> {
    let built = build_profiled(name)?;
    let dist = project::target().join("dist");
    let file = dist.join(name);
    // Replaced, not overwritten: the old one may be running.
    let fresh = dist.join(format!(".{name}.new"));
    fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&fresh, &file)?;
    Ok(file)
}

/// Builds the program of this name, and its package's, laid out by the profile of `rhelm`, and gives its
/// path. A profile makes a cold render up to a sixth faster; it costs a build more.
fn build_profiled(name: &str) -> Result<PathBuf> {
    fs::create_dir_all(project::target().join("dist"))?;
    let Some(profile) = Profile::of_toolchain(&host()?)? else {
        eprintln!(
            "built without a profile, which makes it faster: `rustup component add llvm-tools` would help"
        );
        return build_static(name, "");
    };
    let counting = build_static(RHELM, &profile.counting())?;
    profile.count(&counting)?;
    build_static(name, &profile.using())
}

/// Builds the program of this name, and its package's, statically and gives its path; `more_flags` are the
/// compiler's.
fn build_static(name: &str, more_flags: &str) -> Result<PathBuf> {
    let target = target()?;
    let mut flags = env::var("RUSTFLAGS").unwrap_or_default();
    // Where it lies is fixed: its start need not move 7,000 addresses, a tenth of a millisecond's work.
    flags.push_str(" -C target-feature=+crt-static -C relocation-model=static ");
    flags.push_str(more_flags);
    // Without an explicit target the flag would hit proc-macros as well, and those cannot be static.
    let status = project::cargo()
        .args(["build", "--quiet", "--profile", "dist"])
        .args(["--package", name, "--bin", name])
        .args(["--target", &target])
        .env("RUSTFLAGS", flags.trim())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("{name} does not build");
    }
    let built = project::target().join(&target).join("dist");
    Ok(built.join(name))
}

/// The target: this machine, with musl where Rust has it. A process linked with musl starts in
/// 0.2 ms, one with glibc in 0.6.
fn target() -> Result<String> {
    let host = host()?;
    let musl = host.replace("-linux-gnu", "-linux-musl");
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

fn host() -> Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("cannot run rustc")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell its host")?.to_owned())
}
