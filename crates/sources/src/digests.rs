//! Digests of archives, compared with what an index says. No Helm does that.

use super::Error;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What is done about an archive that is not the one that its index names.
#[derive(Clone, Copy)]
pub enum Digests<'a> {
    /// Nothing, as in Helm.
    Unused,
    /// It is told.
    Told(&'a dyn Fn(&Error)),
    /// It is refused.
    Strict,
}

impl Digests<'_> {
    /// Compares an archive with its digest in an index, if there is one.
    ///
    /// # Errors
    /// [`Error::Digest`], if archives are refused.
    pub(crate) fn check(&self, of: &str, archive: &[u8], expected: &str) -> Result<(), Error> {
        let Some(expected) = hex(expected).filter(|_| !matches!(self, Digests::Unused)) else {
            return Ok(());
        };
        match (compare(of, archive, &expected, "the index"), self) {
            (Err(error), Digests::Told(tell)) => {
                tell(&error);
                Ok(())
            }
            (result, _) => result,
        }
    }
}

/// # Errors
/// An archive has another digest, in lower hexadecimal digits, than `source_name` says.
pub(crate) fn compare(
    of: &str,
    archive: &[u8],
    expected: &str,
    source_name: &'static str,
) -> Result<(), Error> {
    let actual = sha256(archive);
    match actual == expected {
        true => Ok(()),
        false => Err(Error::Digest {
            of: of.to_owned(),
            actual,
            source_name,
            expected: expected.to_owned(),
        }),
    }
}

/// The digits of a SHA-256, as an index or a lock file has it; nothing for another text.
pub(crate) fn hex(text: &str) -> Option<String> {
    let digits = text
        .strip_prefix("sha256:")
        .unwrap_or(text)
        .to_ascii_lowercase();
    let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then_some(digits)
}

/// The SHA-256 of some bytes, in lower hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
