//! `rhelm search repo`: charts of the repositories whose indexes are cached.

use super::compat_flags::{CompatFlags, FilesCompat};
use super::dependency::width;
use super::registry::failure;
use super::repo::{Format, listed};
use super::table::Table;
use super::terminal::{self, CliError};
use super::{CommandResult, flags, plugin};
use crate::notice::{Level, Notice};
use crate::profile::{NoticeStyle, Profile};
use crate::sources::{self, Access, ChartVersion, Registry, Repositories, Wanted};
use clap::{Args, Subcommand};
use gosemver::{Constraints, Version};
use gostd::regexp::Regexp;
use std::path::Path;

/// The separator between the texts of a chart that are searched.
const SEPARATOR: char = '\u{b}';

/// Search for charts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm search repo nginx\n  \
        rhelm search repo argo/argo-cd --versions")]
pub(super) struct Search {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Search the repositories that `repo add` added
    Repo(Repo),
    /// Search Artifact Hub: only Helm does
    #[command(hide = true)]
    Hub(Hub),
}

#[derive(Debug, Args)]
struct Hub {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<String>,
}

/// Search the repositories that `repo add` added.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm search repo nginx\n  \
        rhelm search repo argo/argo-cd --version '^7' --versions\n  \
        rhelm search repo -o json\n  \
        rhelm search repo oci://ghcr.io/acme/charts/web --versions")]
struct Repo {
    /// Look for this word in names, descriptions and keywords, or list the chart at an address, oci://HOST/PATH/CHART
    /// [default: all charts]
    #[arg(value_name = "TEXT")]
    words: Vec<String>,
    /// Take the text as a regular expression
    #[arg(short, long)]
    regexp: bool,
    /// List all versions of each chart
    #[arg(short = 'l', long)]
    versions: bool,
    /// Take versions under development too
    #[arg(long)]
    devel: bool,
    /// Take versions in this range
    #[arg(
        long,
        value_name = "RANGE",
        default_value = "",
        hide_default_value = true
    )]
    version: String,
    /// Cut columns that are wider than this many characters; 0 cuts none
    #[arg(long, value_name = "NUMBER", default_value = "50", value_parser = width)]
    max_col_width: u64,
    /// Fail if nothing is found
    #[arg(long)]
    fail_on_no_result: bool,
    /// Print a table, or data: table, json, yaml
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    output: Format,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<FilesCompat>,
}

/// A chart that was found.
struct Hit {
    name: String,
    /// The place of the text that matches among those of the chart.
    score: usize,
    version: ChartVersion,
}

impl Search {
    pub(super) fn run(self) -> CommandResult {
        match self.command {
            Command::Repo(repo) => repo.run(),
            Command::Hub(_) => Err(CliError::new(
                "rhelm does not search Artifact Hub: look at https://artifacthub.io, or use Helm",
            )),
        }
    }
}

impl Repo {
    fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let hits = match &self.words[..] {
            [address] if address.starts_with("oci://") && !self.regexp => {
                self.in_registry(address, &profile)?
            }
            _ => {
                let mut notices = Vec::new();
                let hits = self.hits(&profile, &mut notices);
                terminal::notify(&notices, &profile);
                hits?
            }
        };
        if hits.is_empty() && self.fail_on_no_result {
            return Err(CliError::new("no results found"));
        }
        if self.output == Format::Table {
            if hits.is_empty() {
                return terminal::print(b"No results found\n");
            }
            let mut table = Table::new(self.max_col_width);
            table.add(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
            for Hit { name, version, .. } in &hits {
                let metadata = &version.metadata;
                table.add([
                    name,
                    &metadata.version,
                    &metadata.app_version,
                    &metadata.description,
                ]);
            }
            return terminal::print(table.text().as_bytes());
        }
        let rows = hits.iter().map(|Hit { name, version, .. }| {
            let metadata = &version.metadata;
            [
                ("name", &**name),
                ("version", &*metadata.version),
                ("app_version", &*metadata.app_version),
                ("description", &*metadata.description),
            ]
        });
        let rows: Vec<_> = rows.collect();
        terminal::print(&listed(&rows, self.output))
    }

    /// The charts that match, the best one first.
    fn hits(&self, profile: &Profile, notices: &mut Vec<Notice>) -> Result<Vec<Hit>, CliError> {
        let mut hits = self.matches(self.charts(profile, notices)?)?;
        let version = |hit: &Hit| Version::parse(&hit.version.metadata.version).ok();
        hits.sort_by(|a, b| {
            let by_version = || match (version(a), version(b)) {
                (Some(a), Some(b)) => b.compare(&a),
                _ => std::cmp::Ordering::Equal,
            };
            (a.score, &a.name)
                .cmp(&(b.score, &b.name))
                .then_with(by_version)
        });
        let range = self.range()?;
        let mut last = String::new();
        hits.retain(|hit| {
            let fits = version(hit).is_some_and(|version| range.check(&version));
            let is_kept = fits && (self.versions || last != hit.name);
            if is_kept {
                last.clone_from(&hit.name);
            }
            is_kept
        });
        Ok(hits)
    }

