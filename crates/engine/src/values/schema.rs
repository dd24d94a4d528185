//! Values against the charts' values.schema.json: Helm's `ValidateAgainstSchema`.

use super::error::{SchemaFailure, SchemaProblem};
use super::prepare::Prepared;
use chart::{Chart, CompiledSchema, File};
use compat::notice::{Level, Notice};
use compat::profile::{NoticeStyle, Profile};
use gojsonschema::{CompileError, Stopped, ValidateError};
use gostd::{Map, Value};

/// Checks the values of every chart against its schema: the root's first, then each subchart's,
/// depth first. Gives what is wrong with the index of its chart. [`prepare`](super::prepare) does
/// this too, unless it is told not to. Notices are added to `notices`.
pub fn schema_failures(
    prepared: &Prepared<'_>,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Vec<(usize, SchemaFailure)>, chart::Error> {
    let mut failures = Vec::new();
    let Some(root) = prepared.charts.first() else {
        return Ok(failures);
    };
    // A stack, last first: what one chart has in it comes before its next sibling.
    let mut waiting = vec![(0, root.values.clone())];
    while let Some((index, values)) = waiting.pop() {
        let Some(chart) = prepared.charts.get(index) else {
            continue;
        };
        if chart.chart.schema.is_some() {
            let name = || vec![("chart-name", chart.name().to_owned())];
            notices.extend(Notice::debug(profile, "chart name", name));
        }
        let problem = check(chart.chart, &values, profile, notices)?;
        let counted = || {
            let count = chart.subcharts.len().to_string();
            vec![("chart", chart.name().to_owned()), ("dependencies", count)]
        };
        let message = "number of dependencies in the chart";
        notices.extend(Notice::debug(profile, message, counted));
        failures.extend(problem.map(|problem| {
            let chart = chart.name().into();
            (index, SchemaFailure { chart, problem })
        }));
        for subchart in chart.subcharts.iter().rev() {
            let name = prepared.charts.get(*subchart).map(|c| c.name());
            if let Some(Value::Map(inner)) = name.and_then(|n| values.get(n.as_bytes())) {
                waiting.push((*subchart, inner));
            }
        }
    }
    Ok(failures)
}

fn check(
    chart: &Chart,
    values: &Map,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Option<SchemaProblem>, chart::Error> {
    let Some(compiled) = chart.compiled_schema()? else {
        return Ok(None);
    };
    let text = chart.schema.as_ref().map_or(Ok(&b""[..]), File::bytes)?;
    Ok(problem(compiled, text, values, profile, notices))
}

/// Helm's `ValidateAgainstSingleSchema`: what is wrong with the values, or with the schema
/// whose text is `text`.
pub fn problem(
    compiled: &CompiledSchema,
    text: &[u8],
    values: &Map,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Option<SchemaProblem> {
    if !matches!(compiled.schema, Err(CompileError::Json(_))) {
        let text = || vec![("schema", String::from_utf8_lossy(text).into_owned())];
        notices.extend(Notice::debug(profile, "unmarshalled JSON schema", text));
    }
    let unresolved = compiled.unresolved.iter();
    notices.extend(unresolved.map(|urn| unresolved_notice(urn, profile)));
    let schema = match &compiled.schema {
        Ok(schema) => schema,
        Err(CompileError::Stopped(stopped)) => return Some(panic(*stopped)),
        Err(error) => return Some(SchemaProblem::Schema(error.to_string())),
    };
    match schema.validate(&Value::Map(values.clone())) {
        Ok(()) => None,
        Err(ValidateError::Stopped(stopped)) => Some(panic(stopped)),
        Err(ValidateError::Invalid(error)) => Some(SchemaProblem::Values(error)),
        Err(error) => Some(SchemaProblem::Schema(error.to_string())),
    }
}

/// Helm catches the validator's panics.
fn panic(stopped: Stopped) -> SchemaProblem {
    SchemaProblem::Schema(format!("unable to validate schema: {stopped}"))
}

fn unresolved_notice(urn: &str, profile: &Profile) -> Notice {
    match profile.notices {
        NoticeStyle::ShortFile => Notice::log(
            "jsonschema.go:192",
            format!("WARNING: unresolved URN reference ignored; using permissive schema: {urn}"),
        ),
        NoticeStyle::Structured => Notice::structured(
            Level::Warn,
            "unresolved URN reference ignored; using permissive schema",
            vec![("urn", urn.into())],
        ),
    }
}
