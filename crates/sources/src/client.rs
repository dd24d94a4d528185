//! Fetching by HTTP, as Helm's getter does it: who is told which credentials, where redirects lead, and Go's words for
//! what goes wrong.

#[cfg(feature = "network")]
mod agent;
#[cfg(feature = "network")]
mod exchange;
#[cfg(feature = "network")]
mod failure;
#[cfg(feature = "network")]
mod forward;
#[cfg(feature = "network")]
mod proxy;

use super::repository::is_tag;
use super::{Error, Settings};
use compat::profile::{CommandLine, Profile};
use flate2::read::MultiGzDecoder;
use gostd::strconv::quote;
use gostd::url::Url;
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

/// The time that a request may take, from connecting to the last byte, unless the user says otherwise.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The most bytes of a failure's body that are read.
#[cfg(feature = "network")]
const REASON_BYTES: u64 = 8 << 10;

/// The address of a repository, and what it takes to get in.
///
/// Credentials go to the scheme, host and port of the address alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The repository's address.
    pub url: String,
    /// The name to log in with.
    pub username: String,
    /// The password.
    pub password: String,
    /// Certificates of authorities to trust instead of the system's, a file.
    pub ca_file: String,
    /// The certificate to show, a file.
    pub cert_file: String,
    /// Its key, a file.
    pub key_file: String,
    /// Anybody is trusted.
    pub is_insecure: bool,
    /// Credentials go to other hosts too.
    pub passes_credentials: bool,
    /// A registry is asked without TLS.
    pub is_plain_http: bool,
    /// A registry on this machine that has no TLS is asked without.
    pub tries_plain_http: bool,
}

impl Access {
    /// Returns true if flags say something about TLS.
    pub(crate) fn has_tls_flags(&self) -> bool {
        let has_pair = !self.cert_file.is_empty() && !self.key_file.is_empty();
        has_pair || !self.ca_file.is_empty() || self.is_insecure
    }
}

/// Fetches from addresses that are neither of HTTP nor of registries: Helm's plugins do so.
pub trait Downloader: std::fmt::Debug + Send + Sync {
    /// Returns true if addresses with this scheme can be fetched.
    fn knows(&self, scheme: &str) -> bool;

    /// Fetches the contents of an address with a scheme that is known, at most `limit` bytes.
    ///
    /// # Errors
    /// [`Error::Fetch`] with Helm's text.
    fn get(&self, url: &Url, access: &Access, limit: u64) -> Result<Vec<u8>, Error>;
}

/// Fetches by HTTP. It opens no connection before it is asked to, and keeps those it has.
#[derive(Debug)]
pub struct Client {
    downloader: Option<Box<dyn Downloader>>,
    user_agent: String,
    timeout: Duration,
    is_helm_3: bool,
    is_offline: bool,
    /// The file with the settings of hosts, and what it says once it is needed.
    settings_file: Option<PathBuf>,
    settings: OnceLock<Result<Settings, Error>>,
    #[cfg(feature = "network")]
    agents: agent::Agents,
}

/// Returns true if two addresses are of one server.
pub(crate) fn is_same_origin(a: &Url, b: &Url) -> bool {
    let port = |url: &Url| match (url.port(), &*url.scheme) {
        (b"", b"https") => b"443".to_vec(),
        (b"", _) => b"80".to_vec(),
        (port, _) => port.to_vec(),
    };
    a.scheme == b.scheme && a.hostname().eq_ignore_ascii_case(b.hostname()) && port(a) == port(b)
}

/// The reason why more than `limit` bytes are not read.
fn too_large(limit: u64) -> String {
    match limit % (1 << 20) {
        0 => format!("the answer is larger than {} MiB", limit >> 20),
        _ => format!("the answer is larger than {limit} bytes"),
    }
}

/// The text in a packed body.
fn unpacked(body: &[u8], limit: u64) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(limit.saturating_add(1));
    let read = reader.read_to_end(&mut text);
    read.map_err(|error| format!("the answer cannot be unpacked: {error}"))?;
    match text.len() as u64 > limit {
        true => Err(too_large(limit)),
        false => Ok(text),
    }
}

/// An address as errors show it: without a password.
pub(crate) fn displayed(address: &str) -> String {
    let Ok(mut url) = Url::parse(address.as_bytes()) else {
        return address.to_owned();
    };
    match url.user.as_mut().and_then(|user| user.password.as_mut()) {
        Some(password) => *password = b"***".to_vec(),
        None => return address.to_owned(),
    }
    // Go's asterisks are not encoded.
    url.to_string().replacen(":%2A%2A%2A@", ":***@", 1)
}

