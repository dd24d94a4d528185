//! `rhelm release unlock`: the way out of a release that was left pending.

use super::{Common, prompt_to_go_on};
use crate::cli::CommandResult;
use crate::cli::releases::change::{Doing, failure, with_actions};
use crate::cli::terminal;
use ::release::actions::Lock;
use clap::Args;

/// Unlock a release.
#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The release's name
    #[arg(value_name = "NAME")]
    name: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    common: Common,
}

impl Unlock {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.common.profile()?;
        let (compat, name) = (&self.common.compat, &self.name);
        with_actions(&Doing::default(), compat, &profile, |actions| {
            let Some(lock) = actions.lock(name).map_err(failure)? else {
                return terminal::print(format!("release {name} is not locked\n").as_bytes());
            };
            terminal::print(told(&lock).as_bytes())?;
            prompt_to_go_on(self.yes, "record it as failed")?;
            let record = actions.unlock(lock).map_err(failure)?;
            let text = format!(
                "release {name}: revision {} is recorded as failed; the next upgrade or rollback can begin\n",
                record.version
            );
            terminal::print(text.as_bytes())
        })
    }
}

/// What left a release pending, when, and how long ago that was.
fn told(lock: &Lock) -> String {
    let record = &lock.record;
    let program = match &*lock.program {
        "" => String::new(),
        program => format!(", written by {program}"),
    };
    let age = lock
        .age
        .map_or_else(String::new, |seconds| format!(", {} ago", age(seconds)));
    format!(
        "release {}: revision {} is {} since {}{program}{age}\n",
        record.name,
        record.version,
        record.info.status.as_str(),
        record.info.last_deployed.rfc_3339(),
    )
}

/// An age in its largest unit.
fn age(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..=119 => (seconds, "seconds"),
        120..=7199 => (seconds / 60, "minutes"),
        7200..=172_799 => (seconds / 3600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn ages_are_told_in_one_unit() {
        for (seconds, text) in [
            (59, "59 seconds"),
            (120, "2 minutes"),
            (7200, "2 hours"),
            (172_800, "2 days"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }
}
