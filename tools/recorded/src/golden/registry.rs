//! A small registry, in memory: OCI's distribution specification as far as charts need it.
//!
//! `www/v2/REPOSITORY/manifests/TAG` and `www/v2/REPOSITORY/blobs/NAME` are there from the start. `www/auth` says what it
//! wants: `basic` the name `alice` and the password `s3cret`, `token` a token that the service at `/token` gives to the
//! same. Lists of tags have pages of three.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::server::{ALICE, Answer, Request};

/// The number of tags on a page.
const PAGE: usize = 3;
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What a registry wants before it answers.
#[derive(PartialEq, Eq)]
enum Auth {
    None,
    Basic,
    Token,
}

/// A registry and what is in it.
pub(super) struct Registry {
    auth: Auth,
    /// `http://HOST:PORT`.
    address: String,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    /// Media types and bytes by repositories, and tags or digests.
    manifests: BTreeMap<(String, String), (String, Vec<u8>)>,
    /// Bytes by repositories and digests.
    blobs: BTreeMap<(String, String), Vec<u8>>,
}

impl Registry {
    /// The registry of a served directory.
    pub(super) fn load(root: &Path, address: &str) -> Result<Registry> {
        let auth = match fs::read_to_string(root.join("auth")).as_deref() {
            Ok("basic\n") => Auth::Basic,
            Ok("token\n") => Auth::Token,
            _ => Auth::None,
        };
        let mut contents = Contents::default();
        let base = root.join("v2");
        let entries = WalkDir::new(&base).sort_by_file_name().into_iter();
        for entry in entries.filter_map(Result::ok) {
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path().strip_prefix(&base)?.to_string_lossy();
            let bytes = fs::read(entry.path())?;
            if let Some((repository, _)) = path.split_once("/blobs/") {
                let key = (repository.to_owned(), digest(&bytes));
                contents.blobs.insert(key, bytes);
            } else if let Some((repository, tag)) = path.split_once("/manifests/") {
                contents.put(repository, tag, media_type(&bytes), bytes);
            }
        }
        Ok(Registry {
            auth,
            address: address.to_owned(),
            contents: Mutex::new(contents),
        })
    }

    /// The answer, if the path is one of the registry.
    pub(super) fn answer(&self, request: &Request) -> Option<Answer> {
        if request.path == "/token" {
            return Some(token(request));
        }
        let path = request.path.strip_prefix("/v2/")?;
        let (repository, thing) = parts(path).unwrap_or_default();
        if let Some(refusal) = self.refusal(request, repository) {
            return Some(refusal);
        }
        if path.is_empty() {
            return Some(Answer::new(200, "{}"));
        }
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        Some(contents.answer(request, repository, thing))
    }

    /// The answer to those who may not.
    fn refusal(&self, request: &Request, repository: &str) -> Option<Answer> {
        let authorization = request.authorization.as_deref().unwrap_or_default();
        let action = match &*request.method {
            "GET" | "HEAD" => "pull",
            _ => "pull,push",
        };
        let wanted = match repository {
            "" => String::new(),
            _ => format!("repository:{repository}:{action}"),
        };
        let (is_known, challenge) = match self.auth {
            Auth::None => return None,
            Auth::Basic => (authorization == ALICE, "Basic realm=\"basic\"".to_owned()),
            Auth::Token => {
                let scope = authorization.strip_prefix("Bearer for:");
                let is_enough = |scope: &str| {
                    let mut scopes = scope.split('+');
                    wanted.is_empty() || scopes.any(|scope| scope.starts_with(&wanted))
                };
                let mut challenge =
                    format!("Bearer realm=\"{}/token\",service=\"charts\"", self.address);
                if !wanted.is_empty() {
                    let _ = write!(challenge, ",scope=\"{wanted}\"");
                }
                (scope.is_some_and(is_enough), challenge)
            }
        };
        (!is_known).then(|| {
            error(401, "UNAUTHORIZED", "authentication required", "")
                .with("WWW-Authenticate", challenge)
        })
    }
}

/// The service of tokens: a token says what it is for.
fn token(request: &Request) -> Answer {
    let form = String::from_utf8_lossy(&request.body).into_owned();
    let (fields, is_alice) = match &*request.method {
        "POST" => {
            let has = |field: &str| form.split('&').any(|own| own == field);
            let is_alice = has("username=alice") && has("password=s3cret");
            (form.clone(), is_alice || has("refresh_token=r3fresh"))
        }
        _ => {
            let authorization = request.authorization.as_deref();
            (request.query.clone(), authorization == Some(ALICE))
        }
    };
    if !is_alice {
        return error(401, "UNAUTHORIZED", "bad password", "");
    }
    let scopes = fields
        .split('&')
        .filter_map(|field| field.strip_prefix("scope="));
    let scopes: Vec<String> = scopes
        .map(|scope| {
            scope
                .replace("%3A", ":")
                .replace("%2F", "/")
                .replace("%2C", ",")
        })
        .collect();
    let json = format!("{{\"access_token\":\"for:{}\"}}", scopes.join("+"));
    Answer::new(200, json).with("Content-Type", "application/json")
}

