//! `rhelm registry`: logging in at registries, and out.

use super::compat_flags::{CompatFlags, FilesCompat};
use super::terminal::{self, CliError};
use super::{CommandResult, flags, plugin, prompt, usage};
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, Profile};
use crate::sources::{self, Access, Error, Registry as Registries};
use clap::{Args, Subcommand};

/// Log in to registries, and log out.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        echo \"$TOKEN\" | rhelm registry login ghcr.io -u \"$USER\" --password-stdin\n  \
        rhelm registry logout ghcr.io")]
pub(super) struct Registry {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Log in to a registry
    Login(Box<Login>),
    /// Remove the login of a registry
    Logout(Logout),
}

impl Registry {
    pub(super) fn run(self) -> CommandResult {
        match self.command {
            Command::Login(login) => login.run(),
            Command::Logout(logout) => logout.run(),
        }
    }
}

/// Log in to a registry.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        echo \"$TOKEN\" | rhelm registry login ghcr.io -u \"$USER\" --password-stdin\n  \
        rhelm registry login 127.0.0.1:5000 -u alice --plain-http")]
struct Login {
    /// The registry's host, with its port where one is needed
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,
    /// The user name
    #[arg(short, long, value_name = "NAME", default_value = "")]
    username: String,
    /// The password or token, which others can see in the list of processes
    #[arg(short, long, value_name = "PASSWORD", default_value = "")]
    password: String,
    /// Read the password or token from stdin
    #[arg(long)]
    password_stdin: bool,
    /// Do not verify the server's certificate
    #[arg(long)]
    insecure: bool,
    /// Use HTTP without TLS
    #[arg(long)]
    plain_http: bool,
    /// A CA certificate file
    #[arg(long, value_name = "FILE", default_value = "")]
    ca_file: String,
    /// A client certificate file
    #[arg(long, value_name = "FILE", default_value = "")]
    cert_file: String,
    /// A client key file
    #[arg(long, value_name = "FILE", default_value = "")]
    key_file: String,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Login {
    fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let Some(host) = self.hosts.first() else {
            return Err(usage::too_few_arguments(
                "registry login",
                "registry login [host] [flags]",
            ));
        };
        let access = Access {
            ca_file: self.ca_file.clone(),
            cert_file: self.cert_file.clone(),
            key_file: self.key_file.clone(),
            is_insecure: self.insecure,
            is_plain_http: self.plain_http,
            ..Access::default()
        };
        let (client, home) = (plugin::client(&profile), self.compat.home());
        let registries = Registries::new(&client, &home, &profile, &access);
        let config = registries.check_config();
        config.map_err(|error| failure(&error, &profile))?;
        let (username, password) = self.credentials(&profile)?;
        let host = match profile.command_line {
            CommandLine::Helm3 => host_alone(host),
            CommandLine::Helm4 => host,
        };
        if let Some((first, _)) = host.split_once('/') {
            let attributes = vec![("host", host.to_owned()), ("suggested", first.to_owned())];
            let text =
                "registry login currently only supports registry hostname, not a repository path";
            let notice = Notice::structured(Level::Warn, text, attributes);
            terminal::notify(&[notice], &profile);
        }
        let login = registries.login(host, &username, &password);
        login.map_err(|error| failure(&error, &profile))?;
        terminal::tell("Login Succeeded\n", &profile);
        Ok(())
    }

    /// The name and the password, or a token without a name: from flags, from stdin, or asked for.
    fn credentials(&self, profile: &Profile) -> Result<(String, String), CliError> {
        let mut username = self.username.clone();
        if self.password_stdin {
            return Ok((username, prompt::password_from_stdin()?));
        }
        if !self.password.is_empty() {
            match profile.command_line {
                CommandLine::Helm3 => terminal::warn(
                    b"WARNING: Using --password via the CLI is insecure. Use --password-stdin.\n",
                ),
                CommandLine::Helm4 => {
                    let text = "using --password via the CLI is insecure. Use --password-stdin";
                    let notice = Notice::structured(Level::Warn, text, Vec::new());
                    terminal::notify(&[notice], profile);
                }
            }
            return Ok((username, self.password.clone()));
        }
        if username.is_empty() {
            prompt::line("Username: ")?.trim().clone_into(&mut username);
        }
        let (question, missing) = match username.is_empty() {
            true => ("Token: ", "token required"),
            false => ("Password: ", "password required"),
        };
        match prompt::secret(question)? {
            password if password.is_empty() => Err(CliError::new(missing)),
            password => Ok((username, password)),
        }
    }
}

/// The host that Helm 3 takes from an address.
fn host_alone(address: &str) -> &str {
    let schemes = ["oci://", "http://", "https://"].iter();
    let mut rests = schemes.filter_map(|scheme| address.strip_prefix(scheme));
    let rest = rests.next().unwrap_or(address);
    rest.split('/').next().unwrap_or_default()
}

/// Remove the login of a registry.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm registry logout ghcr.io")]
struct Logout {
    /// The registry's host
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Logout {
    fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let Some(host) = self.hosts.first() else {
            return Err(usage::too_few_arguments(
                "registry logout",
                "registry logout [host] [flags]",
            ));
        };
        let out = sources::logout(&self.compat.home(), host);
        out.map_err(|error| failure(&error, &profile))?;
        let words = format!("Removing login credentials for {host}\n");
        terminal::tell(&words, &profile);
        Ok(())
    }
}

/// The failure that an error of a chart source is: Helm reads its file of logins before it knows its own form of errors.
pub(super) fn failure(error: &Error, profile: &Profile) -> CliError {
    match (error, profile.command_line) {
        (Error::Config(text), CommandLine::Helm3) => CliError::logged(format!("WARNING: {text}")),
        (Error::Config(text), CommandLine::Helm4) => {
            let attributes = vec![("error", text.clone())];
            let notice = Notice::structured(Level::Warn, "command failed", attributes);
            CliError::logged(notice.line(profile))
        }
        _ => CliError::new(error),
    }
}
