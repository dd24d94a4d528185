//! References of charts in registries: `HOST/REPOSITORY:TAG` and `HOST/REPOSITORY@DIGEST`.

use crate::Error;
use gostd::strconv::quote;
use gostd::url::Url;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::fmt;

/// The scheme of registries.
pub(crate) const SCHEME: &str = "oci://";

/// A repository of a registry, and with a tag or a digest one of its manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The host, with its port where one is named.
    pub(crate) registry: String,
    pub(crate) repository: String,
    /// A tag, a digest, or nothing.
    pub(crate) reference: String,
}

impl Reference {
    /// Reads a reference without its scheme (oras's `ParseReference`).
    ///
    /// # Errors
    /// The part that is wrong, in the words of oras.
    pub(crate) fn parse(text: &str) -> Result<Reference, Error> {
        let invalid = |what: String| Error::Address(format!("invalid reference: {what}"));
        let Some((registry, path)) = text.split_once('/') else {
            return Err(invalid("missing registry or repository".into()));
        };
        let (repository, reference, is_tag) = match (path.split_once('@'), path.split_once(':')) {
            (Some((repository, digest)), _) => {
                let repository = repository.split(':').next().unwrap_or_default();
                (repository, digest, false)
            }
            (None, Some((repository, tag))) => (repository, tag, true),
            (None, None) => (path, "", true),
        };
        check_registry(registry)?;
        if !is_repository(repository) {
            let quoted = quote(repository.as_bytes());
            return Err(invalid(format!("invalid repository {quoted}")));
        }
        let quoted = || quote(reference.as_bytes());
        match is_tag {
            _ if reference.is_empty() => {}
            true if !is_tag_name(reference) => {
                return Err(invalid(format!("invalid tag {}", quoted())));
            }
            true => {}
            false => check_digest(reference)
                .map_err(|why| invalid(format!("invalid digest {}: {why}", quoted())))?,
        }
        Ok(Reference {
            registry: registry.into(),
            repository: repository.into(),
            reference: reference.into(),
        })
    }

    /// The same repository with another tag or digest.
    pub(crate) fn with(&self, reference: &str) -> Reference {
        Reference {
            reference: reference.into(),
            ..self.clone()
        }
    }

    /// The host that is asked.
    pub(crate) fn host(&self) -> &str {
        host_of(&self.registry)
    }

    /// The digest, if it names one.
    pub(crate) fn digest(&self) -> Option<&str> {
        let digest = &*self.reference;
        check_digest(digest).is_ok().then_some(digest)
    }
}

/// The host that serves a registry: Docker Hub's has another name.
pub(super) fn host_of(registry: &str) -> &str {
    match registry {
        "docker.io" => "registry-1.docker.io",
        other => other,
    }
}

/// # Errors
/// The name is none of a host.
pub(super) fn check_registry(registry: &str) -> Result<(), Error> {
    let url = Url::parse_request_uri(format!("dummy://{registry}").as_bytes());
    let is_host = url.is_ok_and(|url| !url.host.is_empty() && url.host == registry.as_bytes());
    match is_host {
        true => Ok(()),
        false => Err(Error::Address(format!(
            "invalid reference: invalid registry {}",
            quote(registry.as_bytes())
        ))),
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match (&*self.reference, self.digest()) {
            ("", _) => Ok(()),
            (_, Some(digest)) => write!(f, "@{digest}"),
            (tag, None) => write!(f, ":{tag}"),
        }
    }
}

/// A reference as Helm reads it: with a tag and a digest, and a version's `+` in the tag written as `_`.
#[derive(Clone, Debug)]
pub(crate) struct ChartReference {
    pub(crate) reference: Reference,
    /// The digest, whatever it is; empty without.
    pub(crate) digest: String,
}

impl ChartReference {
    /// Reads a reference, with its scheme or without (Helm's `newReference`).
    ///
    /// # Errors
    /// The part that is wrong.
    pub(crate) fn parse(text: &str) -> Result<ChartReference, Error> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let (text, digest) = text.rsplit_once('@').unwrap_or((text, ""));
        let text = match text.rsplit_once(':') {
            Some((_, tag)) if !tag.contains('/') && !tag.is_empty() => {
                text.replace(tag, &tag.replace('+', "_"))
            }
            _ => text.to_owned(),
        };
        Ok(ChartReference {
            reference: Reference::parse(&text)?,
            digest: digest.into(),
        })
    }
}

