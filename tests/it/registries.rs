//! Registries that misbehave: connections that are cut, wrong lengths and digests, bodies without end, redirects in circles and
//! to other hosts, services of tokens that lie. Each ends with status 1 and a reason, soon, and leaves no file behind.

use super::http_server::{Answer, Server, answer};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

type Tested = Result<(), Box<dyn Error>>;

const CHART: &[u8] = b"the bytes of a chart";
const CONFIG: &[u8] = b"{\"name\":\"a\",\"version\":\"1.0.0\"}";
/// What a whole run may take, with all its waiting for a busy server.
const PATIENCE: Duration = Duration::from_secs(60);

fn digest(bytes: &[u8]) -> String {
    let hex = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    format!("sha256:{hex}")
}

fn manifest() -> Vec<u8> {
    let content = |media_type: &str, bytes: &[u8]| {
        format!(
            "{{\"mediaType\":\"application/vnd.cncf.helm.{media_type}\",\"digest\":\"{}\",\"size\":{}}}",
            digest(bytes),
            bytes.len()
        )
    };
    let config = content("config.v1+json", CONFIG);
    let layer = content("chart.content.v1.tar+gzip", CHART);
    format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layer}]}}").into_bytes()
}

const MANIFEST: &str = "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n";

/// What a registry that behaves answers.
fn good(path: &str) -> Vec<u8> {
    match path {
        "/v2/c/a/tags/list" => answer("200 OK", "", b"{\"tags\":[\"1.0.0\"]}"),
        _ if path.starts_with("/v2/c/a/manifests/") => answer("200 OK", MANIFEST, &manifest()),
        _ if path.ends_with(&digest(CONFIG)) => answer("200 OK", "", CONFIG),
        _ if path.ends_with(&digest(CHART)) => answer("200 OK", "", CHART),
        _ => answer("404 Not Found", "", b""),
    }
}

/// Pulls from a server, as `pull` says, in a home of its own: the outcome and the files that are there after.
fn pull(server: &Server, flags: &[&str]) -> Result<(Output, Vec<String>), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let out = home.path().join("out");
    std::fs::create_dir(&out)?;
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args([
            "pull",
            &format!("oci://{}/c/a", server.host),
            "--plain-http",
            "-d",
        ])
        .arg(&out)
        .args(flags)
        .env_clear()
        .env("HOME", home.path())
        .output()?;
    assert!(start.elapsed() < PATIENCE, "{output:?}");
    let files = std::fs::read_dir(&out)?.flatten();
    let files = files.map(|file| file.file_name().to_string_lossy().into_owned());
    Ok((output, files.collect()))
}

fn refuses(server: &Server, flags: &[&str], reason: &str, what: &str) -> Tested {
    let (output, files) = pull(server, flags)?;
    let stderr = String::from_utf8_lossy(&output.stderr).replace(&server.host, "HOST");
    assert_eq!(output.status.code(), Some(1), "{what}: {stderr}");
    assert!(stderr.starts_with("Error: "), "{what}: {stderr}");
    assert!(stderr.contains(reason), "{what}: {stderr}");
    assert!(
        !stderr.contains("s3cret") && !stderr.contains("YWxpY2U6"),
        "{what}: {stderr}"
    );
    assert!(
        output.stdout.is_empty() && files.is_empty(),
        "{what}: {files:?}"
    );
    Ok(())
}

#[test]
fn a_proxy_is_sent_whole_addresses() -> Tested {
    let proxy = Server::start("127.0.0.1", |request, _| {
        let path = request.path.strip_prefix("http://registry.invalid:5000");
        match (path, &request.authorization) {
            (Some(path), None) => good(path).into(),
            _ => answer("400 Bad Request", "", b"").into(),
        }
    })?;
    let home = tempfile::tempdir()?;
    let run = |exceptions: &str| {
        Command::new(env!("CARGO_BIN_EXE_rhelm"))
            .args(["pull", "oci://registry.invalid:5000/c/a", "--plain-http"])
            .current_dir(home.path())
            .env_clear()
            .env("HOME", home.path())
            .env("http_proxy", format!("http://bob:pw@{}", proxy.host))
            .env("NO_PROXY", exceptions)
            .output()
    };
    let output = run("")?;
    assert!(output.status.success(), "{output:?}");
    assert!(home.path().join("a-1.0.0.tgz").exists());
    assert_eq!(proxy.told().len(), 4);
    assert_eq!(run("registry.invalid")?.status.code(), Some(1));
    let refused = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(["pull", "http://charts.invalid/a.tgz"])
        .env_clear()
        .env("HOME", home.path())
        .env("HTTP_PROXY", "127.0.0.1:1")
        .output()?;
    assert_eq!(
        String::from_utf8_lossy(&refused.stderr),
        "Error: Get \"http://charts.invalid/a.tgz\": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: \
         connection refused\n"
    );
    assert_eq!(proxy.told().len(), 4);
    Ok(())
}

