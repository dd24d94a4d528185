//! Logging in at a registry, and out.

use super::credentials::{Credential, Stores};
use super::reference::{check_registry, host_of};
use super::{Ask, METADATA_BYTES, Registry, failure};
use crate::{Error, Home};
use gostd::strconv::quote;
use std::sync::atomic::Ordering;

/// The key of a registry's login: Docker Hub's is not its name.
fn key_of(registry: &str) -> &str {
    match registry {
        "docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        other => other,
    }
}

impl Registry<'_> {
    /// Asks a registry whether a name and a password, or a token with an empty name, are right, and keeps them in Helm's
    /// file or where a helper does.
    ///
    /// # Errors
    /// The registry is none or cannot be reached, it refuses, or they cannot be kept.
    pub fn login(mut self, registry: &str, username: &str, password: &str) -> Result<(), Error> {
        let mut stores = Stores::load(self.home)?;
        check_registry(registry)?;
        let credential = Credential {
            username: username.into(),
            password: password.into(),
            ..Credential::default()
        };
        self.login = Some((host_of(registry).to_owned(), credential.clone()));
        self.uses_oauth.store(true, Ordering::Relaxed);
        if self.ping(registry).is_err() {
            self.uses_oauth.store(false, Ordering::Relaxed);
            self.ping(registry).map_err(|cause| {
                let registry = quote(registry.as_bytes());
                Error::Fetch(format!("authenticating to {registry}: {cause}"))
            })?;
        }
        stores.own().put(key_of(registry), &credential)
    }

    fn ping(&self, registry: &str) -> Result<(), Error> {
        let response = self.ask(&Ask {
            method: "GET",
            url: &format!(
                "{}://{}/v2/",
                self.scheme(host_of(registry)),
                host_of(registry)
            ),
            headers: &[],
            body: b"",
            limit: METADATA_BYTES,
            scopes: &[],
        })?;
        match response.status {
            200 => Ok(()),
            404 => Err(Error::Missing("not found".into())),
            _ => Err(failure::of("GET", &response)),
        }
    }
}

/// Forgets the login at a registry, in Helm's file or where a helper keeps it. One that is not there is no error.
///
/// # Errors
/// The file cannot be read or written, or the helper fails.
pub fn logout(home: &Home, registry: &str) -> Result<(), Error> {
    let key = key_of(registry);
    let mut stores = Stores::load(home)?;
    stores.own().delete(key).map_err(|cause| {
        Error::File(format!(
            "failed to delete the credential for {key}: {cause}"
        ))
    })
}
