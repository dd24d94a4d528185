//! `rhelm plugin`, and the commands that installed plugins add.

mod download;
mod installed;
mod run;

pub(super) use download::client;
pub(super) use run::run;

use super::compat_flags::{CompatFlags, FilesCompat};
use super::table::Table;
use super::terminal::{self, CliError};
use super::{CommandResult, flags};
use crate::profile::{CommandLine, Profile};
use clap::{Args, Subcommand};
use installed::Plugins;
use std::ffi::OsString;
use std::path::Path;

/// List the installed plugins. Helm installs, updates and removes them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm plugin list\n  \
        rhelm plugin list --helm-version 3")]
pub(super) struct Plugin {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the installed plugins
    #[command(visible_alias = "ls")]
    List(List),
    /// A command that rhelm has not.
    #[command(hide = true, alias = "add")]
    Install(Rest),
    /// A command that rhelm has not.
    #[command(hide = true)]
    Package(Rest),
    /// A command that rhelm has not.
    #[command(hide = true, aliases = ["rm", "remove"])]
    Uninstall(Rest),
    /// A command that rhelm has not.
    #[command(hide = true, alias = "up")]
    Update(Rest),
    /// A command that rhelm has not.
    #[command(hide = true)]
    Verify(Rest),
}

/// Arguments that nobody reads.
#[derive(Debug, Args)]
struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _rest: Vec<OsString>,
}

/// List the installed plugins.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm plugin list\n  \
        rhelm plugin list --type postrenderer/v1")]
struct List {
    #[arg(hide = true)]
    _rest: Vec<String>,
    /// Only plugins of this type, with Helm 4: cli/v1, getter/v1, postrenderer/v1
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = "",
        hide_default_value = true
    )]
    of_type: String,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Plugin {
    pub(super) fn run(self) -> CommandResult {
        let name = match self.command {
            Command::List(list) => return list.run(),
            Command::Install(_) => "install",
            Command::Package(_) => "package",
            Command::Uninstall(_) => "uninstall",
            Command::Update(_) => "update",
            Command::Verify(_) => "verify",
        };
        Err(CliError::new(format!(
            "rhelm has no `plugin {name}`: it lists and runs the plugins that Helm installed; use Helm"
        )))
    }
}

impl List {
    fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let home = self.compat.home();
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        // Helm looks for commands first.
        if let Err(error) = commands(&home.plugins, &profile)
            && is_helm_3
        {
            terminal::warn(format!("failed to load plugins: {error}\n").as_bytes());
        }
        let mut notices = Vec::new();
        let found = Plugins::find(&home.plugins, &profile, &mut notices);
        terminal::notify(&notices, &profile);
        let found = found.map_err(CliError::new)?;
        let mut table = Table::new(0);
        match is_helm_3 {
            true => table.add(["NAME", "VERSION", "DESCRIPTION"]),
            false => table.add([
                "NAME",
                "VERSION",
                "TYPE",
                "APIVERSION",
                "PROVENANCE",
                "SOURCE",
            ]),
        }
        for plugin in &found.list {
            let (name, version) = (&*plugin.name, &*plugin.version);
            if is_helm_3 {
                table.add([name, version, &plugin.description]);
                continue;
            }
            if !self.of_type.is_empty() && plugin.kind != self.of_type {
                continue;
            }
            let provenance = installed::provenance(Path::new(&home.data), plugin);
            let source = match &*plugin.source {
                "" => "unknown",
                source => source,
            };
            let row = [
                name,
                version,
                &plugin.kind,
                &plugin.api_version,
                provenance,
                source,
            ];
            table.add(row);
        }
        terminal::print(table.text().as_bytes())
    }
}

/// Returns true if a Helm takes plugins at all.
fn are_on() -> bool {
    std::env::var("HELM_NO_PLUGINS").as_deref() != Ok("1")
}

/// The installed plugins that are commands of a Helm.
fn commands(directories: &str, profile: &Profile) -> Result<Vec<installed::Plugin>, String> {
    if !are_on() {
        return Ok(Vec::new());
    }
    let mut notices = Vec::new();
    let found = Plugins::find(directories, profile, &mut notices);
    terminal::notify(&notices, profile);
    let mut list = found?.list;
    list.retain(|plugin| profile.command_line == CommandLine::Helm3 || plugin.kind == "cli/v1");
    Ok(list)
}
