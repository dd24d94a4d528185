//! The reason why a request failed, in the words of Go's `net/http`.

use gostd::url::Url;
use std::io;

/// The reason that follows `Get "URL": `.
pub(super) fn reason(error: &ureq::Error, url: &Url) -> String {
    let port = std::str::from_utf8(url.port()).unwrap_or_default();
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return format!("dial tcp: address {port}: invalid port");
    }
    match error {
        ureq::Error::HostNotFound => gonet::no_such_host(url),
        ureq::Error::Timeout(_) => {
            "context deadline exceeded (Client.Timeout exceeded while awaiting headers)".into()
        }
        ureq::Error::Rustls(error) => gonet::reason_of_tls(error),
        ureq::Error::Io(error) => gonet::reason_of_io(error, url),
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
