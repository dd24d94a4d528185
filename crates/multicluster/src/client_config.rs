//! kubeconfig files: a context's cluster and user.

use super::source::Field;
use super::{Authority, Error, Server, Source};
use kubernetes::kubeconfig::{Entry, Kubeconfig, is_kubeconfig};
use std::path::PathBuf;

/// Kubeconfigs that were read. As in kubectl, the first one that has something counts.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    sources: Vec<Source>,
}

/// A context of a kubeconfig, with what it names.
#[derive(Clone, Debug)]
pub struct Context<'c> {
    /// The context's name.
    pub name: &'c str,
    pub(super) cluster: Field<'c>,
    pub(super) user: Option<Field<'c>>,
}

/// A kubeconfig's statement of a cluster's CA.
#[derive(Clone, Debug)]
pub enum AuthorityOf {
    /// The certificates themselves.
    Data(Authority),
    /// A file. A relative path was one to the kubeconfig's directory, and is one to the working directory.
    File(PathBuf),
    /// Nothing: the CAs of the machine that asks, or none at all.
    Unknown,
}

impl ClientConfig {
    /// Reads a kubeconfig; `name` is what to call it in errors, and where its files are.
    ///
    /// # Errors
    /// When the text is no YAML or of another kind.
    pub fn read(name: &str, text: &[u8]) -> Result<ClientConfig, Error> {
        let source = Source::read(name, text)?;
        let root = source.root();
        if !is_kubeconfig(source.document()) {
            return Err(root.error("is not a kubeconfig (kind: Config)"));
        }
        Ok(ClientConfig {
            sources: vec![source],
        })
    }

    /// Adds what another one has.
    pub fn and(mut self, other: ClientConfig) -> ClientConfig {
        self.sources.extend(other.sources);
        self
    }

    /// The first kubeconfig that has a key, or the first one at all.
    fn having(&self, key: &str) -> Option<Field<'_>> {
        let mut roots = self.sources.iter().map(Source::root);
        let with_key = roots.clone().find(|root| root.get(key).is_some());
        with_key.or_else(|| roots.next())
    }

    /// All files together.
    fn merged(&self) -> Kubeconfig<'_> {
        Kubeconfig::new(self.sources.iter().map(Source::document))
    }

    /// A context; the current one when no name is given.
    ///
    /// # Errors
    /// When there is no such context, or it names a cluster or user that is not there.
    pub fn context<'c>(&'c self, name: Option<&'c str>) -> Result<Context<'c>, Error> {
        let name = match (
            name.or(self.merged().current_context()),
            self.having("current-context"),
        ) {
            (Some(name), _) => name,
            (None, Some(root)) => root.need_text("current-context")?,
            (None, None) => "",
        };
        let context = self.item("contexts", name)?.need("context")?;
        let cluster = context.need_text("cluster")?;
        let cluster = self.item("clusters", cluster)?.need("cluster")?;
        let user = match context.get_text("user") {
            None => None,
            Some(user) => Some(self.item("users", user)?.need("user")?),
        };
        Ok(Context {
            name,
            cluster,
            user,
        })
    }

    /// The item of a list with a certain name.
    fn item(&self, list: &str, name: &str) -> Result<Field<'_>, Error> {
        let field = |file: usize| self.sources.get(file).map(Source::root);
        let entries = self.merged().entries(list).map_err(|error| {
            let field = field(error.file).map(|root| root.get(list).unwrap_or(root));
            field.map_or_else(
                || Error::Absent(error.to_string()),
                |field| field.error(error),
            )
        })?;
        // What has no name stands in the way of all that follow.
        let stop = |entry: &&Entry<'_>| entry.name.is_none_or(|it| it.is_empty() || it == name);
        if let Some(entry) = entries.iter().find(stop) {
            let items = field(entry.file).map(|root| root.items(list)).transpose()?;
            let item = items.and_then(|items| items.into_iter().nth(entry.index));
            let item = item.ok_or_else(|| Error::Absent(format!("has no {list}")))?;
            item.need_text("name")?;
            return Ok(item);
        }
        let names: Vec<&str> = entries.iter().filter_map(|entry| entry.name).collect();
        let problem = if names.is_empty() {
            format!("has no {list}, so none is called {name:?}")
        } else {
            format!("has none called {name:?}, only {}", names.join(", "))
        };
        let root = self.having(list);
        let place = root.map(|root| root.get(list).unwrap_or(root));
        Err(match place {
            Some(place) => place.error(problem),
            None => Error::Absent(problem),
        })
    }
}

impl Context<'_> {
    /// The API server.
    ///
    /// # Errors
    /// When there is none, or its URL is wrong.
    pub fn server(&self) -> Result<Server, Error> {
        let server = self.cluster.need("server")?;
        Server::parse(&server.place(), server.text()?)
    }

    /// The name in the server's certificate, where it is another than the URL's.
    pub fn tls_server_name(&self) -> Option<String> {
        self.cluster.get_text("tls-server-name").map(str::to_owned)
    }

    /// The server's CA.
    ///
    /// # Errors
    /// When what there is is no certificate.
    pub fn authority(&self) -> Result<AuthorityOf, Error> {
        if let Some(data) = self.cluster.get("certificate-authority-data") {
            let authority = Authority::parse(&data.place(), data.text()?.as_bytes())?;
            return Ok(AuthorityOf::Data(authority));
        }
        Ok(match self.cluster.get_text("certificate-authority") {
            Some(file) => AuthorityOf::File(self.cluster.directory().join(file)),
            None => AuthorityOf::Unknown,
        })
    }
}
