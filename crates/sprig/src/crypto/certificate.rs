//! Certificates as Sprig makes them (its `getBaseCertTemplate` and `getCertAndKey`, Go's
//! `x509.CreateCertificate`).

use super::der;
use super::keys::{NO_SIGNER, PrivateKey, algorithm};
use super::x509::Parsed;
use gostd::host::Host;
use gostd::time::{Duration, Location, Time};
use gostd::{List, Text, Value};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// The subject of a certificate.
pub(super) struct Template {
    common_name: Text,
    addresses: Vec<IpAddr>,
    dns_names: Vec<Text>,
    serial: [u8; 16],
    not_before: Time,
    not_after: Time,
    authority: bool,
}

/// The signer.
pub(super) enum Issuer<'i> {
    /// The subject itself.
    Itself,
    /// Another, with its certificate and key.
    Authority(&'i Parsed<'i>, &'i PrivateKey),
}

impl Template {
    /// Sprig's template: valid from now on, for so many days.
    ///
    /// # Errors
    /// Sprig's texts for addresses that are none and for names that are no strings.
    pub(super) fn new(
        common_name: Text,
        addresses: &List,
        dns_names: &List,
        days: i64,
        host: &dyn Host,
    ) -> Result<Self, String> {
        let addresses = addresses.snapshot();
        let dns_names = dns_names.snapshot();
        let addresses = addresses.iter().map(address).collect::<Result<_, _>>()?;
        let dns_names = dns_names.iter().map(dns_name).collect::<Result<_, _>>()?;
        let mut serial = [0; 16];
        host.random(&mut serial);
        let now = host.now();
        let now = Time::from_unix(now.seconds, now.nanoseconds.into(), Location::utc());
        // So many days that their nanoseconds overflow end in the past, as with Go.
        let lifetime = Duration(Duration::HOUR.0.wrapping_mul(24).wrapping_mul(days));
        Ok(Template {
            common_name,
            addresses,
            dns_names,
            serial,
            not_after: now.add(lifetime),
            not_before: now,
            authority: false,
        })
    }

    /// The same with the right to sign certificates.
    pub(super) fn authority(self) -> Self {
        Template {
            authority: true,
            ..self
        }
    }

    /// The certificate for the owner of `key`, in DER.
    ///
    /// # Errors
    /// Those of Go's `x509.CreateCertificate`.
    pub(super) fn certify(&self, key: &PrivateKey, issuer: &Issuer<'_>) -> Result<Vec<u8>, String> {
        let signer = match issuer {
            Issuer::Itself => key,
            Issuer::Authority(_, key) => key,
        };
        let algorithm = signer.signature_algorithm().ok_or(NO_SIGNER)?;
        let (key_algorithm, public_key) = key
            .public_info()
            .ok_or("x509: unsupported public key type: *dsa.PublicKey")?;
        let subject = name(&self.common_name)?;
        let issuer_name = match issuer {
            Issuer::Itself => &subject[..],
            Issuer::Authority(certificate, _) => certificate.subject,
        };
        if let Issuer::Authority(certificate, signer) = issuer
            && !certificate.holds_key_of(signer)
        {
            return Err("x509: provided PrivateKey doesn't match parent's PublicKey".into());
        }
        let authority_id = match issuer {
            Issuer::Authority(certificate, _) if issuer_name != subject => certificate.subject_id,
            _ => None,
        };
        let extensions = self.extensions(&public_key, authority_id)?;
        let tbs = der::sequence(&[
            &der::element(der::context(0, true), &der::integer(&[2])),
            &der::integer(&self.serial),
            &algorithm,
            issuer_name,
            &der::sequence(&[&moment(&self.not_before)?, &moment(&self.not_after)?]),
            &subject,
            &der::sequence(&[&key_algorithm, &der::bit_string(&public_key)]),
            &der::element(der::context(3, true), &extensions),
        ]);
        let signature = signer.sign(&tbs)?;
        Ok(der::sequence(&[
            &tbs,
            &algorithm,
            &der::bit_string(&signature),
        ]))
    }

