//! `cargo xtask outputs`: what every command writes, with everything that can be in the file's place.
//!
//! As root it runs in a mount namespace of its own. `/dev` is an empty file system there, with nodes made for it:
//! whatever goes wrong, the machine's own devices stay. Mounts end with the namespace.

use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use project::say;

/// Sets up the namespace and goes on as the program that is given. Nothing runs unless all of it succeeds.
const NAMESPACE: &str = r#"set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/zero c 1 5
mknod -m 666 /dev/full c 1 7
mknod -m 666 /dev/random c 1 8
mknod -m 666 /dev/urandom c 1 9
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
export RHELM_OUTPUTS_PRIVATE_DEV=1
exec "$@""#;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only what has this in its name, such as kubeconfig/ or /Pipe
    filter: Option<String>,
}

/// Runs `tests/recorded/outputs.rs`.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let tests = ["test", "--workspace", "--test", "recorded", "--"];
    let mut command = match has_namespaces() {
        true => {
            let mut command = Command::new("unshare");
            command
                .args(["--mount", "sh", "-c", NAMESPACE, "sh"])
                .arg(cargo);
            command
        }
        false => {
            say!(
                "not tried, since this needs root and mount namespaces: devices, mounts, immutable files, full disks, other users"
            );
            Command::new(cargo)
        }
    };
    command.args(tests).args(&options.filter);
    command.env("RHELM_TEST_ONLY", "outputs");
    let status = command.current_dir(project::root()).status();
    let status = status.context("running the tests of outputs")?;
    Ok(match status.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Returns true if this user may have mounts and devices of their own.
fn has_namespaces() -> bool {
    let tried = Command::new("unshare")
        .args(["--mount", "sh", "-c", NAMESPACE, "sh", "true"])
        .output();
    cfg!(target_os = "linux") && tried.is_ok_and(|output| output.status.success())
}
