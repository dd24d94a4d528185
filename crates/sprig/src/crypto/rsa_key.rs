//! RSA keys: generation, PKCS #1, signatures (Go's `crypto/rsa`).

use super::der::{self, Reader};
use super::prime::{self, RSA_EXPONENT, Search};
use crypto_bigint::{BoxedUint, Uint, nlimbs};
use gostd::host::Host;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

/// A private key with two primes.
pub(super) struct RsaKey {
    key: RsaPrivateKey,
    /// n, e, d, p, q, d mod p-1, d mod q-1, q⁻¹ mod p: what PKCS #1 lists, highest byte first.
    numbers: Vec<Vec<u8>>,
}

/// The number of new beginnings before giving up on the source of randomness.
const ATTEMPTS: usize = 100;

impl RsaKey {
    pub(super) fn generate_2048(host: &dyn Host) -> Result<Self, String> {
        generate::<{ nlimbs(1024) }>(host)
    }

    pub(super) fn generate_4096(host: &dyn Host) -> Result<Self, String> {
        generate::<{ nlimbs(2048) }>(host)
    }

    fn new(key: RsaPrivateKey) -> Option<Self> {
        let boxed = |number: &BoxedUint| trimmed(&number.to_be_bytes());
        let [p, q] = key.primes() else {
            return None;
        };
        let numbers = vec![
            boxed(key.n().as_ref()),
            boxed(key.e()),
            boxed(key.d()),
            boxed(p.as_ref()),
            boxed(q.as_ref()),
            boxed(key.dp()?),
            boxed(key.dq()?),
            boxed(&key.crt_coefficient()?),
        ];
        Some(RsaKey { key, numbers })
    }

    /// `x509.ParsePKCS1PrivateKey`. None where the bytes have another structure.
    pub(super) fn parse(bytes: &[u8]) -> Option<Result<Self, String>> {
        let (version, numbers) = read_pkcs1(bytes)?;
        if version > 1 {
            return Some(Err("x509: unsupported private key version".into()));
        }
        Some(from_numbers(&numbers))
    }

    /// Returns true if the bytes have the structure of PKCS #1.
    pub(super) fn is_pkcs1(bytes: &[u8]) -> bool {
        read_pkcs1(bytes).is_some()
    }

    pub(super) fn to_pkcs1(&self) -> Vec<u8> {
        let mut body = der::integer(&[0]);
        for number in &self.numbers {
            body.extend(der::integer(number));
        }
        der::element(der::SEQUENCE, &body)
    }

    /// Modulus and public exponent.
    pub(super) fn public_pkcs1(&self) -> Vec<u8> {
        let public: Vec<_> = self
            .numbers
            .iter()
            .take(2)
            .map(|n| der::integer(n))
            .collect();
        der::element(der::SEQUENCE, &public.concat())
    }

    /// PKCS #1 v1.5 over SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let bits = self.key.n().as_ref().bits_vartime();
        if bits < 1024 {
            return Err(format!(
                "crypto/rsa: {bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
            ));
        }
        let signed = self
            .key
            .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
        signed.map_err(|e| format!("crypto/rsa: {e}"))
    }
}

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|b| *b == 0).collect()
}

/// A key with two primes of `LIMBS` words each.
fn generate<const LIMBS: usize>(host: &dyn Host) -> Result<RsaKey, String> {
    for _ in 0..ATTEMPTS {
        let searches = [start(host), start(host)].map(|start| {
            // Two is the distance of odd numbers.
            Search::<LIMBS>::new(start, Uint::from_u32(2))
        });
        prime::run(&searches);
        let [Some(p), Some(q)] = searches.map(|search| search.prime()) else {
            continue;
        };
        let exponent = BoxedUint::from(RSA_EXPONENT);
        let key = RsaPrivateKey::from_p_q(BoxedUint::from(&p), BoxedUint::from(&q), exponent);
        if let Some(key) = key.ok().and_then(RsaKey::new) {
            return Ok(key);
        }
    }
    Err("rsa: generated p == q, random source is broken".into())
}

/// An odd number whose two highest bits are set, so that the product of two has full length.
fn start<const LIMBS: usize>(host: &dyn Host) -> Uint<LIMBS> {
    let mut bytes = vec![0; Uint::<LIMBS>::BYTES];
    host.random(&mut bytes);
    if let Some(first) = bytes.first_mut() {
        *first |= 0xc0;
    }
    if let Some(last) = bytes.last_mut() {
        *last |= 1;
    }
    Uint::from_be_slice(&bytes)
}

/// True if it is negative, and its bytes.
type Number<'d> = (bool, &'d [u8]);

/// Version and numbers of a PKCS #1 key; the last three may be missing.
fn read_pkcs1(bytes: &[u8]) -> Option<(u64, Vec<Number<'_>>)> {
    let mut outer = Reader(bytes);
    let mut inner = outer.read(der::SEQUENCE)?;
    let version = inner.small()?;
    let mut numbers = Vec::new();
    while inner.next_is(der::INTEGER) && numbers.len() < 8 {
        numbers.push(inner.integer()?);
    }
    (outer.is_empty() && numbers.len() >= 5).then_some((version, numbers))
}

fn from_numbers(numbers: &[Number<'_>]) -> Result<RsaKey, String> {
    if numbers
        .iter()
        .any(|(negative, bytes)| *negative || bytes.is_empty())
    {
        return Err("x509: private key contains zero or negative value".into());
    }
    let number = |at: usize| {
        let (_, bytes) = numbers.get(at).copied().unwrap_or_default();
        BoxedUint::from_be_slice_vartime(bytes)
    };
    let primes = vec![number(3), number(4)];
    let key = RsaPrivateKey::from_components(number(0), number(1), number(2), primes);
    let key = key.map_err(|e| fault(&e))?;
    let key = RsaKey::new(key).ok_or("crypto/rsa: invalid prime")?;
    let crt = key.numbers.iter().zip(numbers).skip(5);
    for (index, (computed, (_, number))) in crt.enumerate() {
        if computed != number {
            let part = if index < 2 { "exponent" } else { "coefficient" };
            return Err(format!("crypto/rsa: invalid CRT {part}"));
        }
    }
    Ok(key)
}

/// Go's words for a key that is none.
fn fault(error: &rsa::Error) -> String {
    match error {
        rsa::Error::InvalidModulus => "crypto/rsa: p * q != n".into(),
        rsa::Error::InvalidPrime => "crypto/rsa: invalid prime".into(),
        rsa::Error::InvalidExponent => "crypto/rsa: invalid CRT exponent".into(),
        rsa::Error::PublicExponentTooSmall => {
            "crypto/rsa: public exponent too small or negative".into()
        }
        rsa::Error::PublicExponentTooLarge => "crypto/rsa: public exponent too large".into(),
        other => format!("crypto/rsa: {other}"),
    }
}
