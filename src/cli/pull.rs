//! The flags that say where Helm would fetch a chart from: for hints that name the command which does it.

use super::compat_flags::{CompatFlags, Tables};
use super::shell;
use crate::secrets::url_passwords;

/// The flags of `helm pull` that take a value as the user gives it.
const VALUES: [&str; 7] = [
    "repo",
    "version",
    "username",
    "ca-file",
    "cert-file",
    "key-file",
    "keyring",
];
/// Those that are on or off.
const SWITCHES: [&str; 5] = [
    "devel",
    "insecure-skip-tls-verify",
    "pass-credentials",
    "plain-http",
    "verify",
];

/// The placeholder for a password, which only its owner knows.
const PASSWORD: &str = "\"$PASSWORD\"";

/// The flags about a chart's place.
#[derive(Debug, Default)]
pub(super) struct Pull {
    /// `--repo`.
    repository: Option<String>,
    /// All flags, as a shell reads them, each after a blank.
    flags: String,
}

impl Pull {
    /// Returns true if the chart is to come from a repository, whatever its name.
    pub(super) fn is_from_repository(&self) -> bool {
        self.repository.is_some()
    }

    /// The advice to fetch a chart that is not on this machine.
    pub(super) fn hint(&self, chart: &str) -> String {
        format!(
            "rhelm does not use the network; fetch the chart, and name the file that comes:\n  {}",
            self.command(chart)
        )
    }

    /// The command that fetches a chart.
    pub(super) fn command(&self, chart: &str) -> String {
        format!("helm pull {}{}", word(chart), self.flags)
    }
}

/// A text as a shell reads it; the passwords of URLs in it are left to a variable, so that nobody finds them on a
/// screen or in a log.
fn word(text: &str) -> String {
    let mut word = String::new();
    let mut rest = 0;
    for password in url_passwords(text.as_bytes()) {
        word.push_str(&shell::word(
            text.get(rest..password.start).unwrap_or_default(),
        ));
        word.push_str(PASSWORD);
        rest = password.end;
    }
    let rest = text.get(rest..).unwrap_or_default();
    if !rest.is_empty() || word.is_empty() {
        word.push_str(&shell::word(rest));
    }
    word
}

impl<T: Tables> CompatFlags<T> {
    /// Collects the flags about the chart's place.
    pub(super) fn pull(&self) -> Pull {
        let text_of = |name| self.last(name).filter(|value: &&str| !value.is_empty());
        let mut flags = String::new();
        for name in VALUES {
            if let Some(value) = text_of(name) {
                flags.push_str(&format!(" --{name} {}", word(value)));
            }
        }
        if text_of("password").is_some() {
            flags.push_str(&format!(" --password {PASSWORD}"));
        }
        for name in SWITCHES.into_iter().filter(|name| self.is_on(name)) {
            flags.push_str(&format!(" --{name}"));
        }
        Pull {
            repository: text_of("repo").map(str::to_owned),
            flags,
        }
    }
}
