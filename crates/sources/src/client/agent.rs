//! The agents of ureq, with the TLS that files ask for.

use super::forward::Forward;
use super::{Access, Client};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use rustls::crypto::ring;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use ureq::Agent;
use ureq::tls::{
    Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem,
};
use ureq::unversioned::transport::{Connector, TcpConnector};

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
    /// Connections have TLS; those without need no authorities.
    is_used: bool,
    /// The proxy that requests are sent to.
    forward: Option<Forward>,
}

impl Agents {
    /// The agent for an address with this access.
    ///
    /// # Errors
    /// Helm's texts about the files.
    pub(super) fn of(
        &self,
        access: &Access,
        scheme: &[u8],
        forward: Option<Forward>,
        client: &Client,
    ) -> Result<Agent, String> {
        let files = TlsFiles {
            ca: access.ca_file.clone(),
            certificate: access.cert_file.clone(),
            key: access.key_file.clone(),
            is_insecure: access.is_insecure,
            is_used: scheme == b"https",
            forward,
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
        let agent = match files.forward.clone() {
            None => config.build().new_agent(),
            Some(forward) => {
                let connector = ().chain(TcpConnector::default()).chain(forward.clone());
                Agent::with_parts(config.build(), connector, forward)
            }
        };
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
        "" if files.is_used => system_roots(),
        "" => RootCerts::new_with_certs(&[]),
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
