//! The chart as data, and its loaders: Helm's `pkg/chart`.
//!
//! [`load`] reads a directory or an archive, [`from_archive`] one whose bytes are in memory and
//! [`from_files`] files in memory. All sources end in one place, which sorts files into what
//! a chart is made of. A [`Chart`] never changes afterwards: one can be rendered many times, from
//! several threads. Only the small files that say what the chart is are read while loading (and
//! archives, whole); all others on first use. What takes a path needs the feature `fs`.

mod archive;
mod assemble;
mod attachment;
mod decode;
#[cfg(feature = "fs")]
mod directory;
#[cfg(feature = "fs")]
mod disk;
mod error;
mod file;
mod go_struct;
mod ignore;
#[cfg(feature = "fs")]
mod links;
mod metadata;
mod package;
mod path;
mod requirements;
mod schema;
#[cfg(feature = "fs")]
mod values_ahead;
mod values_file;

pub use archive::unpack as unpack_archive;
pub use attachment::{Attachment, SharedAttachments};
pub use decode::{DecodeError, Decoder, METADATA};
pub use error::{ArchiveError, Error};
pub use file::File;
pub use file::display_path;
pub use files::{OsError, reason};
pub use go_struct::{chart_object, dependencies_value, lock_value, metadata_value};
pub use gojsonschema::LoadError;
pub use metadata::{Dependency, ImportValues, Lock, Maintainer, Metadata, Pin};
pub use package::{package, package_name, unpacked};
pub use path::{absolute as absolute_path, clean as clean_path};
pub use requirements::{check_dependencies, check_installable, missing_dependencies};
pub use schema::{CompiledSchema, Fetch, Remote};

pub use values_file::read as read_values_file;

use compat::notice::Notice;
use compat::profile::Profile;
use gostd::limits::LIMITS;
use goyaml::Node;
#[cfg(feature = "fs")]
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The depth to which charts may be nested: Helm has no limit, its authors' deepest have four levels.
const MAX_NESTING: usize = LIMITS.chart_nesting;

/// A chart as its files say it is. Nothing about it changes after loading.
#[derive(Debug)]
pub struct Chart {
    /// The content of Chart.yaml (and requirements.yaml), checked.
    pub metadata: Metadata,
    /// The content of Chart.lock or requirements.lock.
    pub lock: Option<Lock>,
    /// The chart's default values, a map with positions; null where it has none.
    pub values: Node,
    /// Chart.yaml itself.
    pub chart_yaml: File,
    /// values.yaml itself.
    pub values_yaml: Option<File>,
    /// Other `values.yaml` of an archive that came before it: Helm shows them, too.
    pub earlier_values: Vec<File>,
    /// values.schema.json.
    pub schema: Option<File>,
    /// Everything under `templates/`, in the order of the source.
    pub templates: Vec<Arc<File>>,
    /// All other files: what templates see as `.Files`, `crds/` among it.
    pub files: Vec<Arc<File>>,
    /// The charts in `charts/`, those that Chart.yaml does not declare too, sorted by the name
    /// there (Helm: in random order).
    pub dependencies: Vec<Chart>,
    /// The schema, compiled when it is first needed.
    compiled_schema: OnceLock<CompiledSchema>,
    /// The fetcher of schemas on the network.
    fetch: Option<Fetch>,
}

/// A loaded chart with what there was to say about loading it.
#[derive(Debug)]
pub struct Loaded {
    /// The chart.
    pub chart: Chart,
    /// Helm's lines on stderr, in order.
    pub notices: Vec<Notice>,
}

impl Chart {
    /// The chart's name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Returns true if the chart only lends its named templates to others.
    pub fn is_library(&self) -> bool {
        self.metadata.is_library()
    }

    /// The chart's own custom resource definitions: YAML and JSON files under `crds/`.
    pub fn crds(&self) -> impl Iterator<Item = &Arc<File>> {
        self.files.iter().filter(|file| {
            let extension = file
                .name()
                .rsplit('/')
                .next()
                .and_then(|n| n.rsplit_once('.'));
            let manifest = extension.is_some_and(|(_, e)| {
                ["yaml", "yml", "json"]
                    .iter()
                    .any(|extension| e.eq_ignore_ascii_case(extension))
            });
            manifest && file.name().starts_with("crds/")
        })
    }
}

