//! The index of a repository, `index.yaml` (Helm's `repo.IndexFile`).

mod layout;
mod plain;
#[cfg(test)]
mod tests;

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
    /// By the charts' names, the newest version first; of charts that were not wanted there are the names alone.
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

/// The charts of an index whose versions are read. All others are checked alike.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// All charts.
    All,
    /// None: the names of all charts are wanted, and whether the index is right.
    Names,
    /// The charts of these names.
    Charts(&'a [&'a str]),
    /// Charts in whose part of the index these bytes are.
    Having(&'a [u8]),
}

impl Wanted<'_> {
    /// Returns true if a chart is read, whose part of the index is `text`.
    fn holds(&self, name: &str, text: &[u8]) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Names => false,
            Wanted::Charts(wanted) => wanted.contains(&name),
            Wanted::Having(bytes) => memchr::memmem::find(text, bytes).is_some(),
        }
    }
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
    /// Reads the charts of an index that are wanted, from `source` as Helm names it. What is said of bad entries, of all charts, is
    /// added to `notices`.
    ///
    /// An index is read chart by chart, so that little of it is in memory at a time, and charts that are not wanted are
    /// mostly passed over. Where anything is wrong, the whole is read, since that finds the errors that Helm finds.
    ///
    /// # Errors
    /// Helm's texts.
    pub fn parse(
        text: &[u8],
        source: &str,
        wanted: Wanted<'_>,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) -> Result<Index, Error> {
        if text.is_empty() {
            return Err(Error::File("empty index.yaml file".into()));
        }
        let (entries, has_version) = match read_in_parts(text, wanted) {
            Some(entries) => (entries, true),
            None => read_whole(text, wanted)?,
        };
        let mut index = Index::default();
        for (name, versions) in entries {
            let versions = match versions {
                Versions::Right => Vec::new(),
                Versions::Read(versions, is_wanted) => {
                    let mut versions = sound(&name, versions, source, profile, notices);
                    match is_wanted {
                        true => sort(&mut versions),
                        false => versions.clear(),
                    }
                    versions
                }
            };
            index.entries.insert(name, versions);
        }
        match has_version {
            true => Ok(index),
            false => Err(Error::File("no API version specified".into())),
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

/// The versions of a chart.
enum Versions {
    /// They are not read, and are right.
    Right,
    /// What was read, and whether it is wanted.
    Read(Vec<Option<ChartVersion>>, bool),
}

type Entries = BTreeMap<String, Versions>;

/// Reads an index as it is: its charts, and whether it has a version of its own.
fn read_whole(text: &[u8], wanted: Wanted<'_>) -> Result<(Entries, bool), Error> {
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
    let mut entries = BTreeMap::new();
    let api_version = read_file(&mut decoder, &node, &mut entries);
    let ended = decoder.finish();
    ended.map_err(|error| Error::File(error.to_string()))?;
    let is_having = |versions: &[Option<ChartVersion>], bytes: &[u8]| {
        let mut urls = versions.iter().flatten().flat_map(|version| &version.urls);
        urls.any(|url| url.as_bytes() == bytes)
    };
    let with_wanted = entries.into_iter().map(|(name, versions)| {
        let is_wanted = match wanted {
            Wanted::Having(bytes) => is_having(&versions, bytes),
            wanted => wanted.holds(&name, b""),
        };
        (name, Versions::Read(versions, is_wanted))
    });
    Ok((with_wanted.collect(), !api_version.is_empty()))
}

/// Reads an index chart by chart; nothing where it is written otherwise than programs do, or is wrong.
fn read_in_parts(text: &[u8], wanted: Wanted<'_>) -> Option<Entries> {
    let layout = layout::split(text)?;
    let rest = goyaml::parse_strict(&layout.rest).ok()?;
    // Where the line is in quotation marks, the parts are none.
    let Kind::Map(fields) = &rest.kind else {
        return None;
    };
    let is_place =
        |field: &goyaml::Entry| &*field.key == "entries" && field.value.kind == Kind::Null;
    fields.iter().any(is_place).then_some(())?;
    let mut decoder = Decoder::new("repo").strict();
    let api_version = read_file(&mut decoder, &rest, &mut BTreeMap::new());
    decoder.finish().ok()?;
    (!api_version.is_empty()).then_some(())?;
    let mut entries = BTreeMap::new();
    for chart in &layout.charts {
        let is_wanted = wanted.holds(chart.name, chart.text);
        let versions = match !is_wanted && plain::are_versions(chart.versions, chart.indent) {
            true => Versions::Right,
            false => {
                // Below their key, so that nothing that follows them is passed over.
                let text = [b"entries:\n", chart.text].concat();
                let node = goyaml::parse_strict(&text).ok()?;
                let mut decoder = Decoder::new("repo").strict();
                let mut read = BTreeMap::new();
                let is_alone = matches!(&node.kind, Kind::Map(fields) if fields.len() == 1);
                is_alone.then_some(())?;
                read_file(&mut decoder, &node, &mut read);
                decoder.finish().ok()?;
                let versions = read.remove(chart.name)?;
                read.is_empty().then_some(())?;
                Versions::Read(versions, is_wanted)
            }
        };
        entries.insert(chart.name.to_owned(), versions);
    }
    Some(entries)
}

/// Reads the fields of an index: its `apiVersion`, and its charts.
fn read_file(
    decoder: &mut Decoder,
    node: &Node,
    entries: &mut BTreeMap<String, Vec<Option<ChartVersion>>>,
) -> String {
    let mut api_version = String::new();
    decoder.fields(node, "IndexFile", FILE, |d, field, value| match field {
        "apiVersion" => d.string(value, &mut api_version),
        "entries" => read_entries(d, value, entries),
        "generated" => d.time(value, &mut String::new()),
        "publicKeys" => d.strings(value, &mut None),
        "annotations" => d.annotations(value, &mut None),
        _ => {}
    });
    api_version
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
