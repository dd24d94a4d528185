//! Chooses the proxy to ask, by the rules of Go's `http.ProxyFromEnvironment`.

use super::forward::Forward;
use gostd::url::Url;
use std::net::IpAddr;
use ureq::Proxy;

/// The proxy for an address, if the environment names one: it is sent requests without TLS, and makes tunnels for others.
pub(super) fn of(url: &Url) -> (Option<Forward>, Option<Proxy>) {
    let Some(address) = address(url) else {
        return (None, None);
    };
    let forward = Forward::parse(&address).filter(|_| url.scheme == b"http");
    match forward {
        Some(forward) => (Some(forward), None),
        None => (None, Proxy::new(&address).ok()),
    }
}

/// The address of that proxy.
fn address(url: &Url) -> Option<String> {
    let names = match &*url.scheme {
        b"https" => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let proxy = variable(names)?;
    // A web server's variable of this name is what its client sent.
    if url.scheme == b"http" && std::env::var_os("REQUEST_METHOD").is_some() {
        return None;
    }
    let host = String::from_utf8_lossy(url.hostname()).to_ascii_lowercase();
    let port = match (url.port(), &*url.scheme) {
        (b"", b"https") => "443".into(),
        (b"", _) => "80".into(),
        (port, _) => String::from_utf8_lossy(port).into_owned(),
    };
    let exceptions = variable(["NO_PROXY", "no_proxy"]).unwrap_or_default();
    match is_direct(&host, &port, &exceptions) {
        true => None,
        false => Some(proxy),
    }
}

fn variable(names: [&str; 2]) -> Option<String> {
    let value = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    names.into_iter().find_map(value)
}

/// Returns true if a host is asked without a proxy: this machine, and what `exceptions` lists: `*`, addresses, networks, names
/// with all below them, names that begin with a dot for those below alone, each with a port or without.
fn is_direct(host: &str, port: &str, exceptions: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    let host = host.trim_end_matches('.');
    exceptions.split(',').map(str::trim).any(|exception| {
        let exception = exception.to_ascii_lowercase();
        if exception == "*" {
            return true;
        }
        if let (Some(address), Some((network, bits))) = (address, exception.split_once('/')) {
            return is_in(address, network, bits);
        }
        let (name, own_port) = match exception.rsplit_once(':') {
            Some((name, digits)) if !name.contains(':') || name.ends_with(']') => (name, digits),
            _ => (&*exception, ""),
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        if name.is_empty() || !own_port.is_empty() && own_port != port {
            return false;
        }
        if let (Some(address), Ok(own)) = (address, name.parse::<IpAddr>()) {
            return address == own;
        }
        let name = name.strip_prefix('*').unwrap_or(name);
        match name.strip_prefix('.') {
            Some(_) => host.ends_with(name),
            None => {
                host == name
                    || host
                        .strip_suffix(name)
                        .is_some_and(|rest| rest.ends_with('.'))
            }
        }
    })
}

/// Returns true if an address is in a network: as many of its first bits are the same.
fn is_in(address: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else {
        return false;
    };
    let (a, b, all): (u128, u128, u32) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let Some(rest) = all.checked_sub(bits) else {
        return false;
    };
    let shift = |number: u128| number.checked_shr(rest).unwrap_or(0);
    shift(a) == shift(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_gos() {
        let list = "example.com, .below.org,10.1.0.0/16,192.168.0.1,only.net:8080,[fd00::1]";
        let is_direct = |host: &str, port: &str| is_direct(host, port, list);
        for (host, port, expected) in [
            ("localhost", "80", true),
            ("127.3.2.1", "80", true),
            ("example.com", "443", true),
            ("a.example.com", "443", true),
            ("badexample.com", "443", false),
            ("below.org", "443", false),
            ("x.below.org", "443", true),
            ("10.1.2.3", "80", true),
            ("10.2.2.3", "80", false),
            ("192.168.0.1", "80", true),
            ("192.168.0.2", "80", false),
            ("only.net", "8080", true),
            ("only.net", "80", false),
            ("fd00::1", "80", true),
        ] {
            assert_eq!(is_direct(host, port), expected, "{host}:{port}");
        }
    }
}
