//! Schemas from the network, fetched by `curl`: rhelm itself opens no connections.

use crate::chart::LoadError;
use files::input;
use std::io;
use std::process::{Command, Stdio};

/// The time for one address, in seconds: Helm's client gives up then.
const LONGEST: &str = "15";

/// The number of redirections that are followed: Go's client stops there.
const REDIRECTIONS: &str = "10";

/// The number of bytes of an answer that are read: no schema is larger.
const LARGEST: u64 = 16 << 20;

/// Fetches an address of `http:` or `https:` with the `curl` in PATH. The error says what to do.
///
/// A schema names the address, so that nothing of the user's goes there: neither `~/.curlrc` nor `~/.netrc` is
/// read. Proxies are those of the environment, as in Helm.
pub(super) fn fetch(url: &str) -> Result<Vec<u8>, LoadError> {
    const SCHEMES: &str = "=http,https";
    let mut curl = Command::new("curl");
    // It counts as the first argument only.
    curl.arg("--disable");
    curl.args(["--silent", "--show-error", "--globoff"]);
    curl.args(["--location", "--max-redirs", REDIRECTIONS]);
    curl.args(["--proto", SCHEMES, "--proto-redir", SCHEMES]);
    curl.args(["--write-out", "%{stderr}%{response_code}"]);
    curl.args(["--max-time", LONGEST, "--url", url]);
    curl.stdin(Stdio::null());
    curl.stdout(Stdio::piped()).stderr(Stdio::piped());
    let running = curl.spawn().map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => "fetching it needs curl, which is not in PATH".to_owned(),
        _ => format!("cannot run curl: {e}"),
    })?;
    let answer = input::answer(running, b"", LARGEST).map_err(|e| match e.kind() {
        io::ErrorKind::FileTooLarge => format!("it is {e}"),
        _ => format!("cannot read from curl: {e}"),
    })?;
    let messages = String::from_utf8_lossy(&answer.stderr);
    match (answer.status.success(), messages.trim()) {
        // A curl that tells no status has checked it.
        (true, "" | "200") => Ok(answer.stdout),
        (true, status) => Err(format!(
            "HTTP request to {url} returned status {status} ({})",
            status_text(status)
        )
        .into()),
        // The status stands behind curl's own words, that of no answer is 000.
        (false, messages) => {
            let (reason, _status) = messages.rsplit_once('\n').unwrap_or((messages, ""));
            Err(format!("HTTP request failed for {url}: {}", reason.trim()).into())
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
