//! The flags that put something else in the place of the outside world: a seed, objects of a cluster.

use super::terminal::Failure;
use clap::Args;
use host::{Objects, Seeded, Staged};
use std::path::Path;
use std::sync::Arc;

/// The variable that reproducible builds take the time from: seconds since 1970.
const CLOCK: &str = "SOURCE_DATE_EPOCH";

/// What templates find outside.
#[derive(Debug, Args)]
pub(super) struct Outside {
    /// Let lookup find the objects of this file of manifests, or of those in this directory; may be given
    /// several times
    #[arg(long, value_name = "FILE")]
    lookup: Vec<String>,
    /// Make everything random, keys and certificates too, from a seed, and let the time stand still
    #[arg(
        long,
        value_name = "SEED",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0"
    )]
    deterministic: Option<String>,
}

impl Outside {
    /// The world that the flags ask for. Reads the files.
    pub(super) fn world(&self) -> Result<Staged, Failure> {
        let mut objects = Objects::default();
        for path in &self.lookup {
            let added = objects.add(Path::new(path));
            added.map_err(|error| Failure::new(format!("--lookup {error}")))?;
        }
        let seeded = match &self.deterministic {
            None => None,
            Some(seed) => {
                let seeded = Seeded::new(seed);
                Some(match std::env::var(CLOCK) {
                    Err(_) => seeded,
                    Ok(text) => seeded.at(text.parse().map_err(|_| {
                        Failure::new(format!("{CLOCK}={text}: not a number of seconds"))
                    })?),
                })
            }
        };
        Ok(Staged {
            seeded,
            objects: Arc::new(objects),
        })
    }
}
