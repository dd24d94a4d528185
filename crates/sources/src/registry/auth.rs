//! Requests of a registry with what it wants: a name and a password, or a token of its service (oras's `auth.Client`).

use super::Registry;
use super::challenge::{Challenge, clean_scopes};
use super::credentials::Credential;
use super::query::Query;
use super::{failure, json};
use crate::client::{self, Request, Response};
use crate::{Access, Error};
use data_encoding::BASE64;
use gostd::strconv::quote;
use gostd::url::{Url, query_escape};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// The most bytes that a token's answer may have.
const TOKEN_BYTES: u64 = 128 << 10;

/// What registries have asked for so far, by host.
#[derive(Default)]
pub(super) struct Session(Mutex<HashMap<String, Scheme>>);

/// What a registry wants, with the value of `Authorization`; of tokens one for each set of scopes.
enum Scheme {
    Basic(String),
    Bearer(HashMap<String, String>),
}

impl Session {
    fn header(&self, host: &str, key: &str) -> Option<String> {
        let schemes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match schemes.get(host)? {
            Scheme::Basic(header) => Some(header.clone()),
            Scheme::Bearer(headers) => headers.get(key).cloned(),
        }
    }

    fn set_basic(&self, host: &str, header: &str) {
        let mut schemes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        schemes.insert(host.to_owned(), Scheme::Basic(header.to_owned()));
    }

    fn set_token(&self, host: &str, key: String, header: &str) {
        let mut schemes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let scheme = schemes.entry(host.to_owned());
        let scheme = scheme.or_insert_with(|| Scheme::Bearer(HashMap::new()));
        match scheme {
            Scheme::Bearer(headers) => {
                headers.insert(key, header.to_owned());
            }
            Scheme::Basic(_) => *scheme = Scheme::Bearer([(key, header.to_owned())].into()),
        }
    }
}

/// One request of a registry.
pub(super) struct Ask<'a> {
    pub(super) method: &'static str,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'static str, &'a str)],
    pub(super) body: &'a [u8],
    pub(super) limit: u64,
    /// The scopes that a token must have.
    pub(super) scopes: &'a [String],
}

