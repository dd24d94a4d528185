//! `rhelm template --each-chart`, `--each-values`, `--kube-versions`: many renders in one process.
//!
//! Every processor renders. What comes out is printed in the order of the renders, each as soon as it is there, and only a
//! few results wait for one before them. A render that fails is told of on stderr, and the others go on.

use super::{Job, Template};
use crate::cli::chart_search::{Include, charts_below};
use crate::cli::inputs::Inputs;
use crate::cli::post_renderer::PostRenderer;
use crate::cli::progress::Progress;
use crate::cli::string_slice::StringSlice;
use crate::cli::terminal::{self, CliError};
use crate::cli::validate::each::each_file;
use crate::cli::validate::versions;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::KubeVersion;
use clap::Args;
use std::path::PathBuf;

/// Flags that write where renders of one chart would write over each other.
const SINGLE: [&str; 4] = ["output", "source_map", "dependency_update", "output_dir"];

/// The flags that ask for more than one render.
#[derive(Debug, Args)]
pub(super) struct Each {
    /// Render every chart in this directory and the directories below it, packed ones too, instead of one; each output begins
    /// with the comment `# Chart: PATH`
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "source_map", "dependency_update"])]
    each_chart: Option<PathBuf>,
    /// Render with this values file by itself, on top of the -f files; a directory stands for its .yaml files; may be given
    /// several times
    #[arg(long, value_name = "FILE", conflicts_with_all = SINGLE)]
    each_values: Vec<StringSlice>,
    /// Render with each minor version of Kubernetes from A to B (1.28..1.36)
    #[arg(long, value_name = "A..B", conflicts_with_all = ["kube_version"], conflicts_with_all = SINGLE)]
    kube_versions: Option<String>,
}

/// A chart, a values file and a version of Kubernetes to render.
struct Combination {
    /// The arguments of the command for this render: a name, if there is one, and the chart.
    arguments: Vec<String>,
    values_file: Option<String>,
    kube_version: Option<KubeVersion>,
}

/// What came of a render.
struct Outcome {
    label: String,
    notices: Vec<Notice>,
    text: Result<Vec<u8>, CliError>,
}

impl Each {
    /// Returns true if there may be more than one render.
    pub(super) fn is_wanted(&self) -> bool {
        self.each_chart.is_some() || !self.each_values.is_empty() || self.kube_versions.is_some()
    }

    /// All renders that `arguments` and these flags ask for, in the order in which they are printed.
    fn combinations(
        &self,
        arguments: &[String],
        profile: &Profile,
    ) -> Result<Vec<Combination>, CliError> {
        let files = match self.each_values.as_slice() {
            [] => vec![None],
            names => {
                let files = each_file(&StringSlice::to_vec(names), &[])?;
                files.into_iter().map(Some).collect()
            }
        };
        let versions = match &self.kube_versions {
            None => vec![None],
            Some(range) => {
                let versions = versions::parse(range, profile)?;
                versions.into_iter().map(Some).collect()
            }
        };
        let mut combinations = Vec::new();
        for arguments in self.charts(arguments)? {
            for values_file in &files {
                combinations.extend(versions.iter().map(|kube_version| Combination {
                    arguments: arguments.clone(),
                    values_file: values_file.clone(),
                    kube_version: kube_version.clone(),
                }));
            }
        }
        Ok(combinations)
    }

    /// The arguments for each chart.
    fn charts(&self, arguments: &[String]) -> Result<Vec<Vec<String>>, CliError> {
        let Some(dir) = &self.each_chart else {
            return Ok(vec![arguments.to_vec()]);
        };
        if arguments.len() > 1 {
            return Err(CliError::new(format!(
                "--each-chart takes no chart beside it, only a name for the releases: {}",
                arguments.join(" ")
            )));
        }
        let charts = charts_below(dir, Include::All)?;
        if charts.is_empty() {
            return Err(CliError::new(format!("no chart in {}", dir.display())));
        }
        let with_name = |chart: PathBuf| {
            let chart = chart.display().to_string();
            arguments.iter().cloned().chain([chart]).collect()
        };
        Ok(charts.into_iter().map(with_name).collect())
    }
}

impl Combination {
    /// The words that tell it from others.
    fn label(&self) -> String {
        let mut label = self.arguments.last().cloned().unwrap_or_default();
        if let Some(file) = &self.values_file {
            label.push_str(", values: ");
            label.push_str(file);
        }
        if let Some(version) = &self.kube_version {
            label.push_str(", Kubernetes: ");
            label.push_str(&version.version);
        }
        // It is a comment of one line.
        label.replace(char::is_control, "?")
    }
}

impl Template {
    /// Renders all that [`Each`] asks for, and prints each result.
    ///
    /// # Errors
    /// At the end, where a render has failed.
    pub(super) fn run_each(
        &self,
        profile: &Profile,
        post_renderer: Option<&PostRenderer<'_>>,
    ) -> Result<(), CliError> {
        let combinations = self.each.combinations(&self.arguments, profile)?;
        let all = combinations.len();
        let inputs = Inputs::new(*profile);
        let work = |combination: Combination| {
            let mut notices = Vec::new();
            let mut layers = self.values.layers();
            layers.files.extend(combination.values_file.clone());
            let job = Job {
                arguments: &combination.arguments,
                layers: &layers,
                kube_version: combination.kube_version.as_ref(),
                is_last: false,
            };
            let text = self.render(&job, &inputs, profile, post_renderer, &mut notices);
            let label = combination.label();
            Outcome {
                label,
                notices,
                text,
            }
        };
        let progress = Progress::new("rendered", all);
        let (mut count, mut failed, mut unprinted) = (0, 0, None);
        let rendered = background::map_in_order(combinations, work, |outcome| {
            count += 1;
            progress.clear();
            terminal::notify(&outcome.notices, profile);
            match outcome.text {
                Ok(text) => {
                    let label = format!("# Chart: {}\n", outcome.label);
                    let output = [label.as_bytes(), &text].concat();
                    unprinted = terminal::print(&output).err();
                }
                Err(failure) => {
                    failed += 1;
                    let failure = failure.with_prefix(&format!("{}: ", outcome.label));
                    terminal::warn(failure.text().to_string().as_bytes());
                }
            }
            progress.show(count);
            unprinted.is_none()
        });
        rendered.map_err(|e| CliError::new(format!("no thread to render on: {e}")))?;
        match (unprinted, failed) {
            (Some(failure), _) => Err(failure),
            (None, 0) => Ok(()),
            (None, _) => Err(CliError::new(format!("{failed} of {all} renders failed"))),
        }
    }
}
