//! `rhelm package --sign`: the signature beside an archive.

use crate::chart;
use crate::cli::compat_flags::{CompatFlags, PackageCompat};
use crate::cli::dependency;
use crate::cli::terminal::{self, CliError};
use crate::profile::{CommandLine, Profile};
use crate::sources::provenance::{self, SigningKey};
use files::OsError;
use files::atomic::{AtomicFiles, FileMode};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use std::cell::RefCell;
use std::os::fd::AsFd;
use std::path::Path;

/// The key to sign with, and where its passphrase is.
pub(super) struct Signing {
    keyring: String,
    key: String,
    passphrase_file: String,
    /// The passphrase that was read from stdin, for the charts after the first one.
    passphrase: RefCell<Option<Vec<u8>>>,
}

impl Signing {
    /// What the flags say of a signature; nothing where none is wanted.
    pub(super) fn from_flags(
        flags: &CompatFlags<PackageCompat>,
    ) -> Result<Option<Signing>, CliError> {
        if !flags.is_on("sign") {
            return Ok(None);
        }
        let text = |name| flags.last(name).unwrap_or_default().to_owned();
        let signing = Signing {
            keyring: flags.keyring(),
            key: text("key"),
            passphrase_file: text("passphrase-file"),
            passphrase: RefCell::new(None),
        };
        for (value, name) in [(&signing.key, "key"), (&signing.keyring, "keyring")] {
            if value.is_empty() {
                let text = format!("--{name} is required for signing a package");
                return Err(CliError::new(text));
            }
        }
        Ok(Some(signing))
    }

    /// Writes the signature of an archive beside it (Helm's `Package.Clearsign`).
    pub(super) fn sign(
        &self,
        file: &Path,
        archive: &[u8],
        profile: &Profile,
    ) -> Result<(), CliError> {
        let keyring = Path::new(&self.keyring);
        let mut key = SigningKey::find(keyring, &self.key).map_err(CliError::new)?;
        let passphrase = match &*self.passphrase_file {
            "" => None,
            given => Some(self.read_passphrase(given, profile)?),
        };
        if let Some(name) = key.locked().map_err(CliError::new)? {
            let passphrase = match passphrase {
                Some(passphrase) => passphrase,
                None => return Err(no_prompt(name)),
            };
            key.unlock(&passphrase).map_err(CliError::new)?;
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let packed = chart::from_archive(&name, archive, profile);
        let packed = packed
            .map_err(|error| CliError::new(format!("failed to load chart for signing: {error}")))?;
        let metadata = chart::metadata_value(&packed.chart.metadata);
        let metadata = goyaml::to_yaml(&metadata).unwrap_or_default();
        let (now, _) = dependency::now();
        let signature = provenance::sign(archive, &name, &metadata, &key, now);
        let mut files = AtomicFiles::new(FileMode::Default);
        let beside = format!("{}.prov", file.display());
        files.add(beside, signature.map_err(CliError::new)?);
        files.commit().map_err(CliError::new)
    }

    /// The first line of a file, or of a pipe.
    fn read_passphrase(&self, file: &str, profile: &Profile) -> Result<Vec<u8>, CliError> {
        let kept = self.passphrase.borrow().clone();
        if let Some(passphrase) = kept.filter(|_| profile.command_line == CommandLine::Helm4) {
            return Ok(passphrase);
        }
        let text = match file {
            "-" => read_pipe()?,
            _ => {
                let path = Path::new(file);
                input::read(path, NamedBy::User, LIMITS.argument_bytes)
                    .map_err(|error| CliError::new(OsError::new("open", path, &error)))?
            }
        };
        if text.is_empty() {
            return Err(CliError::new("EOF"));
        }
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        *self.passphrase.borrow_mut() = Some(line.clone());
        Ok(line)
    }
}

/// What is in the pipe at stdin.
fn read_pipe() -> Result<Vec<u8>, CliError> {
    let stdin = std::io::stdin();
    let file = stdin.as_fd().try_clone_to_owned().map(std::fs::File::from);
    let kind = file
        .and_then(|file| file.metadata())
        .map_err(CliError::new)?;
    #[cfg(unix)]
    let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&kind.file_type());
    #[cfg(not(unix))]
    let is_pipe = !kind.is_file();
    if !is_pipe {
        return Err(CliError::new(
            "specified reading passphrase from stdin, without input on stdin",
        ));
    }
    input::read_stdin(LIMITS.argument_bytes).map_err(CliError::new)
}

/// There is no prompt: who signs by hand can pipe the passphrase.
fn no_prompt(name: &str) -> CliError {
    let quoted = quote(name.as_bytes());
    match terminal::print(format!("Password for key {quoted} >  \n").as_bytes()) {
        Ok(()) => CliError::new("inappropriate ioctl for device")
            .hint("give the passphrase with --passphrase-file"),
        Err(error) => error,
    }
}
