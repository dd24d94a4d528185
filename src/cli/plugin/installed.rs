//! The plugins that are installed: what their `plugin.yaml` says, in the form of Helm 3 and in that of Helm 4.

use crate::chart::OsError;
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, Profile};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use goyaml::{Kind, Node};
use std::path::{Path, PathBuf};

/// An installed plugin.
#[derive(Clone, Debug, Default)]
pub(super) struct Plugin {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: String,
    /// `cli/v1` and the like.
    pub(super) kind: String,
    /// `legacy` in the form of Helm 3.
    pub(super) api_version: String,
    /// Where it was installed from, if that is said.
    pub(super) source: String,
    pub(super) directory: PathBuf,
    /// The word that names its command.
    pub(super) word: String,
    /// `subprocess`, or what rhelm does not run.
    pub(super) runtime: String,
    pub(super) ignores_flags: bool,
    pub(super) commands: Vec<PlatformCommand>,
    /// The schemes of addresses that it fetches from.
    pub(super) protocols: Vec<String>,
    pub(super) downloads: Vec<Download>,
}

/// How a plugin fetches from addresses with some schemes.
#[derive(Clone, Debug, Default)]
pub(super) struct Download {
    pub(super) protocols: Vec<String>,
    pub(super) commands: Vec<PlatformCommand>,
}

/// A program for some systems.
#[derive(Clone, Debug, Default)]
pub(super) struct PlatformCommand {
    pub(super) os: String,
    pub(super) architecture: String,
    pub(super) command: String,
    pub(super) arguments: Vec<String>,
}

/// All plugins.
#[derive(Debug, Default)]
pub(super) struct Plugins {
    pub(super) list: Vec<Plugin>,
}

impl Plugins {
    /// Reads the plugins in a list of directories. Helm 4 warns of one that is wrong, Helm 3 stops there.
    ///
    /// # Errors
    /// Helm's texts.
    pub(super) fn find(
        directories: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Plugins, String> {
        let mut list = Vec::new();
        for directory in std::env::split_paths(directories) {
            let mut here = Vec::new();
            for file in files_in(&directory) {
                match (read(&file, profile), profile.command_line) {
                    (Ok(plugin), _) => here.push(plugin),
                    (Err(error), CommandLine::Helm3) => return Err(error),
                    (Err(error), CommandLine::Helm4) => notices.push(Notice::structured(
                        Level::Warn,
                        "failed to load plugin (ignoring)",
                        vec![
                            ("plugin_yaml", file.to_string_lossy().into_owned()),
                            ("error", error),
                        ],
                    )),
                }
            }
            check_names(&here)?;
            list.append(&mut here);
        }
        Ok(Plugins { list })
    }
}

/// The files `plugin.yaml` one level below a directory, by name.
fn files_in(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path().join("plugin.yaml"));
    let mut files: Vec<PathBuf> = files
        .filter(|file| file.symlink_metadata().is_ok())
        .collect();
    files.sort();
    files
}

fn check_names(list: &[Plugin]) -> Result<(), String> {
    for (number, plugin) in list.iter().enumerate() {
        let mut before = list.iter().take(number);
        if let Some(other) = before.find(|other| other.name == plugin.name) {
            return Err(format!(
                "two plugins claim the name {} at {} and {}",
                quote(plugin.name.as_bytes()),
                quote(other.directory.to_string_lossy().as_bytes()),
                quote(plugin.directory.to_string_lossy().as_bytes())
            ));
        }
    }
    Ok(())
}

fn read(file: &Path, profile: &Profile) -> Result<Plugin, String> {
    let is_helm_3 = profile.command_line == CommandLine::Helm3;
    let directory = file.parent().unwrap_or(Path::new("")).to_owned();
    let quoted = |path: &Path| quote(path.to_string_lossy().as_bytes());
    let text = input::read(file, NamedBy::User, LIMITS.chart_file_bytes);
    let text = text.map_err(|error| {
        let error = OsError::new("open", file, &error);
        format!("failed to read plugin at {}: {error}", quoted(file))
    })?;
    let failed = |cause: String| match is_helm_3 {
        true => format!("failed to load plugin at {}: {cause}", quoted(file)),
        false => format!("failed to load plugin {}: {cause}", quoted(&directory)),
    };
    let node = goyaml::parse(&text).map_err(|error| failed(error.to_string()))?;
    if is_helm_3 && let Some(field) = unknown_field(&node) {
        return Err(failed(format!(
            "error unmarshaling JSON: while decoding JSON: json: unknown field {}",
            quote(field.as_bytes())
        )));
    }
    let name = string(&node, "name");
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_named = !name.is_empty() && name.chars().all(is_name);
    match (&*string(&node, "apiVersion"), is_helm_3) {
        (_, true) if !is_named => Err(format!("invalid plugin name at {}", quoted(file))),
        (_, true) => Ok(legacy(&node, directory)),
        ("", false) if !is_named => Err(failed(format!(
            "invalid plugin name {}: must contain only a-z, A-Z, 0-9, _ and -",
            quote(name.as_bytes())
        ))),
        ("", false) => Ok(legacy(&node, directory)),
        ("v1", false) if !is_named => Err(failed("invalid plugin `name`".into())),
        ("v1", false) => first_version(&node, directory.clone()).map_err(failed),
        (other, false) => Err(failed(format!(
            "invalid plugin apiVersion: {}",
            quote(other.as_bytes())
        ))),
    }
}

