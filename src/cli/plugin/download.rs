//! Plugins that download: they are asked where an address has a scheme that only they know (`s3://…`).

use super::installed::{Download, Plugin, Plugins};
use super::run::{Environment, exited, expand, of_platform};
use crate::cli::env::Env;
use crate::cli::fetching;
use crate::cli::post_renderer::unstarted;
use crate::profile::{CommandLine, Profile};
use crate::sources::{Access, Client, Downloader, Error};
use files::input;
use gostd::url::Url;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A client that calls itself as this Helm does, asks plugins too, and knows what the user says of hosts.
pub(in crate::cli) fn client(profile: &Profile) -> Client {
    let client = Client::new(profile).with_downloader(Box::new(Downloaders {
        profile: *profile,
        plugins: OnceLock::new(),
    }));
    let client = client.offline(fetching::is_set(fetching::OFFLINE));
    match fetching::settings_file() {
        Some(file) => client.with_settings(file),
        None => client,
    }
}

/// The installed plugins that download.
#[derive(Debug)]
struct Downloaders {
    profile: Profile,
    /// All plugins, each with its environment. They are read when the first address asks for one.
    plugins: OnceLock<Vec<(Plugin, Environment)>>,
}

impl Downloaders {
    /// The first plugin that knows a scheme, with its environment.
    fn find(&self, scheme: &str) -> Option<&(Plugin, Environment)> {
        let plugins = self.plugins.get_or_init(|| self.read().unwrap_or_default());
        let mut plugins = plugins.iter();
        plugins.find(|(plugin, _)| plugin.protocols.iter().any(|known| known == scheme))
    }

    /// All plugins. Those that cannot be read know no scheme.
    fn read(&self) -> Option<Vec<(Plugin, Environment)>> {
        let settings = Env::of_process().ok()?;
        let plugins = Plugins::find(&settings.plugins(), &self.profile, &mut Vec::new());
        let plugins = plugins.ok()?.list.into_iter();
        let with_environment = |plugin: Plugin| {
            let environment = plugin.environment(&settings, &self.profile);
            (plugin, environment)
        };
        Some(plugins.map(with_environment).collect())
    }

    fn run(
        &self,
        plugin: &Plugin,
        download: &Download,
        variables: &Environment,
        arguments: [&str; 4],
        limit: u64,
    ) -> Result<Vec<u8>, String> {
        let look_up = |name: &str| variables.get(name).cloned().unwrap_or_default();
        let command = of_platform(&download.commands);
        let is_helm_3 = self.profile.command_line == CommandLine::Helm3;
        let words = command.map_or("", |command| &command.command);
        let mut words = words.split(' ');
        let main = words.next().unwrap_or_default();
        let main = match is_helm_3 {
            true => main.to_owned(),
            false => expand(main, &look_up),
        };
        if main.is_empty() && !is_helm_3 {
            return Err(
                "failed to prepare commands for protocol: no plugin command is applicable".into(),
            );
        }
        let program = crate::chart::clean_path(&plugin.directory.join(main));
        let own = command.map_or(&[][..], |command| &command.arguments[..]);
        let mut child = Command::new(&program);
        child.args(words).args(own).args(arguments);
        child.envs(variables);
        child.stdin(Stdio::null()).stdout(Stdio::piped());
        let child = child.spawn();
        let child = child.map_err(|error| unstarted(&program.to_string_lossy(), &error))?;
        let output = input::answer(child, b"", limit).map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let name = match is_helm_3 {
            true => command.map_or("", |command| &command.command),
            false => &plugin.name,
        };
        Err(exited(name))
    }
}

impl Downloader for Downloaders {
    fn knows(&self, scheme: &str) -> bool {
        self.find(scheme).is_some()
    }

    fn get(&self, url: &Url, access: &Access, limit: u64) -> Result<Vec<u8>, Error> {
        let scheme = String::from_utf8_lossy(&url.scheme);
        let unknown = || Error::Fetch(format!("no downloader found for protocol {scheme:?}"));
        let (plugin, environment) = self.find(&scheme).ok_or_else(unknown)?;
        let mut downloads = plugin.downloads.iter();
        let download = downloads.find(|one| one.protocols.iter().any(|known| *known == scheme));
        let download = download.ok_or_else(unknown)?;
        let mut variables = environment.clone();
        let passes = access.passes_credentials.to_string();
        for (name, value) in [
            ("HELM_PLUGIN_USERNAME", &access.username),
            ("HELM_PLUGIN_PASSWORD", &access.password),
            ("HELM_PLUGIN_PASS_CREDENTIALS_ALL", &passes),
        ] {
            variables.insert(name.to_owned(), value.clone());
        }
        let address = url.to_string();
        let arguments = [
            &*access.cert_file,
            &*access.key_file,
            &*access.ca_file,
            &*address,
        ];
        let contents = self.run(plugin, download, &variables, arguments, limit);
        contents.map_err(|error| match self.profile.command_line {
            CommandLine::Helm3 => Error::Fetch(error),
            CommandLine::Helm4 => {
                let name = gostd::strconv::quote(plugin.name.as_bytes());
                Error::Fetch(format!("plugin {name} failed to invoke: {error}"))
            }
        })
    }
}