    fn extensions(
        &self,
        public_key: &[u8],
        authority_id: Option<&[u8]>,
    ) -> Result<Vec<u8>, String> {
        // Digital signature and key encipherment, for an authority also certificate signing.
        let usage = match self.authority {
            true => [2, 0xa4],
            false => [5, 0xa0],
        };
        let mut all = extension(15, true, &der::element(der::BIT_STRING, &usage));
        let purposes = [
            b"\x2b\x06\x01\x05\x05\x07\x03\x01",
            b"\x2b\x06\x01\x05\x05\x07\x03\x02",
        ];
        let purposes = purposes.map(|oid| der::element(der::OBJECT_IDENTIFIER, oid));
        all.extend(extension(
            37,
            false,
            &der::element(der::SEQUENCE, &purposes.concat()),
        ));
        let authority = match self.authority {
            true => der::element(der::BOOLEAN, &[0xff]),
            false => Vec::new(),
        };
        all.extend(extension(19, true, &der::sequence(&[&authority])));
        if self.authority {
            let hash = Sha256::digest(public_key);
            let id = hash.get(..20).unwrap_or_default();
            all.extend(extension(14, false, &der::element(der::OCTET_STRING, id)));
        }
        if let Some(id) = authority_id {
            let id = der::element(der::context(0, false), id);
            all.extend(extension(35, false, &der::sequence(&[&id])));
        }
        if !self.addresses.is_empty() || !self.dns_names.is_empty() {
            // Where the subject has no name, these are all there is to know it by.
            let critical = self.common_name.is_empty();
            all.extend(extension(17, critical, &self.alternative_names()?));
        }
        Ok(der::element(der::SEQUENCE, &all))
    }

    fn alternative_names(&self) -> Result<Vec<u8>, String> {
        let mut names = Vec::new();
        for name in &self.dns_names {
            if !name.as_bytes().is_ascii() {
                let quoted = gostd::strconv::quote(name.as_bytes());
                return Err(format!("x509: {quoted} cannot be encoded as an IA5String"));
            }
            names.extend(der::element(der::context(2, false), name.as_bytes()));
        }
        for address in &self.addresses {
            // An IPv4 address in IPv6 form is one of IPv4.
            let bytes = match address.to_canonical() {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            names.extend(der::element(der::context(7, false), &bytes));
        }
        Ok(der::element(der::SEQUENCE, &names))
    }
}

/// An extension with an identifier 2.5.29.`number`.
fn extension(number: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = match critical {
        true => der::element(der::BOOLEAN, &[0xff]),
        false => Vec::new(),
    };
    let mut out = der::element(der::OBJECT_IDENTIFIER, &[0x55, 0x1d, number]);
    out.extend(critical);
    out.extend(der::element(der::OCTET_STRING, value));
    der::element(der::SEQUENCE, &out)
}

/// A distinguished name that is a common name alone, or empty.
fn name(common_name: &Text) -> Result<Vec<u8>, String> {
    if common_name.is_empty() {
        return Ok(der::sequence(&[]));
    }
    let bytes = common_name.as_bytes();
    let tag = match (bytes.iter().all(|b| printable(*b)), common_name.as_str()) {
        (true, _) => der::PRINTABLE_STRING,
        (false, Some(_)) => der::UTF8_STRING,
        (false, None) => return Err("asn1: string not valid UTF-8".into()),
    };
    // 2.5.4.3
    let attribute = algorithm(&[0x55, 4, 3], &der::element(tag, bytes));
    Ok(der::sequence(&[&der::element(der::SET, &attribute)]))
}

/// Returns true if a byte may stand in a PrintableString.
fn printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

/// A moment to the second: UTCTime from 1950 to 2049, GeneralizedTime else.
fn moment(time: &Time) -> Result<Vec<u8>, String> {
    match time.year() {
        1950..2050 => Ok(der::element(der::UTC_TIME, &time.format(b"060102150405Z"))),
        0..=9999 => {
            let text = time.format(b"20060102150405Z");
            Ok(der::element(der::GENERALIZED_TIME, &text))
        }
        _ => Err("asn1: structure error: cannot represent time as GeneralizedTime".into()),
    }
}

fn address(value: &Value) -> Result<IpAddr, String> {
    let Value::Str(text) = value else {
        return Err(format!(
            "error parsing ip: {} is not a string",
            value_text(value)
        ));
    };
    let parsed = text.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| format!("error parsing ip: {}", text.to_str_lossy()))
}

fn dns_name(value: &Value) -> Result<Text, String> {
    match value {
        Value::Str(text) => Ok(text.clone()),
        other => Err(format!(
            "error processing alternate dns name: {} is not a string",
            value_text(other)
        )),
    }
}

fn value_text(value: &Value) -> String {
    gostd::fmt::value_text(value).map_or_else(|e| e.to_string(), |t| t.to_str_lossy().into_owned())
}
