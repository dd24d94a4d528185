//! Measuring one command: wall time and peak memory of exactly one child, and of all that it starts.
//!
//! The system counts the peak memory of children, of all together, and a child starts with its
//! parent's peak. So each command is run by a small process of its own: this program again, told to
//! run one command and to say what it took.

use project::say;
use std::env::{args_os, current_exe, var_os};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};

/// The hidden first argument.
const MEASURE: &str = "__measure";

/// The time and memory of one command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// From before it was started until it had ended.
    pub(crate) wall: Duration,
    /// Its peak resident memory in bytes; never below that of the measuring process.
    pub(crate) memory: u64,
}

/// Measures, when this process was started to; gives `None` when it was not.
pub(crate) fn measuring_process() -> Option<ExitCode> {
    let mut args = args_os().skip(1);
    if args.next()? != MEASURE {
        return None;
    }
    Some(match measure(args.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    })
}

fn measure(command: Vec<OsString>) -> Result<()> {
    let (program, args) = command.split_first().context("no command")?;
    let mut command = Command::new(program);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed();
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() * 1024;
    say!(
        "{} {memory} {}",
        wall.as_nanos(),
        status.code().unwrap_or(-1)
    );
    Ok(())
}

/// Runs a command in a clean environment and tells what it took.
///
/// # Errors
/// When it cannot be run or fails.
pub(crate) fn cost(
    program: &Path,
    args: &[&str],
    dir: &Path,
    env: &[(&str, &str)],
) -> Result<Cost> {
    let mut measure = clean(&current_exe()?, dir, env);
    let output = measure.arg(MEASURE).arg(program).args(args).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<i64> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [wall, memory, status] = numbers[..] else {
        bail!(
            "cannot measure {}: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    };
    if status != 0 {
        bail!(
            "{} {} fails with status {status}",
            program.display(),
            args.join(" ")
        );
    }
    Ok(Cost {
        wall: Duration::from_nanos(wall.unsigned_abs()),
        memory: memory.unsigned_abs(),
    })
}

/// A command in a clean environment.
fn clean(program: &Path, dir: &Path, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("PATH", var_os("PATH").unwrap_or_default())
        .envs(env.iter().copied());
    command
}

/// The time between two looks at a running command.
const BETWEEN_LOOKS: Duration = Duration::from_micros(300);

/// Runs a command in a clean environment and tells, in bytes, the most memory that it and all processes it
/// starts were seen to have at one time: the sum of their proportional set sizes, in which a page that several
/// processes share counts once. What is there between two looks is not seen. Looking takes the command's time.
///
/// # Errors
/// When it cannot be run or fails.
pub(crate) fn peak_of_all(
    program: &Path,
    args: &[&str],
    dir: &Path,
    env: &[(&str, &str)],
) -> Result<u64> {
    let mut command = clean(program, dir, env);
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = peak.max(descendants(child.id()).into_iter().map(memory).sum());
        thread::sleep(BETWEEN_LOOKS);
    };
    if !status.success() {
        bail!("{} {} fails", program.display(), args.join(" "));
    }
    Ok(peak)
}

/// A process and all that it started and they started, as far as they still run.
fn descendants(process: u32) -> Vec<u32> {
    let mut processes = vec![process];
    let mut at = 0;
    while let Some(process) = processes.get(at) {
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children"));
            let children = children.unwrap_or_default();
            let children = children.split_whitespace();
            processes.extend(children.filter_map(|number| number.parse::<u32>().ok()));
        }
        at += 1;
    }
    processes
}

/// A process' proportional set size in bytes; none when it has ended.
fn memory(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup"));
    let text = text.unwrap_or_default();
    let size = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kibibytes = size.and_then(|size| size.trim().strip_suffix("kB"));
    let kibibytes = kibibytes.and_then(|number| number.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