/// Loads the chart at `path`, a directory or an archive. `path` appears in error texts as it is
/// given (the `helm` command gives an absolute one).
#[cfg(feature = "fs")]
pub fn load(path: &Path, profile: &Profile) -> Result<Loaded, Error> {
    let mut notices = Vec::new();
    let chart = load_with_notices(path, profile, &mut notices)?;
    Ok(Loaded { chart, notices })
}

/// As [`load`], but what Helm says on stderr is added to `notices`, before an error too.
#[cfg(feature = "fs")]
// Reads charts from disk, which only who names a path asks for.
#[allow(clippy::disallowed_methods)]
pub fn load_with_notices(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let metadata = std::fs::metadata(path).map_err(|e| OsError::new("stat", path, &e))?;
    if metadata.is_dir() {
        directory::load(path, profile, notices)
    } else {
        archive::load(path, profile, notices)
    }
}

/// Loads the chart in a directory, and no archive (Helm's `loader.LoadDir`).
#[cfg(feature = "fs")]
// Reads charts from disk, which only who names a path asks for.
#[allow(clippy::disallowed_methods)]
pub fn load_unpacked(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    match path.is_dir() || profile.detects_chart_version {
        true => directory::load(path, profile, notices),
        false => Err(Error::NoChartYaml),
    }
}

/// Loads the chart in a directory that a chart depends on: Helm takes any `apiVersion` there, and sees
/// nothing in what is no directory.
#[cfg(feature = "fs")]
// Reads charts from disk, which only who names a path asks for.
#[allow(clippy::disallowed_methods)]
pub fn load_directory(
    path: &Path,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    match path.is_dir() {
        true => directory::load_any_version(path, profile, notices),
        false => Err(Error::NoChartYaml),
    }
}

/// Loads the chart in an archive whose bytes are in memory; `name` appears in error texts.
pub fn from_archive(name: &str, packed: &[u8], profile: &Profile) -> Result<Loaded, Error> {
    let mut notices = Vec::new();
    let chart = archive::load_bytes(name, packed, profile, &mut notices)?;
    Ok(Loaded { chart, notices })
}

/// Assembles a chart from files in memory; names are relative to the chart, with `/`.
pub fn from_files(files: Vec<File>, profile: &Profile) -> Result<Loaded, Error> {
    detect_version(&files, profile)?;
    assembled(files, profile)
}

/// Assembles a chart from the files of a directory in memory: those that its `.helmignore` names are
/// left out, the others come in the order in which a directory is walked.
pub fn from_directory_files(files: Vec<File>, profile: &Profile) -> Result<Loaded, Error> {
    // Helm looks at Chart.yaml before it looks for what is ignored.
    detect_version(&files, profile)?;
    let ignore = files.iter().find(|file| file.name() == ".helmignore");
    let rules = ignore::Rules::parse(ignore.map_or(Ok(&b""[..]), File::bytes)?)?;
    let is_part = |file: &File| {
        let name = file.name();
        let mut parents = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        !rules.ignores(name, false) && !parents.any(|directory| rules.ignores(directory, true))
    };
    let mut files: Vec<_> = files.into_iter().filter(is_part).collect();
    files.sort_by(|a, b| a.name().split('/').cmp(b.name().split('/')));
    assembled(files, profile)
}

fn detect_version(files: &[File], profile: &Profile) -> Result<(), Error> {
    if !profile.detects_chart_version {
        return Ok(());
    }
    let manifest = files.iter().find(|file| file.name() == "Chart.yaml");
    assemble::detect_version(manifest.ok_or(Error::VersionNotDetected)?.bytes()?)
}

fn assembled(files: Vec<File>, profile: &Profile) -> Result<Loaded, Error> {
    let mut notices = Vec::new();
    let chart = assemble::chart(files, profile, &mut notices)?;
    Ok(Loaded { chart, notices })
}

#[cfg(test)]
mod tests;
