//! The reason why a request failed, in the words of Go's `net` and `crypto/tls`.

use gostd::url::Url;
use rustls::{AlertDescription, CertificateError};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// The reason that follows `Get "URL": `.
pub(super) fn reason(error: &ureq::Error, url: &Url) -> String {
    let port = std::str::from_utf8(url.port()).unwrap_or_default();
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return format!("dial tcp: address {port}: invalid port");
    }
    match error {
        ureq::Error::HostNotFound => {
            let host = String::from_utf8_lossy(url.hostname()).into_owned();
            format!("dial tcp: lookup {host}: no such host")
        }
        ureq::Error::Timeout(_) => {
            "context deadline exceeded (Client.Timeout exceeded while awaiting headers)".into()
        }
        ureq::Error::Rustls(error) => tls(error),
        ureq::Error::Io(error) => of_io(error, url),
        ureq::Error::Protocol(_) => {
            format!("net/http: HTTP/1.x transport connection broken: {error}")
        }
        ureq::Error::ConnectionFailed => "dial tcp: connection failed".into(),
        other => other.to_string(),
    }
}

/// The reason why a body could not be read to its end.
pub(super) fn reason_of_body(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => {
            "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
                .into()
        }
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionReset => {
            "read: connection reset by peer".into()
        }
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            "unexpected EOF".into()
        }
        other => other.to_string(),
    }
}

fn of_io(error: &io::Error, url: &Url) -> String {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if let Some(error) = inner {
        return tls(error);
    }
    let nested = error.get_ref().and_then(|inner| inner.source());
    if let Some(error) = nested.and_then(|source| source.downcast_ref::<rustls::Error>()) {
        return tls(error);
    }
    let Some(address) = address(url) else {
        let host = String::from_utf8_lossy(url.hostname()).into_owned();
        return format!("dial tcp: lookup {host}: no such host");
    };
    match error.kind() {
        io::ErrorKind::ConnectionReset => "read: connection reset by peer".into(),
        io::ErrorKind::UnexpectedEof => "EOF".into(),
        _ => format!("dial tcp {address}: connect: {}", files::reason(error)),
    }
}

/// The address that was tried: the first one of the host.
fn address(url: &Url) -> Option<SocketAddr> {
    let host = std::str::from_utf8(url.hostname()).ok()?;
    let port = match (url.port(), &*url.scheme) {
        (b"", b"https") => 443,
        (b"", _) => 80,
        (port, _) => std::str::from_utf8(port).ok()?.parse().ok()?,
    };
    (host, port).to_socket_addrs().ok()?.next()
}

fn tls(error: &rustls::Error) -> String {
    let certificate = |reason: &str| format!("tls: failed to verify certificate: x509: {reason}");
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => {
                certificate("certificate signed by unknown authority")
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                certificate("certificate has expired or is not yet valid")
            }
            CertificateError::NotValidForNameContext {
                expected,
                presented,
            } => {
                let names = presented.iter().map(|name| {
                    let name = name
                        .strip_prefix("DnsName(")
                        .and_then(|name| name.strip_suffix(')'));
                    name.map_or_else(String::new, |name| name.trim_matches('"').to_owned())
                });
                let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
                certificate(&format!(
                    "certificate is valid for {}, not {}",
                    names.join(", "),
                    expected.to_str()
                ))
            }
            other => certificate(&other.to_string()),
        },
        // A server without TLS has answered in its own way.
        rustls::Error::InvalidMessage(_) => {
            "http: server gave HTTP response to HTTPS client".into()
        }
        rustls::Error::AlertReceived(alert) => format!("remote error: tls: {}", alert_text(*alert)),
        other => format!("tls: {other}"),
    }
}

/// Go's `alertText`, of those that a client meets.
fn alert_text(alert: AlertDescription) -> String {
    let text = match alert {
        AlertDescription::CertificateRequired => "certificate required",
        AlertDescription::BadCertificate => "bad certificate",
        AlertDescription::UnknownCA => "unknown certificate authority",
        AlertDescription::HandshakeFailure => "handshake failure",
        AlertDescription::ProtocolVersion => "protocol version not supported",
        AlertDescription::UnrecognisedName => "unrecognized name",
        AlertDescription::InternalError => "internal error",
        AlertDescription::AccessDenied => "access denied",
        other => return format!("alert({})", u8::from(other)),
    };
    text.into()
}
