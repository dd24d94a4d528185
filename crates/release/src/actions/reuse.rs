//! The values of an upgrade: the user's, and those of the revision before.

use super::super::record::Record;
use super::source::{config, object};
use super::{ActionError, Actions, Source};
use ::chart::{self, File};
use engine::values::{coalesce_tables, coalesce_values};
use gostd::{Value, json};

/// What becomes of the values of the revision before. Where several flags are given, the first of these counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// They are reused if there are no new ones.
    #[default]
    Default,
    /// `--reset-values`: nothing.
    Reset,
    /// `--reuse-values`: new values win over them, and the old chart's defaults over the new chart's.
    Reuse,
    /// `--reset-then-reuse-values`: new values win over them.
    ResetThenReuse,
}

impl Actions<'_> {
    /// Completes the source with what is reused of a revision.
    pub(super) fn reuse(
        &self,
        source: &mut Source<'_>,
        current: &Record,
        reuse: Reuse,
    ) -> Result<(), ActionError> {
        let mut notices = Vec::new();
        match reuse {
            Reuse::Reset => {}
            Reuse::Reuse => {
                let old = self.old_values(current)?;
                let new = &source.values.values;
                coalesce_tables(new, &config(current)?, self.profile, &mut notices);
                source.chart.values = old;
            }
            Reuse::ResetThenReuse => {
                let new = &source.values.values;
                coalesce_tables(new, &config(current)?, self.profile, &mut notices);
            }
            Reuse::Default => {
                let old = config(current)?;
                if source.values.values.is_empty() && !old.is_empty() {
                    source.values.values = old;
                }
            }
        }
        (self.notify)(&notices);
        Ok(())
    }

    /// The values that a revision was rendered with, as far as its record tells.
    fn old_values(&self, current: &Record) -> Result<goyaml::Node, ActionError> {
        let wrong = |error: &dyn std::fmt::Display| {
            ActionError::new(error.to_string()).context("failed to rebuild old values")
        };
        let chart = self.chart_of(current).map_err(|error| wrong(&error))?;
        let mut notices = Vec::new();
        let values = coalesce_values(&chart, &config(current)?, self.profile, &mut notices);
        (self.notify)(&notices);
        let values = Value::Map(values.map_err(|error| wrong(&error))?);
        let text = json::encode(&values, json::Options::COMPACT);
        let text = text.map_err(|error| wrong(&error))?;
        // JSON is YAML.
        goyaml::parse(&text).map_err(|error| wrong(&error))
    }

    /// The chart of a record, as far as its values count.
    fn chart_of(&self, record: &Record) -> Result<::chart::Chart, ActionError> {
        let stored = record.chart.as_ref();
        let values = object(stored.and_then(|chart| chart.values.as_deref()))?;
        let metadata = record.chart_metadata().unwrap_or_default();
        let description: gostd::Map = [
            ("apiVersion", Value::from("v2")),
            ("name", Value::from(&*metadata.name)),
            ("version", Value::from(&*metadata.version)),
        ]
        .into_iter()
        .collect();
        let file = |name: &str, map: gostd::Map| {
            let text = json::encode(&Value::Map(map), json::Options::COMPACT);
            let text = text.map_err(|error| ActionError::new(error.to_string()))?;
            Ok::<_, ActionError>(File::in_memory(name, text))
        };
        let files = vec![
            file("Chart.yaml", description)?,
            file("values.yaml", values)?,
        ];
        let loaded = chart::from_files(files, self.profile).map_err(ActionError::of)?;
        Ok(loaded.chart)
    }
}
