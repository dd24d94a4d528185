//! Private keys: generated, read from and written as PEM, and signing (Sprig's `genPrivateKey`,
//! `parsePrivateKeyPEM`, `pemBlockForKey`; Go's `x509.Parse…PrivateKey` and `marshalPublicKey`).

use super::der::{self, Reader};
use super::elliptic::EllipticKey;
use super::rsa_key::RsaKey;
use super::{dsa, pem};
use ed25519_dalek::{Signer, SigningKey};
use gostd::host::Host;

/// A private key of any type that certificates or templates can have.
pub(super) enum PrivateKey {
    Rsa(Box<RsaKey>),
    Elliptic(EllipticKey),
    Ed25519(Box<SigningKey>),
    /// Can be generated and read, but neither signs nor is certified.
    Dsa(dsa::Numbers),
}

/// Contents of object identifiers.
pub(super) mod oid {
    pub(in crate::crypto) const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
    pub(in crate::crypto) const SHA256_WITH_RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
    pub(in crate::crypto) const ELLIPTIC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
    pub(in crate::crypto) const ED25519: &[u8] = b"\x2b\x65\x70";
    pub(in crate::crypto) const X25519: &[u8] = b"\x2b\x65\x6e";
    pub(in crate::crypto) const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
}

/// An algorithm identifier with these parameters.
pub(super) fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::element(der::OBJECT_IDENTIFIER, oid), parameters])
}

impl PrivateKey {
    /// Sprig's PEM form of the key.
    pub(super) fn to_pem(&self) -> String {
        let (kind, bytes) = match self {
            PrivateKey::Rsa(key) => ("RSA PRIVATE KEY", key.to_pkcs1()),
            PrivateKey::Elliptic(key) => ("EC PRIVATE KEY", key.to_sec1()),
            PrivateKey::Dsa(numbers) => ("DSA PRIVATE KEY", numbers.to_der()),
            PrivateKey::Ed25519(key) => ("PRIVATE KEY", ed25519_to_pkcs8(key)),
        };
        pem::encode(kind, &bytes)
    }

    /// The subject public key info of a certificate; none for a DSA key.
    pub(super) fn public_info(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        match self {
            PrivateKey::Rsa(key) => {
                let algorithm = algorithm(oid::RSA, &der::element(der::NULL, &[]));
                Some((algorithm, key.public_pkcs1()))
            }
            PrivateKey::Elliptic(key) => {
                let curve = der::element(der::OBJECT_IDENTIFIER, key.curve_oid());
                Some((algorithm(oid::ELLIPTIC, &curve), key.public_point()))
            }
            PrivateKey::Ed25519(key) => {
                let public = key.verifying_key().to_bytes().to_vec();
                Some((algorithm(oid::ED25519, &[]), public))
            }
            PrivateKey::Dsa(_) => None,
        }
    }

    /// The identifier of the algorithm that [`PrivateKey::sign`] uses; none for a DSA key.
    pub(super) fn signature_algorithm(&self) -> Option<Vec<u8>> {
        match self {
            PrivateKey::Rsa(_) => {
                let null = der::element(der::NULL, &[]);
                Some(algorithm(oid::SHA256_WITH_RSA, &null))
            }
            PrivateKey::Elliptic(key) => Some(algorithm(key.signature_oid(), &[])),
            PrivateKey::Ed25519(_) => Some(algorithm(oid::ED25519, &[])),
            PrivateKey::Dsa(_) => None,
        }
    }

    /// Signs a message, hashed as the algorithm demands.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            PrivateKey::Rsa(key) => key.sign(message),
            PrivateKey::Elliptic(key) => Ok(key.sign(message)),
            PrivateKey::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
            PrivateKey::Dsa(_) => Err(NO_SIGNER.into()),
        }
    }
}

/// Go's error for a DSA key that is to sign.
pub(super) const NO_SIGNER: &str = "x509: certificate private key does not implement crypto.Signer";

fn ed25519_to_pkcs8(key: &SigningKey) -> Vec<u8> {
    let seed = der::element(der::OCTET_STRING, &key.to_bytes());
    let version = der::integer(&[0]);
    let algorithm = algorithm(oid::ED25519, &[]);
    der::sequence(&[
        &version,
        &algorithm,
        &der::element(der::OCTET_STRING, &seed),
    ])
}

/// Sprig's `genPrivateKey`.
pub(super) fn generate(kind: &[u8], host: &dyn Host) -> Result<PrivateKey, String> {
    let failed = |error: &str| format!("failed to generate private key: {error}");
    match kind {
        b"" | b"rsa" => RsaKey::generate_4096(host).map_err(|e| failed(&e)).map(rsa),
        b"dsa" => dsa::generate(host)
            .map(PrivateKey::Dsa)
            .ok_or_else(|| failed("no primes found, random source is broken")),
        b"ecdsa" => EllipticKey::generate(host)
            .map(PrivateKey::Elliptic)
            .ok_or_else(|| failed("no key found, random source is broken")),
        b"ed25519" => {
            let mut seed = [0; 32];
            host.random(&mut seed);
            Ok(ed25519(&seed))
        }
        other => Err(format!("Unknown type {}", String::from_utf8_lossy(other))),
    }
}

fn rsa(key: RsaKey) -> PrivateKey {
    PrivateKey::Rsa(Box::new(key))
}

fn ed25519(seed: &[u8; 32]) -> PrivateKey {
    PrivateKey::Ed25519(Box::new(SigningKey::from_bytes(seed)))
}

/// A new key for a certificate.
pub(super) fn generate_rsa_2048(host: &dyn Host) -> Result<PrivateKey, String> {
    let key = RsaKey::generate_2048(host);
    key.map(rsa)
        .map_err(|e| format!("error generating rsa key: {e}"))
}

