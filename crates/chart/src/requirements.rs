//! The conditions that `helm template` checks before it renders a chart: that it can be installed, and that
//! the dependencies it declares are there.

use super::{Chart, Error};
use compat::profile::Profile;

/// Helm's `checkIfInstallable`: library charts are not.
pub fn check_installable(chart: &Chart) -> Result<(), Error> {
    match &*chart.metadata.chart_type {
        "" | "application" => Ok(()),
        other => Err(Error::NotInstallable(other.into())),
    }
}

/// The names that Chart.yaml declares and that no chart in `charts/` has, in the order in which they are declared.
pub fn missing_dependencies(chart: &Chart) -> Vec<&str> {
    let there = |name: &str| chart.dependencies.iter().any(|d| d.name() == name);
    let declared = chart.metadata.declared();
    let names = declared.map(|dependency| &*dependency.name);
    names.filter(|name| !there(name)).collect()
}

/// Helm's `action.CheckDependencies`: every name that Chart.yaml declares must be the name of a
/// chart in `charts/`; versions do not matter here.
pub fn check_dependencies(chart: &Chart, profile: &Profile) -> Result<(), Error> {
    let missing = missing_dependencies(chart);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::MissingDependencies {
        prefix: match profile.lower_case_errors {
            true => {
                "an error occurred while checking for chart dependencies. You may need to run \
                 'helm dependency build' to fetch missing dependencies"
            }
            false => {
                "An error occurred while checking for chart dependencies. You may need to run \
                 `helm dependency build` to fetch missing dependencies"
            }
        },
        names: missing.join(", "),
    })
}
