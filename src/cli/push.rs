//! `rhelm push`: a packed chart into a registry.

use super::compat_flags::{CompatFlags, PushCompat};
use super::registry::failure;
use super::reproducible::{self, Reproducible};
use super::terminal::{self, CliError};
use super::{CommandResult, flags, plugin};
use crate::chart;
use crate::profile::Profile;
use crate::sources::{Access, Package, Registry};
use clap::Args;
use files::input::{self, NamedBy};
use gostd::host::Host;
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use gostd::url::Url;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Store a packed chart in a registry, with its signature where there is one beside it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm push web-1.2.3.tgz oci://ghcr.io/acme/charts\n  \
        rhelm push web-1.2.3.tgz oci://127.0.0.1:5000/charts --plain-http")]
pub(super) struct Push {
    /// The archive, and the place in a registry to store it below: the chart's name is added to it
    #[arg(value_names = ["ARCHIVE", "oci://HOST/PATH"])]
    arguments: Vec<String>,

    #[command(flatten)]
    reproducible: Reproducible,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<PushCompat>,
}

impl Push {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let [archive, remote, ..] = self.arguments.as_slice() else {
            return Err(CliError::new(
                "\"helm push\" requires at least 2 arguments\n\n\
                 Usage:  helm push [chart] [remote] [flags]",
            ));
        };
        self.compat.check_key_files(&profile)?;
        let remote = address(remote)?;
        let access = self.compat.access();
        self.push(archive, &remote, &access, &profile)
    }

    fn push(&self, name: &str, remote: &str, access: &Access, profile: &Profile) -> CommandResult {
        let path = Path::new(name);
        let found = path.metadata().map_err(|error| match error.kind() {
            ErrorKind::NotFound => CliError::new(format!("{name}: no such file")),
            _ => CliError::new(chart::OsError::new("stat", path, &error)),
        })?;
        if found.is_dir() {
            return Err(CliError::new(
                "cannot push directory, must provide chart archive (.tgz)",
            ));
        }
        let mut notices = Vec::new();
        let loaded = chart::load_with_notices(path, profile, &mut notices);
        terminal::notify(&notices, profile);
        let loaded = loaded.map_err(CliError::new)?;
        let read = |path: &Path| {
            let bytes = input::read(path, NamedBy::User, LIMITS.archive_bytes);
            bytes.map_err(|error| CliError::new(chart::OsError::new("open", path, &error)))
        };
        let archive = read(path)?;
        let signature = format!("{name}.prov");
        let signature = Path::new(&signature);
        let provenance = match signature.metadata() {
            Ok(_) => Some(read(signature)?),
            Err(_) => None,
        };
        let (client, home) = (plugin::client(profile), self.compat.home());
        let registry = Registry::new(&client, &home, profile, access);
        let package = Package {
            metadata: &loaded.metadata,
            archive: &archive,
            provenance: provenance.as_deref(),
            created: &match self.reproducible.time()? {
                Some(time) => reproducible::in_utc(time),
                None => time_of_change(&found),
            },
        };
        let tell = |words: &str| terminal::tell(words, profile);
        let pushed = registry.push(remote, package, &tell);
        pushed.map_err(|error| failure(&error, profile))
    }
}

/// The registry's address, as it is written in full.
fn address(remote: &str) -> Result<String, CliError> {
    let url = Url::parse(remote.as_bytes())
        .map_err(|_| CliError::new(format!("invalid chart URL format: {remote}")))?;
    match &*url.scheme {
        b"" => Err(CliError::new(
            "scheme prefix missing from remote (e.g. \"oci://\")",
        )),
        b"oci" => Ok(url.to_string()),
        other => Err(CliError::new(format!(
            "scheme {} not supported",
            quote(other)
        ))),
    }
}

/// The time when a file was changed, in the local zone.
fn time_of_change(found: &Metadata) -> String {
    let changed = found.modified().unwrap_or(UNIX_EPOCH);
    let seconds = match changed.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        // Go counts whole seconds downwards.
        Err(before) => {
            let before = before.duration();
            let seconds = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
            -seconds - i64::from(before.subsec_nanos() > 0)
        }
    };
    let _zones = gostd::time::use_zones(host::System.zones());
    let local = gostd::time::Location::local();
    let time = gostd::time::Time::from_unix(seconds, 0, local);
    let text = time.format(b"2006-01-02T15:04:05Z07:00");
    String::from_utf8_lossy(&text).into_owned()
}
