//! Logins at registries: Helm's file, Docker's, their helpers, and Podman's file after those.

mod helper;

use super::json;
use crate::{Error, Home};
use data_encoding::BASE64;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::{Map, Text, Value};
use helper::Helper;
use std::fmt::Display;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::path::Path;

/// The key of Docker Hub's login.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// What there is to log in with; all empty is nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Credential {
    pub(super) username: String,
    pub(super) password: String,
    /// A token that is exchanged for another.
    pub(super) refresh_token: String,
    /// A token that is sent as it is.
    pub(super) access_token: String,
}

impl Credential {
    pub(super) fn is_empty(&self) -> bool {
        *self == Credential::default()
    }
}

/// The files, in the order in which they count.
pub(super) struct Stores {
    own: Store,
    others: Vec<Store>,
}

/// One file in Docker's format.
pub(super) struct Store {
    path: String,
    content: Map,
    /// Where nothing is set up, the system's helper is asked.
    asks_system: bool,
}

impl Stores {
    /// Reads the files; one that is not there has nothing. What is wrong with another program's file is not told.
    ///
    /// # Errors
    /// Helm's file cannot be read, or is in no format of Docker's.
    pub(super) fn load(home: &Home) -> Result<Stores, Error> {
        let own = Store::load(&home.registry_config, true)?;
        let docker = Store::load(&home.docker_config, true);
        let podman = home.podman_configs.iter();
        let podman = podman.map(|path| Store::load(path, false));
        let others = [docker].into_iter().chain(podman).flatten().collect();
        Ok(Stores { own, others })
    }

    /// Helm's own file, the only one that is written.
    pub(super) fn own(&mut self) -> &mut Store {
        &mut self.own
    }

    /// The login at a host.
    ///
    /// # Errors
    /// An entry or the answer of a helper is wrong.
    pub(super) fn get(&self, host: &str) -> Result<Credential, Error> {
        let address = match host {
            "registry-1.docker.io" => DOCKER_HUB,
            other => other,
        };
        for store in [&self.own].into_iter().chain(&self.others) {
            let credential = store.get(address)?;
            if !credential.is_empty() {
                return Ok(credential);
            }
        }
        Ok(Credential::default())
    }
}

