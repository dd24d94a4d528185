//! `rhelm lint`: Helm's `lint` command.

use super::chart_argument::{Located, git_revision_hint, locate_here};
use super::compat_flags::{CompatFlags, LintCompat};
use super::remote_schema;
use super::terminal::{self, CliError};
use super::values_files::ValuesFiles;
use super::{CommandResult, flags, usage};
use crate::action::{self, Linted};
use crate::lint::{Request, Severity, Source};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::{KubeVersion, function_table};
use background::with_any_stack;
use clap::Args;
use host::System;
use std::io::{self, Write};
use std::path::Path;

/// Examine charts for problems.
///
/// Says [ERROR] of what will not work and [WARNING] of what is against conventions, and fails where there
/// is an error.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm lint ./chart\n  \
        rhelm lint ./chart ./other-1.0.0.tgz --strict --quiet\n  \
        rhelm lint ./chart --with-subcharts -f prod.yaml --set image.tag=1.2.3\n  \
        rhelm lint ./chart --kube-version v1.25.0 --helm-version 3\n  \
        rhelm lint istio-remote")]
pub(super) struct Lint {
    /// The charts: directories, archives or bundled charts' names [default with Helm 3: the working directory]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,

    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Lint the charts in charts/ too
    #[arg(long)]
    with_subcharts: bool,
    /// Print only warnings and errors
    #[arg(long)]
    quiet: bool,
    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// The Kubernetes version in .Capabilities, and for the check for deprecated APIs
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<LintCompat>,
}

/// The totals of all charts.
#[derive(Default)]
struct Report {
    charts: Vec<(String, Linted)>,
    linted: usize,
    failed: usize,
    noteworthy: bool,
}

impl Lint {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let mut notices = Vec::new();
        let work = || {
            notices.clear();
            self.lint(&profile, &mut notices)
        };
        let report = with_any_stack(work);
        terminal::notify(&notices, &profile);
        let report =
            report.map_err(|e| CliError::new(format!("no thread to render on: {e}")))??;
        let Report { linted, failed, .. } = report;
        let summary = format!("{linted} chart(s) linted, {failed} chart(s) failed");
        let ending = match failed == 0 && (!self.quiet || report.noteworthy) {
            true => format!("{summary}\n"),
            false => String::new(),
        };
        terminal::stream(|out| {
            report.write(self.quiet, out)?;
            out.write_all(ending.as_bytes())
        })?;
        match failed {
            0 => Ok(()),
            _ => Err(self
                .in_revisions()
                .fold(CliError::new(summary), CliError::hint)),
        }
    }

    /// The hint for charts of git revisions, which are not linted.
    fn in_revisions(&self) -> impl Iterator<Item = String> {
        let missing = self.paths.iter().filter(|path| !Path::new(path).exists());
        missing.filter_map(|path| git_revision_hint(path))
    }

    fn lint(&self, profile: &Profile, notices: &mut Vec<Notice>) -> Result<Report, CliError> {
        let targets = self.targets(profile)?;
        let kube_version =
            match self.kube_version.as_deref() {
                None | Some("") => None,
                Some(text) => {
                    let version = KubeVersion::parse(text, profile);
                    Some(version.map_err(|e| {
                        CliError::new(format!("invalid kube version '{text}': {e}"))
                    })?)
                }
            };
        let supplied = self
            .values
            .layers()
            .read(&mut ValuesFiles { profile }, profile);
        let supplied = supplied.map_err(CliError::new)?;
        let functions = function_table(profile);
        let namespace = self.compat.namespace();
        let mut request = Request::new(*profile, &functions, &System, namespace, kube_version);
        request.render.skip_schema_validation = self.skip_schema_validation;
        request.fetch = Some(remote_schema::fetch);
        let mut report = Report::default();
        for Target { path, bundled } in targets {
            let linted = match bundled {
                None => action::lint(&path, &supplied, &request, self.strict, notices),
                Some(source) => {
                    action::lint_source(&source, &supplied, &request, self.strict, notices)
                }
            };
            report.add(path, linted, self.quiet);
        }
        Ok(report)
    }

    /// The paths to lint, in order: the arguments, then the charts inside.
    fn targets(&self, profile: &Profile) -> Result<Vec<Target>, CliError> {
        let here = [".".to_owned()];
        let paths = match self.paths.as_slice() {
            [] if profile.lint.defaults_to_working_directory => &here,
            [] => return Err(usage::too_few_arguments("lint", "lint PATH [flags]")),
            paths => paths,
        };
        let targets = paths.iter().map(|path| Target::parse(path));
        let mut targets = targets.collect::<Result<Vec<_>, _>>()?;
        if self.with_subcharts {
            let inner: Vec<_> = targets.iter().flat_map(Target::subcharts).collect();
            targets.extend(inner);
        }
        Ok(targets)
    }
}

/// One chart to lint.
struct Target {
    path: String,
    /// The chart, where it is part of the program.
    bundled: Option<Source>,
}

impl Target {
    /// Resolves an argument. A bundled chart counts as a directory of that name; what is on disk
    /// wins.
    fn parse(path: &str) -> Result<Target, CliError> {
        let bundled = match locate_here(path) {
            Some(Located::Bundled(name)) => {
                let files = crate::bundled::files(name).map_err(CliError::new)?;
                let files = files.map(|(name, contents)| (name.to_owned(), contents.to_vec()));
                Some(Source::in_memory(path, files.collect()))
            }
            _ => None,
        };
        let path = path.to_owned();
        Ok(Target { path, bundled })
    }

    fn subcharts(&self) -> Vec<Target> {
        let path = |path| Target {
            path,
            bundled: None,
        };
        match &self.bundled {
            None => action::subcharts(&self.path)
                .into_iter()
                .map(path)
                .collect(),
            Some(source) => {
                let inner = source.subcharts().into_iter();
                let inner = inner.map(|(directory, source)| Target {
                    path: format!("{}/{directory}", self.path.trim_end_matches('/')),
                    bundled: Some(source),
                });
                inner.collect()
            }
        }
    }
}

impl Report {
    fn add(&mut self, path: String, linted: Linted, quiet: bool) {
        self.linted += 1;
        self.noteworthy |= linted.is_noteworthy();
        self.failed += usize::from(!linted.errors.is_empty());
        if !quiet || linted.is_noteworthy() {
            self.charts.push((path, linted));
        }
    }

    /// Writes what was found in each chart.
    fn write(&self, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
        for (path, linted) in &self.charts {
            writeln!(out, "==> Linting {path}")?;
            // The errors of a chart that was linted are among its messages.
            if linted.messages.is_empty() {
                for error in &linted.errors {
                    writeln!(out, "Error {error}")?;
                }
            }
            for message in &linted.messages {
                if !quiet || message.severity > Severity::Info {
                    writeln!(out, "{message}")?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
