//! The record of a revision, as Helm's `release.Release` has it.
//!
//! What Helm only passes on (the chart's metadata, values and files) stays the JSON that it was.

use super::time::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A record with all that is in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    /// The release's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Its state.
    #[serde(deserialize_with = "or_default")]
    pub info: Info,
    /// The chart that was released, without the charts in its `charts/`.
    pub chart: Option<Chart>,
    /// The values that the user gave, a JSON object.
    pub config: Option<Box<RawValue>>,
    /// The rendered manifests, without hooks.
    #[serde(deserialize_with = "or_default")]
    pub manifest: String,
    /// The hooks.
    #[serde(deserialize_with = "or_default")]
    pub hooks: Vec<Hook>,
    /// The number of the revision, from 1 on.
    #[serde(deserialize_with = "or_default")]
    pub version: i64,
    /// The release's namespace.
    #[serde(deserialize_with = "or_default")]
    pub namespace: String,
    /// The way in which resources were applied; only Helm 4 writes it.
    #[serde(deserialize_with = "or_default")]
    pub apply_method: ApplyMethod,
    /// The labels of the object that stores the record; no part of it.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
}

/// The way in which resources were applied: `ssa` by the server, `csa` by the client, empty for the client too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ApplyMethod(pub String);

impl ApplyMethod {
    /// The words of `helm get metadata`.
    pub fn description(&self) -> String {
        match &*self.0 {
            "" => "client-side apply (defaulted)".to_owned(),
            "csa" => "client-side apply".to_owned(),
            "ssa" => "server-side apply".to_owned(),
            other => format!("unknown ({})", gostd::strconv::quote(other.as_bytes())),
        }
    }
}

/// The state of a revision.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Info {
    /// The time of the first revision.
    pub first_deployed: Timestamp,
    /// The time of this one.
    pub last_deployed: Timestamp,
    /// The time when the release was uninstalled.
    pub deleted: Timestamp,
    /// What happened, in a sentence.
    #[serde(deserialize_with = "or_default")]
    pub description: String,
    /// The status.
    #[serde(deserialize_with = "or_default")]
    pub status: Status,
    /// The chart's notes, rendered.
    #[serde(deserialize_with = "or_default")]
    pub notes: String,
    /// What lives of the release, by version and kind: what `status` shows. It is not stored.
    #[serde(skip)]
    pub resources: BTreeMap<String, Vec<serde_json::Value>>,
}

/// The status of a revision: one of Helm's, or any other text that a record has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Status(pub String);

/// The texts of statuses.
pub(crate) mod status {
    pub(crate) const DEPLOYED: &str = "deployed";
    pub(crate) const FAILED: &str = "failed";
    pub(crate) const PENDING_INSTALL: &str = "pending-install";
    pub(crate) const PENDING_ROLLBACK: &str = "pending-rollback";
    pub(crate) const PENDING_UPGRADE: &str = "pending-upgrade";
    pub(crate) const SUPERSEDED: &str = "superseded";
    pub(crate) const UNINSTALLED: &str = "uninstalled";
    pub(crate) const UNINSTALLING: &str = "uninstalling";
}

impl Status {
    /// The text, as records and tables have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true while something is done with the release, or was until it was interrupted.
    pub fn is_pending(&self) -> bool {
        use status::{PENDING_INSTALL, PENDING_ROLLBACK, PENDING_UPGRADE};
        [PENDING_INSTALL, PENDING_UPGRADE, PENDING_ROLLBACK].contains(&self.as_str())
    }

    /// Returns true if the release is gone, and only its history is left.
    pub fn is_uninstalled(&self) -> bool {
        self.as_str() == status::UNINSTALLED
    }
}

/// A chart, without the charts that it depends on: Helm stores none of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chart {
    /// Chart.yaml.
    pub metadata: Option<Box<RawValue>>,
    /// Chart.lock.
    pub lock: Option<Box<RawValue>>,
    /// The files below `templates/`.
    pub templates: Option<Vec<File>>,
    /// The chart's own values.
    pub values: Option<Box<RawValue>>,
    /// values.schema.json, in base64.
    pub schema: Option<Box<RawValue>>,
    /// When that file was changed; only Helm 4 writes it.
    #[serde(rename = "schemamodtime")]
    pub schema_modified: Option<Box<RawValue>>,
    /// All other files.
    pub files: Option<Vec<File>>,
    /// When Chart.yaml was changed; only Helm 4 writes it.
    #[serde(rename = "modtime")]
    pub modified: Option<Box<RawValue>>,
}

/// A file of a chart.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct File {
    /// The path in the chart.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// The contents in base64.
    pub data: Option<Box<RawValue>>,
    /// When it was changed; only Helm 4 writes it.
    #[serde(rename = "modtime")]
    pub modified: Option<Box<RawValue>>,
}

