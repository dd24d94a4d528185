//! A chart as it is stored with a release: its metadata, files and values, without the charts that it depends on.

use super::super::record::{self, File};
use super::ActionError;
use super::source::raw;
use ::chart::{self, Lock};
use data_encoding::BASE64;
use engine::values::Prepared;
use gostd::Value;
use gostd::time::{Location, Time};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The root chart of a render, as dependency processing left it.
pub(super) fn of(prepared: &Prepared<'_>) -> Result<record::Chart, ActionError> {
    let Some(root) = prepared.root() else {
        return Ok(record::Chart::default());
    };
    let chart = root.chart;
    let has_values = chart.values_yaml.is_some() || !root.defaults.is_empty();
    let values = match has_values || declares_dependencies(prepared) {
        true => raw(&Value::Map(root.defaults.clone()))?,
        false => None,
    };
    Ok(record::Chart {
        metadata: raw(&chart::metadata_value(&root.metadata))?,
        lock: chart.lock.as_ref().map(lock).transpose()?.flatten(),
        templates: files(&chart.templates)?,
        values,
        schema: match &chart.schema {
            Some(file) => data(file)?,
            None => None,
        },
        schema_modified: chart.schema.as_ref().and_then(modified),
        files: files(&chart.files)?,
        modified: modified(&chart.chart_yaml),
    })
}

/// Only then Helm makes the values anew.
fn declares_dependencies(prepared: &Prepared<'_>) -> bool {
    let root = prepared.root();
    root.is_some_and(|root| root.metadata.dependencies.is_some())
}

fn lock(lock: &Lock) -> Result<Option<Box<RawValue>>, ActionError> {
    raw(&chart::lock_value(lock))
}

/// No files are none, not an empty list.
fn files(files: &[Arc<chart::File>]) -> Result<Option<Vec<File>>, ActionError> {
    let stored = files.iter().map(|file| {
        Ok(File {
            name: file.name().to_owned(),
            data: data(file)?,
            modified: modified(file),
        })
    });
    let stored: Vec<File> = stored.collect::<Result<_, ActionError>>()?;
    Ok((!stored.is_empty()).then_some(stored))
}

fn data(file: &chart::File) -> Result<Option<Box<RawValue>>, ActionError> {
    let bytes = file.bytes().map_err(ActionError::of)?;
    quoted(BASE64.encode(bytes))
}

/// When a file was changed, in the local zone.
fn modified(file: &chart::File) -> Option<Box<RawValue>> {
    let (seconds, nanoseconds) = file.modified_exactly()?;
    let time = Time::from_unix(seconds, nanoseconds.into(), Location::local());
    quoted(time.marshal_text().ok()?).ok().flatten()
}

/// A text without anything that JSON would escape.
fn quoted(text: String) -> Result<Option<Box<RawValue>>, ActionError> {
    let raw = RawValue::from_string(format!("\"{text}\""));
    raw.map(Some)
        .map_err(|error| ActionError::new(error.to_string()))
}