impl Contents {
    fn put(&mut self, repository: &str, reference: &str, media_type: &str, bytes: Vec<u8>) {
        for reference in [reference.to_owned(), digest(&bytes)] {
            let key = (repository.to_owned(), reference);
            let value = (media_type.to_owned(), bytes.clone());
            self.manifests.insert(key, value);
        }
    }

    fn answer(&mut self, request: &Request, repository: &str, thing: &str) -> Answer {
        let key = |reference: &str| (repository.to_owned(), reference.to_owned());
        let (kind, reference) = thing.split_once('/').unwrap_or((thing, ""));
        match (&*request.method, kind, reference) {
            ("GET", "tags", "list") => self.tags(request, repository),
            ("GET" | "HEAD", "manifests", _) => match self.manifests.get(&key(reference)) {
                Some((media_type, bytes)) => Answer::new(200, bytes.clone())
                    .with("Content-Type", media_type.clone())
                    .with("Docker-Content-Digest", digest(bytes)),
                None => error(404, "MANIFEST_UNKNOWN", "manifest unknown", ""),
            },
            ("PUT", "manifests", _) => {
                let bytes = request.body.clone();
                let digest = digest(&bytes);
                self.put(repository, reference, &request.content_type, bytes);
                Answer::new(201, "").with("Docker-Content-Digest", digest)
            }
            ("POST", "blobs", "uploads/") => Answer::new(202, "").with(
                "Location",
                format!("/v2/{repository}/blobs/uploads/1?state=a%2Fb"),
            ),
            ("PUT", "blobs", "uploads/1") => {
                let expected = digest(&request.body);
                let asked = request.query.replace("%3A", ":");
                let is_kept = asked.split('&').any(|field| field == "state=a/b")
                    || asked.contains("state=a%2Fb");
                if !asked.contains(&format!("digest={expected}")) || !is_kept {
                    return error(400, "DIGEST_INVALID", "provided digest did not match", "");
                }
                self.blobs.insert(key(&expected), request.body.clone());
                Answer::new(201, "").with("Docker-Content-Digest", expected)
            }
            ("GET" | "HEAD", "blobs", _) => match self.blobs.get(&key(reference)) {
                Some(bytes) => Answer::new(200, bytes.clone())
                    .with("Content-Type", "application/octet-stream")
                    .with("Docker-Content-Digest", digest(bytes)),
                None => error(404, "BLOB_UNKNOWN", "blob unknown to registry", ""),
            },
            _ => error(404, "UNSUPPORTED", "", ""),
        }
    }

    fn tags(&self, request: &Request, repository: &str) -> Answer {
        let keys = self.manifests.keys();
        let tags: BTreeSet<&str> = keys
            .filter(|(of, reference)| of == repository && !reference.contains(':'))
            .map(|(_, reference)| &**reference)
            .collect();
        if tags.is_empty() {
            let detail = format!("{{\"name\":\"{repository}\"}}");
            let text = "repository name not known to registry";
            return error(404, "NAME_UNKNOWN", text, &detail);
        }
        let last = request.query.strip_prefix("last=").unwrap_or_default();
        let rest: Vec<&str> = tags.into_iter().filter(|tag| *tag > last).collect();
        let page = rest.get(..PAGE).unwrap_or(&rest);
        let list: Vec<String> = page.iter().map(|tag| format!("\"{tag}\"")).collect();
        let json = format!(
            "{{\"name\":\"{repository}\",\"tags\":[{}]}}",
            list.join(",")
        );
        let answer = Answer::new(200, json).with("Content-Type", "application/json");
        match page.last().filter(|_| rest.len() > PAGE) {
            Some(last) => {
                let next = format!("</v2/{repository}/tags/list?last={last}>; rel=\"next\"");
                answer.with("Link", next)
            }
            None => answer,
        }
    }
}

/// The repository of a path, and what of it is meant.
fn parts(path: &str) -> Option<(&str, &str)> {
    let mut kinds = ["/manifests/", "/blobs/", "/tags/"].into_iter();
    let at = kinds.find_map(|kind| path.rfind(kind))?;
    Some((path.get(..at)?, path.get(at + 1..)?))
}

fn error(status: u16, code: &str, message: &str, detail: &str) -> Answer {
    let detail = match detail {
        "" => String::new(),
        detail => format!(",\"detail\":{detail}"),
    };
    let json =
        format!("{{\"errors\":[{{\"code\":\"{code}\",\"message\":\"{message}\"{detail}}}]}}\n");
    Answer::new(status, json).with("Content-Type", "application/json")
}

/// The type of a manifest that is there from the start.
fn media_type(bytes: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(bytes);
    match text.contains("\"manifests\":") {
        true => INDEX,
        false => MANIFEST,
    }
}

fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
