//! Keys on the curves P-256, P-384 and P-521 (Go's `crypto/ecdsa`, SEC 1).

use super::der::{self, Reader};
use ecdsa::signature::Signer;
use gostd::host::Host;
use p256::ecdsa as p256;
use p384::ecdsa as p384;
use p521::ecdsa as p521;

/// A private key; it signs with the hash that fits its curve, and with nonces after RFC 6979.
pub(super) enum EllipticKey {
    P256(p256::SigningKey),
    P384(p384::SigningKey),
    P521(p521::SigningKey),
}

const P256: &[u8] = b"\x2a\x86\x48\xce\x3d\x03\x01\x07";
const P384: &[u8] = b"\x2b\x81\x04\x00\x22";
const P521: &[u8] = b"\x2b\x81\x04\x00\x23";

/// The number of tries with random bytes before giving up on their source.
const ATTEMPTS: usize = 100;

impl EllipticKey {
    /// A new key on P-256.
    pub(super) fn generate(host: &dyn Host) -> Option<Self> {
        (0..ATTEMPTS).find_map(|_| {
            let mut secret = [0; 32];
            host.random(&mut secret);
            p256::SigningKey::from_slice(&secret)
                .ok()
                .map(EllipticKey::P256)
        })
    }

    pub(super) fn curve_oid(&self) -> &'static [u8] {
        match self {
            EllipticKey::P256(_) => P256,
            EllipticKey::P384(_) => P384,
            EllipticKey::P521(_) => P521,
        }
    }

    /// ecdsa-with-SHA256, -SHA384 or -SHA512.
    pub(super) fn signature_oid(&self) -> &'static [u8] {
        match self {
            EllipticKey::P256(_) => b"\x2a\x86\x48\xce\x3d\x04\x03\x02",
            EllipticKey::P384(_) => b"\x2a\x86\x48\xce\x3d\x04\x03\x03",
            EllipticKey::P521(_) => b"\x2a\x86\x48\xce\x3d\x04\x03\x04",
        }
    }

    /// The public key as an uncompressed point.
    pub(super) fn public_point(&self) -> Vec<u8> {
        match self {
            EllipticKey::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            EllipticKey::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            EllipticKey::P521(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    /// A signature as a sequence of two numbers.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            EllipticKey::P256(key) => {
                let signature: p256::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            EllipticKey::P384(key) => {
                let signature: p384::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            EllipticKey::P521(key) => {
                let signature: p521::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }

    fn secret(&self) -> Vec<u8> {
        match self {
            EllipticKey::P256(key) => key.to_bytes().to_vec(),
            EllipticKey::P384(key) => key.to_bytes().to_vec(),
            EllipticKey::P521(key) => key.to_bytes().to_vec(),
        }
    }

    /// `x509.MarshalECPrivateKey`.
    pub(super) fn to_sec1(&self) -> Vec<u8> {
        let curve = der::element(der::OBJECT_IDENTIFIER, self.curve_oid());
        let public = der::bit_string(&self.public_point());
        der::sequence(&[
            &der::integer(&[1]),
            &der::element(der::OCTET_STRING, &self.secret()),
            &der::element(der::context(0, true), &curve),
            &der::element(der::context(1, true), &public),
        ])
    }

    /// `x509.ParseECPrivateKey`, the curve given from outside or within. None where the bytes have
    /// another structure.
    pub(super) fn parse(curve: Option<&[u8]>, bytes: &[u8]) -> Option<Result<Self, String>> {
        let (version, secret, own_curve) = read_sec1(bytes)?;
        if version != 1 {
            let text = format!("x509: unknown EC private key version {version}");
            return Some(Err(text));
        }
        Some(Self::new(curve.or(own_curve), secret))
    }

    /// Returns true if the bytes have the structure of an EC private key.
    pub(super) fn is_sec1(bytes: &[u8]) -> bool {
        read_sec1(bytes).is_some()
    }

    fn new(curve: Option<&[u8]>, secret: &[u8]) -> Result<Self, String> {
        let size = match curve {
            Some(P256) => 32,
            Some(P384) => 48,
            Some(P521) => 66,
            _ => return Err("x509: unknown elliptic curve".into()),
        };
        // Some programs write too many zeros in front, others leave them out.
        let zeros = secret.iter().take_while(|b| **b == 0).count();
        let digits = secret.get(zeros..).unwrap_or_default();
        let missing = size - usize::min(digits.len(), size);
        if digits.len() > size {
            return Err("x509: invalid private key length".into());
        }
        let padded = [&vec![0; missing], digits].concat();
        let key = match curve {
            Some(P256) => p256::SigningKey::from_slice(&padded).map(EllipticKey::P256),
            Some(P384) => p384::SigningKey::from_slice(&padded).map(EllipticKey::P384),
            _ => p521::SigningKey::from_slice(&padded).map(EllipticKey::P521),
        };
        key.map_err(|_| "crypto/ecdsa: invalid private key".into())
    }
}

type Sec1<'d> = (u64, &'d [u8], Option<&'d [u8]>);

/// Version, secret and curve.
fn read_sec1(bytes: &[u8]) -> Option<Sec1<'_>> {
    let mut inner = Reader(bytes).read(der::SEQUENCE)?;
    let version = inner.small()?;
    let secret = inner.read(der::OCTET_STRING)?;
    let mut curve = None;
    if inner.next_is(der::context(0, true)) {
        let mut explicit = inner.read(der::context(0, true))?;
        curve = Some(explicit.read(der::OBJECT_IDENTIFIER)?.0);
    }
    Some((version, secret.0, curve))
}
