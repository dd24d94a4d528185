//! Helm's checks before a render of flags that change nothing here:
//! files of keys, dry runs, labels, verification (`pkg/cmd/template.go`, `pkg/action/install.go`).

use super::chart_argument::Located;
use super::compat_flags::{CompatFlags, InstallCompat, Tables, labels};
use super::terminal::{self, CliError};
use crate::chart::OsError;
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, Profile};
use crate::sources::provenance::Verifier;
use ::release::SYSTEM_LABELS;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::path::{Path, PathBuf};

/// What a render asks of a cluster.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Wanted {
    /// What it is; and whether what was rendered could be installed there.
    pub(super) preview: bool,
    /// The objects that templates look up.
    pub(super) lookup: bool,
}

impl Wanted {
    const ALL: Wanted = Wanted {
        preview: true,
        lookup: true,
    };

    /// Returns true if it is asked at all.
    pub(super) fn any(self) -> bool {
        self.preview || self.lookup
    }
}

impl<T: Tables> CompatFlags<T> {
    /// Keys and certificates must be files that can be read, though nobody uses them here.
    pub(super) fn check_key_files(&self, profile: &Profile) -> Result<(), CliError> {
        let file = |name| self.last(name).filter(|file: &&str| !file.is_empty());
        let refuse = |cause: String| {
            CliError::new(format!(
                "missing registry client: can't create TLS config for client: {cause}"
            ))
        };
        let pair = (file("cert-file"), file("key-file"));
        let secured = self.is_on("insecure-skip-tls-verify") || file("ca-file").is_some();
        let mut read_both = false;
        match (profile.command_line, pair) {
            (CommandLine::Helm3, (Some(certificate), Some(key))) => {
                let read = readable(certificate).and_then(|()| readable(key));
                read.map_err(|error| {
                    refuse(format!(
                        "can't load key pair from cert {certificate} and key {key}: {error}"
                    ))
                })?;
            }
            // Helm 4 reads both as soon as there is use for one.
            (CommandLine::Helm4, (Some(_), Some(_))) => read_both = true,
            (CommandLine::Helm4, (Some(_), None) | (None, Some(_))) => read_both = secured,
            _ => {}
        }
        if read_both {
            for (path, what) in [(pair.0, "cert"), (pair.1, "key")] {
                let path = path.unwrap_or_default();
                let quoted = gostd::strconv::quote(path.as_bytes());
                readable(path).map_err(|error| {
                    refuse(format!("unable to read {what} file: {quoted}: {error}"))
                })?;
            }
        }
        if let Some(path) = file("ca-file") {
            readable(path).map_err(|error| {
                refuse(match profile.command_line {
                    CommandLine::Helm3 => format!("can't read CA file: {path}"),
                    CommandLine::Helm4 => {
                        let quoted = gostd::strconv::quote(path.as_bytes());
                        format!("can't read CA file: {quoted}: {error}")
                    }
                })
            })?;
        }
        Ok(())
    }

    /// `--verify` and `--repo`, for a chart that is on this machine.
    pub(super) fn check_place(
        &self,
        argument: &str,
        located: &Located,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<(), CliError> {
        let (Located::Path(path), name) = (located, argument.trim()) else {
            return Ok(());
        };
        // What was fetched is elsewhere.
        let is_here = super::chart_argument::locate_here(name).is_some_and(|here| here == *located);
        if !is_here {
            return Ok(());
        }
        if let Some(repository) = self
            .last("repo")
            .filter(|repository| !repository.is_empty())
        {
            let text = format!(
                "WARN local chart found in current working directory. repository url ignored \
                 chart={name} repository={repository}"
            );
            notices.push(Notice::log("install.go:759", text));
        }
        if self.is_on("verify") {
            let (now, _) = super::dependency::now();
            let verifier = Verifier {
                keyring: &self.keyring(),
                now,
                profile,
            };
            let provenance = PathBuf::from(format!("{}.prov", path.display()));
            let verified = verifier.verify_files(path, &provenance);
            verified.map_err(CliError::new)?;
        }
        Ok(())
    }
}

impl CompatFlags<InstallCompat> {
    /// What `--dry-run` and `--validate` ask a cluster for. Helm 4 looks at it before it looks for the chart.
    pub(super) fn wanted_of_cluster(&self, profile: &Profile) -> Result<Wanted, CliError> {
        match profile.command_line {
            CommandLine::Helm3 => Ok(self.wanted_by_helm_3()),
            CommandLine::Helm4 => self.wanted_by_helm_4(profile),
        }
    }

    /// With Helm 3 each flag asks for half of it.
    fn wanted_by_helm_3(&self) -> Wanted {
        let dry_run = self.last("dry-run");
        Wanted {
            preview: self.is_on("validate"),
            lookup: dry_run.is_some_and(|value| ["server", "none", "false"].contains(&value)),
        }
    }

    fn wanted_by_helm_4(&self, profile: &Profile) -> Result<Wanted, CliError> {
        let refuse = |value: &str, choices: &str| {
            let value = gostd::strconv::quote(value.as_bytes());
            let text = format!("invalid dry-run value ({value}). Must be {choices}");
            Err(CliError::new(text))
        };
        let warn = |message: &str| {
            let notice = Notice::structured(Level::Warn, message, Vec::new());
            terminal::notify(&[notice], profile);
        };
        match self.last("dry-run") {
            None | Some("client") => {}
            Some("server") => return Ok(Wanted::ALL),
            Some("unset") => {
                warn("--dry-run is deprecated and should be replaced with '--dry-run=client'");
            }
            Some(value) => match gostd::strconv::parse_bool(value.as_bytes()) {
                Ok(true) => warn(&format!(
                    "boolean '--dry-run={value}' flag is deprecated and must be replaced with \
                     '--dry-run=client'"
                )),
                Ok(false) => return refuse(value, "\"server\" or \"client\""),
                Err(_) if value == "none" => return refuse(value, "\"server\" or \"client\""),
                Err(_) => return refuse(value, "\"none\", \"server\", or \"client\""),
            },
        }
        Ok(match self.is_on("validate") {
            true => Wanted::ALL,
            false => Wanted::default(),
        })
    }

    /// Refuses wrong forms of Helm 3's `--dry-run`, which it looks at once the chart is loaded.
    pub(super) fn check_dry_run(&self, profile: &Profile) -> Result<(), CliError> {
        if profile.command_line == CommandLine::Helm3
            && let Some(value) = self.last("dry-run")
            && !["", "unset", "false", "true", "none", "client", "server"].contains(&value)
        {
            return Err(CliError::new(
                "Invalid dry-run flag. Flag must one of the following: \
                 false, true, none, client, server",
            ));
        }
        Ok(())
    }

    /// Labels that are Helm's own are refused once values are in order.
    pub(super) fn check_labels(&self) -> Result<(), CliError> {
        let pairs = self.all("labels").flat_map(labels).flatten();
        for (key, _) in pairs {
            if SYSTEM_LABELS.contains(&key.as_str()) {
                return Err(CliError::new(format!(
                    "user supplied labels contains system reserved label name. System labels: [{}]",
                    SYSTEM_LABELS.join(" ")
                )));
            }
        }
        Ok(())
    }
}

/// Checks that a file can be read; the error is in the words of Go's `os.ReadFile`.
pub(super) fn readable(path: &str) -> Result<(), OsError> {
    let path = Path::new(path);
    let read = input::read(path, NamedBy::User, LIMITS.argument_bytes);
    read.map(drop)
        .map_err(|error| OsError::new("open", path, &error))
}
