//! Keys and certificates of a cluster, made by rhelm's own template functions.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A certificate for loopback, the CA that signed it, and a key that signs tokens: in one text.
const SNIPPET: &str = r#"
{{- $ca := genCA "cluster" 30 }}
{{- $server := genSignedCert "kube-apiserver" (list "127.0.0.1") (list "localhost" "kubernetes.default.svc") 30 $ca }}
{{- $ca.Cert }}=====
{{ $server.Cert }}=====
{{ $server.Key }}=====
{{ genPrivateKey "rsa" }}"#;

/// Writes `ca.crt`, `server.crt`, `server.key` and `tokens.key` to a directory.
///
/// # Errors
/// When rhelm does not make them.
pub(super) fn write(rhelm: &Path, dir: &Path) -> Result<()> {
    let status = Command::new(rhelm)
        .args(["eval", "istio-reader", SNIPPET])
        .output()
        .context("cannot run rhelm")?;
    if !status.status.success() {
        bail!(
            "rhelm makes no keys: {}",
            String::from_utf8_lossy(&status.stderr)
        );
    }
    let text = String::from_utf8(status.stdout)?;
    let parts: Vec<&str> = text.split("=====\n").collect();
    let files = ["ca.crt", "server.crt", "server.key", "tokens.key"];
    if parts.len() != files.len() {
        bail!("rhelm made {} keys, not {}", parts.len(), files.len());
    }
    for (file, part) in files.iter().zip(parts) {
        fs::write(dir.join(file), part)?;
    }
    Ok(())
}
