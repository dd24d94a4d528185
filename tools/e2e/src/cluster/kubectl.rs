//! kubectl with one kubeconfig.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use recorded::process::{Invocation, Termination};
use serde_json::Value;

/// kubectl as one user of one cluster.
pub(super) struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    /// kubectl of the programs in a directory, with a kubeconfig.
    pub(super) fn new(programs: &Path, kubeconfig: &Path) -> Kubectl {
        Kubectl {
            program: programs.join("kubectl"),
            kubeconfig: kubeconfig.to_owned(),
        }
    }

    /// Runs it and gives what it prints.
    ///
    /// # Errors
    /// When it fails, with what it says.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<String> {
        self.feed(arguments, b"")
    }

    /// Runs it with something on stdin.
    ///
    /// # Errors
    /// When it fails, with what it says.
    pub(super) fn feed(&self, arguments: &[&str], stdin: &[u8]) -> Result<String> {
        let kubeconfig = self.kubeconfig.to_string_lossy();
        let mut invocation = Invocation::new(&self.program, "/")
            .args(arguments.iter().copied())
            .env("KUBECONFIG", kubeconfig);
        invocation.stdin = stdin.to_vec();
        invocation.timeout = Duration::from_secs(120);
        let outcome = invocation.run().context("cannot run kubectl")?;
        if outcome.ending != Termination::Exited(0) {
            bail!(
                "kubectl {}: {}: {}",
                arguments.join(" "),
                outcome.ending,
                String::from_utf8_lossy(&outcome.stderr)
            );
        }
        Ok(String::from_utf8(outcome.stdout)?)
    }

    /// Runs `get` and gives the objects.
    ///
    /// # Errors
    /// When it fails.
    pub(super) fn get(&self, arguments: &[&str], stdin: &[u8]) -> Result<Vec<Value>> {
        let text = self.feed(&[&["get", "-o", "json"], arguments].concat(), stdin)?;
        let value: Value = serde_json::from_str(&text)?;
        Ok(match value.get("items").and_then(Value::as_array) {
            Some(items) => items.clone(),
            None => vec![value],
        })
    }

    /// Lets the API server check manifests as if they were created, and gives what it says of each.
    ///
    /// # Errors
    /// When kubectl cannot be run.
    pub(super) fn dry_run(&self, manifests: &str) -> Result<String> {
        Ok(self.dry_run_of(manifests)?.0)
    }

    /// The same, and gives what it says of those that it refuses.
    ///
    /// # Errors
    /// When kubectl cannot be run.
    pub(super) fn refusals(&self, manifests: &str) -> Result<String> {
        Ok(self.dry_run_of(manifests)?.1)
    }

    fn dry_run_of(&self, manifests: &str) -> Result<(String, String)> {
        let kubeconfig = self.kubeconfig.to_string_lossy();
        let mut invocation = Invocation::new(&self.program, "/")
            .args(["create", "--dry-run=server", "--validate=strict", "-f", "-"])
            .env("KUBECONFIG", kubeconfig);
        invocation.stdin = manifests.as_bytes().to_vec();
        invocation.timeout = Duration::from_secs(300);
        // It fails if one of them is refused.
        let outcome = invocation.run().context("cannot run kubectl")?;
        let refusals = String::from_utf8_lossy(&outcome.stderr).into_owned();
        Ok((String::from_utf8(outcome.stdout)?, refusals))
    }
}
