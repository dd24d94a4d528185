//! The list of repositories, `repositories.yaml` (Helm's `repo.File`).

use super::archive_url::are_equal;
use super::{Access, Error};
use chart::Decoder;
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::{List, Map, Text, Value};
use std::path::Path;

/// A repository that the user has added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its name on this machine.
    pub name: String,
    /// Its address, credentials and TLS files.
    pub access: Access,
}

/// The repositories that the user has added.
#[derive(Clone, Debug, Default)]
pub struct Repositories {
    api_version: String,
    generated: String,
    /// In the order in which they were added.
    pub list: Vec<Repository>,
}

const FILE: &[&str] = &["apiVersion", "generated", "repositories"];
const ENTRY: &[&str] = &[
    "name",
    "url",
    "username",
    "password",
    "certFile",
    "keyFile",
    "caFile",
    "insecure_skip_tls_verify",
    "pass_credentials_all",
];

impl Repositories {
    /// Reads the list.
    ///
    /// # Errors
    /// [`Error::Os`] where the file cannot be read, and YAML's.
    pub fn load(path: &Path) -> Result<Repositories, Error> {
        let text = input::read(path, NamedBy::User, LIMITS.argument_bytes);
        let text = text.map_err(|error| OsError::new("open", path, &error))?;
        Repositories::parse(&text).map_err(Error::File)
    }

    /// Reads the list; none where the file is missing.
    ///
    /// # Errors
    /// Those of [`load`](Repositories::load).
    pub fn load_or_none(path: &Path) -> Result<Repositories, Error> {
        match Repositories::load(path) {
            Err(Error::Os(error)) if error.is_missing() => Ok(Repositories::default()),
            Err(Error::Os(cause)) => Err(Error::File(format!(
                "couldn't load repositories file ({}): {cause}",
                path.display()
            ))),
            loaded => loaded,
        }
    }

    /// Reads the text of the list.
    ///
    /// # Errors
    /// The words of sigs.k8s.io/yaml.
    fn parse(text: &[u8]) -> Result<Repositories, String> {
        let node = goyaml::parse(text).map_err(|error| error.to_string())?;
        let mut file = Repositories::default();
        let mut list: Option<Vec<Option<Repository>>> = None;
        let mut decoder = Decoder::new("repo");
        decoder.fields(&node, "File", FILE, |d, field, value| match field {
            "apiVersion" => d.string(value, &mut file.api_version),
            "generated" => d.time(value, &mut file.generated),
            _ => d.slice(value, "[]*repo.Entry", &mut list, |d, value, target| {
                if value.kind == goyaml::Kind::Null {
                    return;
                }
                let entry = target.get_or_insert_default();
                d.fields(value, "Entry", ENTRY, |d, field, value| {
                    let access = &mut entry.access;
                    match field {
                        "name" => d.string(value, &mut entry.name),
                        "url" => d.string(value, &mut access.url),
                        "username" => d.string(value, &mut access.username),
                        "password" => d.string(value, &mut access.password),
                        "certFile" => d.string(value, &mut access.cert_file),
                        "keyFile" => d.string(value, &mut access.key_file),
                        "caFile" => d.string(value, &mut access.ca_file),
                        "insecure_skip_tls_verify" => d.boolean(value, &mut access.is_insecure),
                        _ => d.boolean(value, &mut access.passes_credentials),
                    }
                });
            }),
        });
        decoder.finish().map_err(|error| error.to_string())?;
        file.list = list.unwrap_or_default().into_iter().flatten().collect();
        Ok(file)
    }

    /// Writes the list; its owner alone reads it, since it has passwords.
    ///
    /// # Errors
    /// The system's.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let mut files = AtomicFiles::new(FileMode::Private);
        files.add(path, self.text());
        Ok(files.commit()?)
    }

    fn text(&self) -> Vec<u8> {
        let generated = match &*self.generated {
            "" => "0001-01-01T00:00:00Z",
            time => time,
        };
        let entry = |repository: &Repository| {
            let access = &repository.access;
            map([
                ("caFile", text(&access.ca_file)),
                ("certFile", text(&access.cert_file)),
                ("insecure_skip_tls_verify", access.is_insecure.into()),
                ("keyFile", text(&access.key_file)),
                ("name", text(&repository.name)),
                ("pass_credentials_all", access.passes_credentials.into()),
                ("password", text(&access.password)),
                ("url", text(&access.url)),
                ("username", text(&access.username)),
            ])
        };
        let list = List::new(self.list.iter().map(entry).collect());
        let file = map([
            ("apiVersion", text(&self.api_version)),
            ("generated", text(generated)),
            ("repositories", list.into()),
        ]);
        goyaml::to_yaml(&file).unwrap_or_default()
    }

    /// Those of the repositories that are at one of these addresses.
    pub(crate) fn at<'a>(&self, addresses: impl Iterator<Item = &'a str> + Clone) -> Repositories {
        let is_named = |repository: &&Repository| {
            let url = &repository.access.url;
            addresses.clone().any(|address| are_equal(url, address))
        };
        Repositories {
            list: self.list.iter().filter(is_named).cloned().collect(),
            ..Repositories::default()
        }
    }

    /// The repository of a name.
    pub fn get(&self, name: &str) -> Option<&Repository> {
        self.list.iter().find(|repository| repository.name == name)
    }

    /// Adds a repository, or puts it in the place of the one of its name.
    pub fn update(&mut self, repository: Repository) {
        let mut list = self.list.iter_mut();
        match list.find(|other| other.name == repository.name) {
            Some(other) => *other = repository,
            None => self.list.push(repository),
        }
    }

    /// Takes a repository out of the list, and tells whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|repository| repository.name != name);
        self.list.len() < before
    }
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (Text::from(key), value));
    Value::Map(entries.collect::<Map>())
}