const EXACT: &[&str] = &["--version", "1.0.0"];
const ALICE: &[&str] = &[
    "--version",
    "1.0.0",
    "--username",
    "alice",
    "--password",
    "s3cret",
];

#[test]
fn a_registry_that_behaves_is_pulled_from() -> Tested {
    let server = Server::start("127.0.0.1", |request, _| good(&request.path).into())?;
    for flags in [EXACT, &[]] {
        let (output, files) = pull(&server, flags)?;
        assert!(output.status.success(), "{output:?}");
        assert_eq!(files, ["a-1.0.0.tgz"]);
    }
    Ok(())
}

#[test]
fn connections_that_are_cut_are_errors() -> Tested {
    let paths = ["tags/list", "manifests/", "blobs/"];
    for (part, flags) in paths.into_iter().zip([&[][..], EXACT, EXACT]) {
        let cut = Arc::new(Mutex::new(0));
        let length = Arc::clone(&cut);
        let server = Server::start("127.0.0.1", move |request, _| {
            let mut bytes = good(&request.path);
            if request.path.contains(part) {
                bytes.truncate(length.lock().map_or(0, |length| *length));
            }
            bytes.into()
        })?;
        let whole = match part {
            "tags/list" => good("/v2/c/a/tags/list").len(),
            "manifests/" => good("/v2/c/a/manifests/1").len(),
            _ => good(&digest(CHART)).len(),
        };
        // At each byte of the beginning, and at some of the rest.
        for at in (0..whole).filter(|at| *at < 24 || at % 19 == 0 || *at + 1 == whole) {
            if let Ok(mut cut) = cut.lock() {
                *cut = at;
            }
            refuses(&server, flags, "", &format!("{part} cut at {at}"))?;
        }
    }
    Ok(())
}

#[test]
fn contents_are_what_they_are_said_to_be() -> Tested {
    /// The path, what comes instead, and the reason.
    type Case = (&'static str, fn(&str) -> Answer, &'static str);
    fn endless(path: &str) -> Answer {
        let kind = if path.contains("manifests") {
            MANIFEST
        } else {
            ""
        };
        Answer {
            bytes: format!("HTTP/1.1 200 OK\r\n{kind}\r\n").into_bytes(),
            endless: true,
        }
    }
    let cases: &[Case] = &[
        (
            "/blobs/",
            |_| answer("200 OK", "", b"other bytes of a thing").into(),
            "mismatch Content-Length",
        ),
        (
            "/blobs/",
            |path| {
                good(path)
                    .iter()
                    .map(|b| if *b == b'b' { b'c' } else { *b })
                    .collect::<Vec<_>>()
                    .into()
            },
            "",
        ),
        (
            "/blobs/",
            |_| {
                b"HTTP/1.1 200 OK\r\n\r\nThe bytes of a chart"
                    .to_vec()
                    .into()
            },
            "failed to perform \"Push\" on destination: ",
        ),
        (
            "/blobs/",
            |_| b"HTTP/1.1 200 OK\r\n\r\nshort".to_vec().into(),
            "unexpected EOF",
        ),
        ("/blobs/", endless, "larger than"),
        ("/manifests/", endless, "larger than"),
        ("/tags/", endless, "larger than"),
        (
            "/manifests/",
            |_| {
                answer(
                    "200 OK",
                    &format!("{MANIFEST}Docker-Content-Digest: {}\r\n", digest(b"")),
                    &manifest(),
                )
                .into()
            },
            "mismatched digest",
        ),
        (
            "/manifests/",
            |_| {
                answer(
                    "200 OK",
                    &format!("{MANIFEST}Docker-Content-Digest: x\r\n"),
                    &manifest(),
                )
                .into()
            },
            "invalid checksum digest format",
        ),
        (
            "/manifests/",
            |_| answer("200 OK", "", &manifest()).into(),
            "invalid response `Content-Type` header",
        ),
        (
            "/manifests/",
            |_| answer("200 OK", MANIFEST, b"{\"config\":7,\"layers\":{}}").into(),
            "minimum number of descriptors",
        ),
        (
            "/manifests/",
            |_| {
                answer("200 OK", MANIFEST, b"{\"layers\":[{\"mediaType\":\"application/vnd.cncf.helm.chart.content.v1.tar+gzip\",\"digest\":\"../../x\",\"size\":-1}]}").into()
            },
            "invalid digest",
        ),
        (
            "/manifests/",
            |_| answer("500 Internal Server Error", "", b"<html>").into(),
            "response status code 500: Internal Server Error",
        ),
        (
            "/tags/",
            |_| answer("200 OK", "", b"<html>").into(),
            "failed to decode response: invalid character '<'",
        ),
        (
            "/tags/",
            |_| answer("200 OK", "", b"{\"tags\":7}").into(),
            "unable to locate any tags",
        ),
        (
            "/tags/",
            |_| answer("200 OK", "Link: next\r\n", b"{\"tags\":[]}").into(),
            "invalid next link",
        ),
        (
            "/tags/",
            |path| {
                let other = if path.ends_with('b') { "c" } else { "b" };
                answer(
                    "200 OK",
                    &format!("Link: </v2/c/a/tags/list?{other}>; rel=next\r\n"),
                    b"{}",
                )
                .into()
            },
            "unable to locate any tags",
        ),
        (
            "/manifests/",
            |path| answer("302 Found", &format!("Location: {path}\r\n"), b"").into(),
            "stopped after 10 redirects",
        ),
        (
            "/manifests/",
            |_| answer("302 Found", "Location: ftp://x/\r\n", b"").into(),
            "unsupported protocol scheme \"ftp\"",
        ),
        (
            "/manifests/",
            |_| answer("401 Unauthorized", "WWW-Authenticate: Basic\r\n", b"").into(),
            "basic credential not found",
        ),
        (
            "/manifests/",
            |_| {
                answer(
                    "401 Unauthorized",
                    "WWW-Authenticate: Bearer realm=\"file:///etc/passwd\"\r\n",
                    b"",
                )
                .into()
            },
            "unsupported scheme",
        ),
        (
            "/manifests/",
            |_| {
                answer(
                    "401 Unauthorized",
                    "WWW-Authenticate: Bearer realm=\"http://127.0.0.2:1/\"\r\n",
                    b"",
                )
                .into()
            },
            "loopback, link-local, private",
        ),
    ];
    for (at, (part, instead, reason)) in cases.iter().enumerate() {
        let server = Server::start("127.0.0.1", move |request, _| {
            match request.path.contains(part) {
                true => instead(&request.path),
                false => good(&request.path).into(),
            }
        })?;
        let flags = if *part == "/tags/" { &[][..] } else { EXACT };
        refuses(&server, flags, reason, &format!("case {at} of {part}"))?;
    }
    Ok(())
}

