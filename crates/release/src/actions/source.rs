//! What is released: a chart with values, and what templates make of it.

use super::super::cluster::ServerInfo;
use super::super::record::{self, Record};
use super::super::storage::SYSTEM_LABELS;
use super::stored_chart;
use super::{ActionError, Actions, DryRun};
use ::chart::Chart;
use compat::notice::{Level, Notice};
use engine::action::{self, Manifests, NOTES, Request};
use engine::manifest::Hook;
use engine::render::{Capabilities, KubeVersion};
use engine::values::{self, Prepared, UserValues};
use gostd::{Value, json};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A program that changes manifests.
pub type PostRenderer<'s> =
    &'s dyn Fn(&[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;

/// A chart, the user's values for it, and how it is rendered.
pub struct Source<'s> {
    /// The chart.
    pub chart: Chart,
    /// The user's values.
    pub values: UserValues,
    /// The render: the release's name, its namespace and the Kubernetes where no cluster is asked. All else about the
    /// release is the action's.
    pub request: Request<'s>,
    /// `--post-renderer`.
    pub post_renderer: Option<PostRenderer<'s>>,
    /// `--render-subchart-notes`: subcharts' notes count too.
    pub subchart_notes: bool,
    /// `--hide-secret`: what is in Secrets is not shown.
    pub hides_secrets: bool,
    /// `--labels`: labels of the record's object.
    pub labels: BTreeMap<String, String>,
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").finish_non_exhaustive()
    }
}

/// What is stored of a render.
pub(super) struct Rendered {
    pub(super) chart: record::Chart,
    pub(super) config: Option<Box<RawValue>>,
    pub(super) manifest: String,
    pub(super) hooks: Vec<record::Hook>,
    pub(super) notes: String,
}

/// What is done once dependencies are processed: it gives the server that templates see.
pub(super) type Meanwhile<'m> = &'m mut dyn FnMut(&Prepared<'_>) -> Result<ServerInfo, ActionError>;

impl Source<'_> {
    /// Renders the chart: dependencies, `meanwhile`, values, schemas, templates. In a dry run on the client's side templates look
    /// up nothing.
    pub(super) fn render(
        &mut self,
        actions: &Actions<'_>,
        dry_run: DryRun,
        meanwhile: Meanwhile<'_>,
    ) -> Result<Rendered, ActionError> {
        let mut notices = Vec::new();
        let functions = self.request.functions;
        let skips_schemas = std::mem::replace(&mut self.request.skip_schema_validation, true);
        let chart = &self.chart;
        let (request, supplied) = (&mut self.request, &self.values);
        let is_upgrade = request.release.is_upgrade;
        let labels = &self.labels;
        let shape = Shape {
            post_renderer: self.post_renderer,
            subchart_notes: self.subchart_notes,
            hides_secrets: self.hides_secrets,
        };
        let work = || {
            let prepared = action::prepare(chart, supplied, request, &mut notices);
            let prepared = match is_upgrade {
                true => prepared.map_err(|error| without_step(error, &mut notices)),
                false => prepared,
            };
            (actions.notify)(&std::mem::take(&mut notices));
            let prepared = prepared.map_err(ActionError::of)?;
            meanwhile(&prepared)?.tell(&mut request.capabilities);
            if !skips_schemas {
                check_schemas(&prepared, actions, &mut notices)?;
            }
            if !is_upgrade {
                check_labels(labels)?;
            }
            let host = actions.lookup_host(request.host);
            let manifests = match dry_run {
                DryRun::Client => action::render(chart, &prepared, request, None, &mut notices),
                DryRun::No | DryRun::Server => {
                    let request = request.with_host(&host);
                    action::render(chart, &prepared, &request, None, &mut notices)
                }
            };
            (actions.notify)(&std::mem::take(&mut notices));
            let manifests = manifests.map_err(ActionError::of)?;
            Ok(Rendered {
                chart: stored_chart::of(&prepared)?,
                config: raw(&Value::Map(supplied.values.clone()))?,
                notes: shape.notes(&manifests, chart.name()),
                manifest: shape.manifest(&manifests)?,
                hooks: manifests.hooks.iter().map(stored_hook).collect(),
            })
        };
        action::with_background_parsing(chart, functions, work)
    }

    /// Refuses labels that are Helm's own: in an install before rendering, in an upgrade after it.
    pub(super) fn check_labels(&self) -> Result<(), ActionError> {
        check_labels(&self.labels)
    }
}

fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), ActionError> {
    let is_helms = |label: &String| SYSTEM_LABELS.contains(&label.as_str());
    if !labels.keys().any(is_helms) {
        return Ok(());
    }
    Err(ActionError::new(format!(
        "user supplied labels contains system reserved label name. System labels: [{}]",
        SYSTEM_LABELS.join(" ")
    )))
}