/// What was fetched, and the server's tag of it, if it gave one.
pub(crate) type Tagged = (Vec<u8>, Option<String>);

impl Client {
    /// A client that calls itself as this Helm does.
    pub fn new(profile: &Profile) -> Client {
        Client {
            downloader: None,
            user_agent: format!("Helm/{}", profile.version),
            timeout: TIMEOUT,
            is_helm_3: profile.command_line == CommandLine::Helm3,
            is_offline: false,
            settings_file: None,
            settings: OnceLock::new(),
            #[cfg(feature = "network")]
            agents: agent::Agents::default(),
        }
    }

    /// The same with another limit on the time of a request; zero is none.
    pub fn with_timeout(mut self, timeout: Duration) -> Client {
        self.timeout = timeout;
        self
    }

    /// The same, but that it fetches nothing if `is_offline`.
    pub fn offline(mut self, is_offline: bool) -> Client {
        self.is_offline |= is_offline;
        self
    }

    /// Returns true if it fetches nothing.
    pub fn is_offline(&self) -> bool {
        self.is_offline
    }

    /// The same with the settings of hosts that are in a file. It is read before the first request.
    pub fn with_settings(mut self, file: PathBuf) -> Client {
        self.settings_file = Some(file);
        self
    }

    /// The settings of hosts.
    ///
    /// # Errors
    /// Those of [`Settings::load`].
    pub(crate) fn settings(&self) -> Result<&Settings, Error> {
        let settings = self.settings.get_or_init(|| match &self.settings_file {
            Some(file) => Settings::load(file),
            None => Ok(Settings::default()),
        });
        settings.as_ref().map_err(Error::clone)
    }

    /// The same with something that fetches from other addresses.
    pub fn with_downloader(mut self, downloader: Box<dyn Downloader>) -> Client {
        self.downloader = Some(downloader);
        self
    }

    /// Returns true if addresses with this scheme can be fetched, by HTTP or otherwise.
    pub fn knows(&self, scheme: &[u8]) -> bool {
        matches!(scheme, b"http" | b"https") || self.downloader_of(scheme).is_some()
    }

    fn downloader_of(&self, scheme: &[u8]) -> Option<&dyn Downloader> {
        if matches!(scheme, b"http" | b"https" | b"oci") {
            return None;
        }
        let scheme = std::str::from_utf8(scheme).ok()?;
        let downloader = self.downloader.as_deref()?;
        downloader.knows(scheme).then_some(downloader)
    }

    /// Fetches the contents of an address, at most `limit` bytes. `accept` lists the kinds of contents to ask for, if any.
    ///
    /// # Errors
    /// Helm's text and Go's reason.
    pub fn get(
        &self,
        url: &str,
        access: &Access,
        accept: &str,
        limit: u64,
    ) -> Result<Vec<u8>, Error> {
        if let Ok(address) = Url::parse(url.as_bytes())
            && let Some(downloader) = self.downloader_of(&address.scheme)
        {
            if self.is_offline {
                return Err(Error::Offline(displayed(url)));
            }
            let mut access = access.clone();
            let own = Url::parse(access.url.as_bytes());
            let is_own = own.is_ok_and(|own| is_same_origin(&own, &address));
            if !is_own && !access.passes_credentials {
                access.username.clear();
                access.password.clear();
            }
            return downloader.get(&address, &access, limit);
        }
        let accept = [("Accept", accept)];
        let response = self.send(&Request {
            headers: match accept {
                [(_, "")] => &[],
                _ => &accept,
            },
            ..Request::new("GET", url, access, limit)
        })?;
        Ok(response.checked(url)?.body)
    }

    /// Fetches an address by HTTP: the answer, whatever its status.
    ///
    /// # Errors
    /// Go's reason why there is none.
    pub fn answer(&self, url: &str, access: &Access, limit: u64) -> Result<Answer, Error> {
        let response = self.send(&Request::new("GET", url, access, limit))?;
        Ok(Answer {
            status: response.status,
            reason: response.reason,
            body: response.body,
        })
    }

