//! Requests without TLS through a proxy: the proxy is sent the whole address, as Go does, and makes no tunnel.

use data_encoding::BASE64;
use gostd::url::Url;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// A proxy that requests are sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Forward {
    /// The proxy's address.
    uri: Uri,
    /// The value of `Proxy-Authorization`, if the address names a user.
    authorization: Option<String>,
}

impl Forward {
    /// The proxy's address, for errors.
    pub(super) fn url(&self) -> Url {
        Url::parse(self.uri.to_string().as_bytes()).unwrap_or_default()
    }

    /// The proxy at an address, if it speaks HTTP without TLS.
    pub(super) fn parse(address: &str) -> Option<Forward> {
        let with_scheme = match address.contains("://") {
            true => address.to_owned(),
            false => format!("http://{address}"),
        };
        let url = Url::parse(with_scheme.as_bytes()).ok()?;
        if url.scheme != b"http" || url.host.is_empty() {
            return None;
        }
        let authorization = url.user.as_ref().map(|user| {
            let password = user.password.as_deref().unwrap_or_default();
            let pair = [&*user.name, b":", password].concat();
            format!("Basic {}", BASE64.encode(&pair))
        });
        let host = String::from_utf8_lossy(&url.host).into_owned();
        let uri = format!("http://{host}/").parse().ok()?;
        Some(Forward { uri, authorization })
    }
}

/// Whatever is asked for, the proxy is where it is to be had.
impl Resolver for Forward {
    fn resolve(
        &self,
        _: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        DefaultResolver::default().resolve(&self.uri, config, timeout)
    }
}

impl<In: Transport> Connector<In> for Forward {
    type Out = Forwarded<In>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let authority = details.uri.authority();
        let authority = authority.map_or("", |authority| authority.as_str());
        Ok(chained.map(|inner| Forwarded {
            inner,
            origin: format!("http://{authority}"),
            authorization: self.authorization.clone(),
            begins: true,
        }))
    }
}

/// A connection to a proxy.
#[derive(Debug)]
pub(super) struct Forwarded<T> {
    inner: T,
    /// The server that is meant, before the paths that it is asked for.
    origin: String,
    authorization: Option<String>,
    /// What is written next is the beginning of a request.
    begins: bool,
}

impl<T: Transport> Forwarded<T> {
    /// The beginning of a request with the whole address in its first line.
    fn rewritten(&self, text: &[u8]) -> Vec<u8> {
        let method = text
            .iter()
            .position(|byte| *byte == b' ')
            .map_or(0, |at| at + 1);
        let (method, rest) = text.split_at_checked(method).unwrap_or((text, b""));
        let end = memchr::memmem::find(rest, b"\r\n").map_or(rest.len(), |at| at + 2);
        let (target, headers) = rest.split_at_checked(end).unwrap_or((rest, b""));
        let mut whole = [method, self.origin.as_bytes(), target].concat();
        if let Some(authorization) = &self.authorization {
            whole.extend_from_slice(format!("Proxy-Authorization: {authorization}\r\n").as_bytes());
        }
        whole.extend_from_slice(headers);
        whole
    }
}

impl<T: Transport> Transport for Forwarded<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        if !std::mem::take(&mut self.begins) {
            return self.inner.transmit_output(amount, timeout);
        }
        let text = self.inner.buffers().output();
        let text = text.get(..amount).unwrap_or_default().to_vec();
        let mut rest = &*self.rewritten(&text);
        while !rest.is_empty() {
            let output = self.inner.buffers().output();
            let length = rest.len().min(output.len()).max(1);
            let (part, after) = rest.split_at_checked(length).unwrap_or((rest, b""));
            if let Some(place) = output.get_mut(..part.len()) {
                place.copy_from_slice(part);
            }
            self.inner.transmit_output(part.len(), timeout)?;
            rest = after;
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        // After an answer the next request begins.
        self.begins = true;
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}
