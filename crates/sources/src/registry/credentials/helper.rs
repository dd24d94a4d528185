//! Programs that keep logins: `docker-credential-NAME`, which take the host on stdin.

use super::Credential;
use crate::Error;
use crate::registry::json;
use gostd::strconv::quote;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The user name that stands for a token.
const TOKEN: &str = "<token>";
/// The words of a helper that has nothing.
const NOTHING: &str = "credentials not found in native keychain";

/// A program, by its name.
pub(super) struct Helper {
    program: String,
    /// Nobody has asked for it: it is there.
    pub(super) is_of_system: bool,
}

/// The beginning of the programs' names.
const PREFIX: &str = "docker-credential-";

impl Helper {
    /// The helper with a name.
    pub(super) fn new(name: &str) -> Helper {
        Helper {
            program: format!("{PREFIX}{name}"),
            is_of_system: false,
        }
    }

    /// The one that belongs to the system, if it is there.
    pub(super) fn of_system() -> Option<Helper> {
        let name = match std::env::consts::OS {
            "macos" => "osxkeychain",
            "windows" => "wincred",
            _ if find_program("pass").is_some() => "pass",
            _ => "secretservice",
        };
        let mut helper = Helper::new(name);
        helper.is_of_system = true;
        find_program(&helper.program).map(|_| helper)
    }

    /// The login at an address.
    ///
    /// # Errors
    /// The program is not there, or fails; the text is what it prints.
    pub(super) fn get(&self, address: &str) -> Result<Credential, Error> {
        let output = match self.run("get", address.as_bytes()) {
            Ok(output) => output,
            Err(Error::Missing(text)) if text == NOTHING => return Ok(Credential::default()),
            Err(error) => return Err(error),
        };
        let answer = json::object(&output).map_err(Error::File)?;
        let (username, secret) = (
            json::text(&answer, "Username"),
            json::text(&answer, "Secret"),
        );
        Ok(match &*username {
            TOKEN => Credential {
                refresh_token: secret,
                ..Credential::default()
            },
            _ => Credential {
                username,
                password: secret,
                ..Credential::default()
            },
        })
    }

    /// The name without what all have in common.
    pub(super) fn name(&self) -> &str {
        self.program.strip_prefix(PREFIX).unwrap_or_default()
    }

    /// Keeps a login.
    ///
    /// # Errors
    /// The program is not there, or fails; the text is what it prints.
    pub(super) fn store(&self, address: &str, credential: &Credential) -> Result<(), Error> {
        let mut json = b"{".to_vec();
        let fields = [
            ("ServerURL", address),
            ("Username", &*credential.username),
            ("Secret", &*credential.password),
        ];
        for (at, (key, value)) in fields.into_iter().enumerate() {
            json.extend_from_slice(if at == 0 { b"" } else { b"," });
            gostd::json::append_string(&mut json, key.as_bytes(), true);
            json.push(b':');
            gostd::json::append_string(&mut json, value.as_bytes(), true);
        }
        json.push(b'}');
        self.run("store", &json).map(drop)
    }

    /// Forgets a login.
    ///
    /// # Errors
    /// The program is not there, or fails; the text is what it prints.
    pub(super) fn erase(&self, address: &str) -> Result<(), Error> {
        self.run("erase", address.as_bytes()).map(drop)
    }

    /// Runs the program. Secrets go through its stdin, never through its arguments.
    fn run(&self, action: &str, input: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |cause: String| {
            let program = quote(self.program.as_bytes());
            Error::Missing(format!("exec: {program}: {cause}"))
        };
        let Some(path) = find_program(&self.program) else {
            return Err(failed("executable file not found in $PATH".into()));
        };
        let spawned = Command::new(path)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = spawned.map_err(|error| failed(files::reason(&error)))?;
        if let Some(mut stdin) = child.stdin.take() {
            match stdin.write_all(input) {
                // A program need not read what it does not want.
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    return Err(failed(files::reason(&error)));
                }
                _ => {}
            }
        }
        let output = child.wait_with_output();
        let output = output.map_err(|error| failed(files::reason(&error)))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Err(Error::Missing(match (text.trim(), output.status.code()) {
            ("", Some(code)) => format!("exit status {code}"),
            ("", None) => "signal: killed".into(),
            (text, _) => text.to_owned(),
        }))
    }
}

/// The path of a program that `PATH` leads to.
fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&path)
        .filter(|directory| directory.is_absolute())
        .map(|directory| directory.join(format!("{name}{suffix}")))
        .find(|file| is_program(file))
}

fn is_program(file: &std::path::Path) -> bool {
    let Ok(found) = file.metadata() else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        found.is_file() && found.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    found.is_file()
}