impl fmt::Display for ChartReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reference.reference {
            "" => write!(f, "{}@{}", self.reference, self.digest),
            _ => self.reference.fmt(f),
        }
    }
}

/// Parts in small letters and digits, between slashes; inside a part also dots, one or two low lines, and hyphens.
fn is_repository(text: &str) -> bool {
    text.split('/').all(|part| {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = part.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        let separators = part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let is_separator = |text: &str| {
            matches!(text, "" | "." | "_" | "__") || text.bytes().all(|byte| byte == b'-')
        };
        ends.iter()
            .all(|end| end.is_some_and(|byte| is_word(*byte)))
            && separators.into_iter().all(is_separator)
    })
}

fn is_tag_name(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut bytes = text.bytes();
    let first = bytes.next();
    text.len() <= 128
        && first.is_some_and(is_word)
        && bytes.all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

/// # Errors
/// What is wrong with a digest, in the words of go-digest.
pub(super) fn check_digest(text: &str) -> Result<(), &'static str> {
    const FORMAT: &str = "invalid checksum digest format";
    let (algorithm, hex) = match text.split_once(':') {
        Some((algorithm, hex)) if !algorithm.is_empty() && !hex.is_empty() => (algorithm, hex),
        _ => return Err(FORMAT),
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        other => {
            let is_name = other.split(['.', '+', '_', '-']).all(|part| {
                let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                !part.is_empty() && part.bytes().all(is_word)
            });
            let is_value = |byte: u8| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte);
            return match is_name && hex.bytes().all(is_value) {
                true => Err("unsupported digest algorithm"),
                false => Err(FORMAT),
            };
        }
    };
    match hex.len() == length {
        false => Err("invalid checksum digest length"),
        true if hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) => Ok(()),
        true => Err(FORMAT),
    }
}

/// Returns true if a digest is that of some bytes.
pub(super) fn is_digest_of(digest: &str, bytes: &[u8]) -> bool {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    match digest.split_once(':') {
        Some(("sha256", expected)) => hex(&Sha256::digest(bytes)) == expected,
        Some(("sha384", expected)) => hex(&Sha384::digest(bytes)) == expected,
        Some(("sha512", expected)) => hex(&Sha512::digest(bytes)) == expected,
        _ => false,
    }
}

/// The digest of some bytes, as manifests name it.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    format!(
        "sha256:{}",
        data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_checked_as_oras_does() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (text, expected) in [
            ("host", "invalid reference: missing registry or repository"),
            ("h:x/a", "invalid reference: invalid registry \"h:x\""),
            ("/a", "invalid reference: invalid registry \"\""),
            ("host/", "invalid reference: invalid repository \"\""),
            ("host/A", "invalid reference: invalid repository \"A\""),
            (
                "host/a//b",
                "invalid reference: invalid repository \"a//b\"",
            ),
            (
                "host/a___b",
                "invalid reference: invalid repository \"a___b\"",
            ),
            ("host/a-:1", "invalid reference: invalid repository \"a-\""),
            ("host/a:1+2", "invalid reference: invalid tag \"1+2\""),
            (
                "host/a@sha256:00",
                "invalid reference: invalid digest \"sha256:00\": invalid checksum digest length",
            ),
            (
                "host/a@md5:00",
                "invalid reference: invalid digest \"md5:00\": unsupported digest algorithm",
            ),
            (
                "host:5000/a.b/c__d/e---f:1_2.3",
                "host:5000/a.b/c__d/e---f:1_2.3",
            ),
            (&format!("host/a:1@{digest}"), &format!("host/a@{digest}")),
        ] {
            let shown = match Reference::parse(text) {
                Ok(reference) => reference.to_string(),
                Err(error) => error.to_string(),
            };
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn helm_writes_a_plus_as_a_low_line() {
        let parse = |text| ChartReference::parse(text).map(|reference| reference.to_string());
        assert_eq!(
            parse("oci://host:80/a:1.0.0+b1").ok(),
            Some("host:80/a:1.0.0_b1".into())
        );
        assert_eq!(parse("host/a@x:y").ok(), Some("host/a@x:y".into()));
    }
}
