//! Errors of TLS, in the words of Go's `crypto/tls` and `crypto/x509`.

use rustls::{AlertDescription, CertificateError};
use std::error::Error;
use std::io;

/// The error of TLS that an error is, or that one of the system carries.
pub(super) fn error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(error);
    }
    // Its `source` is the cause of what it carries.
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    let found = self::error(inner);
    found.or_else(|| self::error(inner.source()?))
}

/// The reason of an error.
pub(super) fn reason(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => {
            let reason = reason_of_certificate(error);
            format!("tls: failed to verify certificate: x509: {reason}")
        }
        // A server without TLS has answered in its own way.
        rustls::Error::InvalidMessage(_) => {
            "http: server gave HTTP response to HTTPS client".into()
        }
        rustls::Error::AlertReceived(alert) => match alert_text(*alert) {
            Some(text) => format!("remote error: tls: {text}"),
            None => format!("remote error: tls: alert({})", u8::from(*alert)),
        },
        other => format!("tls: {other}"),
    }
}

fn reason_of_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => "certificate signed by unknown authority".into(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "certificate has expired or is not yet valid".into()
        }
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => {
            let names = presented.iter().filter_map(|name| {
                let name = name.strip_prefix("DnsName(")?.strip_suffix(')')?;
                Some(name.trim_matches('"')).filter(|name| !name.is_empty())
            });
            let names: Vec<&str> = names.collect();
            let (names, expected) = (names.join(", "), expected.to_str());
            format!("certificate is valid for {names}, not {expected}")
        }
        other => other.to_string(),
    }
}

/// Go's `alertText`.
fn alert_text(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CloseNotify => "close notify",
        AlertDescription::UnexpectedMessage => "unexpected message",
        AlertDescription::BadRecordMac => "bad record MAC",
        AlertDescription::DecryptionFailed => "decryption failed",
        AlertDescription::RecordOverflow => "record overflow",
        AlertDescription::DecompressionFailure => "decompression failure",
        AlertDescription::HandshakeFailure => "handshake failure",
        AlertDescription::BadCertificate => "bad certificate",
        AlertDescription::UnsupportedCertificate => "unsupported certificate",
        AlertDescription::CertificateRevoked => "revoked certificate",
        AlertDescription::CertificateExpired => "expired certificate",
        AlertDescription::CertificateUnknown => "unknown certificate",
        AlertDescription::IllegalParameter => "illegal parameter",
        AlertDescription::UnknownCA => "unknown certificate authority",
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::DecodeError => "error decoding message",
        AlertDescription::DecryptError => "error decrypting message",
        AlertDescription::ExportRestriction => "export restriction",
        AlertDescription::ProtocolVersion => "protocol version not supported",
        AlertDescription::InsufficientSecurity => "insufficient security level",
        AlertDescription::InternalError => "internal error",
        AlertDescription::InappropriateFallback => "inappropriate fallback",
        AlertDescription::UserCanceled => "user canceled",
        AlertDescription::NoRenegotiation => "no renegotiation",
        AlertDescription::MissingExtension => "missing extension",
        AlertDescription::UnsupportedExtension => "unsupported extension",
        AlertDescription::CertificateUnobtainable => "certificate unobtainable",
        AlertDescription::UnrecognisedName => "unrecognized name",
        AlertDescription::BadCertificateStatusResponse => "bad certificate status response",
        AlertDescription::BadCertificateHashValue => "bad certificate hash value",
        AlertDescription::UnknownPSKIdentity => "unknown PSK identity",
        AlertDescription::CertificateRequired => "certificate required",
        AlertDescription::NoApplicationProtocol => "no application protocol",
        AlertDescription::EncryptedClientHelloRequired => "encrypted client hello required",
        _ => return None,
    })
}