    fn range(&self) -> Result<Constraints, CliError> {
        let range = match (&*self.version, self.devel) {
            ("", true) => ">0.0.0-0",
            ("", false) => ">0.0.0",
            (range, _) => range,
        };
        Constraints::new(range).map_err(|error| {
            CliError::new(format!("an invalid version/constraint format: {error}"))
        })
    }

    /// The versions of a chart in a registry.
    fn in_registry(&self, address: &str, profile: &Profile) -> Result<Vec<Hit>, CliError> {
        let (client, home) = (plugin::client(profile), self.compat.home());
        let access = Access {
            tries_plain_http: true,
            ..Access::default()
        };
        let registry = Registry::new(&client, &home, profile, &access);
        let found = registry.list(address, &self.range()?, self.versions);
        let found = found.map_err(|error| failure(&error, profile))?;
        let hit = |metadata| Hit {
            name: address.to_owned(),
            score: 0,
            version: ChartVersion {
                metadata,
                ..ChartVersion::default()
            },
        };
        Ok(found.into_iter().map(hit).collect())
    }

    /// All charts, with the texts that are searched.
    fn charts(
        &self,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<(String, String, ChartVersion)>, CliError> {
        let home = self.compat.home();
        let file = Repositories::load(Path::new(&home.repository_config)).unwrap_or_default();
        if file.list.is_empty() {
            return Err(CliError::new("no repositories configured"));
        }
        let mut charts = Vec::new();
        for repository in file.list {
            let path = sources::index_file(&home.repository_cache, &repository.name);
            let index = match sources::cached_index(&path, Wanted::All, profile, notices) {
                Ok(index) => index,
                Err(error) => {
                    notices.extend(corrupt(&repository.name, &error.to_string(), profile));
                    continue;
                }
            };
            for (name, versions) in index.entries {
                let name = gostd::path::join([&*repository.name, &*name]);
                let name = String::from_utf8_lossy(&name).into_owned();
                for version in versions {
                    let metadata = &version.metadata;
                    let keywords = metadata.keywords.as_deref().unwrap_or_default().join(" ");
                    let text = [
                        &*metadata.name,
                        &format!("{}/{}", repository.name, metadata.name),
                        &*metadata.description,
                        &keywords,
                    ]
                    .join(&SEPARATOR.to_string());
                    charts.push((name.clone(), text, version));
                }
            }
        }
        Ok(charts)
    }

    fn matches(&self, charts: Vec<(String, String, ChartVersion)>) -> Result<Vec<Hit>, CliError> {
        let word = self.words.join(" ");
        let regexp = match self.regexp && !self.words.is_empty() {
            true => Some(Regexp::compile(&word).map_err(CliError::new)?),
            false => None,
        };
        let lower = word.to_lowercase();
        let mut hits = Vec::new();
        for (name, text, version) in charts {
            let score = if self.words.is_empty() {
                Some(0)
            } else if let Some(regexp) = &regexp {
                let place = regexp.find(text.as_bytes());
                place.map(|place| score(&text, place.start))
            } else {
                let text = text.to_lowercase();
                text.find(&lower).map(|place| score(&text, place))
            };
            hits.extend(score.map(|score| Hit {
                name,
                score,
                version,
            }));
        }
        Ok(hits)
    }
}

/// The number of texts before a place; a separator belongs to the text before it.
fn score(text: &str, place: usize) -> usize {
    let separators = text.match_indices(SEPARATOR);
    separators.filter(|(at, _)| *at < place).count()
}

/// Helm's words about an index that it cannot read.
fn corrupt(name: &str, error: &str, profile: &Profile) -> Vec<Notice> {
    match profile.notices {
        NoticeStyle::ShortFile => vec![
            Notice::log(
                "WARNING",
                format!(
                    "Repo {} is corrupt or missing. Try 'helm repo update'.",
                    gostd::strconv::quote(name.as_bytes())
                ),
            ),
            Notice::log("WARNING", error.to_owned()),
        ],
        NoticeStyle::Structured => vec![Notice::structured(
            Level::Warn,
            "repo is corrupt or missing",
            vec![("repo", name.to_owned()), ("error", error.to_owned())],
        )],
    }
}
