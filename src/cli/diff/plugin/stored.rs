//! What helm-diff asks Helm for with `helm get`.

use crate::cli::compat_flags::{CompatFlags, DiffCompat, Tables};
use crate::cli::flags::HelmVersion;
use crate::cli::releases::{content, storage};
use crate::cli::terminal::CliError;
use crate::profile::Profile;
use ::release::Record;
use clap::Args;
use gostd::limits::Cancel;

/// Where releases are.
#[derive(Debug, Args)]
pub(super) struct Stored {
    #[command(flatten)]
    helm: HelmVersion,
    #[command(flatten)]
    compat: CompatFlags<DiffCompat>,
}

impl Stored {
    pub(super) fn open(&self) -> Result<Records<'_, DiffCompat>, CliError> {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        Ok(Records {
            compat: &self.compat,
            profile,
        })
    }

    /// The namespace, which Helm tells every plugin.
    pub(super) fn namespace(&self) -> String {
        self.compat.namespace()
    }
}

/// The records that flags lead to.
pub(super) struct Records<'r, T> {
    pub(super) compat: &'r CompatFlags<T>,
    pub(super) profile: Profile,
}

impl<T: Tables> Records<'_, T> {
    /// The namespace, which Helm tells every plugin.
    pub(super) fn namespace(&self) -> String {
        self.compat.namespace()
    }

    /// The record of a revision, the last one where it is 0; of a namespace, or of that of the flags.
    pub(super) fn record(
        &self,
        name: &str,
        revision: i64,
        namespace: Option<&str>,
    ) -> Result<Record, CliError> {
        self.read(name, revision, namespace)
            .map_err(|error| CliError::new(ended(&error)))
    }

    fn read(&self, name: &str, revision: i64, namespace: Option<&str>) -> Result<Record, CliError> {
        let namespace = namespace.map_or_else(|| self.namespace(), str::to_owned);
        let place = storage::connect(self.compat, &namespace, &self.profile, &Cancel::new())?;
        place.cluster.reach().map_err(CliError::new)?;
        content(&*place.storage, name, revision)
    }

    /// What `helm get manifest` prints.
    pub(super) fn manifest(
        &self,
        name: &str,
        revision: i64,
        namespace: Option<&str>,
    ) -> Result<String, CliError> {
        let record = self.record(name, revision, namespace)?;
        Ok(format!("{}\n", record.manifest))
    }
}

/// helm-diff's words on a Helm that failed.
pub(super) fn ended(error: &CliError) -> String {
    format!("exit status 1: {}", error.text())
}
