//! `--reproducible`: the same input gives the same bytes, whenever and wherever it is run.

use super::terminal::CliError;
use clap::Args;

/// The variable that reproducible builds take the time from: seconds since 1970.
const CLOCK: &str = "SOURCE_DATE_EPOCH";
/// The time without it, 1980-01-01: no format of archives has an earlier one.
const OTHERWISE: i64 = 315_532_800;

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Reproducible {
    /// Write the time of SOURCE_DATE_EPOCH, or 1980-01-01, in place of times of files and of this moment
    #[arg(long)]
    reproducible: bool,
}

impl Reproducible {
    /// The time to write, in seconds since 1970; none where it is that of files and of this moment.
    ///
    /// # Errors
    /// The variable is no number.
    pub(super) fn time(self) -> Result<Option<i64>, CliError> {
        if !self.reproducible {
            return Ok(None);
        }
        match std::env::var(CLOCK) {
            Err(_) => Ok(Some(OTHERWISE)),
            Ok(text) => text
                .parse()
                .map(Some)
                .map_err(|_| CliError::new(format!("{CLOCK}={text}: not a number of seconds"))),
        }
    }
}

/// A time in UTC, as Go writes it without fractions of a second.
pub(super) fn in_utc(seconds: i64) -> String {
    let time = gostd::time::Time::from_unix(seconds, 0, gostd::time::Location::utc());
    let text = time.format(b"2006-01-02T15:04:05Z07:00");
    String::from_utf8_lossy(&text).into_owned()
}
