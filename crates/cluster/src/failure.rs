//! The reason why no answer came, in the words of Go's `net` and `crypto/tls`.

use gostd::url::Url;
use std::error::Error as StdError;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// The reason that follows `Get "URL": `.
pub(super) fn reason(error: &kube::Error, url: &str) -> String {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    let mut last = error.to_string();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.raw_os_error().is_some()
        {
            return of_system(error, url);
        }
        last = error.to_string();
        cause = error.source();
    }
    match &*last {
        text if text.contains("UnknownIssuer") => {
            "tls: failed to verify certificate: x509: certificate signed by unknown authority"
                .into()
        }
        text if text.starts_with("failed to lookup address") => no_such_host(url),
        // hyper-timeout's words for the limit on connecting.
        text if text.contains("deadline has elapsed") || text.contains("timed out") => {
            match address(url) {
                Some(address) => format!("dial tcp {address}: i/o timeout"),
                None => no_such_host(url),
            }
        }
        _ => last,
    }
}

fn of_system(error: &io::Error, url: &str) -> String {
    match (error.kind(), address(url)) {
        (io::ErrorKind::ConnectionReset, _) => "read: connection reset by peer".into(),
        (_, Some(address)) => format!("dial tcp {address}: connect: {}", files::reason(error)),
        (_, None) => no_such_host(url),
    }
}

fn no_such_host(url: &str) -> String {
    let url = Url::parse(url.as_bytes());
    let host = url.map(|url| String::from_utf8_lossy(url.hostname()).into_owned());
    format!(
        "dial tcp: lookup {}: no such host",
        host.unwrap_or_default()
    )
}

/// The address that was tried: the first one of the host, by IPv4 where it has both.
fn address(url: &str) -> Option<SocketAddr> {
    let url = Url::parse(url.as_bytes()).ok()?;
    let host = std::str::from_utf8(url.hostname()).ok()?;
    let port = match (url.port(), &*url.scheme) {
        (b"", b"https") => 443,
        (b"", _) => 80,
        (port, _) => std::str::from_utf8(port).ok()?.parse().ok()?,
    };
    let mut addresses: Vec<SocketAddr> = (host, port).to_socket_addrs().ok()?.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses.first().copied()
}
