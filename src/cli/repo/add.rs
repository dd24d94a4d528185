//! `rhelm repo add`: one more repository, whose index is fetched.

use super::super::compat_flags::{CompatFlags, FilesCompat};
use super::super::terminal::{self, CliError};
use super::super::{CommandResult, flags, plugin, prompt};
use super::update::duration;
use crate::chart::OsError;
use crate::sources::{self, Access, Client, Error, Repositories, Repository};
use clap::Args;
use gostd::strconv::quote;
use gostd::url::Url;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// The time that another process may keep the list to itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// Addresses that are gone, and what to add instead.
const GONE: [(&str, &str); 2] = [
    (
        "//kubernetes-charts.storage.googleapis.com",
        "https://charts.helm.sh/stable",
    ),
    (
        "//kubernetes-charts-incubator.storage.googleapis.com",
        "https://charts.helm.sh/incubator",
    ),
];

/// Add a chart repository.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo add argo https://argoproj.github.io/argo-helm\n  \
        rhelm repo add private https://charts.example.com --username me --password-stdin < password")]
pub(super) struct Add {
    /// The repository's name on this machine, and its address
    #[arg(value_names = ["NAME", "URL"])]
    arguments: Vec<String>,
    /// The user name for the repository
    #[arg(
        long,
        value_name = "NAME",
        default_value = "",
        hide_default_value = true
    )]
    username: String,
    /// The password for the repository
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    password: String,
    /// Read the password from stdin
    #[arg(long)]
    password_stdin: bool,
    /// Replace a repository of this name
    #[arg(long)]
    force_update: bool,
    /// A client certificate file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    cert_file: String,
    /// A client key file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    key_file: String,
    /// A CA certificate file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "",
        hide_default_value = true
    )]
    ca_file: String,
    /// Do not verify the server's certificate
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// Allow addresses of repositories that are gone
    #[arg(long)]
    allow_deprecated_repos: bool,
    /// Send the user name and password to other hosts than the repository's, too
    #[arg(long)]
    pass_credentials: bool,
    /// Wait no longer than this for the index
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    timeout: Duration,
    #[arg(long, hide = true)]
    no_update: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Add {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let [name, url] = &self.arguments[..] else {
            return Err(CliError::new(
                "\"helm repo add\" requires 2 arguments\n\nUsage:  helm repo add [NAME] [URL] [flags]",
            ));
        };
        let gone = GONE.iter().find(|(old, _)| url.contains(old));
        if let Some((_, new)) = gone.filter(|_| !self.allow_deprecated_repos) {
            let (url, new) = (quote(url.as_bytes()), quote(new.as_bytes()));
            return Err(CliError::new(format!(
                "repo {url} is no longer available; try {new} instead"
            )));
        }
        let home = self.compat.home();
        let path = Path::new(&home.repository_config);
        let _lock = lock(path)?;
        let mut file = match Repositories::load(path) {
            Err(Error::Os(error)) if error.is_missing() => Repositories::default(),
            loaded => loaded.map_err(CliError::new)?,
        };
        let repository = Repository {
            name: name.clone(),
            access: Access {
                url: url.clone(),
                username: self.username.clone(),
                password: self.password()?,
                ca_file: self.ca_file.clone(),
                cert_file: self.cert_file.clone(),
                key_file: self.key_file.clone(),
                is_insecure: self.insecure_skip_tls_verify,
                passes_credentials: self.pass_credentials,
                ..Access::default()
            },
        };
        if name.contains('/') {
            return Err(CliError::new(format!(
                "repository name ({name}) contains '/', please specify a different name without '/'"
            )));
        }
        let quoted = quote(name.as_bytes());
        if let Some(there) = file.get(name).filter(|_| !self.force_update) {
            if *there != repository {
                return Err(CliError::new(format!(
                    "repository name ({name}) already exists, please specify a different name"
                )));
            }
            let line = format!("{quoted} already exists with the same configuration, skipping\n");
            return terminal::print(line.as_bytes());
        }
        let client = plugin::client(&profile).with_timeout(self.timeout);
        check_address(url, &client)?;
        let mut notices = Vec::new();
        let cache = &home.repository_cache;
        let fetched = sources::update(&client, &repository, cache, &profile, &mut notices);
        terminal::notify(&notices, &profile);
        fetched.map_err(|error| CliError::new(sources::unreachable(url, &error)))?;
        file.update(repository);
        file.save(path).map_err(CliError::new)?;
        terminal::print(format!("{quoted} has been added to your repositories\n").as_bytes())
    }

    /// The password: that of the flag, from stdin, or asked for.
    fn password(&self) -> Result<String, CliError> {
        if self.username.is_empty() || !self.password.is_empty() {
            return Ok(self.password.clone());
        }
        match self.password_stdin {
            true => prompt::password_from_stdin(),
            // Helm ends the line of its question, whatever comes.
            false => prompt::secret("Password: ").inspect_err(|_| drop(terminal::print(b"\n"))),
        }
    }
}

/// Addresses that can be no repository's.
fn check_address(url: &str, client: &Client) -> CommandResult {
    let Ok(parsed) = Url::parse(url.as_bytes()) else {
        return Err(CliError::new(format!("invalid chart URL format: {url}")));
    };
    match &*parsed.scheme {
        b"oci" => Ok(()),
        scheme if client.knows(scheme) => Ok(()),
        scheme => Err(CliError::new(format!(
            "could not find protocol handler for: {}",
            String::from_utf8_lossy(scheme)
        ))),
    }
}

/// Keeps the list to this process until what this gives is dropped, by a file beside it.
fn lock(list: &Path) -> Result<File, CliError> {
    let path = lock_file(list);
    let failed = |error: &std::io::Error| CliError::new(OsError::new("open", &path, error));
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(|error| failed(&error))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(CliError::new("context deadline exceeded"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
    }
}

/// `repositories.lock` beside `repositories.yaml`.
fn lock_file(list: &Path) -> PathBuf {
    match list.extension() {
        Some(_) => list.with_extension("lock"),
        None => {
            let mut name = list.as_os_str().to_owned();
            name.push(".lock");
            name.into()
        }
    }
}
