//! A server of the files below a directory, which is a registry, too: what is put there can be got.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;

/// A server, for as long as the program runs.
pub(super) struct Server {
    pub(super) host: String,
}

type Stored = Arc<Mutex<HashMap<String, (String, Vec<u8>)>>>;

impl Server {
    pub(super) fn start(directory: &Path) -> Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let directory = directory.to_owned();
        let stored = Stored::default();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (directory, stored) = (directory.clone(), Arc::clone(&stored));
                // A client that goes away is no matter.
                thread::spawn(move || drop(serve(stream, &directory, &stored)));
            }
        });
        Ok(Server { host })
    }
}

fn serve(mut stream: TcpStream, directory: &Path, stored: &Stored) -> Result<()> {
    let mut input = BufReader::new(stream.try_clone()?);
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default().to_owned();
        let (mut length, mut kind) = (0, String::new());
        loop {
            let mut header = String::new();
            if input.read_line(&mut header)? == 0 || header == "\r\n" {
                break;
            }
            let (name, value) = header.trim_end().split_once(": ").unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "content-type" => value.clone_into(&mut kind),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        input.read_exact(&mut body)?;
        let (status, headers, body) = answer(&method, &target, &kind, body, directory, stored);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        if method != "HEAD" {
            stream.write_all(&body)?;
        }
    }
}

fn answer(
    method: &str,
    target: &str,
    kind: &str,
    body: Vec<u8>,
    directory: &Path,
    stored: &Stored,
) -> (&'static str, String, Vec<u8>) {
    let none = || ("404 Not Found", String::new(), b"no".to_vec());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
    match method {
        "POST" => {
            let location = format!("Location: {path}upload\r\n");
            ("202 Accepted", location, Vec::new())
        }
        "PUT" => {
            let key = match query.strip_prefix("digest=") {
                Some(digest) => {
                    let place = path.trim_end_matches("uploads/upload");
                    format!("{place}{}", digest.replace("%3A", ":"))
                }
                None => path.to_owned(),
            };
            stored.insert(key, (kind.to_owned(), body));
            ("201 Created", String::new(), Vec::new())
        }
        _ if path.starts_with("/v2/") => match stored.get(path) {
            Some((kind, body)) => ("200 OK", format!("Content-Type: {kind}\r\n"), body.clone()),
            None => none(),
        },
        _ => {
            let file: PathBuf = directory.join(path.trim_start_matches('/'));
            match std::fs::read(file) {
                Ok(body) => ("200 OK", String::new(), body),
                Err(_) => none(),
            }
        }
    }
}
