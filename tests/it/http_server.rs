//! A server that answers as a test says.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request, as far as it counts.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    /// Names in lower case, and values.
    headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header, which is named in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let header = headers.find(|(own, _)| own == name);
        header.map(|(_, value)| &**value)
    }
}

/// The bytes of an answer; with `endless` bytes without end follow.
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) endless: bool,
}

impl From<Vec<u8>> for Answer {
    fn from(bytes: Vec<u8>) -> Answer {
        let endless = false;
        Answer { bytes, endless }
    }
}

/// An answer with headers, each with its end of line.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

type Handler = dyn Fn(&Request, &str) -> Answer + Send + Sync;

/// A server that answers each connection once. It runs until the tests end.
pub(crate) struct Server {
    pub(crate) host: String,
    heard: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(
        address: &str,
        handler: impl Fn(&Request, &str) -> Answer + Send + Sync + 'static,
    ) -> Result<Server, Box<dyn Error>> {
        let listener = TcpListener::bind((address, 0))?;
        let host = listener.local_addr()?.to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (handler, own, all): (Arc<Handler>, _, _) =
            (Arc::new(handler), host.clone(), Arc::clone(&heard));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (handler, own, all) = (Arc::clone(&handler), own.clone(), Arc::clone(&all));
                // A client that goes away is no matter.
                thread::spawn(move || drop(serve(stream, &*handler, &own, &all)));
            }
        });
        Ok(Server { host, heard })
    }

    /// The `Authorization` of each request, where there was one.
    pub(crate) fn told(&self) -> Vec<Option<String>> {
        let heard = self.heard();
        heard
            .into_iter()
            .map(|request| request.authorization)
            .collect()
    }

    /// The requests so far.
    pub(crate) fn heard(&self) -> Vec<Request> {
        let heard = self.heard.lock();
        heard.map(|heard| heard.clone()).unwrap_or_default()
    }
}

fn serve(
    mut stream: TcpStream,
    handler: &Handler,
    own: &str,
    all: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    let mut request = Request {
        path,
        authorization: None,
        headers,
    };
    request.authorization = request.header("authorization").map(str::to_owned);
    if let Ok(mut all) = all.lock() {
        all.push(request.clone());
    }
    let answer = handler(&request, own);
    stream.write_all(&answer.bytes)?;
    if !answer.endless {
        return Ok(());
    }
    loop {
        stream.write_all(&[b'7'; 1 << 16])?;
    }
}
