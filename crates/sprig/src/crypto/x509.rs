//! Certificates read (Go's `x509.ParseCertificate`, as far as signing with them needs it).

use super::der::{self, Reader, context};
use super::keys::{PrivateKey, dotted, oid};

/// The fields of a signer's certificate.
pub(super) struct Parsed<'d> {
    /// The subject's distinguished name, encoded.
    pub(super) subject: &'d [u8],
    /// The subject key identifier.
    pub(super) subject_id: Option<&'d [u8]>,
    key: PublicKey<'d>,
}

struct PublicKey<'d> {
    algorithm: &'d [u8],
    /// Encoded algorithm and key.
    info: &'d [u8],
}

impl<'d> Parsed<'d> {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// Go's texts. Contents of extensions other than the subject key identifier are not looked at.
    pub(super) fn parse(bytes: &'d [u8]) -> Result<Self, String> {
        let mut input = Reader(bytes);
        let outer = input.read(der::SEQUENCE);
        let mut outer = outer.ok_or("x509: malformed certificate")?;
        let parsed = Self::signed_part(&mut outer)?;
        outer.bit_string().ok_or("x509: malformed signature")?;
        match input.is_empty() {
            true => Ok(parsed),
            false => Err("x509: trailing data".into()),
        }
    }

    fn signed_part(outer: &mut Reader<'d>) -> Result<Self, String> {
        let tbs = outer.read(der::SEQUENCE);
        let mut tbs = tbs.ok_or("x509: malformed tbs certificate")?;
        let version = version(&mut tbs)?;
        let serial = tbs.integer().ok_or("x509: malformed serial number")?;
        if serial.0 {
            return Err("x509: negative serial number".into());
        }
        let inner = tbs.read(der::SEQUENCE);
        let mut inner = inner.ok_or("x509: malformed signature algorithm identifier")?;
        let repeated = outer.read(der::SEQUENCE);
        if repeated.ok_or("x509: malformed algorithm identifier")?.0 != inner.0 {
            let text = "x509: inner and outer signature algorithm identifiers don't match";
            return Err(text.into());
        }
        algorithm(&mut inner)?;
        name(
            tbs.read_whole(der::SEQUENCE)
                .ok_or("x509: malformed issuer")?,
        )?;
        validity(tbs.read(der::SEQUENCE).ok_or("x509: malformed validity")?)?;
        let subject = tbs.read_whole(der::SEQUENCE);
        let subject = subject.ok_or("x509: malformed issuer")?;
        name(subject)?;
        let key = PublicKey::read(
            tbs.read_whole(der::SEQUENCE)
                .ok_or("x509: malformed spki")?,
        )?;
        if version > 1 {
            for (number, part) in [(1, "issuerUniqueID"), (2, "subjectUniqueID")] {
                if !tbs.skip_optional(context(number, false)) {
                    return Err(format!("x509: malformed {part}"));
                }
            }
        }
        let subject_id = match version {
            3 => subject_id(&mut tbs)?,
            _ => None,
        };
        Ok(Parsed {
            subject,
            subject_id,
            key,
        })
    }

    /// Returns true if the certificate is about this key; a key of a type unknown to Go counts as any.
    pub(super) fn holds_key_of(&self, key: &PrivateKey) -> bool {
        if !KNOWN.contains(&self.key.algorithm) {
            return true;
        }
        let info = key.public_info();
        let info =
            info.map(|(algorithm, key)| der::sequence(&[&algorithm, &der::bit_string(&key)]));
        info.as_deref() == Some(self.key.info)
    }
}

const KNOWN: [&[u8]; 5] = [oid::RSA, oid::ELLIPTIC, oid::ED25519, oid::DSA, oid::X25519];

impl<'d> PublicKey<'d> {
    fn read(info: &'d [u8]) -> Result<Self, String> {
        let inner = Reader(info).read(der::SEQUENCE);
        let mut inner = inner.ok_or("x509: malformed spki")?;
        let identifier = inner.read(der::SEQUENCE);
        let mut identifier = identifier.ok_or("x509: malformed public key algorithm identifier")?;
        let algorithm = algorithm(&mut identifier)?;
        inner
            .bit_string()
            .ok_or("x509: malformed subjectPublicKey")?;
        Ok(PublicKey { algorithm, info })
    }
}

