//! The index of a repository, `index.yaml` (Helm's `repo.IndexFile`).

use super::Error;
use chart::{Decoder, METADATA, Metadata};
use compat::notice::{Level, Notice};
use compat::profile::{NoticeStyle, Profile};
use gosemver::{Constraints, Version};
use gostd::strconv::quote;
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// The charts that a repository has.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// By the charts' names, the newest version first.
    pub entries: BTreeMap<String, Vec<ChartVersion>>,
}

/// A version of a chart in a repository.
#[derive(Clone, Debug, Default)]
pub struct ChartVersion {
    /// Its Chart.yaml.
    pub metadata: Metadata,
    /// The addresses of its archive, absolute or below the repository.
    pub urls: Vec<String>,
    /// When it was put there.
    pub created: String,
    /// The SHA-256 of its archive.
    pub digest: String,
    /// It is there no longer.
    pub removed: bool,
}

const FILE: &[&str] = &[
    "serverInfo",
    "apiVersion",
    "generated",
    "entries",
    "publicKeys",
    "annotations",
];
/// The fields of an entry: those of Chart.yaml, and its own.
const VERSION: &[&str] = &{
    let mut names = [""; METADATA.len() + OWN.len()];
    let (metadata, own) = names.split_at_mut(METADATA.len());
    metadata.copy_from_slice(METADATA);
    own.copy_from_slice(OWN);
    names
};
const OWN: &[&str] = &[
    "urls",
    "created",
    "removed",
    "digest",
    "checksum",
    "engine",
    "tillerVersion",
    "url",
];

