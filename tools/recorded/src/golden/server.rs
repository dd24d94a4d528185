//! A small HTTP server of the files of a case.
//!
//! Some first parts of a path say what the answer is: `private` wants the name `alice` and the password `s3cret`,
//! `redirect` leads to the path behind it, `loop` to itself, `status/NNN` answers with that status. In YAML files
//! `$SERVER` is replaced by the server's address. Below `v2` it is a registry, below `cluster` and `faulty` a
//! Kubernetes API server.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::api_server::ApiServer;
use super::registry::Registry;

const PORT: u16 = 5580;
/// The time that another run of the same case may keep its address.
const PATIENCE: Duration = Duration::from_secs(120);
/// The header of alice with her password.
pub(super) const ALICE: &str = "Basic YWxpY2U6czNjcmV0";

/// A server, which stops when it is dropped.
pub(super) struct Server {
    address: String,
    at: SocketAddrV4,
    stops: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
    cluster: Arc<ApiServer>,
}

impl Server {
    /// Serves a directory at the loopback address of the case called `name`: that of a case is always the same, since
    /// digests and file names are made of addresses.
    pub(super) fn start(root: &Path, name: &str) -> Result<Server> {
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let [_, a, b, c] = hash.to_be_bytes();
        let at = SocketAddrV4::new(Ipv4Addr::new(127, a, b, c % 254 + 1), PORT);
        let start = Instant::now();
        let listener = loop {
            match TcpListener::bind(at) {
                Ok(listener) => break listener,
                Err(_) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(10)),
                Err(error) => return Err(error).with_context(|| format!("cannot listen at {at}")),
            }
        };
        let stops = Arc::new(AtomicBool::new(false));
        let address = format!("http://{at}");
        let (stop, root, own) = (Arc::clone(&stops), root.to_owned(), address.clone());
        let registry = Arc::new(Registry::load(&root, &address)?);
        let cluster = Arc::new(ApiServer::load(&root)?);
        let shared = Arc::clone(&cluster);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (root, own) = (root.clone(), own.clone());
                let (registry, cluster) = (Arc::clone(&registry), Arc::clone(&shared));
                // A client that goes away is no matter.
                thread::spawn(move || drop(serve(stream, &root, &own, &registry, &cluster)));
            }
        });
        Ok(Server {
            address,
            at,
            stops,
            thread: Some(thread),
            cluster,
        })
    }

    /// What the API server was asked to write and what it has, as files of a run.
    pub(super) fn cluster_files(&self) -> Result<Vec<(String, Vec<u8>)>> {
        self.cluster.files()
    }

    /// `http://HOST:PORT`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::SeqCst);
        // To wake it up.
        let _ = TcpStream::connect(self.at);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A request, as far as it counts.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) authorization: Option<String>,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// An answer without headers.
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// No answer: the connection is closed.
    pub(super) fn cut() -> Answer {
        Answer::new(0, "")
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
}

fn serve(
    stream: TcpStream,
    root: &Path,
    own: &str,
    registry: &Registry,
    cluster: &ApiServer,
) -> Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut input = BufReader::new(stream.try_clone()?);
    let mut output = stream;
    while let Some(request) = read(&mut input)? {
        let own_answer = registry
            .answer(&request)
            .or_else(|| cluster.answer(&request));
        let answer = match own_answer {
            Some(answer) => answer,
            None => answer(&request, root, own),
        };
        let reason = match answer.status {
            0 => break,
            200 => "OK",
            201 => "Created",
            202 => "Accepted",
            302 => "Found",
            307 => "Temporary Redirect",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            429 => "Too Many Requests",
            500 => "Internal Server Error",
            503 => "Service Unavailable",
            _ => "Status",
        };
        let mut head = format!("HTTP/1.1 {} {reason}\r\n", answer.status);
        for (name, value) in &answer.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !answer
            .headers
            .iter()
            .any(|(name, _)| *name == "Content-Length")
        {
            head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
        }
        head.push_str("\r\n");
        output.write_all(head.as_bytes())?;
        if request.method != "HEAD" {
            output.write_all(&answer.body)?;
        }
        if answer.headers.iter().any(|(name, _)| *name == "Connection") {
            break;
        }
    }
    Ok(())
}

fn read(input: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or("GET").to_owned();
    let target = words.next().unwrap_or("/");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        authorization: None,
        content_type: String::new(),
        body: Vec::new(),
    };
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => request.authorization = Some(value.trim().to_owned()),
            "content-type" => value.trim().clone_into(&mut request.content_type),
            "content-length" => length = value.trim().parse()?,
            _ => {}
        }
    }
    input.by_ref().take(length).read_to_end(&mut request.body)?;
    Ok(Some(request))
}

fn answer(request: &Request, root: &Path, own: &str) -> Answer {
    let status = |status: u16| Answer::new(status, "no\n");
    let redirect = |location: String| status(302).with("Location", location);
    let path = request.path.trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let path = match first {
        "redirect" => return redirect(format!("/{rest}")),
        "loop" => return redirect(request.path.clone()),
        "status" => return status(rest.split('/').next().unwrap_or("").parse().unwrap_or(500)),
        "private" if request.authorization.as_deref() != Some(ALICE) => return status(401),
        "private" => rest,
        _ => path,
    };
    let Some(file) = file_below(root, path) else {
        return status(404);
    };
    let Ok(body) = fs::read(&file) else {
        return status(404);
    };
    let body = match (
        file.extension().and_then(|name| name.to_str()),
        String::from_utf8(body),
    ) {
        (Some("yaml"), Ok(text)) => text.replace(super::SERVER, own).into_bytes(),
        (_, Ok(text)) => text.into_bytes(),
        (_, Err(error)) => error.into_bytes(),
    };
    Answer::new(200, body)
}

/// The file of a path, which must not lead out of the directory.
fn file_below(root: &Path, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let is_plain = |part: Component| matches!(part, Component::Normal(_));
    path.components().all(is_plain).then(|| root.join(path))
}