impl Registry<'_> {
    /// Sends a request, and where the registry wants to know who asks, once more with that.
    ///
    /// # Errors
    /// There is no answer, or nothing to log in with.
    pub(super) fn ask(&self, ask: &Ask<'_>) -> Result<Response, Error> {
        let url =
            Url::parse(ask.url.as_bytes()).map_err(|error| Error::Address(error.to_string()))?;
        let host = String::from_utf8_lossy(&url.host).into_owned();
        let key = ask.scopes.join(" ");
        let known = self.session.header(&host, &key);
        let response = self.send(ask, known.as_deref())?;
        if response.status != 401 || !client::is_same_origin(&url, &response.url) {
            return Ok(response);
        }
        let challenge = response.header("www-authenticate").unwrap_or_default();
        let failed = |cause: String| {
            let address = quote(response.url.to_string().as_bytes());
            Error::Fetch(format!("{} {address}: {cause}", ask.method))
        };
        let header = match Challenge::parse(challenge) {
            None => return Ok(response),
            Some(Challenge::Basic) => {
                let header = self.basic(&host).map_err(failed)?;
                self.session.set_basic(&host, &header);
                header
            }
            Some(Challenge::Bearer(parameters)) => {
                let parameter = |name: &str| parameters.get(name).map_or("", |value| &**value);
                let wanted = parameter("scope");
                let scopes = match wanted {
                    "" => ask.scopes.to_vec(),
                    _ => {
                        let own = ask.scopes.iter().map(String::as_str);
                        clean_scopes(own.chain(wanted.split(' ')))
                    }
                };
                let all = scopes.join(" ");
                let other = self.session.header(&host, &all).filter(|_| all != key);
                if let Some(header) = other {
                    let response = self.send(ask, Some(&header))?;
                    if response.status != 401 {
                        return Ok(response);
                    }
                }
                let realm = parameter("realm");
                check_realm(realm, &url).map_err(failed)?;
                let token = self.token(&host, realm, parameter("service"), &scopes);
                let header = format!("Bearer {}", token.map_err(failed)?);
                self.session.set_token(&host, all, &header);
                header
            }
        };
        self.send(ask, Some(&header))
    }

    fn send(&self, ask: &Ask<'_>, authorization: Option<&str>) -> Result<Response, Error> {
        let access = self.tls();
        let url = self.as_served(ask.url);
        let request = Request {
            headers: ask.headers,
            body: ask.body,
            // No credentials of an address are sent either.
            authorization: authorization.or(Some("")),
            is_retried: self.is_retried(),
            ..Request::new(ask.method, &url, &access, ask.limit)
        };
        match self.client.send(&request) {
            Err(error) if self.can_fall_back(&url, &error) => {
                self.fall_back();
                let url = self.as_served(ask.url);
                self.client.send(&Request {
                    url: &url,
                    ..request
                })
            }
            answer => answer,
        }
    }

    /// The value of `Authorization` with a name and a password.
    fn basic(&self, host: &str) -> Result<String, String> {
        let credential = self.credential(host);
        let credential =
            credential.map_err(|cause| format!("failed to resolve credential: {cause}"))?;
        if credential.is_empty() {
            return Err("basic credential not found".into());
        }
        if credential.username.is_empty() || credential.password.is_empty() {
            return Err("missing username or password for basic auth".into());
        }
        Ok(basic(&credential))
    }

    /// Asks a registry's service for a token.
    fn token(
        &self,
        host: &str,
        realm: &str,
        service: &str,
        scopes: &[String],
    ) -> Result<String, String> {
        let credential = self.credential(host).map_err(|cause| cause.to_string())?;
        if !credential.access_token.is_empty() {
            return Ok(credential.access_token);
        }
        let is_password = credential.refresh_token.is_empty() && !self.wants_oauth();
        let (answer, method) = match credential.is_empty() || is_password {
            true => (
                self.ask_for_token(&credential, realm, service, scopes)?,
                "GET",
            ),
            false => (self.exchange(&credential, realm, service, scopes)?, "POST"),
        };
        if answer.status != 200 {
            return Err(failure::of(method, &answer).to_string());
        }
        let address = || quote(answer.url.to_string().as_bytes());
        let body = json::first_object(&answer.body).map_err(|cause| {
            format!("{method} {}: failed to decode response: {cause}", address())
        })?;
        let tokens = match method {
            "GET" => &["access_token", "token"][..],
            _ => &["access_token"],
        };
        let mut tokens = tokens.iter().map(|key| json::text(&body, key));
        let token = tokens.find(|token| !token.is_empty());
        let token = token.ok_or_else(|| format!("{method} {}: empty token returned", address()))?;
        match token.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            true => Ok(token),
            false => Err(format!("{method} {}: the token is no text", address())),
        }
    }

    fn ask_for_token(
        &self,
        credential: &Credential,
        realm: &str,
        service: &str,
        scopes: &[String],
    ) -> Result<Response, String> {
        let mut url = Url::parse(realm.as_bytes()).map_err(|error| error.to_string())?;
        let mut query = Query::parse(&url.raw_query);
        if !service.is_empty() {
            query.set(b"service", service);
        }
        for scope in scopes {
            query.add(b"scope", scope.as_bytes());
        }
        url.raw_query = query.encode();
        let is_known = !credential.username.is_empty() || !credential.password.is_empty();
        let header = is_known.then(|| basic(credential));
        self.ask_service("GET", &url.to_string(), header.as_deref(), &[], b"")
    }

    /// Exchanges what there is for a token (OAuth 2).
    fn exchange(
        &self,
        credential: &Credential,
        realm: &str,
        service: &str,
        scopes: &[String],
    ) -> Result<Response, String> {
        let scope = scopes.join(" ");
        let mut form = vec![("client_id", "oras-go"), ("service", service)];
        if !credential.refresh_token.is_empty() {
            form.push(("grant_type", "refresh_token"));
            form.push(("refresh_token", &credential.refresh_token));
        } else if !credential.username.is_empty() && !credential.password.is_empty() {
            form.push(("grant_type", "password"));
            form.push(("username", &credential.username));
            form.push(("password", &credential.password));
        } else {
            return Err("missing username or password for bearer auth".into());
        }
        if !scope.is_empty() {
            form.push(("scope", &scope));
        }
        form.sort_unstable();
        let pairs = form.iter().map(|(key, value)| {
            let value = query_escape(value.as_bytes());
            [key.as_bytes(), &value].join(&b'=')
        });
        let body = pairs.collect::<Vec<_>>().join(&b'&');
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.ask_service("POST", realm, None, &headers, &body)
    }

    fn ask_service(
        &self,
        method: &'static str,
        url: &str,
        authorization: Option<&str>,
        headers: &[(&'static str, &str)],
        body: &[u8],
    ) -> Result<Response, String> {
        let access: Access = self.tls();
        let request = Request {
            headers,
            body,
            authorization: authorization.or(Some("")),
            is_retried: self.is_retried(),
            ..Request::new(method, url, &access, TOKEN_BYTES)
        };
        self.client
            .send(&request)
            .map_err(|cause| cause.to_string())
    }
}

fn basic(credential: &Credential) -> String {
    let pair = format!("{}:{}", credential.username, credential.password);
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
}

/// A service of tokens must not be less safe than its registry, nor on this machine's networks, unless the registry is
/// there, too.
fn check_realm(realm: &str, registry: &Url) -> Result<(), String> {
    if realm.is_empty() {
        return Ok(());
    }
    let quoted = quote(realm.as_bytes());
    let url = Url::parse(realm.as_bytes())
        .map_err(|cause| format!("failed to parse bearer realm {quoted}: {cause}"))?;
    match &*url.scheme {
        b"https" => {}
        b"http" if registry.scheme == b"https" => {
            return Err(format!(
                "bearer realm {quoted} uses http but registry was contacted over https"
            ));
        }
        b"http" => {}
        other => {
            let scheme = quote(other);
            return Err(format!(
                "bearer realm {quoted} uses unsupported scheme {scheme}"
            ));
        }
    }
    let host = String::from_utf8_lossy(url.hostname()).into_owned();
    let is_inside = match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let is_link_local = ip.is_link_local() || ip.octets()[..3] == [224, 0, 0];
            ip.is_loopback() || is_link_local || ip.is_private() || ip.is_unspecified()
        }
        Ok(IpAddr::V6(ip)) => {
            let first = ip.segments()[0];
            let is_link_local = ip.is_unicast_link_local() || first & 0xff0f == 0xff02;
            ip.is_loopback() || is_link_local || ip.is_unique_local() || ip.is_unspecified()
        }
        Err(_) => false,
    };
    match is_inside && url.hostname() != registry.hostname() {
        true => Err(format!(
            "bearer realm host {} is a loopback, link-local, private, or unspecified address",
            quote(host.as_bytes())
        )),
        false => Ok(()),
    }
}
