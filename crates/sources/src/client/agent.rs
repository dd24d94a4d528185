//! Requests: redirects and credentials by Go's rules, over ureq and rustls.

use super::{Access, Client, displayed, failure, proxy};
use data_encoding::BASE64;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use gostd::url::Url;
use rustls::crypto::ring;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use ureq::Agent;
use ureq::http::StatusCode;
use ureq::tls::{
    Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem,
};

/// Go's client stops there.
const REDIRECTS: usize = 10;

/// The agents so far: one for each set of TLS files, which keeps its connections.
#[derive(Debug, Default)]
pub(super) struct Agents(Mutex<Vec<(TlsFiles, Agent)>>);

/// The files and the switch that a connection's TLS depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TlsFiles {
    ca: String,
    certificate: String,
    key: String,
    is_insecure: bool,
}

/// Fetches what is at an address. The error is what Helm says.
pub(super) fn get(
    client: &Client,
    address: &str,
    access: &Access,
    accept: &str,
    limit: u64,
) -> Result<Vec<u8>, String> {
    let agent = client.agents.of(access, client)?;
    let start = Instant::now();
    let mut url = Url::parse(address.as_bytes()).map_err(|error| error.to_string())?;
    let mut referer = None;
    let mut hop = 0;
    loop {
        let named = match hop {
            0 => url.to_string(),
            // Go names what the server said.
            _ => address_of_redirect(&url, address),
        };
        let failed =
            |reason: &str| format!("Get {}: {reason}", quote(displayed(&named).as_bytes()));
        if hop >= REDIRECTS {
            return Err(failed("stopped after 10 redirects"));
        }
        if !matches!(&*url.scheme, b"http" | b"https") {
            let scheme = String::from_utf8_lossy(&url.scheme).into_owned();
            let scheme = quote(scheme.as_bytes());
            return Err(failed(&format!("unsupported protocol scheme {scheme}")));
        }
        if url.host.is_empty() {
            return Err(failed("http: no Host in request URL"));
        }
        let mut request = agent.get(target(&url));
        if !accept.is_empty() {
            request = request.header("Accept", accept);
        }
        if let Some(referer) = &referer {
            request = request.header("Referer", referer);
        }
        if let Some(authorization) = authorization(&url, access) {
            request = request.header("Authorization", authorization);
        }
        let left = match client.timeout.is_zero() {
            true => None,
            false => Some(
                client
                    .timeout
                    .saturating_sub(start.elapsed())
                    .max(Duration::from_millis(1)),
            ),
        };
        let request = request.config().timeout_global(left);
        let request = request.proxy(proxy::of(&url)).build();
        let mut response = request
            .call()
            .map_err(|error| failed(&failure::reason(&error, &url)))?;
        let status = response.status();
        let location = response.headers().get("location");
        let location = location.filter(|_| leads_on(status));
        if let Some(location) = location {
            let location = location.as_bytes();
            let next = Url::parse(location).map_err(|error| {
                let location = String::from_utf8_lossy(location);
                failed(&format!(
                    "failed to parse Location header {}: {error}",
                    quote(location.as_bytes())
                ))
            })?;
            referer = referer_of(&url, &next);
            url = url.resolve(&next);
            hop += 1;
            continue;
        }
        if status != StatusCode::OK {
            let reason = status.canonical_reason().unwrap_or_default();
            return Err(format!(
                "failed to fetch {} : {} {reason}",
                displayed(address),
                status.as_u16()
            ));
        }
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        return body.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => {
                failed(&format!("the answer is larger than {limit} bytes"))
            }
            other => failure::reason_of_body(&other),
        });
    }
}

fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The address as Go's error names it: of one on the same host the path alone, as servers write it.
fn address_of_redirect(url: &Url, first: &str) -> String {
    let first = Url::parse(first.as_bytes()).unwrap_or_default();
    match (first.scheme == url.scheme, first.host == url.host) {
        (true, true) => {
            let mut text = String::from_utf8_lossy(&url.escaped_path()).into_owned();
            if !url.raw_query.is_empty() {
                text.push('?');
                text.push_str(&String::from_utf8_lossy(&url.raw_query));
            }
            text
        }
        _ => url.to_string(),
    }
}

/// The address that is asked, without user and fragment.
fn target(url: &Url) -> String {
    let mut url = url.clone();
    url.user = None;
    url.fragment.clear();
    url.raw_fragment.clear();
    url.to_string()
}

/// Go's `refererForURL`: none from HTTPS to HTTP, and no user.
fn referer_of(from: &Url, to: &Url) -> Option<String> {
    match from.scheme == b"https" && to.scheme == b"http" {
        true => None,
        false => Some(target(from)),
    }
}

/// The `Authorization` for an address: that of the repository for its own scheme, host and port; else what is in the
/// address itself.
fn authorization(url: &Url, access: &Access) -> Option<String> {
    let owner = Url::parse(access.url.as_bytes()).unwrap_or_default();
    let is_own = owner.scheme == url.scheme && owner.host == url.host;
    let is_set = !access.username.is_empty() && !access.password.is_empty();
    let pair = match (&url.user, is_set && (is_own || access.passes_credentials)) {
        (_, true) => format!("{}:{}", access.username, access.password).into_bytes(),
        (Some(user), false) => {
            let password = user.password.as_deref().unwrap_or_default();
            [&*user.name, b":", password].concat()
        }
        (None, false) => return None,
    };
    Some(format!("Basic {}", BASE64.encode(&pair)))
}