/// The part of Chart.yaml that commands about releases show.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ChartMetadata {
    /// The chart's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Its version.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// The version of what it installs.
    #[serde(deserialize_with = "or_default")]
    pub app_version: String,
    /// Its annotations.
    #[serde(deserialize_with = "or_default")]
    pub annotations: BTreeMap<String, String>,
    /// The charts that it depends on.
    #[serde(deserialize_with = "or_default")]
    pub dependencies: Vec<Dependency>,
}

/// A chart that Chart.yaml names as a dependency.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// Its name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) repository: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) condition: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) tags: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) enabled: bool,
    #[serde(rename = "import-values")]
    pub(super) import_values: Option<Box<RawValue>>,
    #[serde(deserialize_with = "or_default")]
    pub(super) alias: String,
}

/// A hook of a release.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Hook {
    /// The name of the resource.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Its kind.
    #[serde(deserialize_with = "or_default")]
    pub kind: String,
    /// The template that it comes from.
    #[serde(deserialize_with = "or_default")]
    pub path: String,
    /// The resource.
    #[serde(deserialize_with = "or_default")]
    pub manifest: String,
    /// When it runs: `pre-install` and the like.
    #[serde(deserialize_with = "or_default")]
    pub events: Vec<String>,
    /// The last time that it ran.
    #[serde(deserialize_with = "or_default")]
    pub last_run: Execution,
    /// Its place among others: lower weights come first.
    #[serde(deserialize_with = "or_default")]
    pub weight: i64,
    /// When it is deleted.
    #[serde(deserialize_with = "or_default")]
    pub delete_policies: Vec<String>,
    /// When its logs are printed.
    #[serde(deserialize_with = "or_default")]
    pub output_log_policies: Vec<String>,
}

/// A run of a hook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Execution {
    /// The time when it began.
    pub started_at: Timestamp,
    /// The time when it ended.
    pub completed_at: Timestamp,
    /// `Unknown`, `Running`, `Succeeded` or `Failed`; empty if it never ran.
    #[serde(deserialize_with = "or_default")]
    pub phase: String,
}

/// The part of a record that lists show. To read it takes no more memory than its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// The release's name.
    #[serde(deserialize_with = "or_default")]
    pub name: String,
    /// Its namespace.
    #[serde(deserialize_with = "or_default")]
    pub namespace: String,
    /// The number of the revision.
    #[serde(deserialize_with = "or_default")]
    pub version: i64,
    /// Its state.
    #[serde(deserialize_with = "or_default")]
    pub info: Info,
    #[serde(deserialize_with = "or_default")]
    chart: SummaryChart,
    /// The labels of the object that stores the record.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct SummaryChart {
    metadata: Option<ChartMetadata>,
}

/// What stands for the name and version of a chart in a record that has none.
const MISSING: &str = "MISSING";

impl Summary {
    /// `NAME-VERSION` of the chart.
    pub fn chart_name(&self) -> String {
        match &self.chart.metadata {
            Some(chart) => format!("{}-{}", chart.name, chart.version),
            None => MISSING.to_owned(),
        }
    }

    /// The version of what the chart installs.
    pub fn app_version(&self) -> &str {
        let metadata = self.chart.metadata.as_ref();
        metadata.map_or(MISSING, |chart| &chart.app_version)
    }
}

impl Record {
    /// What lists show of the chart; nothing where the record has no chart, or a broken one.
    pub fn chart_metadata(&self) -> Option<ChartMetadata> {
        let metadata = self.chart.as_ref()?.metadata.as_ref()?;
        serde_json::from_str(metadata.get()).ok()
    }
}

/// In Go, null leaves a field as it is.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Record {
    /// What takes how many bytes of a record, the largest first.
    pub fn sizes(&self) -> Vec<(String, usize)> {
        let length =
            |json: &Option<Box<RawValue>>| json.as_ref().map_or(0, |json| json.get().len());
        let mut parts = vec![
            ("the manifest".to_owned(), self.manifest.len()),
            ("the notes".to_owned(), self.info.notes.len()),
            ("the given values".to_owned(), length(&self.config)),
        ];
        for hook in &self.hooks {
            parts.push((format!("the hook {}", hook.path), hook.manifest.len()));
        }
        if let Some(chart) = &self.chart {
            parts.push(("the chart's values".to_owned(), length(&chart.values)));
            parts.push(("the chart's schema".to_owned(), length(&chart.schema)));
            let files = chart.templates.iter().chain(&chart.files).flatten();
            parts.extend(
                files.map(|file| (format!("the chart's {}", file.name), length(&file.data))),
            );
        }
        parts.retain(|(_, length)| *length > 0);
        parts.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
        parts
    }
}
