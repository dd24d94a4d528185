//! Flags about charts that are not on this machine (Helm's `ChartPathOptions`).

use super::compat_flags::{CompatFlags, Tables};
use super::dependency;
use super::fetching::Fetching;
use super::plugin;
use super::registry;
use super::terminal::{self, CliError};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::sources::provenance::{Verifier, Verify};
use crate::sources::{Access, Downloads, Error, Fetched, Flags, Home, Reference};
use std::path::PathBuf;

/// The flags about a chart's place.
#[derive(Debug)]
pub(super) struct ChartSource {
    /// The repository of `--repo`, or none, and what it takes to get in.
    access: Access,
    /// A version or a range of versions; empty is the newest.
    version: String,
    /// Whether the signature is checked, and whether it is fetched otherwise.
    pub(super) signature: Signature,
    keyring: String,
    /// Helm says of a chart from a registry that it was pulled.
    is_told: bool,
    fetching: Fetching,
    /// An archive that is not the one of its index is told of.
    tells_digests: bool,
    home: Home,
}

/// What is done about a chart's signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Signature {
    /// Nothing.
    Unused,
    /// It is fetched, if there is one.
    Fetched,
    /// It must be there, and right.
    Checked,
}

impl Default for ChartSource {
    /// No flags, for commands of rhelm's own: nothing is said of a chart from a registry, and one on this machine needs no
    /// TLS.
    fn default() -> Self {
        ChartSource {
            access: Access {
                tries_plain_http: true,
                ..Access::default()
            },
            version: String::new(),
            signature: Signature::Unused,
            keyring: String::new(),
            is_told: false,
            fetching: Fetching::default(),
            tells_digests: false,
            home: Home::new(&|name| std::env::var_os(name), Flags::default()),
        }
    }
}

impl ChartSource {
    /// The same, without Helm's words about charts from registries if `is_quiet`.
    pub(super) fn quiet(mut self, is_quiet: bool) -> ChartSource {
        self.is_told &= !is_quiet;
        self
    }

    /// The same with flags about what is fetched; `tells_digests` if an archive that is not the one of its index is told
    /// of.
    pub(super) fn fetching(self, fetching: Fetching, tells_digests: bool) -> ChartSource {
        ChartSource {
            fetching,
            tells_digests,
            ..self
        }
    }

    /// Returns true if the chart is to come from a repository that need not be added.
    pub(super) fn is_from_repository(&self) -> bool {
        !self.access.url.is_empty()
    }

    /// Fetches a chart.
    pub(super) fn fetch(
        &self,
        name: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Fetched, CliError> {
        let fetch = |downloads: Downloads<'_>, reference: Reference<'_>| {
            downloads.fetch(reference, notices)
        };
        self.with_downloads(name, profile, fetch)
    }

    /// Fetches a chart into Helm's cache: where it is then.
    pub(super) fn fetch_to_cache(
        &self,
        name: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<PathBuf, CliError> {
        let fetch = |downloads: Downloads<'_>, reference: Reference<'_>| {
            downloads.fetch_to_cache(reference, notices)
        };
        self.with_downloads(name, profile, fetch)
    }

    fn with_downloads<T>(
        &self,
        name: &str,
        profile: &Profile,
        fetch: impl FnOnce(Downloads<'_>, Reference<'_>) -> Result<T, Error>,
    ) -> Result<T, CliError> {
        let client = plugin::client(profile).offline(self.fetching.offline);
        let tell = |words: &str| {
            if self.is_told {
                terminal::tell(words, profile);
            }
        };
        let (now, _) = dependency::now();
        let verifier = Verifier {
            keyring: &self.keyring,
            now,
            profile,
        };
        let downloads = Downloads {
            home: &self.home,
            profile,
            client: &client,
            tell: &tell,
            verify: match self.signature {
                Signature::Unused => Verify::Never,
                Signature::Fetched => Verify::Later,
                Signature::Checked => Verify::Always(verifier),
            },
            digests: self.fetching.digests(self.tells_digests),
        };
        let reference = Reference {
            name,
            version: &self.version,
            access: &self.access,
        };
        fetch(downloads, reference).map_err(|error| registry::failure(&error, profile))
    }
}

impl<T: Tables> CompatFlags<T> {
    /// The flags about the access to repositories and registries.
    pub(super) fn access(&self) -> Access {
        let text = |name| self.last(name).unwrap_or_default().to_owned();
        Access {
            username: text("username"),
            password: text("password"),
            ca_file: text("ca-file"),
            cert_file: text("cert-file"),
            key_file: text("key-file"),
            is_insecure: self.is_on("insecure-skip-tls-verify"),
            is_plain_http: self.is_on("plain-http"),
            ..Access::default()
        }
    }

    /// The flags about the chart's place.
    pub(super) fn chart_source(&self) -> ChartSource {
        let text = |name| self.last(name).unwrap_or_default().to_owned();
        let version = text("version").trim().to_owned();
        ChartSource {
            version: match version.is_empty() && self.is_on("devel") {
                true => ">0.0.0-0".into(),
                false => version,
            },
            access: Access {
                url: text("repo"),
                passes_credentials: self.is_on("pass-credentials"),
                ..self.access()
            },
            signature: match self.is_on("verify") {
                true => Signature::Checked,
                false => Signature::Unused,
            },
            keyring: self.keyring(),
            is_told: true,
            fetching: Fetching::default(),
            tells_digests: false,
            home: self.home(),
        }
    }
}
