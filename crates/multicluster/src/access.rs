//! The means to reach a cluster's API: a server, the CA that it is known by, a token.

use super::Error;
use gostd::base64;
use std::net::{IpAddr, Ipv6Addr};

/// The access to a cluster's API.
#[derive(Clone, Debug)]
pub struct Access {
    /// The server.
    pub server: Server,
    /// The name in the server's certificate, where it is another than the URL's.
    pub tls_server_name: Option<String>,
    /// The authority that signed the server's certificate.
    pub authority: Authority,
    /// The user.
    pub token: Token,
}

/// The URL of an API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server(String);

/// Certificates of authorities, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority(String);

/// A bearer token. It shows nowhere but in a kubeconfig.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

fn invalid(of: &str, problem: impl Into<String>) -> Error {
    Error::Invalid {
        of: of.to_owned(),
        problem: problem.into(),
    }
}

impl Server {
    /// Checks a URL; `of` says where it is from.
    ///
    /// # Errors
    /// When it is no URL of an API server: `https`, a host, perhaps a port and a path.
    pub fn parse(of: &str, url: &str) -> Result<Server, Error> {
        let wrong = |problem: &str| Err(invalid(of, format!("{problem}: {url:?}")));
        let Some(rest) = url.strip_prefix("https://") else {
            return wrong("must begin with https://, so that nobody reads the token on the way");
        };
        if rest.contains('@') {
            return Err(invalid(of, "must not have a user or password in it"));
        }
        if rest.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\"\\".contains(c)) {
            return wrong("must be https://HOST:PORT");
        }
        let (host, port) = host_and_port(rest);
        let port_is_right = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let host_is_right = !host.is_empty() && !host.contains(['[', ']']);
        if !host_is_right || !port_is_right {
            return wrong("must be https://HOST:PORT");
        }
        Ok(Server(url.trim_end_matches('/').to_owned()))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true if the host means the machine that asks: no control plane elsewhere can reach it.
    pub fn is_local(&self) -> bool {
        let host = self.host();
        host == "localhost"
            || host.ends_with(".localhost")
            || host
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
    }

    /// The host, without brackets.
    fn host(&self) -> &str {
        host_and_port(self.0.strip_prefix("https://").unwrap_or(&self.0)).0
    }
}

/// The host of a URL without its scheme, and what stands after it as a port. Only an IPv6 address
/// loses its brackets.
fn host_and_port(rest: &str) -> (&str, Option<&str>) {
    let authority = rest.split('/').next().unwrap_or_default();
    if let Some((ip, after)) = authority.strip_prefix('[').and_then(|a| a.split_once(']'))
        && ip.parse::<Ipv6Addr>().is_ok()
    {
        return match after.strip_prefix(':') {
            None if after.is_empty() => (ip, None),
            // Without a colon it is no port.
            port => (ip, Some(port.unwrap_or_default())),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

impl Authority {
    /// Checks certificates in PEM, or in the base64 of that, as kubeconfigs and Secrets have it;
    /// `of` says where they are from.
    ///
    /// # Errors
    /// When there is no certificate, or something else, such as a key.
    pub fn parse(of: &str, text: &[u8]) -> Result<Authority, Error> {
        let none = || {
            invalid(
                of,
                "is not a valid certificate: neither PEM nor the base64 of it",
            )
        };
        let text = std::str::from_utf8(text).map_err(|_| none())?;
        if text.contains("-----BEGIN") {
            return Authority::of_pem(of, text);
        }
        let bytes = base64::decode(compact(text).as_bytes()).map_err(|_| none())?;
        let text = String::from_utf8(bytes).map_err(|_| none())?;
        Authority::of_pem(of, &text)
    }

    fn of_pem(of: &str, text: &str) -> Result<Authority, Error> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        const END: &str = "-----END CERTIFICATE-----";
        if text.contains("PRIVATE KEY-----") {
            return Err(invalid(
                of,
                "holds a private key: give the CA's certificate alone",
            ));
        }
        let mut pem = String::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(BEGIN) {
            let block = after.split_once(END);
            let whole = block.filter(|(body, _)| is_der(body));
            let Some((body, after)) = whole else {
                return Err(invalid(of, "has a broken certificate"));
            };
            pem.push_str(BEGIN);
            pem.push('\n');
            for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
                pem.push_str(line);
                pem.push('\n');
            }
            pem.push_str(END);
            pem.push('\n');
            rest = after;
        }
        if pem.is_empty() {
            return Err(invalid(of, "has no certificate in it"));
        }
        Ok(Authority(pem))
    }

    /// The base64 of the PEM text, as kubeconfigs have it.
    pub fn to_base64(&self) -> String {
        base64::encode(self.0.as_bytes())
    }
}

/// Returns true if the base64 in a PEM block is that of a DER sequence, as every certificate is one.
fn is_der(body: &str) -> bool {
    const SEQUENCE: u8 = 0x30;
    let bytes = base64::decode(compact(body).as_bytes());
    bytes.is_ok_and(|bytes| bytes.first() == Some(&SEQUENCE))
}

/// A text without blanks and line ends.
fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

impl Token {
    /// Checks a token, with or without a newline at its end; `of` says where it is from.
    ///
    /// # Errors
    /// When it is empty or cannot be sent as a bearer token. The text does not show it.
    pub fn parse(of: &str, text: &[u8]) -> Result<Token, Error> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(invalid(of, "is empty"));
        }
        match std::str::from_utf8(text) {
            Ok(text) if text.bytes().all(|b| b.is_ascii_graphic()) => Ok(Token(text.to_owned())),
            _ => Err(invalid(
                of,
                "is not a valid token: it has spaces, line ends or other characters in it",
            )),
        }
    }

    /// The token itself.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Authority(..)")
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        for url in [
            "https://10.0.0.1",
            "https://10.0.0.1:6443",
            "https://api.example.com/k8s/clusters/c-1",
            "https://[fd00::1]:6443",
            "https://[fd00::1]",
        ] {
            assert!(Server::parse("--server", url).is_ok(), "{url}");
        }
        for url in [
            "",
            "10.0.0.1:6443",
            "http://10.0.0.1",
            "https://",
            "https://:6443",
            "https://u:p@10.0.0.1",
            "https://10.0.0.1:0",
            "https://10.0.0.1:70000",
            "https://10.0.0.1:x",
            "https://10.0.0.1 ",
            "https://[fd00::1",
            "https://[fd00::1]6443",
            "https://[]:6443",
            "https://fd00::1",
            "https://10.0.0.1:",
            "https://a?b",
        ] {
            assert!(Server::parse("--server", url).is_err(), "{url} is taken");
        }
        for (url, local) in [
            ("https://127.0.0.1:6443", true),
            ("https://localhost", true),
            ("https://[::1]:6443", true),
            ("https://0.0.0.0:6443", true),
            ("https://10.0.0.1", false),
        ] {
            let server = Server::parse("--server", url);
            assert_eq!(server.map(|s| s.is_local()).ok(), Some(local), "{url}");
        }
        let trimmed = Server::parse("--server", "https://a.example/").map(|s| s.0);
        assert_eq!(trimmed.ok().as_deref(), Some("https://a.example"));
    }

    #[test]
    fn tokens_are_one_word_and_show_nowhere() {
        let token = Token::parse("t", b"abc.def\n");
        assert_eq!(format!("{token:?}"), "Ok(Token(..))");
        for text in [&b""[..], b"\n", b"a b", b"a\nb", b"\xff", "ä".as_bytes()] {
            assert!(Token::parse("t", text).is_err());
        }
    }
}
