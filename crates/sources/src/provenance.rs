//! Signatures of packed charts: the `.prov` files that Helm and GnuPG read and write (Helm's `provenance`).
//!
//! Such a file is a text signed in the clear with OpenPGP: the chart's metadata, a line of three dots, and the SHA-256 of
//! the archive by its name.

mod clearsign;
#[cfg(feature = "provenance")]
mod keyring;
#[cfg(feature = "provenance")]
mod openpgp;
#[cfg(not(feature = "provenance"))]
#[path = "provenance/without.rs"]
mod openpgp;

pub use openpgp::SigningKey;

use super::Error;
use compat::profile::{CommandLine, Profile};
use data_encoding::HEXLOWER;
use files::OsError;
use files::input::{self, NamedBy};
use gostd::strconv::quote;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;

/// The most bytes of a signature.
pub(crate) const PROVENANCE_BYTES: u64 = 16 << 20;

/// What stands between the metadata and the digests.
const SEPARATOR: &[u8] = b"\n...\n";

/// A signature that is right. It shows as Helm's lines about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The names that the signer's key has, in its order.
    pub signers: Vec<String>,
    /// The fingerprint of the signer's key, in capital hexadecimal digits.
    pub fingerprint: String,
    /// The archive's digest: `sha256:` and hexadecimal digits.
    pub hash: String,
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for signer in &self.signers {
            writeln!(f, "Signed by: {signer}")?;
        }
        writeln!(f, "Using Key With Fingerprint: {}", self.fingerprint)?;
        writeln!(f, "Chart Hash Verified: {}", self.hash)
    }
}

/// Who may have signed, and what time it is.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// The file with the public keys.
    pub keyring: &'a str,
    /// The time, in seconds since 1970: keys and signatures expire.
    pub now: i64,
    /// The Helm to be.
    pub profile: &'a Profile,
}

impl Verifier<'_> {
    /// Checks the signature of an archive, both of them files (Helm's `VerifyChart`).
    ///
    /// # Errors
    /// Helm's texts.
    pub fn verify_files(&self, archive: &Path, provenance: &Path) -> Result<Verification, Error> {
        let found = std::fs::metadata(archive);
        let found = found.map_err(|error| OsError::new("stat", archive, &error))?;
        if found.is_dir() {
            return Err(signature("unpacked charts cannot be verified"));
        }
        let extension = archive.extension();
        if !extension.is_some_and(|extension| extension.eq_ignore_ascii_case("tgz")) {
            return Err(signature("chart must be a tgz file"));
        }
        if let Err(error) = std::fs::metadata(provenance) {
            let error = OsError::new("stat", provenance, &error);
            let file = provenance.display();
            return Err(signature(format!(
                "could not load provenance file {file}: {error}"
            )));
        }
        let keyring = self.keyring()?;
        let is_helm_3 = self.profile.command_line == CommandLine::Helm3;
        if is_helm_3 && provenance.is_dir() {
            let file = provenance.display();
            return Err(signature(format!("{file} cannot be a directory")));
        }
        let read = |file: &Path, limit| {
            let text = input::read(file, NamedBy::User, limit);
            text.map_err(|error| OsError::new("open", file, &error))
        };
        let packed = read(archive, super::dependencies::ARCHIVE_BYTES)
            .map_err(|error| signature(format!("failed to read chart archive: {error}")))?;
        let text = read(provenance, PROVENANCE_BYTES)
            .map_err(|error| signature(format!("failed to read provenance file: {error}")))?;
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        self.verify_with(&keyring, &packed, &text, &name)
    }

    /// Checks the signature of an archive that was fetched.
    fn verify_fetched(
        &self,
        archive: &[u8],
        provenance: &[u8],
        name: &str,
    ) -> Result<Verification, Error> {
        if !Path::new(name)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("tgz"))
        {
            return Err(signature("chart must be a tgz file"));
        }
        let keyring = self.keyring()?;
        self.verify_with(&keyring, archive, provenance, name)
    }

    fn keyring(&self) -> Result<openpgp::Keyring, Error> {
        openpgp::Keyring::load(Path::new(self.keyring))
            .map_err(|cause| signature(format!("failed to load keyring: {cause}")))
    }

    fn verify_with(
        &self,
        keyring: &openpgp::Keyring,
        archive: &[u8],
        provenance: &[u8],
        name: &str,
    ) -> Result<Verification, Error> {
        let Some(message) = clearsign::decode(provenance) else {
            let prefix = match self.profile.command_line {
                CommandLine::Helm3 => "failed to decode signature: ",
                CommandLine::Helm4 => "",
            };
            return Err(signature(format!("{prefix}signature block not found")));
        };
        let signer = keyring.check(&message, self.now)?;
        let hash = format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(archive)));
        match digest_of(&message.text, name)? {
            None => Err(signature(format!(
                "provenance does not contain a SHA for a file named {}",
                quote(name.as_bytes())
            ))),
            Some(signed) if signed != hash => Err(signature(format!(
                "sha256 sum does not match for {name}: {} != {}",
                quote(signed.as_bytes()),
                quote(hash.as_bytes())
            ))),
            Some(_) => Ok(Verification {
                signers: signer.names,
                fingerprint: signer.fingerprint,
                hash,
            }),
        }
    }
}

