//! `cargo xtask mutate`: renders charts with one byte missing; rhelm must say yes or no, nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cases::Major;
use cases::process::{Ending, Invocation, Outcome};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::parity::{self, Chart};
use crate::stdout::say;
use crate::{jobs, project};

/// What to mutate.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A directory of charts
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// How many bytes of each file to delete, one at a time
    #[arg(long, value_name = "N", default_value_t = 10)]
    rounds: u64,
    /// Other bytes
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only charts whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// How many charts at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// The Helm major to render as
    #[arg(long, value_name = "3|4", default_value_t = 4)]
    helm_version: u32,
    /// Render each mutated chart with real Helm as well and report what differs
    #[arg(long)]
    compare: bool,
    /// The rhelm to run; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
    /// How long a render may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// How much address space a render may have, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    memory: u64,
}

struct Programs {
    rhelm: PathBuf,
    helm: Option<PathBuf>,
    major: Major,
}

/// Mutates and reports; fails when rhelm ended in another way than 0 or 1, or differs from Helm.
///
/// # Errors
/// When there are no charts, or a chart cannot be copied.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let programs = Programs {
        rhelm: project::rhelm(options.rhelm.as_deref(), false)?,
        helm: if options.compare {
            Some(project::helm(major)?)
        } else {
            None
        },
        major,
    };
    let mut charts = parity::find_charts(&options.dir)?;
    charts.retain(|chart| chart.name.contains(&options.filter));
    if charts.is_empty() {
        bail!(
            "no chart below {} matches `{}`",
            options.dir.display(),
            options.filter
        );
    }
    let results = jobs::run(options.jobs, &charts, |chart| {
        mutate(chart, &programs, options)
    });
    let (mut renders, mut complaints) = (0, 0);
    for (chart, result) in charts.iter().zip(results) {
        let (rendered, found) = result.with_context(|| chart.name.clone())?;
        renders += rendered;
        complaints += found;
    }
    say!(
        "{renders} renders of {} mutated charts, {complaints} complaints",
        charts.len()
    );
    Ok(if complaints == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Renders a copy of the chart with each mutation, prints what is wrong with any, and gives how many
/// there were and how many went wrong.
fn mutate(chart: &Chart, programs: &Programs, options: &Options) -> Result<(u64, u64)> {
    let scratch = TempDir::new()?;
    let copy = scratch.path().join(chart.short_name());
    copy_tree(&chart.dir, &copy)?;
    let (mut renders, mut complaints) = (0, 0);
    for file in mutable_files(&copy)? {
        let text = fs::read(&file)?;
        let relative = file.strip_prefix(&copy)?.display().to_string();
        for round in 0..options.rounds {
            let Some(at) = pick(
                text.len(),
                &[&chart.name, &relative],
                options.seed ^ round << 32,
            ) else {
                continue;
            };
            let mutated = [&text[..at], &text[at + 1..]].concat();
            fs::write(&file, &mutated)?;
            renders += 1;
            if let Some(complaint) = complaint(&copy, chart, programs, options)? {
                complaints += 1;
                say!(
                    "{}: without byte {at} of {relative}: {complaint}",
                    chart.name
                );
            }
        }
        fs::write(&file, &text)?;
    }
    Ok((renders, complaints))
}

/// Renders and tells what is wrong with how that ended.
fn complaint(
    copy: &Path,
    chart: &Chart,
    programs: &Programs,
    options: &Options,
) -> Result<Option<String>> {
    // The shell sets the limit and becomes rhelm.
    let limited = format!("ulimit -v {}; exec \"$@\"", options.memory * 1024);
    let mut invocation = Invocation::new("/bin/sh", copy)
        .args(["-c", &limited, "sh"])
        .args([programs.rhelm.as_os_str()])
        .args(["template", "demo", "."])
        .env("RHELM_HELM_VERSION", programs.major.number().to_string());
    invocation.timeout = Duration::from_secs(options.timeout);
    let actual = invocation.run()?;
    if let Some(crash) = crash(&actual) {
        return Ok(Some(crash));
    }
    let Some(helm) = &programs.helm else {
        return Ok(None);
    };
    let ask_helm = || {
        Ok(Invocation::new(helm, copy)
            .args(["template", "demo", "."])
            .run()?)
    };
    parity::difference(ask_helm, &actual, &chart.short_name())
}

fn crash(outcome: &Outcome) -> Option<String> {
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    let panicked = stderr
        .lines()
        .find(|line| line.contains("panicked at") || line.contains("overflowed its stack"));
    match outcome.ending {
        Ending::Exited(0 | 1) if panicked.is_none() => None,
        ending => Some(format!(
            "{ending} {}",
            panicked.or(stderr.lines().last()).unwrap_or_default()
        )),
    }
}

/// The files whose bytes are worth deleting: what is parsed.
fn mutable_files(chart: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(chart).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy();
        let parsed = [
            "values.yaml",
            "Chart.yaml",
            "values.schema.json",
            "requirements.yaml",
        ]
        .contains(&name.as_ref());
        let template = path
            .components()
            .any(|part| part.as_os_str() == "templates");
        if entry.file_type().is_file() && (parsed || template) {
            files.push(path.to_owned());
        }
    }
    Ok(files)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).follow_links(true) {
        let Ok(entry) = entry else { continue };
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// A number below `length` that depends on the names and the seed only (FNV-1a, then a mixing step).
fn pick(length: usize, names: &[&str], seed: u64) -> Option<usize> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in names.iter().flat_map(|name| name.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((hash ^ (hash >> 31)).checked_rem(length as u64)?).ok()
}