/// 1 to 3.
fn version(tbs: &mut Reader<'_>) -> Result<u64, String> {
    let malformed = "x509: malformed version";
    if !tbs.next_is(context(0, true)) {
        return Ok(1);
    }
    let mut explicit = tbs.read(context(0, true)).ok_or(malformed)?;
    match explicit.small().ok_or(malformed)? {
        version @ 0..=2 => Ok(version + 1),
        _ => Err("x509: invalid version".into()),
    }
}

/// The object identifier of an algorithm.
fn algorithm<'d>(identifier: &mut Reader<'d>) -> Result<&'d [u8], String> {
    let oid = identifier.read(der::OBJECT_IDENTIFIER);
    let oid = oid.ok_or("x509: malformed OID")?;
    if !identifier.is_empty() && identifier.any().is_none() {
        return Err("x509: malformed parameters".into());
    }
    Ok(oid.0)
}

fn name(whole: &[u8]) -> Result<(), String> {
    let invalid = |part: &str| format!("x509: invalid RDNSequence{part}");
    let mut names = Reader(whole)
        .read(der::SEQUENCE)
        .ok_or_else(|| invalid(""))?;
    while !names.is_empty() {
        let mut set = names.read(der::SET).ok_or_else(|| invalid(""))?;
        while !set.is_empty() {
            let attribute = set.read(der::SEQUENCE);
            let mut attribute = attribute.ok_or_else(|| invalid(": invalid attribute"))?;
            let kind = attribute.read(der::OBJECT_IDENTIFIER);
            kind.ok_or_else(|| invalid(": invalid attribute type"))?;
            let value = attribute.any();
            value.ok_or_else(|| invalid(": invalid attribute value"))?;
        }
    }
    Ok(())
}

fn validity(mut both: Reader<'_>) -> Result<(), String> {
    for _ in 0..2 {
        let (tag, text) = match both.0.first() {
            Some(&der::UTC_TIME) => (der::UTC_TIME, "x509: malformed UTCTime"),
            Some(&der::GENERALIZED_TIME) => {
                (der::GENERALIZED_TIME, "x509: malformed GeneralizedTime")
            }
            _ => return Err("x509: unsupported time format".into()),
        };
        both.read(tag).ok_or(text)?;
    }
    Ok(())
}

/// Walks the extensions and finds the subject key identifier.
fn subject_id<'d>(tbs: &mut Reader<'d>) -> Result<Option<&'d [u8]>, String> {
    let malformed = "x509: malformed extensions";
    if !tbs.next_is(context(3, true)) {
        return Ok(None);
    }
    let mut explicit = tbs.read(context(3, true)).ok_or(malformed)?;
    let mut extensions = explicit.read(der::SEQUENCE).ok_or(malformed)?;
    let mut oids: Vec<&[u8]> = Vec::new();
    let mut subject = None;
    while !extensions.is_empty() {
        let extension = extensions.read(der::SEQUENCE);
        let mut extension = extension.ok_or("x509: malformed extension")?;
        let oid = extension.read(der::OBJECT_IDENTIFIER);
        let oid = oid.ok_or("x509: malformed extension OID field")?.0;
        if !extension.skip_optional(der::BOOLEAN) {
            return Err("x509: malformed extension critical field".into());
        }
        let value = extension.read(der::OCTET_STRING);
        let mut value = value.ok_or("x509: malformed extension value field")?;
        if oids.contains(&oid) {
            let oid = dotted(oid);
            return Err(format!(
                "x509: certificate contains duplicate extension with OID \"{oid}\""
            ));
        }
        oids.push(oid);
        if oid == [0x55, 0x1d, 14] {
            let id = value.read(der::OCTET_STRING);
            subject = Some(id.ok_or("x509: invalid subject key identifier")?.0);
        }
    }
    Ok(subject)
}
