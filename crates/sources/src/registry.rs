//! Registries (OCI's distribution specification), as Helm asks them: charts by their tags and digests.

mod auth;
mod challenge;
mod credentials;
mod failure;
mod json;
mod list;
mod login;
mod pull;
mod push;
mod query;
mod reference;
mod resolve;

pub use login::logout;
pub use pull::{Parts, Pulled};
pub use push::Package;
pub(crate) use reference::SCHEME;
pub use resolve::Place;

use super::{Access, Client, Error, Home};
use auth::{Ask, Session};
use compat::profile::{CommandLine, Profile};
use credentials::{Credential, Stores};
use gostd::url::Url;
use reference::Reference;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

/// The most bytes of a list of tags, and of other answers that are no contents.
const METADATA_BYTES: u64 = 4 << 20;

/// Takes Helm's words about what was pulled or pushed.
pub type Tell<'a> = &'a dyn Fn(&str);

/// The registries that references name. It knows what they have asked for so far.
pub struct Registry<'a> {
    client: &'a Client,
    home: &'a Home,
    profile: &'a Profile,
    /// Credentials and TLS files of flags.
    access: &'a Access,
    session: Session,
    is_plain: AtomicBool,
    /// A registry that has no TLS is asked without.
    falls_back: bool,
    uses_oauth: AtomicBool,
    /// A host and the login that is tried there, which counts before all others.
    login: Option<(String, Credential)>,
}

impl<'a> Registry<'a> {
    /// Registries that are asked with the credentials of `access`, or with those of files and helpers.
    pub fn new(
        client: &'a Client,
        home: &'a Home,
        profile: &'a Profile,
        access: &'a Access,
    ) -> Registry<'a> {
        Registry {
            client,
            home,
            profile,
            access,
            session: Session::default(),
            // With TLS files Helm forgets the flag.
            is_plain: AtomicBool::new(access.is_plain_http && !access.has_tls_flags()),
            falls_back: profile.command_line == CommandLine::Helm3 && !access.has_tls_flags(),
            uses_oauth: AtomicBool::new(false),
            login: None,
        }
    }

    /// The TLS files of flags alone.
    fn tls(&self) -> Access {
        Access {
            ca_file: self.access.ca_file.clone(),
            cert_file: self.access.cert_file.clone(),
            key_file: self.access.key_file.clone(),
            is_insecure: self.access.is_insecure,
            ..Access::default()
        }
    }

    /// Helm asks again where it makes the connections itself.
    fn is_retried(&self) -> bool {
        !self.access.has_tls_flags()
    }

    fn wants_oauth(&self) -> bool {
        self.uses_oauth.load(Ordering::Relaxed)
    }

    fn is_plain(&self) -> bool {
        self.is_plain.load(Ordering::Relaxed)
    }

    /// An address as the registry is known to serve it.
    fn as_served(&self, url: &str) -> String {
        match url.strip_prefix("https://") {
            Some(rest) if self.is_plain() || self.is_plain_host(url) => format!("http://{rest}"),
            _ => url.to_owned(),
        }
    }

    /// A registry that answered without TLS can be asked so: always as Helm 3, else on this machine where nothing is
    /// said about it.
    fn can_fall_back(&self, url: &str, error: &Error) -> bool {
        let url = Url::parse(url.as_bytes()).unwrap_or_default();
        let is_plain_server = error.to_string().ends_with(client_text::PLAIN_SERVER);
        let is_here = || {
            let host = String::from_utf8_lossy(url.hostname()).into_owned();
            let ip: Option<IpAddr> = host.parse().ok();
            host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
        };
        url.scheme == b"https"
            && is_plain_server
            && (self.falls_back || self.access.tries_plain_http && is_here())
    }

    fn fall_back(&self) {
        self.is_plain.store(true, Ordering::Relaxed);
    }

    /// What there is to log in with at a host: flags, or what files and helpers have.
    fn credential(&self, host: &str) -> Result<Credential, Error> {
        if let Some((own, credential)) = &self.login {
            return Ok(match own == host {
                true => credential.clone(),
                false => Credential::default(),
            });
        }
        let Access {
            username, password, ..
        } = self.access;
        if !username.is_empty() && !password.is_empty() {
            return Ok(Credential {
                username: username.clone(),
                password: password.clone(),
                ..Credential::default()
            });
        }
        let url = Url::parse(format!("https://{host}/").as_bytes()).unwrap_or_default();
        if let Some((username, password)) = self.client.settings()?.credentials(&url) {
            return Ok(Credential {
                username: username.to_owned(),
                password: password.to_owned(),
                ..Credential::default()
            });
        }
        Stores::load(self.home)?.get(host)
    }

    /// Reads Helm's file of logins, as Helm does before anything else.
    ///
    /// # Errors
    /// It cannot be read, or is in no format of Docker's.
    pub fn check_config(&self) -> Result<(), Error> {
        Stores::load(self.home).map(drop)
    }

    /// Returns true if settings say that the host of an address is asked without TLS.
    fn is_plain_host(&self, url: &str) -> bool {
        let url = Url::parse(url.as_bytes()).unwrap_or_default();
        let settings = self.client.settings();
        settings.is_ok_and(|settings| settings.is_plain(&url))
    }

    /// The repository that is asked for what a reference names: itself, or one of a mirror.
    ///
    /// # Errors
    /// The mirror is no repository.
    fn mirrored(&self, reference: &Reference) -> Result<Reference, Error> {
        let Reference {
            registry,
            repository,
            ..
        } = reference;
        let declared = format!("{SCHEME}{registry}/{repository}");
        match self.client.settings()?.mirrored(&declared) {
            None => Ok(reference.clone()),
            Some(mirror) => {
                let mirror = Reference::parse(mirror.strip_prefix(SCHEME).unwrap_or(&mirror))?;
                Ok(mirror.with(&reference.reference))
            }
        }
    }

    fn scheme(&self, host: &str) -> &'static str {
        match self.is_plain() || self.is_plain_host(&format!("https://{host}/")) {
            true => "http",
            false => "https",
        }
    }

    /// The address of something in a repository.
    fn url(&self, reference: &Reference, rest: &str) -> String {
        let (host, repository) = (reference.host(), &reference.repository);
        let scheme = self.scheme(host);
        format!("{scheme}://{host}/v2/{repository}/{rest}")
    }

    /// Asks for something in a repository, to read it.
    fn read(
        &self,
        method: &'static str,
        reference: &Reference,
        rest: &str,
        headers: &[(&'static str, &str)],
        limit: u64,
    ) -> Result<crate::client::Response, Error> {
        self.ask(&Ask {
            method,
            url: &self.url(reference, rest),
            headers,
            body: b"",
            limit,
            scopes: &[format!("repository:{}:pull", reference.repository)],
        })
    }
}

/// Texts of the client that mean something here.
mod client_text {
    /// The server has no TLS.
    pub(super) const PLAIN_SERVER: &str = "http: server gave HTTP response to HTTPS client";
}