/// The first field that Helm 3 does not know, which refuses them.
fn unknown_field(node: &Node) -> Option<&str> {
    const FIELDS: &[&str] = &[
        "command",
        "description",
        "downloaders",
        "hooks",
        "ignoreFlags",
        "name",
        "platformCommand",
        "platformHooks",
        "usage",
        "useTunnel",
        "version",
    ];
    let Kind::Map(entries) = &node.kind else {
        return None;
    };
    let is_known = |key: &str| FIELDS.iter().any(|field| field.eq_ignore_ascii_case(key));
    let unknown = entries.iter().map(|entry| &*entry.key);
    unknown.filter(|key| !is_known(key)).min()
}

/// A plugin in the form of Helm 3.
fn legacy(node: &Node, directory: PathBuf) -> Plugin {
    let mut commands = platform_commands(node);
    let command = string(node, "command");
    if commands.is_empty() && !command.is_empty() {
        commands.push(PlatformCommand {
            command,
            ..PlatformCommand::default()
        });
    }
    let downloads: Vec<Download> = items(node, "downloaders")
        .iter()
        .map(|download| Download {
            protocols: strings(download, "protocols"),
            commands: vec![PlatformCommand {
                command: string(download, "command"),
                ..PlatformCommand::default()
            }],
        })
        .collect();
    let name = string(node, "name");
    Plugin {
        version: string(node, "version"),
        description: string(node, "description"),
        kind: match downloads.is_empty() {
            false => "getter/v1".into(),
            true => "cli/v1".into(),
        },
        api_version: "legacy".into(),
        word: name.clone(),
        runtime: "subprocess".into(),
        ignores_flags: is_true(node, "ignoreFlags"),
        source: String::new(),
        directory,
        commands,
        protocols: downloads
            .iter()
            .flat_map(|download| download.protocols.clone())
            .collect(),
        downloads,
        name,
    }
}

/// A plugin in the form of Helm 4.
fn first_version(node: &Node, directory: PathBuf) -> Result<Plugin, String> {
    let version = string(node, "version");
    if version.is_empty() {
        return Err("plugin `version` is required".into());
    }
    if gosemver::Version::parse(&version).is_err() {
        let version = quote(version.as_bytes());
        return Err(format!(
            "invalid plugin `version` {version}: must be valid semver"
        ));
    }
    for key in ["type", "runtime"] {
        if string(node, key).is_empty() {
            return Err(format!("`{key}` missing"));
        }
    }
    let name = string(node, "name");
    let kind = string(node, "type");
    let (config, runtime) = (node.get("config"), node.get("runtimeConfig"));
    let usage = config.map_or_else(String::new, |config| string(config, "usage"));
    let word = usage.split_whitespace().next().unwrap_or(&name).to_owned();
    Ok(Plugin {
        version,
        description: String::new(),
        api_version: "v1".into(),
        source: string(node, "sourceURL"),
        directory,
        word,
        runtime: string(node, "runtime"),
        ignores_flags: config.is_some_and(|config| is_true(config, "ignoreFlags")),
        commands: runtime.map(platform_commands).unwrap_or_default(),
        protocols: match &*kind {
            "getter/v1" => config.map_or_else(Vec::new, |config| strings(config, "protocols")),
            _ => Vec::new(),
        },
        downloads: runtime
            .map_or(&[][..], |runtime| items(runtime, "protocolCommands"))
            .iter()
            .map(|download| Download {
                protocols: strings(download, "protocols"),
                commands: platform_commands(download),
            })
            .collect(),
        kind,
        name,
    })
}

fn platform_commands(node: &Node) -> Vec<PlatformCommand> {
    let commands = items(node, "platformCommand").iter();
    let commands = commands.map(|command| PlatformCommand {
        os: string(command, "os"),
        architecture: string(command, "arch"),
        command: string(command, "command"),
        arguments: strings(command, "args"),
    });
    commands.collect()
}

fn string(node: &Node, key: &str) -> String {
    let text = node.get(key).and_then(Node::coerced_text);
    text.unwrap_or_default().into_owned()
}

fn strings(node: &Node, key: &str) -> Vec<String> {
    let items = items(node, key).iter();
    items
        .map(|item| item.coerced_text().unwrap_or_default().into_owned())
        .collect()
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match node.get(key).map(|list| &list.kind) {
        Some(Kind::Seq(items)) => items,
        _ => &[],
    }
}

fn is_true(node: &Node, key: &str) -> bool {
    matches!(node.get(key).map(|flag| &flag.kind), Some(Kind::Bool(true)))
}

/// What Helm 4 says of the signature of an installed plugin, which it does not check.
pub(super) fn provenance(data: &Path, plugin: &Plugin) -> &'static str {
    let plugins = data.join("plugins");
    match plugins.join(&plugin.name).symlink_metadata() {
        Err(_) => return "unknown",
        Ok(found) if found.is_symlink() => return "local dev",
        Ok(_) => {}
    }
    let archive = plugins.join(format!("{}-{}.tgz", plugin.name, plugin.version));
    let provenance = PathBuf::from(format!("{}.prov", archive.display()));
    let read = |file: &Path| input::read(file, NamedBy::User, LIMITS.argument_bytes);
    let (Ok(archive), Ok(text)) = (read(&archive), read(&provenance)) else {
        return "unsigned";
    };
    match crate::sources::provenance::names(&text, &archive) {
        None => "invalid provenance",
        Some(false) => "mismatched provenance",
        Some(true) => "signed",
    }
}