impl Index {
    /// Reads an index, from `source` as Helm names it. What is said of bad entries is added to `notices`.
    ///
    /// # Errors
    /// Helm's texts.
    pub fn parse(
        text: &[u8],
        source: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Index, Error> {
        if text.is_empty() {
            return Err(Error::File("empty index.yaml file".into()));
        }
        // JSON is read with less care.
        let is_json = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
            && gostd::json::decode(text).is_ok();
        let node = match is_json {
            true => goyaml::parse(text),
            false => goyaml::parse_strict(text),
        };
        let node = node.map_err(|error| Error::File(error.to_string()))?;
        let decoder = Decoder::new("repo");
        let mut decoder = match is_json {
            true => decoder.of_json(),
            false => decoder.strict(),
        };
        let mut api_version = String::new();
        let mut entries = BTreeMap::new();
        decoder.fields(&node, "IndexFile", FILE, |d, field, value| match field {
            "apiVersion" => d.string(value, &mut api_version),
            "entries" => read_entries(d, value, &mut entries),
            "generated" => d.time(value, &mut String::new()),
            "publicKeys" => d.strings(value, &mut None),
            "annotations" => d.annotations(value, &mut None),
            _ => {}
        });
        decoder
            .finish()
            .map_err(|error| Error::File(error.to_string()))?;
        let mut index = Index::default();
        for (name, versions) in entries {
            let mut versions = sound(&name, versions, source, profile, notices);
            sort(&mut versions);
            index.entries.insert(name, versions);
        }
        match api_version.is_empty() {
            true => Err(Error::File("no API version specified".into())),
            false => Ok(index),
        }
    }

    /// The version of a chart that a range asks for: that of exactly this text, or the newest in the range. An empty
    /// range is any version that is no pre-release. Helm 4 warns where a version is not there as it is written.
    ///
    /// # Errors
    /// Helm's texts.
    pub fn get(
        &self,
        name: &str,
        range: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<&ChartVersion, Error> {
        let versions = self
            .entries
            .get(name)
            .filter(|versions| !versions.is_empty());
        let versions = versions.ok_or_else(|| Error::Missing("no chart name found".into()))?;
        let constraint = match range {
            "" => Constraints::new("*")?,
            range => Constraints::new(range)?,
        };
        let exact = |version: &&ChartVersion| version.metadata.version == range;
        if let Some(version) = versions.iter().find(exact).filter(|_| !range.is_empty()) {
            return Ok(version);
        }
        let fits = |version: &&ChartVersion| {
            let version = Version::parse(&version.metadata.version);
            version.is_ok_and(|version| constraint.check(&version))
        };
        let Some(version) = versions.iter().find(fits) else {
            return Err(Error::Missing(format!(
                "no chart version found for {name}-{range}"
            )));
        };
        if profile.notices == NoticeStyle::Structured && is_one_version(range) {
            notices.push(Notice::structured(
                Level::Warn,
                "unable to find exact version requested; falling back to closest available version",
                vec![
                    ("chart", name.to_owned()),
                    ("requested", range.to_owned()),
                    ("selected", version.metadata.version.clone()),
                ],
            ));
        }
        Ok(version)
    }
}

/// Returns true if a text names one version and no range (Helm 4's `isExactVersion`).
fn is_one_version(range: &str) -> bool {
    let core = range.split(['-', '+']).next().unwrap_or(range);
    !range.is_empty()
        && !range.contains(['^', '~', '<', '>', '=', '!', '*', ','])
        && !range.contains("||")
        && !range.contains(" - ")
        && !core.contains(['x', 'X'])
}

fn read_entries(
    d: &mut Decoder,
    node: &Node,
    entries: &mut BTreeMap<String, Vec<Option<ChartVersion>>>,
) {
    d.map(node, "map[string]repo.ChartVersions", |d, name, value| {
        let mut versions = None;
        d.slice(value, "repo.ChartVersions", &mut versions, read_version);
        entries.insert(name.to_owned(), versions.unwrap_or_default());
    });
}

fn read_version(d: &mut Decoder, node: &Node, target: &mut Option<ChartVersion>) {
    if node.kind == Kind::Null {
        return;
    }
    let version = target.get_or_insert_default();
    let mut urls = None;
    d.fields(
        node,
        "ChartVersion",
        VERSION,
        |d, field, value| match field {
            "urls" => d.strings(value, &mut urls),
            "created" => d.time(value, &mut version.created),
            "digest" => d.string(value, &mut version.digest),
            "removed" => d.boolean(value, &mut version.removed),
            "checksum" | "engine" | "tillerVersion" | "url" => d.string(value, &mut String::new()),
            field => d.embedded_metadata(field, value, &mut version.metadata),
        },
    );
    version.urls = urls.unwrap_or_default();
}

/// The entries that Helm takes; it says of each other one why not, the last one first.
fn sound(
    name: &str,
    versions: Vec<Option<ChartVersion>>,
    source: &str,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Vec<ChartVersion> {
    let skip = |place, what: String, reason: &str| {
        let message =
            format!("skipping loading invalid entry for chart {what} from {source}: {reason}");
        match profile.notices {
            NoticeStyle::ShortFile => Notice::log(place, message),
            NoticeStyle::Structured => Notice::structured(Level::Warn, &message, Vec::new()),
        }
    };
    let quoted = |text: &str| quote(text.as_bytes());
    let mut kept = Vec::new();
    for version in versions.into_iter().rev() {
        let Some(mut version) = version else {
            notices.push(skip("index.go:359", quoted(name), "empty entry"));
            continue;
        };
        let metadata = &mut version.metadata;
        if metadata.api_version.is_empty() {
            metadata.api_version = "v1".into();
        }
        match metadata.validate() {
            Err(error) if !is_forgiven(&error) => {
                let what = format!("{} {}", quoted(name), quoted(&metadata.version));
                notices.push(skip("index.go:371", what, &error.to_string()));
            }
            _ => kept.push(version),
        }
    }
    kept.reverse();
    kept
}

/// Returns true if an entry may be wrong so (`ignoreSkippableChartValidationError`).
fn is_forgiven(error: &chart::Error) -> bool {
    matches!(error, chart::Error::Validation(text) if text.starts_with("more than one dependency with name or alias"))
}

impl Index {
    /// Sorts the versions of each chart, the newest first.
    pub fn sort(&mut self) {
        self.entries
            .values_mut()
            .for_each(|versions| sort(versions));
    }
}

/// Sorts the newest first. Versions that differ in build metadata alone stay in their order.
fn sort(versions: &mut [ChartVersion]) {
    let version = |of: &ChartVersion| Version::parse(&of.metadata.version).ok();
    versions.sort_by(|a, b| match (version(a), version(b)) {
        (Some(a), Some(b)) => b.compare(&a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}
