//! `--post-renderer`: another program that changes the manifests, as Helm 3 runs it
//! (`pkg/postrender/exec.go`). Helm 4 takes the name of a plugin; a program there is rhelm's addition.

use super::terminal::CliError;
use crate::chart::reason;
use crate::profile::{CommandLine, Profile};
use clap::Args;
use files::input;
use gostd::limits::LIMITS;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::{env, fs};

const NOT_IN_PATH: &str = "executable file not found in $PATH";

/// The flags of a post-renderer.
#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Pipe the manifests through this program, but not the hooks
    #[arg(long, value_name = "PROGRAM")]
    post_renderer: Vec<String>,
    /// An argument for the post-renderer; may be given several times
    #[arg(long, value_name = "ARGUMENT")]
    post_renderer_args: Vec<String>,
}

/// A program to run.
#[derive(Debug)]
pub(super) struct PostRenderer<'f> {
    program: PathBuf,
    arguments: &'f [String],
}

impl Flags {
    /// The program that is asked for, if one is; the last one counts in Helm 3.
    pub(super) fn find(&self, profile: &Profile) -> Result<Option<PostRenderer<'_>>, CliError> {
        let mut last = None;
        for name in self.post_renderer.iter().filter(|name| !name.is_empty()) {
            let quoted = gostd::strconv::quote(name.as_bytes());
            let refuse = |cause: String| {
                CliError::new(format!(
                    "invalid argument {quoted} for \"--post-renderer\" flag: {cause}"
                ))
            };
            if profile.command_line == CommandLine::Helm4 && last.is_some() {
                let cause = "cannot specify --post-renderer flag more than once";
                return Err(refuse(cause.into()));
            }
            last = Some(look_path(name).map_err(|cause| {
                match profile.command_line {
                    CommandLine::Helm3 => refuse(format!(
                        "unable to find binary at {name}: exec: {quoted}: {cause}"
                    )),
                    CommandLine::Helm4 => refuse(format!(
                        "plugin: {{Name:{name} Type:postrenderer/v1}} not found"
                    ))
                    .hint(format!("no program {quoted} either: {cause}")),
                }
            })?);
        }
        Ok(last.map(|program| PostRenderer {
            program,
            arguments: &self.post_renderer_args,
        }))
    }
}

impl PostRenderer<'_> {
    /// Runs the program on the manifests. The error is Helm's.
    pub(super) fn run(&self, manifests: &[u8]) -> Result<Vec<u8>, String> {
        let program = self.program.display();
        let failed = |stderr: &[u8], how: String| {
            let stderr = String::from_utf8_lossy(stderr);
            format!(
                "error while running post render on files: error while running command {program}. \
                 error output:\n{stderr}: {how}"
            )
        };
        let mut command = Command::new(&self.program);
        command.args(self.arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn();
        let child = child.map_err(|error| failed(b"", unstarted(&program.to_string(), &error)))?;
        let output = input::answer(child, manifests, LIMITS.answer_bytes);
        let output = output.map_err(|error| failed(b"", format!("its output: {error}")))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(failed(&output.stderr, how_it_ended(output.status))),
        }
    }
}

/// Go's text on a program that could not be started: one with a path, or one that was looked for in `PATH`.
pub(super) fn unstarted(program: &str, error: &io::Error) -> String {
    if program.contains('/') {
        return format!("fork/exec {program}: {}", reason(error));
    }
    let quoted = gostd::strconv::quote(program.as_bytes());
    format!("exec: {quoted}: {NOT_IN_PATH}")
}

/// An exit status as Go's `os/exec` prints it.
fn how_it_ended(status: ExitStatus) -> String {
    match (status.code(), signal(status)) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(9)) => "signal: killed".into(),
        (None, Some(15)) => "signal: terminated".into(),
        (None, Some(signal)) => format!("signal: signal {signal}"),
        (None, None) => "unknown".into(),
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

/// Go's `exec.LookPath`, made absolute: a name with a slash is a path, others are looked for in `PATH`.
fn look_path(name: &str) -> Result<PathBuf, String> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(|error| error.to_string());
    if name.contains('/') {
        executable(Path::new(name))?;
        return Ok(crate::chart::clean_path(&absolute(Path::new(name))?));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    for directory in env::split_paths(&path) {
        let candidate = directory.join(name);
        if executable(&candidate).is_err() {
            continue;
        }
        if !candidate.is_absolute() {
            return Err("cannot run executable found relative to current directory".into());
        }
        return Ok(candidate);
    }
    Err(NOT_IN_PATH.into())
}

fn executable(path: &Path) -> Result<(), String> {
    let unknown = |error: io::Error| format!("stat {}: {}", path.display(), reason(&error));
    let metadata = fs::metadata(path).map_err(unknown)?;
    if metadata.is_dir() {
        return Err("is a directory".into());
    }
    match may_run(&metadata) {
        true => Ok(()),
        false => Err("permission denied".into()),
    }
}

#[cfg(unix)]
fn may_run(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_metadata: &fs::Metadata) -> bool {
    true
}
