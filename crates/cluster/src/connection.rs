//! The connection to an API server. Its runtime is its own, and runs while a request does.

use super::answer::{self, Subject};
use super::config;
use super::discovery::Kinds;
use super::error::Error;
use super::failure;
use super::lookup::VersionKinds;
use super::settings::Settings;
use super::wait::Report;
use super::warnings::{self, Warn};
use futures_util::Stream;
use gostd::limits::Cancel;
use gostd::strconv::quote;
use gostd::url::query_escape;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{Method, Request};
use kube::api::WatchEvent;
use kube::client::Body;
use kube::{Client, Config};
use release::ClusterError;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};

/// How often a request is sent again where the server says that it may work later.
const RETRIES: u32 = 10;

const JSON: &str = "application/json";

/// The parameters of a request: names and values.
pub type Query<'a> = &'a [(&'a str, &'a str)];

/// An API server, and who asks it.
pub struct Cluster {
    runtime: Runtime,
    config: Config,
    client: Client,
    user_agent: String,
    pub(super) is_helm_3: bool,
    cancel: Cancel,
    /// The flag has ended something: what is undone afterwards is not ended by it, too.
    has_cancelled: Cell<bool>,
    /// The namespace of objects that have none.
    pub(super) namespace: String,
    /// What the server has told of its kinds.
    pub(super) known_kinds: RefCell<Option<Rc<Kinds>>>,
    /// The kinds of versions whose objects templates look up, by their paths.
    pub(super) version_kinds: RefCell<HashMap<String, Rc<VersionKinds>>>,
    /// Who is told of the server's warnings.
    warn: Option<Warn>,
    /// Who is told of what is not ready while it waits.
    pub(super) report: Option<Report>,
    /// The time when kinds were made last.
    pub(super) new_kinds_since: Cell<Option<Instant>>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The configuration has credentials.
        f.debug_struct("Cluster")
            .field("url", &self.config.cluster_url)
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// The cluster that settings lead to. No connection is opened yet; a program that the kubeconfig names for
    /// credentials may run.
    ///
    /// # Errors
    /// Helm's text on a cluster that cannot be reached, where the kubeconfig is wrong.
    pub fn new(settings: &Settings) -> Result<Cluster, Error> {
        Cluster::connect(settings).map_err(|error| unreachable(&error, settings.is_helm_3))
    }

    /// The cluster of a kubeconfig's current context, and of nothing else.
    ///
    /// # Errors
    /// The text is no kubeconfig, or one that leads nowhere.
    pub fn of_kubeconfig(text: &[u8], user_agent: &str) -> Result<Cluster, Error> {
        Cluster::connect(&Settings {
            kubeconfig: Some(kubernetes::kubeconfig::read(text)),
            user_agent: user_agent.to_owned(),
            ..Settings::default()
        })
    }

