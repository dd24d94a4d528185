//! `rhelm verify`: the signature of a packed chart.

use super::compat_flags::{CompatFlags, VerifyCompat};
use super::terminal::{self, CliError};
use super::{CommandResult, dependency, flags, usage};
use crate::sources::provenance::Verifier;
use clap::Args;
use std::path::{Path, PathBuf};

/// Check the signature of a packed chart, which is in the file PATH.prov.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm verify web-1.2.3.tgz\n  \
        rhelm verify web-1.2.3.tgz --keyring keys.gpg")]
pub(super) struct Verify {
    /// The chart's archive
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<VerifyCompat>,
}

impl Verify {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let [path] = &self.paths[..] else {
            return Err(usage::wrong_arguments("verify", "verify PATH [flags]"));
        };
        let (now, _) = dependency::now();
        let verifier = Verifier {
            keyring: &self.compat.keyring(),
            now,
            profile: &profile,
        };
        let provenance = PathBuf::from(format!("{path}.prov"));
        let verified = verifier.verify_files(Path::new(path), &provenance);
        let verified = verified.map_err(CliError::new)?;
        terminal::print(verified.to_string().as_bytes())
    }
}
