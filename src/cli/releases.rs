//! The commands about releases, and what they share: where records are, how a release is printed.

pub(super) mod change;
pub(super) mod chart;
mod contexts;
pub(super) mod get;
mod history;
mod install;
mod interrupt;
mod list;
mod printer;
mod progress;
mod review;
mod rollback;
mod status;
pub(super) mod storage;
mod template_data;
mod test;
mod uninstall;
mod upgrade;
mod upkeep;

pub(super) use change::now;
pub(super) use get::Get;
pub(super) use history::History;
pub(super) use install::Install;
pub(super) use list::List;
pub(super) use rollback::Rollback;
pub(super) use status::Status;
pub(super) use test::Test;
pub(super) use uninstall::Uninstall;
pub(super) use upgrade::Upgrade;
pub(super) use upkeep::Upkeep;

use super::compat_flags::{CompatFlags, ReleaseCompat};
use super::flags;
use super::repo::Format;
use super::terminal::{self, CliError};
use super::{CommandResult, usage};
use crate::action::check_release_name;
use crate::profile::Profile;
use ::release::{Record, Storage};
use clap::Args;
use gostd::{Value, json};

/// What every command about one release takes.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<ReleaseCompat>,
}

impl Common {
    /// The Helm to be, once the flags are checked.
    fn profile(&self) -> Result<Profile, CliError> {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        Ok(profile)
    }

    /// The storage of the namespace that the flags name.
    fn storage(&self, profile: &Profile) -> Result<Box<dyn Storage>, CliError> {
        storage::open(&self.compat, &self.compat.namespace(), profile)
    }
}

/// pflag's whole number.
fn number(text: &str) -> Result<i64, String> {
    gostd::strconv::parse_int(text.as_bytes(), 0, 64).map_err(|error| error.to_string())
}

/// The one argument of a command.
fn only<'a>(arguments: &'a [String], command: &str, usage: &str) -> Result<&'a str, CliError> {
    match arguments {
        [argument] => Ok(argument),
        _ => Err(usage::wrong_arguments(command, usage)),
    }
}

/// The record of a revision, the last one where `revision` is 0 (Helm's `releaseContent`).
pub(super) fn content(
    storage: &dyn Storage,
    name: &str,
    revision: i64,
) -> Result<Record, CliError> {
    if check_release_name(name).is_err() {
        return Err(CliError::new(format!(
            "releaseContent: Release name is invalid: {name}"
        )));
    }
    ::release::content(storage, name, revision).map_err(CliError::new)
}

/// Asks whether to go on, if nobody has said so; `what` is what would be done.
fn prompt_to_go_on(yes: bool, what: &str) -> CommandResult {
    if yes {
        return Ok(());
    }
    match super::prompt::consent(what)? {
        Some(true) => Ok(()),
        Some(false) => Err(CliError::new("nothing was done")),
        None => Err(CliError::new(
            "nothing was done: there is no terminal to ask at, and no --yes",
        )),
    }
}

/// The manifest of a revision, and its hooks, each with the template that it comes from.
pub(super) fn whole_manifest(record: &Record) -> String {
    format!("{}\n{}", record.manifest, hooks_of(record))
}

/// The hooks of a revision, as `get hooks` prints them.
pub(super) fn hooks_of(record: &Record) -> String {
    let mut text = String::new();
    // A string takes all that is written.
    let _ = printer::write_hooks(&record.hooks, &mut text);
    text
}

/// Prints JSON in one of the two formats for programs: as it is, or as YAML with sorted keys.
fn print_json(json: Vec<u8>, format: Format) -> CommandResult {
    match format {
        Format::Yaml => print_value(&json::decode(&json).map_err(CliError::new)?, format),
        Format::Json | Format::Table => terminal::print(&[&json[..], b"\n"].concat()),
    }
}

/// Prints a value as YAML, or as JSON in one line.
fn print_value(value: &Value, format: Format) -> CommandResult {
    let text = match format {
        Format::Json => {
            let mut text = json::encode(value, json::Options::COMPACT).map_err(CliError::new)?;
            text.push(b'\n');
            text
        }
        Format::Yaml | Format::Table => goyaml::to_yaml(value).map_err(CliError::new)?,
    };
    terminal::print(&text)
}
