//! `rhelm pull`: charts from repositories, as archives or unpacked.

use super::chart_source::Signature;
use super::compat_flags::{ChartCompat, CompatFlags};
use super::fetching::Fetching;
use super::terminal::{self, CliError};
use super::{CommandResult, flags, usage};
use crate::chart::{self, OsError, clean_path};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::sources::Fetched;
use clap::Args;
use files::atomic::{AtomicFiles, FileMode};
use gostd::strconv::quote;
use std::io;
use std::path::{Component, Path};

/// Fetch a chart from a repository or registry, as an archive or unpacked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm pull argo/argo-cd --version 7.7.0\n  \
        rhelm pull argo-cd --repo https://argoproj.github.io/argo-helm --untar\n  \
        rhelm pull oci://ghcr.io/acme/charts/web --version ^1.2\n  \
        rhelm pull https://charts.example.com/web-1.2.3.tgz -d charts\n  \
        rhelm pull argo/argo-cd --verify --keyring argo.gpg")]
pub(super) struct Pull {
    /// The charts: REPOSITORY/CHART, oci://HOST/PATH/CHART, addresses of archives, or with --repo names
    #[arg(value_name = "CHART")]
    charts: Vec<String>,
    /// Write to this directory, which must be there
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    destination: String,
    /// Unpack the chart, and keep no archive
    #[arg(long)]
    untar: bool,
    /// Unpack into this directory, below the destination
    #[arg(long, value_name = "DIR", default_value = ".")]
    untardir: String,
    /// Fetch the signature, too, and do not verify it
    #[arg(long)]
    prov: bool,

    /// Do not print what Helm says of a chart that comes from a registry (Pulled:, Digest:)
    #[arg(long)]
    quiet_pull: bool,

    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<ChartCompat>,
}

impl Pull {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        if self.charts.is_empty() {
            return Err(usage::too_few_arguments(
                "pull",
                "pull [chart URL | repo/chartname] [...] [flags]",
            ));
        }
        self.compat.check_key_files(&profile)?;
        for chart in &self.charts {
            let mut notices = Vec::new();
            let pulled = self.pull(chart, &profile, &mut notices);
            terminal::notify(&notices, &profile);
            pulled?;
        }
        Ok(())
    }

    fn pull(&self, chart: &str, profile: &Profile, notices: &mut Vec<Notice>) -> CommandResult {
        let mut source = self.compat.chart_source().quiet(self.quiet_pull);
        source = source.fetching(self.fetching, true);
        if self.prov && source.signature == Signature::Unused {
            source.signature = Signature::Fetched;
        }
        let Fetched {
            name,
            archive,
            signed,
        } = source.fetch(chart, profile, notices)?;
        // Helm keeps an archive that it refuses, unless it was to be unpacked.
        let pulled = match (self.untar, &signed.failure) {
            (true, Some(_)) => Ok(()),
            (true, None) => self.unpack(chart, &archive, profile),
            (false, _) => self.save(&name, archive, signed.provenance),
        };
        pulled?;
        if let Some(error) = signed.failure {
            return Err(CliError::new(error));
        }
        let verification = signed
            .verification
            .map(|verification| verification.to_string());
        let said = [signed.warning, verification].into_iter().flatten();
        terminal::print(said.collect::<String>().as_bytes())
    }

    fn save(&self, name: &str, archive: Vec<u8>, provenance: Option<Vec<u8>>) -> CommandResult {
        let directory = Path::new(&self.destination);
        let file = clean_path(&directory.join(name));
        if let Err(error) = std::fs::metadata(directory) {
            // Helm writes under another name first.
            let digits = u64::from(std::process::id()) + 100_000;
            let staged = format!("{}{digits}", file.display());
            return Err(CliError::new(OsError::new(
                "open",
                Path::new(&staged),
                &error,
            )));
        }
        let mut files = AtomicFiles::new(FileMode::Default);
        if let Some(provenance) = provenance {
            files.add(format!("{}.prov", file.display()), provenance);
        }
        files.add(file, archive);
        files.commit().map_err(CliError::new)
    }

    /// Writes the files of a chart below a directory of its name (Helm's `chartutil.Expand`).
    fn unpack(&self, argument: &str, archive: &[u8], profile: &Profile) -> CommandResult {
        let below = clean_path(&Path::new(&self.destination).join(&self.untardir));
        let last = argument.rsplit('/').next().unwrap_or_default();
        let taken = clean_path(&below.join(last));
        match taken.metadata() {
            Ok(_) => {
                return Err(CliError::new(format!(
                    "failed to untar: a file or directory with the name {} already exists",
                    taken.display()
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let error = OsError::new("mkdir", &taken, &error);
                return Err(CliError::new(format!("failed to untar (mkdir): {error}")));
            }
        }
        let unpacked = chart::unpack_archive(archive, profile).map_err(CliError::new)?;
        let name = chart_name(&unpacked)?;
        if below.components().any(|part| part == Component::ParentDir) {
            return Err(CliError::new(
                "root path provided to SecureJoin contains '..' components",
            ));
        }
        let directory = below.join(&name);
        let mut files = AtomicFiles::new(FileMode::Default);
        for file in &unpacked {
            // Names that lead elsewhere are refused where archives are read; what is left are links that are here.
            let path = directory.join(file.name());
            refuse_links(&below, &path)?;
            files.add(path, file.bytes().map_err(CliError::new)?);
        }
        files.commit().map_err(CliError::new)
    }
}

/// The name that Chart.yaml has, which must be that of one directory.
fn chart_name(files: &[chart::File]) -> Result<String, CliError> {
    let mut metadata = chart::Metadata::default();
    for file in files.iter().filter(|file| file.name() == "Chart.yaml") {
        let text = file.bytes().map_err(CliError::new)?;
        metadata = chart::Metadata::default();
        chart::Decoder::new("chart")
            .metadata(text, &mut metadata)
            .map_err(|error| CliError::new(format!("cannot load Chart.yaml: {error}")))?;
    }
    let name = metadata.name;
    let quoted = quote(name.as_bytes());
    match &*name {
        "" => Err(CliError::new("chart name not specified")),
        "." | ".." => Err(CliError::new(format!("chart name {quoted} is not allowed"))),
        _ if name.contains(['/', '\\']) => Err(CliError::new(format!(
            "chart name {quoted} must not contain path separators"
        ))),
        _ => Ok(name),
    }
}

/// Nothing is written through a link below a directory.
fn refuse_links(below: &Path, path: &Path) -> CommandResult {
    let is_below = |parent: &&Path| parent.starts_with(below) && *parent != below;
    let mut parents = path.ancestors().take_while(is_below);
    match parents.find(|parent| parent.is_symlink()) {
        Some(link) => Err(CliError::new(format!(
            "failed to untar: {} is a symbolic link",
            link.display()
        ))),
        None => Ok(()),
    }
}
