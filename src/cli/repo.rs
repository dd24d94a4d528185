//! `rhelm repo`: the repositories that the user has added, and the index of one of the user's own.

mod add;
mod index;
mod update;

use super::compat_flags::{CompatFlags, FilesCompat};
use super::table::Table;
use super::terminal::{self, CliError};
use super::{CommandResult, flags};
use crate::profile::CommandLine;
use crate::sources::{self, Repositories};
use clap::{Args, Subcommand};
use files::atomic::{AtomicFiles, FileMode};
use gostd::strconv::quote;
use gostd::{List as Values, Map, Text, Value};
use std::path::Path;

/// Add, list, update and remove chart repositories, and make the index of one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo add argo https://argoproj.github.io/argo-helm\n  \
        rhelm repo update\n  \
        rhelm repo list -o json\n  \
        rhelm repo remove argo\n  \
        rhelm repo index ./charts --url https://charts.example.com")]
pub(super) struct Repo {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a chart repository
    Add(Box<add::Add>),
    /// Write an index of the packed charts in a directory
    Index(index::Index),
    /// List the repositories
    #[command(visible_alias = "ls")]
    List(List),
    /// Remove repositories
    #[command(visible_alias = "rm")]
    Remove(Remove),
    /// Fetch the repositories' indexes
    #[command(visible_alias = "up")]
    Update(update::Update),
}

impl Repo {
    pub(super) fn run(self) -> CommandResult {
        match self.command {
            Command::Add(add) => add.run(),
            Command::Index(index) => index.run(),
            Command::List(list) => list.run(),
            Command::Remove(remove) => remove.run(),
            Command::Update(update) => update.run(),
        }
    }
}

/// The format of lists (Helm's `output.Format`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Table,
    Json,
    Yaml,
}

impl std::str::FromStr for Format {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Format, &'static str> {
        match text {
            "table" => Ok(Format::Table),
            "json" => Ok(Format::Json),
            "yaml" => Ok(Format::Yaml),
            _ => Err("invalid format type"),
        }
    }
}

/// A list of maps in one of the two formats for programs. JSON keeps the order of keys, YAML sorts them.
pub(super) fn listed<const N: usize>(rows: &[[(&str, &str); N]], format: Format) -> Vec<u8> {
    if format == Format::Json {
        let mut text = b"[".to_vec();
        for (at, row) in rows.iter().enumerate() {
            text.extend_from_slice(if at == 0 { b"{" } else { b",{" });
            for (at, (key, value)) in row.iter().enumerate() {
                text.extend_from_slice(if at == 0 { b"" } else { b"," });
                gostd::json::append_string(&mut text, key.as_bytes(), true);
                text.push(b':');
                gostd::json::append_string(&mut text, value.as_bytes(), true);
            }
            text.push(b'}');
        }
        text.extend_from_slice(b"]\n");
        return text;
    }
    let maps = rows.iter().map(|row| {
        let entries = row.iter();
        let entries = entries.map(|(key, value)| (Text::from(*key), Value::from(*value)));
        Value::Map(entries.collect::<Map>())
    });
    goyaml::to_yaml(&Values::new(maps.collect()).into()).unwrap_or_default()
}

/// List the repositories.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo list\n  \
        rhelm repo list -o yaml")]
struct List {
    #[arg(hide = true)]
    arguments: Vec<String>,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,
    /// Leave out the table's first line
    #[arg(long)]
    no_headers: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl List {
    fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let is_helm_3 = profile.command_line == CommandLine::Helm3;
        if self.no_headers && is_helm_3 {
            return Err(CliError::new("unknown flag: --no-headers"));
        }
        if !self.arguments.is_empty() {
            return Err(super::usage::no_arguments("repo list"));
        }
        let home = self.compat.home();
        // What cannot be read is no list.
        let file = Repositories::load(Path::new(&home.repository_config)).unwrap_or_default();
        let rows = file.list.iter();
        let rows: Vec<_> = rows
            .map(|r| [("name", &*r.name), ("url", &*r.access.url)])
            .collect();
        match self.output {
            Format::Table if rows.is_empty() && is_helm_3 => {
                Err(CliError::new("no repositories to show"))
            }
            Format::Table if rows.is_empty() => {
                terminal::warn(b"no repositories to show\n");
                Ok(())
            }
            Format::Table => {
                let mut table = Table::new(0);
                if !self.no_headers {
                    table.add(["NAME", "URL"]);
                }
                for [(_, name), (_, url)] in rows {
                    table.add([name, url]);
                }
                terminal::print(table.text().as_bytes())
            }
            format => terminal::print(&listed(&rows, format)),
        }
    }
}

/// Remove repositories, and delete their cached indexes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm repo remove argo")]
struct Remove {
    /// The repositories' names
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

impl Remove {
    fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        if self.names.is_empty() {
            return Err(super::usage::too_few_arguments(
                "repo remove",
                "repo remove [REPO1 [REPO2 ...]] [flags]",
            ));
        }
        let home = self.compat.home();
        let path = Path::new(&home.repository_config);
        let mut file = Repositories::load(path).unwrap_or_default();
        if file.list.is_empty() {
            return Err(CliError::new("no repositories configured"));
        }
        for name in &self.names {
            let quoted = quote(name.as_bytes());
            if !file.remove(name) {
                return Err(CliError::new(format!("no repo named {quoted} found")));
            }
            file.save(path).map_err(CliError::new)?;
            let mut removed = AtomicFiles::new(FileMode::Default);
            let cache = &home.repository_cache;
            for cached in [
                sources::charts_file(cache, name),
                sources::index_file(cache, name),
                sources::etag_file(cache, name),
            ] {
                if cached.symlink_metadata().is_ok() {
                    removed.remove(cached);
                }
            }
            removed.commit().map_err(CliError::new)?;
            let line = format!("{quoted} has been removed from your repositories\n");
            terminal::print(line.as_bytes())?;
        }
        Ok(())
    }
}
