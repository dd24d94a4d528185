//! A release as Helm prints it for people (its `statusPrinter`).

use ::release::{Hook, Record};
use std::fmt::Write;

/// What is printed of a release.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Printer<'v> {
    /// Hooks and manifest, and values.
    pub(super) values: Option<Values<'v>>,
    /// Tables of resources.
    pub(super) resources: &'v str,
    pub(super) shows_description: bool,
    /// The chart's name and version.
    pub(super) shows_chart: bool,
    pub(super) hides_notes: bool,
}

/// Values as YAML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'v> {
    /// The user's.
    pub(super) supplied: &'v str,
    /// With the chart's.
    pub(super) computed: &'v str,
}

impl Printer<'_> {
    pub(super) fn text(&self, record: &Record) -> String {
        let mut text = String::new();
        // A string takes all that is written.
        let _ = self.write(record, &mut text);
        text
    }

    fn write(&self, record: &Record, out: &mut String) -> std::fmt::Result {
        let info = &record.info;
        writeln!(out, "NAME: {}", record.name)?;
        if info.last_deployed.time().is_some() {
            writeln!(out, "LAST DEPLOYED: {}", info.last_deployed.ansic())?;
        }
        writeln!(out, "NAMESPACE: {}", record.namespace)?;
        writeln!(out, "STATUS: {}", info.status.as_str())?;
        writeln!(out, "REVISION: {}", record.version)?;
        if self.shows_chart {
            let chart = record.chart_metadata().unwrap_or_default();
            writeln!(out, "CHART: {}", chart.name)?;
            writeln!(out, "VERSION: {}", chart.version)?;
            writeln!(out, "APP_VERSION: {}", chart.app_version)?;
        }
        if self.shows_description {
            writeln!(out, "DESCRIPTION: {}", info.description)?;
        }
        if !self.resources.is_empty() {
            writeln!(out, "RESOURCES:\n{}", self.resources)?;
        }
        write_tests(&record.hooks, out)?;
        if let Some(values) = &self.values {
            writeln!(out, "USER-SUPPLIED VALUES:\n{}", values.supplied)?;
            writeln!(out, "COMPUTED VALUES:\n{}", values.computed)?;
        }
        if self.values.is_some() || info.description.eq_ignore_ascii_case("Dry run complete") {
            writeln!(out, "HOOKS:")?;
            write_hooks(&record.hooks, out)?;
            writeln!(out, "MANIFEST:\n{}", record.manifest)?;
        }
        if !self.hides_notes && !info.notes.is_empty() {
            writeln!(out, "NOTES:\n{}", info.notes.trim())?;
        }
        Ok(())
    }
}

/// Hooks with the templates that they come from.
pub(super) fn write_hooks(hooks: &[Hook], out: &mut String) -> std::fmt::Result {
    for hook in hooks {
        writeln!(out, "---\n# Source: {}\n{}", hook.path, hook.manifest)?;
    }
    Ok(())
}

/// The last runs of the tests, of those that ran.
fn write_tests(hooks: &[Hook], out: &mut String) -> std::fmt::Result {
    let is_test = |hook: &&Hook| hook.events.iter().any(|event| event == "test");
    let mut tests = hooks.iter().filter(is_test).peekable();
    if tests.peek().is_none() {
        return writeln!(out, "TEST SUITE: None");
    }
    for test in tests.filter(|test| test.last_run.started_at.time().is_some()) {
        let run = &test.last_run;
        writeln!(out, "TEST SUITE:     {}", test.name)?;
        writeln!(out, "Last Started:   {}", run.started_at.ansic())?;
        writeln!(out, "Last Completed: {}", run.completed_at.ansic())?;
        writeln!(out, "Phase:          {}", run.phase)?;
    }
    Ok(())
}
