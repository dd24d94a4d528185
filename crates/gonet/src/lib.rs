//! Failed connections in the words of Go's `net` and `crypto/tls`: what follows `Get "URL": `.
#![forbid(unsafe_code)]

mod tls;

use gostd::url::Url;
use std::error::Error;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// The reason of an error that TLS or the system is the cause of, directly or by what it holds; nothing of others.
pub fn reason(error: &(dyn Error + 'static), url: &Url) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = tls::error(error) {
            return Some(tls::reason(error));
        }
        if let Some(error) = error.downcast_ref::<io::Error>()
            && error.raw_os_error().is_some()
        {
            return Some(reason_of_io(error, url));
        }
        cause = error.source();
    }
    None
}

/// The reason of an error while a connection is made, or an answer waited for.
pub fn reason_of_io(error: &io::Error, url: &Url) -> String {
    if let Some(error) = tls::error(error) {
        return tls::reason(error);
    }
    let Some(address) = address(url) else {
        return no_such_host(url);
    };
    match error.kind() {
        io::ErrorKind::ConnectionReset => "read: connection reset by peer".into(),
        io::ErrorKind::UnexpectedEof => "EOF".into(),
        _ => format!("dial tcp {address}: connect: {}", files::reason(error)),
    }
}

/// The reason of an error of TLS.
pub fn reason_of_tls(error: &rustls::Error) -> String {
    tls::reason(error)
}

/// The reason where a connection was not made in time.
pub fn dial_timeout(url: &Url) -> String {
    match address(url) {
        Some(address) => format!("dial tcp {address}: i/o timeout"),
        None => no_such_host(url),
    }
}

/// The reason where a host has no address.
pub fn no_such_host(url: &Url) -> String {
    let host = String::from_utf8_lossy(url.hostname());
    format!("dial tcp: lookup {host}: no such host")
}

/// The address that Go names: the first one of the host, which is in the order of RFC 6724 in Go and here.
fn address(url: &Url) -> Option<SocketAddr> {
    let host = std::str::from_utf8(url.hostname()).ok()?;
    let port = match (url.port(), &*url.scheme) {
        (b"", b"https") => 443,
        (b"", _) => 80,
        (port, _) => std::str::from_utf8(port).ok()?.parse().ok()?,
    };
    (host, port).to_socket_addrs().ok()?.next()
}
