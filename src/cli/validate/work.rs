//! The runs of the checks: each chart with each values file and each version of Kubernetes, several at a time.

use super::super::inputs::Inputs;
use super::super::progress::Progress;
use super::super::session::Session;
use super::super::terminal::CliError;
use crate::action::Request;
use crate::chart::Chart;
use crate::render::KubeVersion;
use crate::validate::matrix::{Matrix, Names, Run};
use crate::validate::{self, Report, Selection};
use crate::values::Layers;

/// A chart that was loaded, and what it is rendered for.
pub(super) struct Target<'t> {
    pub(super) session: Session<'t>,
    pub(super) chart: Chart,
}

/// The common input of all runs.
pub(super) struct Work<'w> {
    pub(super) targets: Vec<Target<'w>>,
    /// True if reports name charts: there may be several.
    pub(super) names_charts: bool,
    pub(super) skip_schema_validation: bool,
    pub(super) selection: &'w Selection,
    /// The texts of `--crds`.
    pub(super) definitions: Vec<Vec<u8>>,
    /// The versions of `--kube-versions`; none where the flag is not given.
    pub(super) versions: Vec<KubeVersion>,
    pub(super) inputs: Inputs,
}

/// The totals of all runs.
pub(super) struct Checked {
    pub(super) report: Report,
    /// The names of the values files, and of charts where there may be several.
    pub(super) names: Vec<String>,
    /// What could not be checked, each once.
    pub(super) failures: Vec<CliError>,
    /// True if some run came to an end.
    pub(super) has_ended: bool,
}

impl Work<'_> {
    /// Checks the layers, or each of some files over them.
    pub(super) fn all(&self, layers: &Layers, each: &[String]) -> Checked {
        let names = self.names(each);
        let mut checked = Checked {
            report: Report::default(),
            names: [&layers.files, each, &names.charts].concat(),
            failures: Vec::new(),
            has_ended: false,
        };
        let runs = self.runs(each);
        let progress = Progress::new("checked", runs.len());
        let mut matrix = Matrix::new(names);
        let mut failures = Vec::new();
        let mut count = 0;
        let work = |(target, run): (&Target<'_>, Run)| (run, self.one(layers, each, target, run));
        let done = background::map_in_order(runs, work, |(run, report)| {
            count += 1;
            progress.show(count);
            match report {
                Ok(report) => {
                    checked.has_ended = true;
                    matrix.add(run, report);
                }
                Err(failure) => failures.push(failure),
            }
            true
        });
        if let Err(error) = done {
            failures.push(CliError::new(format!("no thread to check on: {error}")));
        }
        checked.failures = unique(failures.into_iter());
        checked.report = matrix.finish();
        checked
    }

    fn names(&self, each: &[String]) -> Names {
        let charts = self.targets.iter().filter(|_| self.names_charts);
        let charts = charts.map(|target| target.session.chart_argument.to_owned());
        let versions = self.versions.iter().map(|version| {
            let minor = format!("{}.{}", version.major, version.minor);
            (version.version.clone(), minor)
        });
        Names {
            charts: charts.collect(),
            files: each.to_vec(),
            versions: versions.collect(),
        }
    }

    /// Each chart with each values file and each version.
    fn runs(&self, each: &[String]) -> Vec<(&Target<'_>, Run)> {
        let indexes = |count: usize| -> Vec<Option<usize>> {
            match count {
                0 => vec![None],
                count => (0..count).map(Some).collect(),
            }
        };
        let (files, versions) = (indexes(each.len()), indexes(self.versions.len()));
        let mut runs = Vec::new();
        for (at, target) in self.targets.iter().enumerate() {
            for file in &files {
                let of_file = versions.iter().map(|version| Run {
                    chart: self.names_charts.then_some(at),
                    file: *file,
                    version: *version,
                });
                runs.extend(of_file.map(|run| (target, run)));
            }
        }
        runs
    }

    fn one(
        &self,
        layers: &Layers,
        each: &[String],
        target: &Target<'_>,
        run: Run,
    ) -> Result<Report, CliError> {
        let host = target.session.host.again();
        let mut layers = layers.clone();
        let file = run.file.and_then(|at| each.get(at));
        layers.files.extend(file.cloned());
        let mut request = Request {
            skip_schema_validation: self.skip_schema_validation,
            ..target.session.request(&host)
        };
        if let Some(version) = run.version.and_then(|at| self.versions.get(at)) {
            request.capabilities.kube_version = version.clone();
        }
        let checked = validate::validate(
            &target.chart,
            &layers,
            &mut &self.inputs,
            &request,
            self.selection,
            &self.definitions,
        );
        checked.map_err(CliError::new)
    }
}

/// Failures, each once: a file that is not there is not there for any version.
fn unique(failures: impl Iterator<Item = CliError>) -> Vec<CliError> {
    let mut unique: Vec<CliError> = Vec::new();
    for failure in failures {
        let text = failure.text().to_string();
        if unique.iter().all(|other| other.text().to_string() != text) {
            unique.push(failure);
        }
    }
    unique
}