/// Helm 4 names the step that failed in an install, and not in an upgrade.
fn without_step(mut error: action::Error, notices: &mut Vec<Notice>) -> action::Error {
    if let action::Error::Values(values::Error::TypeMismatch { prefix, .. }) = &mut error {
        *prefix = "";
        notices.retain(|notice| notice.level != Level::Error);
    }
    error
}

impl ServerInfo {
    /// Puts what a server tells in the place of what is assumed, if it tells anything.
    pub fn tell(self, capabilities: &mut Capabilities) {
        if self == ServerInfo::default() {
            return;
        }
        capabilities.kube_version = KubeVersion {
            version: self.version,
            normalized: String::new(),
            major: self.major,
            minor: self.minor,
        };
        capabilities.api_versions = self.api_versions;
    }
}

pub(super) fn check_schemas(
    prepared: &Prepared<'_>,
    actions: &Actions<'_>,
    notices: &mut Vec<Notice>,
) -> Result<(), ActionError> {
    let failures = values::schema_failures(prepared, actions.profile, notices);
    (actions.notify)(&std::mem::take(notices));
    let failures = failures.map_err(ActionError::of)?;
    match failures.is_empty() {
        true => Ok(()),
        false => {
            let failures = failures.into_iter().map(|(_, failure)| failure);
            Err(ActionError::of(values::Error::Schema(failures.collect())))
        }
    }
}

/// How a render is stored.
#[derive(Clone, Copy)]
struct Shape<'s> {
    post_renderer: Option<PostRenderer<'s>>,
    subchart_notes: bool,
    hides_secrets: bool,
}

impl Shape<'_> {
    fn manifest(&self, manifests: &Manifests) -> Result<String, ActionError> {
        let mut text = Vec::new();
        // They are there where they are asked for (`--include-crds`).
        for (path, crd) in &manifests.crds {
            action::write_with_source_header(&mut text, path, crd);
        }
        for document in &manifests.manifests {
            let head = &document.head;
            let is_hidden = self.hides_secrets && head.kind == "Secret" && head.api_version == "v1";
            let shown: &[u8] = match is_hidden {
                true => b"# HIDDEN: The Secret output has been suppressed",
                false => &document.text,
            };
            action::write_with_source_header(&mut text, &document.path, shown);
        }
        if let Some(run) = self.post_renderer {
            text = run(&text).map_err(ActionError::of)?;
        }
        Ok(into_text(text))
    }

    fn notes(&self, manifests: &Manifests, chart: &str) -> String {
        let own = format!("{chart}/templates/{NOTES}");
        let notes = manifests.notes.iter();
        let notes = notes.filter(|(path, _)| self.subchart_notes || *path == own);
        let mut all = String::new();
        for (_, text) in notes {
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(&String::from_utf8_lossy(text));
        }
        all
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn stored_hook(hook: &Hook) -> record::Hook {
    let head = &hook.document.head;
    let policies = |annotation: &str| -> Vec<String> {
        let policies = head.annotations.get(annotation);
        let policies = policies.into_iter().flat_map(|text| text.split(','));
        policies.map(|one| one.trim().to_lowercase()).collect()
    };
    record::Hook {
        name: head.name.clone(),
        kind: head.kind.clone(),
        path: hook.document.path.clone(),
        manifest: String::from_utf8_lossy(&hook.document.text).into_owned(),
        events: hook
            .events
            .iter()
            .map(|one| one.name().to_owned())
            .collect(),
        weight: hook.weight,
        delete_policies: policies("helm.sh/hook-delete-policy"),
        output_log_policies: policies("helm.sh/hook-output-log-policy"),
        ..record::Hook::default()
    }
}

/// A value as JSON, as records have it.
pub(super) fn raw(value: &Value) -> Result<Option<Box<RawValue>>, ActionError> {
    let text = json::encode(value, json::Options::COMPACT);
    let text = text.map_err(|error| ActionError::new(error.to_string()))?;
    let raw = RawValue::from_string(into_text(text));
    raw.map(Some)
        .map_err(|error| ActionError::new(error.to_string()))
}

/// The values that the user gave for a revision.
pub(super) fn config(record: &Record) -> Result<gostd::Map, ActionError> {
    object(record.config.as_deref())
}

/// A JSON object; an empty one where there is none.
pub(super) fn object(json: Option<&RawValue>) -> Result<gostd::Map, ActionError> {
    let Some(json) = json else {
        return Ok(gostd::Map::new());
    };
    match json::decode(json.get().as_bytes()) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(_) => Ok(gostd::Map::new()),
        Err(error) => Err(ActionError::new(error.to_string())),
    }
}