/// Sprig's `parsePrivateKeyPEM`.
///
/// # Errors
/// Sprig's and Go's texts. Of `encoding/asn1`'s, which describe Go types, the first words only.
pub(super) fn parse_pem(text: &[u8]) -> Result<PrivateKey, String> {
    let block = pem::decode(text).ok_or("no PEM data in input")?;
    if block.kind == b"PRIVATE KEY" {
        return parse_pkcs8(&block.bytes).map_err(|e| format!("decoding PEM as PKCS#8: {e}"));
    }
    let Some(kind) = block.kind.strip_suffix(b" PRIVATE KEY") else {
        let kind = String::from_utf8_lossy(&block.kind);
        return Err(format!("no private key data in PEM block of type {kind}"));
    };
    let parsed = match kind {
        b"RSA" => parse_pkcs1(&block.bytes),
        b"EC" => parse_sec1(None, &block.bytes),
        b"DSA" => dsa::Numbers::parse(&block.bytes)
            .map(PrivateKey::Dsa)
            .ok_or_else(|| MALFORMED.into()),
        _ => {
            let kind = String::from_utf8_lossy(&block.kind);
            return Err(format!("invalid private key type {kind}"));
        }
    };
    let kind = String::from_utf8_lossy(kind);
    parsed.map_err(|e| format!("parsing {kind} private key from PEM: {e}"))
}

const MALFORMED: &str = "asn1: structure error";

/// Go's error for a key in another form than its PEM block's name tells.
fn other_form(bytes: &[u8], tried: &str) -> String {
    let forms = [
        ("ParseECPrivateKey", EllipticKey::is_sec1(bytes)),
        ("ParsePKCS8PrivateKey", Pkcs8::parse(bytes).is_some()),
        ("ParsePKCS1PrivateKey", RsaKey::is_pkcs1(bytes)),
    ];
    let fitting = forms.iter().find(|(name, fits)| *fits && *name != tried);
    match fitting {
        Some((name, _)) => {
            format!("x509: failed to parse private key (use {name} instead for this key format)")
        }
        None => MALFORMED.into(),
    }
}

fn parse_pkcs1(bytes: &[u8]) -> Result<PrivateKey, String> {
    match RsaKey::parse(bytes) {
        Some(parsed) => parsed.map(rsa),
        None => Err(other_form(bytes, "ParsePKCS1PrivateKey")),
    }
}

fn parse_sec1(curve: Option<&[u8]>, bytes: &[u8]) -> Result<PrivateKey, String> {
    match EllipticKey::parse(curve, bytes) {
        Some(parsed) => parsed.map(PrivateKey::Elliptic),
        None => Err(match other_form(bytes, "ParseECPrivateKey") {
            text if text == MALFORMED => format!("x509: failed to parse EC private key: {text}"),
            text => text,
        }),
    }
}

/// PKCS #8's wrapping of a key.
struct Pkcs8<'d> {
    oid: &'d [u8],
    parameters: Reader<'d>,
    key: &'d [u8],
}

impl<'d> Pkcs8<'d> {
    fn parse(bytes: &'d [u8]) -> Option<Self> {
        let mut outer = Reader(bytes).read(der::SEQUENCE)?;
        outer.integer()?;
        let mut parameters = outer.read(der::SEQUENCE)?;
        Some(Pkcs8 {
            oid: parameters.read(der::OBJECT_IDENTIFIER)?.0,
            parameters,
            key: outer.read(der::OCTET_STRING)?.0,
        })
    }
}

fn parse_pkcs8(bytes: &[u8]) -> Result<PrivateKey, String> {
    let Some(mut wrapped) = Pkcs8::parse(bytes) else {
        return Err(other_form(bytes, "ParsePKCS8PrivateKey"));
    };
    let embedded = |kind: &str, error: String| {
        format!("x509: failed to parse {kind} private key embedded in PKCS#8: {error}")
    };
    match wrapped.oid {
        oid::RSA => parse_pkcs1(wrapped.key).map_err(|e| embedded("RSA", e)),
        oid::ELLIPTIC => {
            let curve = wrapped.parameters.read(der::OBJECT_IDENTIFIER);
            parse_sec1(curve.map(|c| c.0), wrapped.key).map_err(|e| embedded("EC", e))
        }
        oid::ED25519 => parse_ed25519(&wrapped),
        other => {
            let oid = dotted(other);
            Err(format!(
                "x509: PKCS#8 wrapping contained private key with unknown algorithm: {oid}"
            ))
        }
    }
}

fn parse_ed25519(wrapped: &Pkcs8<'_>) -> Result<PrivateKey, String> {
    if !wrapped.parameters.is_empty() {
        return Err("x509: invalid Ed25519 private key parameters".into());
    }
    let seed = Reader(wrapped.key).read(der::OCTET_STRING);
    let seed = seed.ok_or_else(|| format!("x509: invalid Ed25519 private key: {MALFORMED}"))?;
    let len = seed.0.len();
    let seed = <&[u8; 32]>::try_from(seed.0);
    let seed = seed.map_err(|_| format!("x509: invalid Ed25519 private key length: {len}"))?;
    Ok(ed25519(seed))
}

/// An object identifier as `1.2.840.113549`.
pub(super) fn dotted(oid: &[u8]) -> String {
    let mut numbers = Vec::new();
    let mut number = 0u64;
    for byte in oid {
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first.to_string());
                number -= first * 40;
            }
            numbers.push(number.to_string());
            number = 0;
        }
    }
    numbers.join(".")
}
