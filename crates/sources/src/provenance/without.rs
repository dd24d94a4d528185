//! What stands in for OpenPGP in a build without the feature `provenance`.

use super::clearsign::Message;
use crate::Error;
use std::path::Path;

const MISSING: &str = "this rhelm is built without its feature `provenance`";

/// No keys.
pub(super) struct Keyring;

/// Who signed.
pub(super) struct Signer {
    pub(super) names: Vec<String>,
    pub(super) fingerprint: String,
}

impl Keyring {
    pub(super) fn load(_: &Path) -> Result<Keyring, Error> {
        Err(Error::Unsupported(MISSING.into()))
    }

    pub(super) fn check(&self, _: &Message, _: i64) -> Result<Signer, Error> {
        Err(Error::Unsupported(MISSING.into()))
    }
}

/// A key to sign with: there is none without the feature `provenance`.
#[derive(Debug)]
pub struct SigningKey {
    _private: (),
}

impl SigningKey {
    /// Finds no key.
    ///
    /// # Errors
    /// Always.
    pub fn find(_: &Path, _: &str) -> Result<SigningKey, Error> {
        Err(Error::Unsupported(MISSING.into()))
    }

    /// The name to ask for a passphrase with; none where it needs none.
    ///
    /// # Errors
    /// None here.
    pub fn locked(&self) -> Result<Option<&str>, Error> {
        Ok(None)
    }

    /// Unlocks nothing.
    ///
    /// # Errors
    /// Always.
    pub fn unlock(&mut self, _: &[u8]) -> Result<(), Error> {
        Err(Error::Unsupported(MISSING.into()))
    }

    pub(super) fn sign(&self, _: &[u8], _: i64) -> Result<Vec<u8>, Error> {
        Err(Error::Unsupported(MISSING.into()))
    }
}