    fn connect(settings: &Settings) -> Result<Cluster, Error> {
        let wrong = |error: &dyn std::fmt::Display| Error::Config(error.to_string());
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| wrong(&error))?;
        let (config, client) = runtime.block_on(async {
            let config = config::load(settings).await?;
            let client = Client::try_from(config.clone()).map_err(|error| wrong(&error))?;
            Ok::<_, Error>((config, client))
        })?;
        Ok(Cluster {
            runtime,
            config,
            client,
            user_agent: settings.user_agent.clone(),
            is_helm_3: settings.is_helm_3,
            cancel: Cancel::new(),
            has_cancelled: Cell::default(),
            namespace: "default".to_owned(),
            known_kinds: RefCell::default(),
            warn: None,
            version_kinds: RefCell::default(),
            report: None,
            new_kinds_since: Cell::default(),
        })
    }

    /// The same cluster; the call that is under way, or the next one, ends when the flag is set. Calls after it do not, so that what
    /// was begun can be undone.
    pub fn with_cancel(mut self, cancel: Cancel) -> Cluster {
        self.cancel = cancel;
        self
    }

    /// Returns true if the user wants no more, and nothing has ended for that yet.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled() && !self.has_cancelled.get()
    }

    /// The call that is under way ends because the user wants no more.
    pub(super) fn cancelled(&self) -> ClusterError {
        self.has_cancelled.set(true);
        ClusterError::cancelled()
    }

    /// The same cluster; its warnings are told.
    pub fn with_warn(mut self, warn: Warn) -> Cluster {
        self.warn = Some(warn);
        self
    }

    /// The same cluster; objects that have no namespace get this one.
    pub fn with_namespace(mut self, namespace: &str) -> Cluster {
        namespace.clone_into(&mut self.namespace);
        self
    }

    /// Runs what is asynchronous to its end.
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Asks whether the server is there (Helm's `IsReachable`).
    ///
    /// # Errors
    /// Helm's text and the reason.
    pub fn reach(&self) -> Result<(), Error> {
        match self.get("/version", &[], ("", "")) {
            Ok(_) => Ok(()),
            Err(error) => Err(unreachable(&error, self.is_helm_3)),
        }
    }

    /// Returns what the server has at a path. `subject` is what errors name: the resource with its group, and the
    /// object.
    ///
    /// # Errors
    /// The server's refusal, or why no answer came.
    pub fn get(
        &self,
        path: &str,
        query: Query<'_>,
        subject: (&str, &str),
    ) -> Result<Vec<u8>, Error> {
        self.runtime
            .block_on(self.request(&Message::new(Method::GET, path, query, subject)))
    }

    /// Sends a request and returns the body of the answer. Where the server says when to come again, it is sent again.
    ///
    /// # Errors
    /// See [`Cluster::get`].
    pub(super) fn send_message(&self, message: &Message<'_>) -> Result<Vec<u8>, Error> {
        self.runtime.block_on(self.request(message))
    }

    /// Opens a watch: a stream of events, each an object.
    pub(super) async fn events(
        &self,
        path: &str,
        query: Query<'_>,
    ) -> Result<impl Stream<Item = kube::Result<WatchEvent<Value>>> + use<>, kube::Error> {
        let request = Request::get(target(path, query)).header(USER_AGENT, &self.user_agent);
        let request = request.header(ACCEPT, JSON).body(Vec::new());
        let request = request.map_err(kube::Error::HttpError)?;
        self.client.request_events::<Value>(request).await
    }

    pub(super) async fn request(&self, message: &Message<'_>) -> Result<Vec<u8>, Error> {
        let target = target(message.path, message.query);
        let base = self.config.cluster_url.to_string();
        let url = format!("{}{target}", base.trim_end_matches('/'));
        let failed = |reason: &str| {
            let verb = message.verb();
            Error::Unanswered(format!("{verb} {}: {reason}", quote(url.as_bytes())))
        };
        let mut tries = 0;
        // Once, where the server's store has a new leader (Helm's `RetryingRoundTripper`).
        let mut is_again = false;
        loop {
            let mut request = Request::builder()
                .method(&message.method)
                .uri(&target)
                .header(USER_AGENT, &self.user_agent)
                .header(ACCEPT, message.accept);
            if !message.content_type.is_empty() {
                request = request.header(CONTENT_TYPE, message.content_type);
            }
            let request = request.body(Body::from(message.body.clone()));
            let request = request.map_err(|error| failed(&error.to_string()))?;
            let answer: Result<_, kube::Error> = async {
                let response = self.client.send(request).await?;
                let status = response.status().as_u16();
                if let Some(warn) = &self.warn {
                    let texts = warnings::texts(response.headers());
                    texts.iter().for_each(|text| warn(text));
                }
                let is_json = response
                    .headers()
                    .get(CONTENT_TYPE)
                    .is_some_and(|kind| kind == JSON);
                let header = response.headers().get(RETRY_AFTER);
                let wait = header.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
                let body = response.into_body().collect_bytes().await?;
                let has_moved = is_json && answer::is_of_new_leader(status, &body);
                Ok((status, wait, has_moved, body))
            }
            .await;
            let answer = answer.map_err(|error| failed(&failure::reason(&error, &url)));
            match answer? {
                (200..300, _, _, body) => return Ok(body.to_vec()),
                (_, _, true, _) if !is_again => is_again = true,
                (429 | 500.., Some(wait), _, _) if tries < RETRIES => {
                    tries += 1;
                    tokio::time::sleep(tokio::time::Duration::from_secs(wait)).await;
                }
                (status, _, _, body) => {
                    let subject = Subject {
                        verb: &message.verb().to_lowercase(),
                        resource: message.subject.0,
                        name: message.subject.1,
                    };
                    return Err(answer::refusal(status, &body, subject));
                }
            }
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Message<'a> {
    pub(super) method: Method,
    pub(super) path: &'a str,
    pub(super) query: Query<'a>,
    /// What errors name: the resource with its group, and the object.
    pub(super) subject: (&'a str, &'a str),
    /// The type of the answer.
    pub(super) accept: &'a str,
    /// The type of the body; empty where there is none.
    pub(super) content_type: &'a str,
    pub(super) body: Vec<u8>,
}

impl<'a> Message<'a> {
    pub(super) fn new(
        method: Method,
        path: &'a str,
        query: Query<'a>,
        subject: (&'a str, &'a str),
    ) -> Message<'a> {
        Message {
            method,
            path,
            query,
            subject,
            accept: JSON,
            content_type: "",
            body: Vec::new(),
        }
    }

    /// The same with a JSON body.
    pub(super) fn json(self, body: Vec<u8>) -> Message<'a> {
        self.with_body(JSON, body)
    }

    /// The same with a body.
    pub(super) fn with_body(mut self, content_type: &'a str, body: Vec<u8>) -> Message<'a> {
        self.content_type = content_type;
        self.body = body;
        self
    }

    /// Go's word for the method: `Get`.
    fn verb(&self) -> &'static str {
        match self.method {
            Method::POST => "Post",
            Method::PUT => "Put",
            Method::PATCH => "Patch",
            Method::DELETE => "Delete",
            _ => "Get",
        }
    }
}

/// Helm's text where a cluster cannot be reached.
fn unreachable(error: &Error, is_helm_3: bool) -> Error {
    let title = match is_helm_3 {
        true => "Kubernetes",
        false => "kubernetes",
    };
    Error::Unanswered(format!("{title} cluster unreachable: {error}"))
}

fn target(path: &str, query: Query<'_>) -> String {
    let mut target = path.to_owned();
    for (at, (name, value)) in query.iter().enumerate() {
        let value = query_escape(value.as_bytes());
        target.push(if at == 0 { '?' } else { '&' });
        target.push_str(name);
        target.push('=');
        target.push_str(&String::from_utf8_lossy(&value));
    }
    target
}
