//! What can be said of two clusters before they are joined.

use super::side::Side;
use crate::cli::terminal::CliError;
use crate::multicluster::{Authority, Range, Token, pod_ranges, root_certificate, service_ranges};
use gostd::time::{Location, Time};

/// What was seen: lines for the reader, and reasons why the join would not work.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) seen: Vec<String>,
    pub(super) problems: Vec<String>,
}

impl Checks {
    fn see(&mut self, line: impl Into<String>) {
        self.seen.push(line.into());
    }

    /// Compares the ranges of pods and of services.
    pub(super) fn compare_ranges(&mut self, control: &Side, remote: &Side) -> Result<(), CliError> {
        let ours = [control, remote].map(ranges);
        let [ours, theirs] = ours;
        let (ours, theirs) = (ours?, theirs?);
        for (side, ranges) in [(control, &ours), (remote, &theirs)] {
            if ranges.pods.is_empty() {
                self.see(format!(
                    "{}: its nodes name no ranges of pods: make sure that they do not overlap",
                    side.name()
                ));
            }
        }
        let mut overlaps = false;
        for (what, ours, theirs) in [
            ("pods", &ours.pods, &theirs.pods),
            ("services", &ours.services, &theirs.services),
        ] {
            let all = ours.iter().flat_map(|a| theirs.iter().map(move |b| (a, b)));
            for (a, b) in all.filter(|(a, b)| a.overlaps(**b)) {
                overlaps = true;
                self.problems.push(format!(
                    "the ranges of {what} overlap: {a} of {} and {b} of {}",
                    control.name(),
                    remote.name()
                ));
            }
        }
        if !overlaps && !ours.pods.is_empty() && !theirs.pods.is_empty() {
            self.see("the ranges of pods do not overlap");
        }
        Ok(())
    }

    /// Compares the root certificates that proxies of both clusters are given.
    pub(super) fn compare_roots(&mut self, control: &Side, remote: &Side) -> Result<(), CliError> {
        match (root(control)?, root(remote)?) {
            (Some(a), Some(b)) if a == b => self.see("both have the same root certificate"),
            (Some(_), Some(_)) => self.problems.push(
                "the Secrets cacerts of both have different root certificates: proxies will not trust each other"
                    .into(),
            ),
            (None, None) => self.see(
                "neither has a Secret cacerts: proxies trust each other only if one root signs for both",
            ),
            (known, _) => {
                let without = if known.is_some() { remote } else { control };
                self.see(format!(
                    "{} has no Secret cacerts: proxies trust each other only if one root signs for both",
                    without.name()
                ));
            }
        }
        Ok(())
    }

    /// Says when a token ends.
    pub(super) fn see_expiry(&mut self, account: &str, token: &Token, now: i64) {
        let Some(seconds) = token.expiry() else {
            self.see(format!("the token of {account} does not end"));
            return;
        };
        let end = Time::from_unix(seconds, 0, Location::utc());
        let end = end.format(b"2006-01-02T15:04:05Z07:00");
        let end = String::from_utf8_lossy(&end).into_owned();
        match seconds > now {
            true => self.see(format!("the token of {account} ends {end}")),
            false => self.problems.push(format!(
                "the token of {account} has ended, {end}: delete its Secret, and Kubernetes makes another"
            )),
        }
    }
}

struct Ranges {
    pods: Vec<Range>,
    services: Vec<Range>,
}

fn ranges(side: &Side) -> Result<Ranges, CliError> {
    let nodes = side.find("/api/v1/nodes")?.unwrap_or_default();
    let services = side.find("/apis/networking.k8s.io/v1/servicecidrs")?;
    let wrong = |error| side.error(error);
    Ok(Ranges {
        pods: pod_ranges("nodes", &nodes).map_err(wrong)?,
        services: match services {
            None => Vec::new(),
            Some(text) => service_ranges("servicecidrs", &text).map_err(wrong)?,
        },
    })
}

fn root(side: &Side) -> Result<Option<Authority>, CliError> {
    let Some(secret) = side.find(&side.path("secrets", "cacerts"))? else {
        return Ok(None);
    };
    root_certificate("Secret cacerts", &secret).map_err(|error| side.error(error))
}
