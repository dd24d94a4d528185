//! The flags that replace parts of the host: a seed, objects of a cluster.

use super::terminal::CliError;
use clap::Args;
use host::{DeterministicSource, HostOverrides, OfflineCluster};
use std::path::Path;
use std::sync::Arc;

/// The variable that reproducible builds take the time from: seconds since 1970.
const CLOCK: &str = "SOURCE_DATE_EPOCH";

/// `--lookup` and `--deterministic`.
#[derive(Debug, Args)]
pub(super) struct HostFlags {
    /// Let the function lookup find the objects in this manifest file, or in the files of this directory; may be
    /// given several times
    #[arg(long, value_name = "FILE")]
    lookup: Vec<String>,
    /// Make random values, keys and certificates from a seed, and stop the clock
    #[arg(
        long,
        value_name = "SEED",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0"
    )]
    deterministic: Option<String>,
}

impl HostFlags {
    /// Returns true if files have the objects that `lookup` finds.
    pub(super) fn has_objects(&self) -> bool {
        !self.lookup.is_empty()
    }

    /// The host that the flags ask for. Reads the files.
    pub(super) fn host(&self) -> Result<HostOverrides, CliError> {
        let mut objects = OfflineCluster::default();
        for path in &self.lookup {
            let added = objects.add(Path::new(path));
            added.map_err(|error| CliError::new(format!("--lookup {error}")))?;
        }
        let deterministic = match &self.deterministic {
            None => None,
            Some(seed) => {
                let deterministic = DeterministicSource::new(seed);
                Some(match std::env::var(CLOCK) {
                    Err(_) => deterministic,
                    Ok(text) => deterministic.at(text.parse().map_err(|_| {
                        CliError::new(format!("{CLOCK}={text}: not a number of seconds"))
                    })?),
                })
            }
        };
        Ok(HostOverrides {
            deterministic,
            objects: Arc::new(objects),
        })
    }
}
