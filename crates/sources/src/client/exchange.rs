//! One request and its answer: redirects, credentials and retries by Go's rules, over ureq.

use super::forward::Forward;
use super::{
    Access, Client, Request, Response, Settings, displayed, failure, is_same_origin, proxy,
};
use data_encoding::BASE64;
use gostd::strconv::quote;
use gostd::url::Url;
use std::time::{Duration, Instant};
use ureq::http::{self, StatusCode};
use ureq::{Agent, Body, Proxy};

/// Go's client stops there.
const REDIRECTS: usize = 10;
/// The number of times that a registry is asked again, and the first and the longest wait before.
const RETRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// The request as redirects change it.
struct Hop<'a> {
    request: &'a Request<'a>,
    url: Url,
    method: &'static str,
    body: &'a [u8],
    authorization: Option<String>,
    referer: Option<String>,
    /// The address of the proxy that is sent the request.
    forward: Option<Url>,
    /// The proxy that makes a tunnel.
    proxy: Option<Proxy>,
}

/// Sends a request and reads the answer, whatever its status. The error is Go's.
pub(super) fn exchange(
    client: &Client,
    request: &Request<'_>,
    settings: &Settings,
) -> Result<Response, String> {
    let start = Instant::now();
    let mut first = Url::parse(request.url.as_bytes()).map_err(|error| error.to_string())?;
    // Go's `removeEmptyPort`.
    if first.host.ends_with(b":") {
        first.host.pop();
    }
    if first.scheme == b"https" && settings.is_plain(&first) {
        first.scheme = b"http".to_vec();
    }
    let mut hop = Hop {
        url: first.clone(),
        method: request.method,
        body: request.body,
        authorization: None,
        referer: None,
        forward: None,
        proxy: None,
        request,
    };
    let mut hops = 0;
    loop {
        let named = match hops {
            0 => hop.url.to_string(),
            // Go names what the server said.
            _ => address_of_redirect(&hop.url, &first),
        };
        let operation = operation(hop.method);
        let failed = |reason: &str| {
            let named = quote(displayed(&named).as_bytes());
            format!("{operation} {named}: {reason}")
        };
        if hops >= REDIRECTS {
            return Err(failed("stopped after 10 redirects"));
        }
        if !matches!(&*hop.url.scheme, b"http" | b"https") {
            let scheme = String::from_utf8_lossy(&hop.url.scheme).into_owned();
            let scheme = quote(scheme.as_bytes());
            return Err(failed(&format!("unsupported protocol scheme {scheme}")));
        }
        if hop.url.host.is_empty() {
            return Err(failed("http: no Host in request URL"));
        }
        hop.authorization = match request.authorization {
            // What a registry is told goes nowhere else.
            Some(text) if is_same_origin(&hop.url, &first) => {
                Some(text.to_owned()).filter(|text| !text.is_empty())
            }
            Some(_) => None,
            None => authorization(&hop.url, request.access)
                .or_else(|| settings.credentials(&hop.url).map(basic)),
        };
        let access = settings.access(&hop.url, request.access);
        let access = access.as_ref().unwrap_or(request.access);
        let (forward, proxy) = proxy::of(&hop.url);
        let scheme = &hop.url.scheme;
        hop.forward = forward.as_ref().map(Forward::url);
        hop.proxy = proxy;
        let agent = client.agents.of(access, scheme, forward, client)?;
        let mut response = hop.send(&agent, client, start).map_err(|e| failed(&e))?;
        let status = response.status();
        let location = response.headers().get("location");
        if let Some(location) = location.filter(|_| leads_on(status)) {
            let location = location.as_bytes();
            let next = Url::parse(location).map_err(|error| {
                failed(&format!(
                    "failed to parse Location header {}: {error}",
                    quote(location)
                ))
            })?;
            hop.referer = referer_of(&hop.url, &next);
            hop.url = hop.url.resolve(&next);
            if !matches!(status.as_u16(), 307 | 308) && hop.method != "HEAD" {
                hop.method = "GET";
                hop.body = b"";
            }
            hops += 1;
            continue;
        }
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let headers = headers.collect();
        let limit = match status {
            StatusCode::OK => request.limit,
            // The reason why not.
            _ => request.limit.min(super::REASON_BYTES),
        };
        let body = match hop.method {
            "HEAD" => Vec::new(),
            _ => read_body(&mut response, limit, status).map_err(|error| match error {
                ureq::Error::BodyExceedsLimit(_) => failed(&super::too_large(limit)),
                other => failure::reason_of_body(&other),
            })?,
        };
        return Ok(Response {
            status: status.as_u16(),
            reason: status.canonical_reason().unwrap_or_default(),
            headers,
            body,
            url: hop.url,
        });
    }
}