#[test]
fn credentials_stay_with_their_host() -> Tested {
    let other = Server::start("127.0.0.1", |request, _| good(&request.path).into())?;
    let host = other.host.clone();
    let server = Server::start("127.0.0.1", move |request, _| {
        let location = format!("Location: http://{host}{}\r\n", request.path);
        match request.authorization {
            None => answer("401 Unauthorized", "WWW-Authenticate: Basic\r\n", b"").into(),
            // As registries do that keep contents elsewhere.
            Some(_) if request.path.contains("/blobs/") => {
                answer("307 Temporary Redirect", &location, b"").into()
            }
            Some(_) => good(&request.path).into(),
        }
    })?;
    let (output, files) = pull(&server, ALICE)?;
    assert!(output.status.success() && files.len() == 1, "{output:?}");
    assert!(server.told().iter().any(Option::is_some));
    assert_eq!(other.told(), [None, None]);

    let all = Server::start("127.0.0.1", |_, _| {
        answer("401 Unauthorized", "WWW-Authenticate: Basic\r\n", b"").into()
    })?;
    let host = all.host.clone();
    let server = Server::start("127.0.0.1", move |request, _| {
        let location = format!("Location: http://{host}{}\r\n", request.path);
        answer("302 Found", &location, b"").into()
    })?;
    refuses(
        &server,
        ALICE,
        "response status code 401",
        "a redirect to a host that asks",
    )?;
    assert!(all.told().iter().all(Option::is_none));
    Ok(())
}

#[test]
fn services_of_tokens_may_lie() -> Tested {
    for (token, reason) in [
        (answer("200 OK", "", b"{}"), "empty token returned"),
        (answer("200 OK", "", b"<html>"), "failed to decode response"),
        (
            answer("200 OK", "", b"{\"token\":\"a\\r\\nX: y\"}"),
            "the token is no text",
        ),
        (
            answer("200 OK", "", b"{\"token\":\"no\"}"),
            "response status code 401",
        ),
        (
            answer("403 Forbidden", "", b""),
            "response status code 403: Forbidden",
        ),
        (
            answer("302 Found", "Location: /token\r\n", b""),
            "stopped after 10 redirects",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{".to_vec(),
            "Error",
        ),
    ] {
        let server = Server::start("127.0.0.1", move |request, own| {
            let realm = format!("WWW-Authenticate: Bearer realm=\"http://{own}/token\"\r\n");
            match request.path.starts_with("/token") {
                true => token.clone().into(),
                false => answer("401 Unauthorized", &realm, b"").into(),
            }
        })?;
        refuses(&server, ALICE, reason, reason)?;
    }
    Ok(())
}

#[test]
fn a_busy_registry_is_asked_again() -> Tested {
    let asked = Mutex::new(0);
    let server = Server::start("127.0.0.1", move |request, _| {
        let mut asked = asked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *asked += 1;
        match *asked {
            1 => answer("429 Too Many Requests", "Retry-After: 1\r\n", b"").into(),
            2 => answer("503 Service Unavailable", "", b"").into(),
            _ => good(&request.path).into(),
        }
    })?;
    let (output, files) = pull(&server, EXACT)?;
    assert!(output.status.success() && files.len() == 1, "{output:?}");
    Ok(())
}
