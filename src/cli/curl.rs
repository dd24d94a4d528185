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
    curl.args(["--silent", "--show-error", "--location", "--globoff"]);
    curl.args(["--proto", SCHEMES, "--proto-redir", SCHEMES]);
    curl.args(["--write-out", "%{stderr}%{response_code}"]);
    curl.args(["--max-time", LONGEST, "--url", url]);
    curl.stdin(Stdio::null());
    curl.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = curl.spawn().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => "fetching it needs curl, which is not in PATH".to_owned(),
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
        (_, _, done_well) => {
            let said = String::from_utf8_lossy(&done.stderr);
            let said = said.trim();
            match (done_well, said) {
                // A curl that tells no status has checked it.
                (true, "" | "200") => Ok(text),
                (true, status) => Err(format!(
                    "HTTP request to {url} returned status {status} ({})",
                    status_text(status)
                )),
                // The status of no answer is 000.
                (false, reason) => Err(format!(
                    "HTTP request failed for {url}: {}",
                    reason.trim_end_matches(['0', '\n'])
                )),
            }
        }
    }
}

/// Go's `http.StatusText`, of the answers that a file's address gives.
fn status_text(status: &str) -> &'static str {
    match status {
        "400" => "Bad Request",
        "401" => "Unauthorized",
        "403" => "Forbidden",
        "404" => "Not Found",
        "410" => "Gone",
        "429" => "Too Many Requests",
        "500" => "Internal Server Error",
        "502" => "Bad Gateway",
        "503" => "Service Unavailable",
        "504" => "Gateway Timeout",
        _ => "",
    }
}