/// What is done about the signature of a chart that is fetched.
#[derive(Clone, Copy, Debug, Default)]
pub enum Verify<'a> {
    /// Nothing.
    #[default]
    Never,
    /// It is fetched, if there is one.
    Later,
    /// It is fetched, if there is one, and must be right then.
    IfPossible(Verifier<'a>),
    /// It must be there, and right.
    Always(Verifier<'a>),
}

/// The signature of a chart that was fetched.
#[derive(Debug, Default)]
pub struct Signed {
    /// The `.prov` file.
    pub provenance: Option<Vec<u8>>,
    /// Who signed, if that was checked.
    pub verification: Option<Verification>,
    /// Helm's warning that there is none.
    pub warning: Option<String>,
    /// The reason why the chart is refused. It was fetched, and Helm keeps it.
    pub failure: Option<Error>,
}

impl Verify<'_> {
    /// Fetches the signature of the archive at an address, and checks it. `reference` is what the user calls the chart.
    pub(crate) fn check(
        self,
        fetch: impl FnOnce(&str) -> Result<Vec<u8>, Error>,
        (reference, url, name): (&str, &str, &str),
        archive: &[u8],
    ) -> Signed {
        let verifier = match self {
            Verify::Never => return Signed::default(),
            Verify::Later => None,
            Verify::IfPossible(verifier) | Verify::Always(verifier) => Some(verifier),
        };
        let url = format!("{url}.prov");
        let provenance = match (fetch(&url), self) {
            (Ok(provenance), _) => provenance,
            (Err(_), Verify::Always(_)) => {
                let url = quote(super::client::displayed(&url).as_bytes());
                return Signed {
                    failure: Some(signature(format!("failed to fetch provenance {url}"))),
                    ..Signed::default()
                };
            }
            (Err(cause), _) => {
                return Signed {
                    warning: Some(format!(
                        "WARNING: Verification not found for {reference}: {cause}\n"
                    )),
                    ..Signed::default()
                };
            }
        };
        let verified = verifier.map(|verifier| verifier.verify_fetched(archive, &provenance, name));
        let (verification, failure) = match verified {
            None => (None, None),
            Some(Ok(verification)) => (Some(verification), None),
            Some(Err(error)) => (None, Some(error)),
        };
        Signed {
            provenance: Some(provenance),
            verification,
            warning: None,
            failure,
        }
    }
}

/// The digest that a signed text has of a file.
fn digest_of(text: &[u8], name: &str) -> Result<Option<String>, Error> {
    let Some(at) = memchr::memmem::find(text, SEPARATOR) else {
        return Err(signature("message block must have at least two parts"));
    };
    let rest = text.get(at + SEPARATOR.len()..).unwrap_or_default();
    let end = memchr::memmem::find(rest, SEPARATOR).unwrap_or(rest.len());
    let sums = goyaml::parse(rest.get(..end).unwrap_or_default());
    let sums = sums.map_err(|error| signature(error.to_string()))?;
    let sum = sums.get("files").and_then(|files| files.get(name));
    Ok(sum.and_then(|sum| sum.as_str()).map(str::to_owned))
}

/// Whether a signed text has the digest of an archive, whoever signed it; nothing where it is no signed text.
pub fn names(provenance: &[u8], archive: &[u8]) -> Option<bool> {
    let message = clearsign::decode(provenance)?;
    let hash = HEXLOWER.encode(&Sha256::digest(archive));
    Some(memchr::memmem::find(&message.text, hash.as_bytes()).is_some())
}

/// Signs an archive: the text of its `.prov` file.
///
/// `metadata` is the chart's, as in the archive. `now` is the time of the signature, in seconds since 1970.
///
/// # Errors
/// A key that cannot sign.
pub fn sign(
    archive: &[u8],
    name: &str,
    metadata: &[u8],
    key: &SigningKey,
    now: i64,
) -> Result<Vec<u8>, Error> {
    let mut text = [metadata, SEPARATOR].concat();
    let hash = HEXLOWER.encode(&Sha256::digest(archive));
    let name = match goyaml::parse(name.as_bytes()) {
        Ok(node) if node.as_str() == Some(name) => name.to_owned(),
        _ => quote(name.as_bytes()),
    };
    text.extend_from_slice(format!("files:\n  {name}: sha256:{hash}\n").as_bytes());
    let message = clearsign::Plain::new(&text);
    let packet = key.sign(&message.signed, now)?;
    Ok(message.with_signature(&packet))
}

fn signature(text: impl Into<String>) -> Error {
    Error::Signature(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_second_part() {
        let text =
            b"name: a\n...\nfiles:\n  a-1.tgz: sha256:00\n\n...\nfiles:\n  a-1.tgz: sha256:11";
        let digest = digest_of(text, "a-1.tgz").ok().flatten();
        assert_eq!(digest.as_deref(), Some("sha256:00"));
        assert!(digest_of(text, "b-1.tgz").is_ok_and(|digest| digest.is_none()));
        assert!(digest_of(b"name: a\n", "a-1.tgz").is_err());
    }
}
