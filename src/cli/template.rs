//! `rhelm template`: Helm's `template` command.

use super::chart_argument::locate;
use super::output_dir::OutputDir;
use super::release::Release;
use super::terminal::{self, Failure};
use super::{Outcome, flags};
use crate::action::{self, HookFilter, Manifests, Request};
use crate::manifest;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::function_table;
use crate::stack::with_large_stack;
use crate::values::LocalFiles;
use crate::world::System;
use clap::Args;

/// Render a chart's templates and print the manifests.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm template istio-remote --set global.pilotEndpoint=10.1.2.3\n  \
        rhelm template my-release ./chart -n prod -f values.yaml --set image.tag=1.2.3\n  \
        rhelm template ./chart-1.0.0.tgz --include-crds --kube-version v1.30.0\n  \
        rhelm template ./chart -s templates/deployment.yaml --helm-version 3")]
pub(super) struct Template {
    /// The release's name, if two arguments are given, and the chart: a bundled chart's name, a
    /// directory or an archive
    #[arg(value_name = "[NAME] CHART", required = true, num_args = 1..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    /// Print the chart's CRDs too
    #[arg(long)]
    include_crds: bool,
    /// Leave out hooks
    #[arg(long)]
    no_hooks: bool,
    /// Leave out hooks that are tests
    #[arg(long)]
    skip_tests: bool,
    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// Print only what comes from this template; may be given several times
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Write manifests to files below this directory instead of printing them
    #[arg(long, value_name = "DIR")]
    output_dir: Option<String>,
    /// Write to a directory of the release's name below the output directory
    #[arg(long)]
    release_name: bool,
    /// As in Helm, this changes nothing here: CRDs are printed with --include-crds only
    #[arg(long)]
    skip_crds: bool,
    /// Print what was rendered even if it is no YAML
    #[arg(long, env = "HELM_DEBUG", hide_env = true)]
    debug: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,
}

impl Template {
    pub(super) fn run(self) -> Outcome {
        let profile = self.helm.profile()?;
        let mut notices = Vec::new();
        let work = || self.render(&profile, &mut notices);
        let rendered = with_large_stack(work);
        terminal::notify(&notices, &profile);
        let text = rendered.map_err(|e| Failure::new(format!("no thread to render on: {e}")))??;
        terminal::print(&text)
    }

    fn render(&self, profile: &Profile, notices: &mut Vec<Notice>) -> Result<Vec<u8>, Failure> {
        let capabilities = self.release.capabilities(profile)?;
        let functions = function_table(profile);
        let (name, chart_argument) = self.release.name_and_chart(&self.arguments)?;
        let located = locate(chart_argument)?;
        let supplied = self.values.layers().read(&mut LocalFiles, profile);
        let supplied = supplied.map_err(Failure::new)?;
        let chart = located.load_installable(chart_argument, profile, notices)?;
        let request = Request {
            profile: *profile,
            functions: &functions,
            world: &System,
            release: self.release.seen(name),
            capabilities,
            skip_schema_validation: self.skip_schema_validation,
            include_crds: self.include_crds,
            enable_dns: false,
            track_lines: false,
        };
        let manifests = action::template(&chart, &supplied, &request, notices);
        let manifests = match manifests {
            Err(error) if error.while_rendering() => return Err(self.explain(&error)),
            other => other.map_err(Failure::new)?,
        };
        let shown = self.show(&manifests, &request.release.name, profile);
        // The process is about to end, and taking all this apart would be a tenth of a cold render.
        std::mem::forget((manifests, supplied, request.release, chart, functions));
        shown
    }

    /// A failure after rendering has begun: Helm hints at `--debug`, which prints what there is.
    fn explain(&self, error: &action::Error) -> Failure {
        if !self.debug {
            let hint = "Use --debug flag to render out invalid YAML";
            return Failure::new(format!("{error}\n\n{hint}"));
        }
        match terminal::print(&error.rendered()) {
            Ok(()) => Failure::new(error),
            Err(failure) => failure,
        }
    }

    /// What the command prints; files are written on the way.
    fn show(
        &self,
        manifests: &Manifests,
        release: &str,
        profile: &Profile,
    ) -> Result<Vec<u8>, Failure> {
        let filter = HookFilter {
            none: self.no_hooks,
            skip_tests: self.skip_tests,
        };
        let directory = self.output_dir.as_deref().filter(|d| !d.is_empty());
        let text = match directory {
            None => manifests.text(filter),
            Some(directory) => {
                let release = self.release_name.then_some(release);
                OutputDir { directory, release }.write(manifests, filter)?;
                // What Helm prints of manifests that are all in files.
                b"\n".to_vec()
            }
        };
        if self.show_only.is_empty() {
            return Ok(text);
        }
        manifest::show_only(&text, &self.show_only, profile).map_err(Failure::new)
    }
}