/// The body; of one that only tells a reason, what fits.
fn read_body(
    response: &mut http::Response<Body>,
    limit: u64,
    status: StatusCode,
) -> Result<Vec<u8>, ureq::Error> {
    use std::io::Read;
    if status == StatusCode::OK {
        return response.body_mut().with_config().limit(limit).read_to_vec();
    }
    let mut reason = Vec::new();
    let read = response
        .body_mut()
        .as_reader()
        .take(limit)
        .read_to_end(&mut reason);
    drop(read);
    Ok(reason)
}

impl Hop<'_> {
    /// Sends it, and where the request allows for it once more, as long as the server has no time.
    fn send(
        &self,
        agent: &Agent,
        client: &Client,
        start: Instant,
    ) -> Result<http::Response<Body>, String> {
        let mut attempt = 0;
        loop {
            let answer = self.send_once(agent, client, start);
            let wait = match &answer {
                _ if !self.request.is_retried || attempt >= RETRIES => None,
                Ok(response) => wait_before_retry(response, attempt),
                Err(ureq::Error::Timeout(_)) => Some(wait(attempt)),
                Err(_) => None,
            };
            let Some(wait) = wait else {
                return answer.map_err(|error| match &self.forward {
                    None => failure::reason(&error, &self.url),
                    Some(proxy) => match failure::reason(&error, proxy) {
                        reason if reason.starts_with("dial ") => {
                            format!("proxyconnect tcp: {reason}")
                        }
                        reason => reason,
                    },
                });
            };
            std::thread::sleep(wait);
            attempt += 1;
        }
    }

    fn send_once(
        &self,
        agent: &Agent,
        client: &Client,
        start: Instant,
    ) -> Result<http::Response<Body>, ureq::Error> {
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(target(&self.url));
        for (name, value) in self.request.headers {
            request = request.header(*name, *value);
        }
        if let Some(referer) = &self.referer {
            request = request.header("Referer", referer);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let left = (!client.timeout.is_zero()).then(|| {
            let left = client.timeout.saturating_sub(start.elapsed());
            left.max(Duration::from_millis(1))
        });
        let proxy = self.proxy.clone();
        match self.method {
            "GET" | "HEAD" => {
                let request = agent.configure_request(request.body(())?);
                agent.run(request.timeout_global(left).proxy(proxy).build())
            }
            _ => {
                let request = agent.configure_request(request.body(self.body)?);
                agent.run(request.timeout_global(left).proxy(proxy).build())
            }
        }
    }
}

/// The time to wait before a registry is asked again, if its answer is that it has no time.
fn wait_before_retry(response: &http::Response<Body>, attempt: u32) -> Option<Duration> {
    let status = response.status().as_u16();
    if !matches!(status, 408 | 429 | 500..) {
        return None;
    }
    let asked = response.headers().get("retry-after");
    let asked = asked.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let asked = asked.filter(|seconds| status == 429 && *seconds > 0);
    Some(asked.map_or_else(
        || wait(attempt),
        |seconds| Duration::from_secs(seconds).min(LONGEST_WAIT),
    ))
}

fn wait(attempt: u32) -> Duration {
    FIRST_WAIT
        .saturating_mul(2_u32.saturating_pow(attempt))
        .min(LONGEST_WAIT)
}

/// The operation as Go's `url.Error` calls it: `Get`.
fn operation(method: &str) -> String {
    let (first, rest) = method.split_at(1);
    format!("{first}{}", rest.to_ascii_lowercase())
}

fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The address as Go's error names it: of one on the same host the path alone, as servers write it.
fn address_of_redirect(url: &Url, first: &Url) -> String {
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
    match (&url.user, is_set && (is_own || access.passes_credentials)) {
        (_, true) => Some(basic((&access.username, &access.password))),
        (Some(user), false) => {
            let password = user.password.as_deref().unwrap_or_default();
            let pair = [&*user.name, b":", password].concat();
            Some(format!("Basic {}", BASE64.encode(&pair)))
        }
        (None, false) => None,
    }
}

fn basic((username, password): (&str, &str)) -> String {
    let pair = format!("{username}:{password}");
    format!("Basic {}", BASE64.encode(pair.as_bytes()))
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
