//! Helm's storage of releases: `HELM_DRIVER`. Nothing is kept here, but both Helms look at it once they have
//! read their flags, whatever the command is (`action.Configuration.Init`, `loadReleasesInMemory`).

use crate::cli::compat_checks::readable;
use crate::cli::terminal::CliError;
use crate::notice::Notice;
use crate::profile::Profile;
use std::env;

/// The files with releases for the driver `memory`, with `:` between.
pub(in crate::cli) const MEMORY_DATA: &str = "HELM_MEMORY_DRIVER_DATA";

/// Refuses a driver that Helm does not have, and `memory` without its files.
pub(super) fn check(profile: &Profile) -> Result<(), CliError> {
    let driver = env::var_os("HELM_DRIVER").unwrap_or_default();
    match driver.as_encoded_bytes() {
        // Helm connects to the database of `sql`, which may be there.
        b"" | b"secret" | b"secrets" | b"configmap" | b"configmaps" | b"sql" => Ok(()),
        b"memory" => check_releases(profile),
        other => {
            let text = format!("unknown driver {}", gostd::strconv::quote(other));
            Err(fatal("helm.go:83", text, profile))
        }
    }
}

fn check_releases(profile: &Profile) -> Result<(), CliError> {
    let paths = env::var(MEMORY_DATA).unwrap_or_default();
    for path in paths.split(':') {
        readable(path).map_err(|error| {
            // Go's `log.Fatal` puts no blank there.
            let text = format!("Unable to read memory driver data{error}");
            fatal("helm.go:122", text, profile)
        })?;
    }
    Ok(())
}

/// Go's `log.Fatal`.
pub(in crate::cli) fn fatal(place: &'static str, text: String, profile: &Profile) -> CliError {
    CliError::logged(Notice::log(place, text).line(profile))
}
