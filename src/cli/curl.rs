//! Schemas from the network, fetched by `curl`: rhelm itself opens no connections.

use std::io::Read;
use std::process::{Command, Stdio};

/// How long one address may take, in seconds.
const LONGEST: &str = "30";

/// How much of an answer is read: no schema is larger.
const LARGEST: u64 = 16 << 20;

/// What is at an address of `http:` or `https:`, as `curl` in PATH gives it. The error says what to do.
pub(super) fn fetch(url: &str) -> Result<Vec<u8>, String> {
    const SCHEMES: &str = "=http,https";
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--fail",
        "--location",
        "--globoff",
    ]);
    curl.args(["--proto", SCHEMES, "--proto-redir", SCHEMES]);
    curl.args(["--max-time", LONGEST, "--url", url]);
    curl.stdin(Stdio::null());
    curl.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = curl.spawn().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            "--allow-remote-refs needs curl, which is not in PATH".to_owned()
        }
        _ => format!("cannot run curl: {e}"),
    })?;
    let mut text = Vec::new();
    let mut read = Ok(0);
    if let Some(answer) = running.stdout.take() {
        read = answer.take(LARGEST + 1).read_to_end(&mut text);
    }
    let is_too_large = text.len() as u64 > LARGEST;
    if is_too_large {
        let _ = running.kill();
    }
    let done = running
        .wait_with_output()
        .map_err(|e| format!("cannot run curl: {e}"))?;
    match (read, is_too_large, done.status.success()) {
        (Err(e), ..) => Err(format!("cannot read from curl: {e}")),
        (_, true, _) => Err(format!("it is larger than {} MiB", LARGEST >> 20)),
        (_, _, false) => {
            let said = String::from_utf8_lossy(&done.stderr);
            Err(said.trim().to_owned())
        }
        _ => Ok(text),
    }
}