    /// Fetches the contents of an address, unless they are those that its server gave this tag, and the tag that it gives
    /// them now. They come packed where the server can do so.
    ///
    /// # Errors
    /// Those of [`get`](Client::get).
    pub(crate) fn get_if_changed(
        &self,
        url: &str,
        access: &Access,
        tag: Option<&str>,
        limit: u64,
    ) -> Result<Option<Tagged>, Error> {
        let address = Url::parse(url.as_bytes()).unwrap_or_default();
        if self.downloader_of(&address.scheme).is_some() {
            let contents = self.get(url, access, "", limit)?;
            return Ok(Some((contents, None)));
        }
        let headers = [
            ("Accept-Encoding", "gzip"),
            ("If-None-Match", tag.unwrap_or_default()),
        ];
        let headers = match tag {
            Some(_) => &headers[..],
            None => &headers[..1],
        };
        let response = self.send(&Request {
            headers,
            ..Request::new("GET", url, access, limit)
        })?;
        if response.status == 304 && tag.is_some() {
            return Ok(None);
        }
        let response = response.checked(url)?;
        let tag = response.header("etag").filter(|tag| is_tag(tag));
        let tag = tag.map(str::to_owned);
        match response.header("content-encoding") {
            Some(coding) if coding.eq_ignore_ascii_case("gzip") => {
                let text = unpacked(&response.body, limit).map_err(|cause| {
                    let named = quote(displayed(url).as_bytes());
                    Error::Fetch(format!("Get {named}: {cause}"))
                })?;
                Ok(Some((text, tag)))
            }
            _ => Ok(Some((response.body, tag))),
        }
    }

    /// Sends a request, and reads the answer.
    ///
    /// # Errors
    /// Go's reason why there is none.
    #[cfg(feature = "network")]
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Response, Error> {
        if self.is_offline {
            return Err(Error::Offline(displayed(request.url)));
        }
        let settings = self.settings()?;
        let mirrored = settings.mirrored(request.url);
        let request = Request {
            url: mirrored.as_deref().unwrap_or(request.url),
            ..*request
        };
        exchange::exchange(self, &request, settings).map_err(Error::Fetch)
    }

    /// Without the feature `network` nothing is sent.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "network"))]
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Response, Error> {
        let _ = (
            &self.user_agent,
            self.timeout,
            self.is_helm_3,
            self.is_offline,
        );
        Err(Error::Fetch(format!(
            "cannot fetch {}: this rhelm is built without its feature `sources`",
            request.url
        )))
    }
}

/// What a server said.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The status in words.
    pub reason: &'static str,
    /// The body; of a failure its first bytes.
    pub body: Vec<u8>,
}

/// A request of one address, which redirects may lead on from.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(feature = "network"),
    allow(dead_code, reason = "nothing is sent then")
)]
pub(crate) struct Request<'a> {
    /// `GET`, `HEAD`, `POST` or `PUT`.
    pub(crate) method: &'static str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'static str, &'a str)],
    pub(crate) body: &'a [u8],
    /// The value of `Authorization`, for this server alone, empty for none; without, what `access` has.
    pub(crate) authorization: Option<&'a str>,
    /// TLS files.
    pub(crate) access: &'a Access,
    /// The most bytes that the answer's body may have.
    pub(crate) limit: u64,
    /// A server that has no time is asked again.
    pub(crate) is_retried: bool,
}

impl<'a> Request<'a> {
    /// A request without headers and body.
    pub(crate) fn new(
        method: &'static str,
        url: &'a str,
        access: &'a Access,
        limit: u64,
    ) -> Request<'a> {
        Request {
            method,
            url,
            headers: &[],
            body: b"",
            authorization: None,
            access,
            limit,
            is_retried: false,
        }
    }
}

/// The answer to a request, the last one of those that redirects led to.
pub(crate) struct Response {
    pub(crate) status: u16,
    /// The status in words.
    pub(crate) reason: &'static str,
    /// Names in lower case, and values.
    headers: Vec<(String, String)>,
    /// The body; of a failure its first bytes.
    pub(crate) body: Vec<u8>,
    /// The address that answered.
    pub(crate) url: Url,
}

impl Response {
    /// The same, if it is what was asked for.
    ///
    /// # Errors
    /// Helm's text about any other answer.
    fn checked(self, url: &str) -> Result<Response, Error> {
        match self.status {
            200 => Ok(self),
            status => Err(Error::Fetch(format!(
                "failed to fetch {} : {status} {}",
                displayed(url),
                self.reason
            ))),
        }
    }

    /// The first value of a header, which is named in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(own, _)| own == name);
        found.map(|(_, value)| &**value)
    }
}
