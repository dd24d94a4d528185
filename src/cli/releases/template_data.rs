//! A release as Go templates see it (`get all --template`): under the names of Helm's types.

use super::get::supplied;
use crate::cli::terminal::CliError;
use ::release::{Hook, Record};
use gostd::{List, Map, Value, json};

/// What a template is given: a map with the release.
pub(super) fn of(record: &Record) -> Result<Value, CliError> {
    let hooks: Vec<Value> = record.hooks.iter().map(hook).collect();
    let labels = record.labels.iter();
    let labels: Map = labels
        .map(|(key, value)| (&**key, Value::from(&**value)))
        .collect();
    let release: Map = [
        ("Name", Value::from(&*record.name)),
        ("Info", info(record)),
        ("Chart", chart(record)?),
        ("Config", supplied(record)?),
        ("Manifest", Value::from(&*record.manifest)),
        ("Hooks", Value::List(List::new(hooks))),
        ("Version", Value::int(record.version)),
        ("Namespace", Value::from(&*record.namespace)),
        ("Labels", Value::Map(labels)),
        ("ApplyMethod", Value::from(&*record.apply_method.0)),
    ]
    .into_iter()
    .collect();
    Ok(Value::Map(
        [("Release", Value::Map(release))].into_iter().collect(),
    ))
}

fn info(record: &Record) -> Value {
    let info = &record.info;
    let fields: Map = [
        ("FirstDeployed", Value::from(info.first_deployed.rfc_3339())),
        ("LastDeployed", Value::from(info.last_deployed.rfc_3339())),
        ("Deleted", Value::from(info.deleted.rfc_3339())),
        ("Description", Value::from(&*info.description)),
        ("Status", Value::from(info.status.as_str())),
        ("Notes", Value::from(&*info.notes)),
    ]
    .into_iter()
    .collect();
    Value::Map(fields)
}

fn chart(record: &Record) -> Result<Value, CliError> {
    let Some(chart) = &record.chart else {
        return Ok(Value::Nil);
    };
    let decode = |text: &str| json::decode(text.as_bytes()).map_err(CliError::new);
    let values = chart
        .values
        .as_ref()
        .map_or(Ok(Value::Nil), |raw| decode(raw.get()))?;
    let metadata = chart
        .metadata
        .as_ref()
        .map_or(Ok(Value::Nil), |raw| decode(raw.get()))?;
    let named: Map = match &metadata {
        Value::Map(metadata) => {
            let entries = metadata.snapshot().into_iter();
            let named = entries.map(|(key, value)| (field_name(&key.to_str_lossy()), value));
            named.collect()
        }
        _ => Map::new(),
    };
    let text = |key: &str| named.get(key.as_bytes()).unwrap_or(Value::from(""));
    let fields: Map = [
        // Methods of Helm's type.
        ("Name", text("Name")),
        ("AppVersion", text("AppVersion")),
        ("Metadata", Value::Map(named.clone())),
        ("Values", values),
    ]
    .into_iter()
    .collect();
    Ok(Value::Map(fields))
}

/// The name of a field in Go: `appVersion` is `AppVersion`, `apiVersion` is `APIVersion`.
fn field_name(key: &str) -> String {
    match key {
        "apiVersion" => "APIVersion".to_owned(),
        key => {
            let mut letters = key.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    }
}

fn hook(hook: &Hook) -> Value {
    let events: Vec<Value> = hook.events.iter().map(|one| Value::from(&**one)).collect();
    let fields: Map = [
        ("Name", Value::from(&*hook.name)),
        ("Kind", Value::from(&*hook.kind)),
        ("Path", Value::from(&*hook.path)),
        ("Manifest", Value::from(&*hook.manifest)),
        ("Events", Value::List(List::new(events))),
        ("Weight", Value::int(hook.weight)),
    ]
    .into_iter()
    .collect();
    Value::Map(fields)
}