impl Store {
    fn load(path: &str, asks_system: bool) -> Result<Store, Error> {
        let text = match input::read(Path::new(path), NamedBy::User, LIMITS.argument_bytes) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                let cause = files::OsError::new("open", Path::new(path), &error);
                return Err(Error::Config(format!(
                    "failed to open config file at {path}: {cause}"
                )));
            }
        };
        let content = match text.iter().all(u8::is_ascii_whitespace) {
            true => Map::new(),
            false => json::first_object(&text).map_err(|cause| {
                Error::Config(format!(
                    "failed to decode config file {path}: invalid config format: {cause}"
                ))
            })?,
        };
        for (key, what, wanted) in [
            ("credsStore", "creds store", "string"),
            ("credHelpers", "cred helpers", "map[string]string"),
            ("auths", "auths", "map[string]json.RawMessage"),
        ] {
            let value = content.get(key.as_bytes()).unwrap_or_default();
            let is_right = match wanted {
                "string" => value.as_text().is_some(),
                _ => value.as_map().is_some(),
            };
            if !is_right && !value.is_nil() {
                return Err(Error::Config(format!(
                    "failed to unmarshal {what} field: invalid config format: {}",
                    json::wrong_type(&value, wanted)
                )));
            }
        }
        Ok(Store {
            path: path.to_owned(),
            content,
            asks_system,
        })
    }

    /// Keeps a login, in the file or with a helper.
    ///
    /// # Errors
    /// The file cannot be written, or the helper fails.
    pub(super) fn put(&mut self, address: &str, credential: &Credential) -> Result<(), Error> {
        if let Some(helper) = self.helper(address) {
            helper.store(address, credential)?;
            if helper.is_of_system {
                self.set("credsStore", helper.name().into());
                self.save()?;
            }
            return Ok(());
        }
        if credential.username.contains(':') {
            return Err(Error::Config(
                "bad credential format: colons(:) are not allowed in username".into(),
            ));
        }
        let pair = format!("{}:{}", credential.username, credential.password);
        let auth = BASE64.encode(pair.as_bytes());
        let entry: Map = [("auth", auth)].into_iter().collect();
        let auths = self.section("auths").unwrap_or_default();
        let mut entries = auths.snapshot();
        entries.retain(|(key, _)| key.as_bytes() != address.as_bytes());
        entries.push((address.into(), entry.into()));
        self.set("auths", entries.into_iter().collect::<Map>().into());
        self.save()
    }

    /// Forgets a login; one that is not there is no error.
    ///
    /// # Errors
    /// The file cannot be written, or the helper fails.
    pub(super) fn delete(&mut self, address: &str) -> Result<(), Error> {
        if let Some(helper) = self.helper(address) {
            return helper.erase(address);
        }
        let auths = self.section("auths").unwrap_or_default();
        if !auths.contains_key(address.as_bytes()) {
            return Ok(());
        }
        let mut entries = auths.snapshot();
        entries.retain(|(key, _)| key.as_bytes() != address.as_bytes());
        self.set("auths", entries.into_iter().collect::<Map>().into());
        self.save()
    }

    fn set(&mut self, key: &str, value: Value) {
        let mut entries = self.content.snapshot();
        entries.retain(|(own, _)| own.as_bytes() != key.as_bytes());
        entries.push((key.into(), value));
        self.content = entries.into_iter().collect();
    }

    /// Writes the file, which its owner alone may read.
    fn save(&self) -> Result<(), Error> {
        let failed =
            |cause: &dyn Display| Error::File(format!("failed to save config file: {cause}"));
        let path = Path::new(&self.path);
        if let Some(directory) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(directory).map_err(|error| {
                let cause = files::OsError::new("mkdir", directory, &error);
                let directory = directory.display();
                Error::File(format!("failed to make directory {directory}: {cause}"))
            })?;
        }
        let options = gostd::json::Options {
            escape_html: true,
            indent: Some("\t"),
        };
        let content = Value::Map(self.content.clone());
        let json = gostd::json::encode(&content, options).map_err(|cause| failed(&cause))?;
        let mut files = AtomicFiles::new(FileMode::Private);
        files.add(path, json);
        files.commit().map_err(|cause| failed(&cause))
    }

    fn get(&self, address: &str) -> Result<Credential, Error> {
        match self.helper(address) {
            Some(helper) => helper.get(address),
            None => self.entry(address),
        }
    }

    /// The program that keeps the login at an address: the address's own, the one for all, or where nothing is
    /// set up the system's.
    fn helper(&self, address: &str) -> Option<Helper> {
        let helpers = self.section("credHelpers");
        let own = helpers.as_ref().map(|map| json::text(map, address));
        let for_all = json::text(&self.content, "credsStore");
        let names = own.into_iter().chain([for_all]);
        if let Some(name) = names.into_iter().find(|name| !name.is_empty()) {
            return Some(Helper::new(&name));
        }
        let has_some = |key| self.section(key).is_some_and(|map| !map.is_empty());
        match !self.asks_system || has_some("credHelpers") || has_some("auths") {
            true => None,
            false => Helper::of_system(),
        }
    }

    fn section(&self, key: &str) -> Option<Map> {
        self.content.get(key.as_bytes())?.as_map().cloned()
    }

    /// The login that the file itself has.
    fn entry(&self, address: &str) -> Result<Credential, Error> {
        let Some(auths) = self.section("auths") else {
            return Ok(Credential::default());
        };
        let mut entries = auths.snapshot();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let is_exact = |(key, _): &&(Text, Value)| key.as_bytes() == address.as_bytes();
        let is_alike = |(key, _): &&(Text, Value)| host_of_key(&key.to_str_lossy()) == address;
        let found = entries.iter().find(is_exact);
        let Some((_, value)) = found.or_else(|| entries.iter().find(is_alike)) else {
            return Ok(Credential::default());
        };
        let Some(entry) = value.as_map() else {
            return Err(Error::File(
                "failed to unmarshal auth field: invalid config format".into(),
            ));
        };
        let mut credential = Credential {
            username: json::text(entry, "username"),
            password: json::text(entry, "password"),
            refresh_token: json::text(entry, "identitytoken"),
            access_token: json::text(entry, "registrytoken"),
        };
        let auth = json::text(entry, "auth");
        if !auth.is_empty() {
            let wrong = |cause: &dyn Display| {
                Error::File(format!(
                    "failed to decode auth field: invalid config format: {cause}"
                ))
            };
            let decoded = gostd::base64::decode(auth.as_bytes());
            let decoded = decoded.map_err(|(_, cause)| wrong(&cause))?;
            let decoded = String::from_utf8_lossy(&decoded).into_owned();
            // Helm shows what it has decoded, which is a secret.
            let form = "auth does not conform the base64(username:password) format";
            let (username, password) = decoded.split_once(':').ok_or_else(|| wrong(&form))?;
            credential.username = username.into();
            credential.password = password.into();
        }
        Ok(credential)
    }
}

/// The host that a key of the file is about.
fn host_of_key(key: &str) -> &str {
    let key = key.strip_prefix("http://").unwrap_or(key);
    let key = key.strip_prefix("https://").unwrap_or(key);
    key.split('/').next().unwrap_or_default()
}