impl Agents {
    fn of(&self, access: &Access, client: &Client) -> Result<Agent, String> {
        let files = TlsFiles {
            ca: access.ca_file.clone(),
            certificate: access.cert_file.clone(),
            key: access.key_file.clone(),
            is_insecure: access.is_insecure,
        };
        let mut agents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, agent)) = agents.iter().find(|(of, _)| *of == files) {
            return Ok(agent.clone());
        }
        let tls = tls(&files, client.is_helm_3)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(&client.user_agent)
            .accept("")
            .accept_encoding("")
            .proxy(None)
            .tls_config(tls);
        let agent = config.build().new_agent();
        agents.push((files, agent.clone()));
        Ok(agent)
    }
}

/// The TLS that files ask for. The errors are Helm's.
fn tls(files: &TlsFiles, is_helm_3: bool) -> Result<TlsConfig, String> {
    let prefix = match is_helm_3 {
        true => "can't create TLS config for client: ",
        false => "",
    };
    let mut builder = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .disable_verification(files.is_insecure);
    builder = builder.root_certs(match &*files.ca {
        "" => system_roots(),
        path => {
            let text = read(path).map_err(|cause| match is_helm_3 {
                true => format!("{prefix}can't read CA file: {path}"),
                false => format!("can't read CA file: {}: {cause}", quote(path.as_bytes())),
            })?;
            let roots = certificates(&text);
            if roots.is_empty() {
                return Err(match is_helm_3 {
                    true => format!("{prefix}failed to append certificates from file: {path}"),
                    false => "failed to append certificates from pem block".into(),
                });
            }
            RootCerts::new_with_certs(&roots)
        }
    });
    let is_pair = !files.certificate.is_empty() && !files.key.is_empty();
    let is_half = files.certificate.is_empty() != files.key.is_empty();
    if is_pair || is_half && !is_helm_3 {
        builder = builder.client_cert(Some(client_certificate(files, is_helm_3, prefix)?));
    }
    Ok(builder.build())
}

fn client_certificate(
    files: &TlsFiles,
    is_helm_3: bool,
    prefix: &str,
) -> Result<ClientCert, String> {
    let (certificate, key) = (&*files.certificate, &*files.key);
    let failed = |cause: &str| match is_helm_3 {
        true => {
            format!("{prefix}can't load key pair from cert {certificate} and key {key}: {cause}")
        }
        false => format!("unable to load cert from key pair: {cause}"),
    };
    let read_part = |what: &str, path: &str| {
        read(path).map_err(|cause| match is_helm_3 {
            true => failed(&cause),
            false => format!(
                "unable to read {what} file: {}: {cause}",
                quote(path.as_bytes())
            ),
        })
    };
    let chain = certificates(&read_part("cert", certificate)?);
    let key = read_part("key", key)?;
    if chain.is_empty() {
        return Err(failed(
            "tls: failed to find any PEM data in certificate input",
        ));
    }
    let key = PrivateKey::from_pem(&key)
        .map_err(|_| failed("tls: failed to find any PEM data in key input"))?;
    Ok(ClientCert::new_with_certs(&chain, key))
}

/// Go's text where a file cannot be read.
fn read(path: &str) -> Result<Vec<u8>, String> {
    let path = Path::new(path);
    let text = input::read(path, NamedBy::User, LIMITS.argument_bytes);
    text.map_err(|error| files::OsError::new("open", path, &error).to_string())
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let items = parse_pem(pem).filter_map(Result::ok);
    let certificates = items.filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    certificates.collect()
}

/// The authorities that the system trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` stand in for them.
fn system_roots() -> RootCerts {
    static ROOTS: OnceLock<Vec<Certificate<'static>>> = OnceLock::new();
    let roots = ROOTS.get_or_init(|| {
        let found = rustls_native_certs::load_native_certs();
        let certificates = found.certs.iter();
        certificates
            .map(|one| Certificate::from_der(one).to_owned())
            .collect()
    });
    RootCerts::new_with_certs(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_for_their_own_scheme_host_and_port() {
        let access = |passes_credentials| Access {
            url: "https://charts.example.com/a".into(),
            username: "alice".into(),
            password: "s3cret".into(),
            passes_credentials,
            ..Access::default()
        };
        let header = |url: &str, access: &Access| {
            let url = Url::parse(url.as_bytes()).unwrap_or_default();
            authorization(&url, access)
        };
        let alice = || Some("Basic YWxpY2U6czNjcmV0".to_owned());
        for (url, expected) in [
            ("https://charts.example.com/b/c.tgz", alice()),
            ("http://charts.example.com/b/c.tgz", None),
            ("https://charts.example.com:8443/c.tgz", None),
            ("https://a.charts.example.com/c.tgz", None),
            ("https://example.org/c.tgz", None),
            ("https://a:b@example.org/c.tgz", Some("Basic YTpi".into())),
        ] {
            assert_eq!(header(url, &access(false)), expected, "{url}");
        }
        assert_eq!(header("http://example.org/", &access(true)), alice());
        let half = Access {
            password: String::new(),
            ..access(true)
        };
        assert_eq!(header("https://charts.example.com/", &half), None);
    }

    #[test]
    fn what_is_asked_has_neither_user_nor_fragment() {
        let url = Url::parse(b"https://a:b@example.org/c%20d?e#f").unwrap_or_default();
        assert_eq!(target(&url), "https://example.org/c%20d?e");
        let plain = Url::parse(b"http://example.org/").unwrap_or_default();
        assert_eq!(referer_of(&url, &plain), None);
    }
}
