//! `--kube-versions`: the versions of a range.

use crate::cli::terminal::CliError;
use crate::profile::Profile;
use crate::render::KubeVersion;

/// The number of versions that are checked at most.
const MOST: u16 = 50;

/// Reads `1.28..1.36`: all minor versions from one to the other.
pub(in crate::cli) fn parse(range: &str, profile: &Profile) -> Result<Vec<KubeVersion>, CliError> {
    let wrong = |what: &str| {
        CliError::new(format!(
            "--kube-versions {range}: {what}; it takes two minor versions of Kubernetes 1, as in 1.28..1.36"
        ))
    };
    let (first, last) = range.split_once("..").ok_or_else(|| wrong("no range"))?;
    let minor = |text: &str| {
        let minor = text.trim_start_matches('v').strip_prefix("1.")?;
        minor.parse::<u16>().ok()
    };
    let (first, last) = minor(first)
        .zip(minor(last))
        .ok_or_else(|| wrong("not a range of versions"))?;
    if first > last {
        return Err(wrong("the first version is the later one"));
    }
    if last - first >= MOST {
        return Err(wrong(&format!("more than {MOST} versions")));
    }
    let versions = (first..=last).map(|minor| {
        let version = KubeVersion::parse(&format!("v1.{minor}.0"), profile);
        version.map_err(|error| wrong(&error.to_string()))
    });
    versions.collect()
}
