//! Fetching by HTTP, as Helm's getter does it: who is told which credentials, where redirects lead, and Go's words for
//! what goes wrong.

#[cfg(feature = "network")]
mod agent;
#[cfg(feature = "network")]
mod failure;
#[cfg(feature = "network")]
mod proxy;

use super::Error;
use compat::profile::{CommandLine, Profile};
use gostd::url::Url;
use std::time::Duration;

/// The time that a request may take, from connecting to the last byte, unless the user says otherwise.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The address of a repository, and what it takes to get in.
///
/// Credentials go to the scheme, host and port of the address alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The repository's address.
    pub url: String,
    /// The name to log in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// Certificates of authorities to trust instead of the system's, a file.
    pub ca_file: String,
    /// The certificate to show, a file.
    pub cert_file: String,
    /// Its key, a file.
    pub key_file: String,
    /// Anybody is trusted.
    pub is_insecure: bool,
    /// Credentials go to other hosts too.
    pub passes_credentials: bool,
}

/// Fetches by HTTP. It opens no connection before it is asked to, and keeps those it has.
#[derive(Debug)]
pub struct Client {
    user_agent: String,
    timeout: Duration,
    is_helm_3: bool,
    #[cfg(feature = "network")]
    agents: agent::Agents,
}

/// An address as errors show it: without a password.
pub(crate) fn displayed(address: &str) -> String {
    let Ok(mut url) = Url::parse(address.as_bytes()) else {
        return address.to_owned();
    };
    match url.user.as_mut().and_then(|user| user.password.as_mut()) {
        Some(password) => *password = b"***".to_vec(),
        None => return address.to_owned(),
    }
    // Go's asterisks are not encoded.
    url.to_string().replacen(":%2A%2A%2A@", ":***@", 1)
}

impl Client {
    /// A client that calls itself as this Helm does.
    pub fn new(profile: &Profile) -> Client {
        Client {
            user_agent: format!("Helm/{}", profile.version),
            timeout: TIMEOUT,
            is_helm_3: profile.command_line == CommandLine::Helm3,
            #[cfg(feature = "network")]
            agents: agent::Agents::default(),
        }
    }

    /// The same with another limit on the time of a request; zero is none.
    pub fn with_timeout(mut self, timeout: Duration) -> Client {
        self.timeout = timeout;
        self
    }

    /// Fetches the contents of an address, at most `limit` bytes. `accept` lists the kinds of contents to ask for, if any.
    ///
    /// # Errors
    /// Helm's text and Go's reason.
    #[cfg(feature = "network")]
    pub fn get(
        &self,
        url: &str,
        access: &Access,
        accept: &str,
        limit: u64,
    ) -> Result<Vec<u8>, Error> {
        agent::get(self, url, access, accept, limit).map_err(Error::Fetch)
    }

    /// Without the feature `network` nothing is fetched.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "network"))]
    pub fn get(&self, url: &str, _: &Access, _: &str, _: u64) -> Result<Vec<u8>, Error> {
        let _ = (&self.user_agent, self.timeout, self.is_helm_3);
        Err(Error::Fetch(format!(
            "cannot fetch {url}: this rhelm is built without its feature `sources`"
        )))
    }
}
