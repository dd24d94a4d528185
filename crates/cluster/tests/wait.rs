//! Waiting, on a server that answers as told.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use cluster::{Cluster, Settings};
use gostd::limits::Cancel;
use release::{ClusterError, Condition, Resource, WaitStrategy};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that has an answer for each request, in their order; after the last one it answers no more.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answers: &[(u16, &str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answers: Vec<(u16, String)> = answers
            .iter()
            .map(|(status, body)| (*status, (*body).to_owned()))
            .collect();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            let mut answers = answers.into_iter();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                seen.lock().unwrap().push(request(&stream));
                match answers.next() {
                    Some((status, body)) => answer(&mut stream, status, &body),
                    None => open.push(stream),
                }
            }
        });
        Server { address, requests }
    }

    fn cluster(&self) -> Cluster {
        let settings = Settings {
            server: self.address.clone(),
            user_agent: "test".into(),
            ..Settings::default()
        };
        Cluster::new(&settings).unwrap()
    }

    fn wait(
        &self,
        resource: &Resource,
        condition: Condition,
        seconds: u64,
    ) -> Result<(), ClusterError> {
        self.cluster().wait(
            std::slice::from_ref(resource),
            condition,
            WaitStrategy::Watcher,
            Duration::from_secs(seconds),
        )
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn request(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let first = lines.next().unwrap_or_default();
    for line in lines {
        if line.is_empty() {
            break;
        }
    }
    let target = first.split(' ').nth(1).unwrap_or_default();
    target.to_owned()
}

fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    let head = "Content-Type: application/json\r\nConnection: close";
    write!(stream, "HTTP/1.1 {status} X\r\n{head}\r\n\r\n{body}").unwrap();
}

fn pod() -> Resource {
    Resource {
        version: "v1".into(),
        kind: "Pod".into(),
        plural: "pods".into(),
        is_namespaced: true,
        namespace: "default".into(),
        name: "web".into(),
        ..Resource::default()
    }
}

const READY: Condition = Condition::Ready { jobs: false };
const LIST: &str = "/api/v1/namespaces/default/pods";

fn object(version: &str, status: &str) -> String {
    format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"web","namespace":"default","resourceVersion":"{version}"}},"status":{status}}}"#
    )
}

fn list(version: &str, items: &str) -> String {
    format!(
        r#"{{"kind":"PodList","metadata":{{"resourceVersion":"{version}"}},"items":[{items}]}}"#
    )
}

fn watch(from: &str) -> String {
    format!("{LIST}?allowWatchBookmarks=true&resourceVersion={from}&timeoutSeconds=290&watch=true")
}

const PENDING: &str = r#"{"phase":"Pending"}"#;
const SUCCEEDED: &str = r#"{"phase":"Succeeded"}"#;

#[test]
fn a_watch_goes_on_and_begins_anew() {
    let bookmark = r#"{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"7"}}}"#;
    let expired = r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410}}"#;
    let server = Server::new(&[
        (500, "{}"),
        (200, &list("5", &object("4", PENDING))),
        (200, &format!("{bookmark}\n")),
        (200, &format!("{expired}\n")),
        (200, &list("9", &object("8", SUCCEEDED))),
    ]);
    server.wait(&pod(), READY, 20).unwrap();
    assert_eq!(
        server.requests().get(..5).unwrap(),
        [LIST, LIST, &watch("5"), &watch("7"), LIST]
    );
}

#[test]
fn who_may_not_watch_lists_again() {
    let refused = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no","reason":"Forbidden","code":403}"#;
    let server = Server::new(&[
        (200, &list("5", &object("4", PENDING))),
        (403, refused),
        (200, &list("6", &object("6", SUCCEEDED))),
    ]);
    server.wait(&pod(), READY, 20).unwrap();
}

#[test]
fn a_list_that_is_refused_ends_the_wait() {
    let refused = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods is forbidden","reason":"Forbidden","code":403}"#;
    let server = Server::new(&[(403, refused)]);
    let error = server.wait(&pod(), READY, 20).unwrap_err();
    assert_eq!(
        error.message,
        "failed to list /v1, Kind=Pod: pods is forbidden"
    );
}

#[test]
fn what_is_deleted_is_gone() {
    let deleted = format!(
        "{{\"type\":\"DELETED\",\"object\":{}}}\n",
        object("6", PENDING)
    );
    let answers = [
        (200, list("5", &object("4", PENDING))),
        (200, deleted.clone()),
    ];
    let answers = answers.each_ref().map(|(status, body)| (*status, &**body));
    Server::new(&answers)
        .wait(&pod(), Condition::Deleted, 20)
        .unwrap();
    // A hook that goes away has not done its work.
    let error = Server::new(&answers)
        .wait(&pod(), Condition::HookDone, 2)
        .unwrap_err();
    assert_eq!(
        error.message,
        "resource Pod/default/web not ready. status: NotFound, message: Resource not found\ncontext deadline exceeded"
    );
}

#[test]
fn who_wants_no_more_waits_no_longer() {
    let server = Server::new(&[]);
    for strategy in [WaitStrategy::Watcher, WaitStrategy::Legacy] {
        let cancel = Cancel::new();
        let cluster = server.cluster().with_cancel(cancel.clone());
        let waiting = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            cancel.cancel();
        });
        let wait = |timeout| cluster.wait(&[pod()], READY, strategy, timeout);
        let error = wait(Duration::from_secs(60)).unwrap_err();
        assert!(error.is_cancelled(), "{error}");
        waiting.join().unwrap();
        // What undoes the rest is not ended by the same flag.
        let error = wait(Duration::from_millis(200)).unwrap_err();
        assert!(!error.is_cancelled(), "{error}");
    }
}
