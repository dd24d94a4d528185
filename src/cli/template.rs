//! `rhelm template`: Helm's `template` command.

use super::chart_argument::locate;
use super::output_dir::OutputDir;
use super::terminal::{self, Failure};
use super::{Outcome, csv, flags};
use crate::action::{self, HookFilter, Manifests, Request};
use crate::chart;
use crate::manifest;
use crate::notice::{Level, Notice};
use crate::profile::{NoticeStyle, Profile};
use crate::render::{Capabilities, KubeVersion, Release, function_table, name_from_template};
use crate::stack::with_large_stack;
use crate::values::LocalFiles;
use crate::world::System;
use clap::{ArgAction, Args};

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

    /// The namespace that templates see
    #[arg(
        short,
        long,
        value_name = "NAME",
        env = "HELM_NAMESPACE",
        hide_env = true
    )]
    namespace: Option<String>,
    /// Name the release by a template
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// Name the release, as Helm 2 does it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Make up a name: as with Helm, a release given no name is called release-name anyway
    #[arg(short = 'g', long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    generate_name: bool,
    /// The version of Kubernetes that templates see
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// API versions that templates see besides Kubernetes' own; may be given several times
    #[arg(short, long, value_name = "VERSIONS")]
    api_versions: Vec<String>,
    /// Print the chart's CRDs too
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    include_crds: bool,
    /// Leave out hooks
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    no_hooks: bool,
    /// Leave out hooks that are tests
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    skip_tests: bool,
    /// Do not check values against the charts' schemas
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    skip_schema_validation: bool,
    /// Print only what comes from this template; may be given several times
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Write manifests to files below this directory instead of printing them
    #[arg(long, value_name = "DIR")]
    output_dir: Option<String>,
    /// Write to a directory of the release's name below the output directory
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    release_name: bool,
    /// As in Helm, this changes nothing here: CRDs are printed with --include-crds only
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true",
          hide_default_value = true)]
    skip_crds: bool,
    /// Print what was rendered even if it is no YAML
    #[arg(long, env = "HELM_DEBUG", hide_env = true, action = ArgAction::Set, num_args = 0..=1,
          require_equals = true, value_parser = flags::go_bool, default_value = "false",
          default_missing_value = "true", hide_default_value = true)]
    debug: bool,
    /// Let templates see an upgrade instead of an install
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          value_parser = flags::go_bool, default_value = "false", default_missing_value = "true", hide_default_value = true)]
    is_upgrade: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,
}

impl Template {
    pub(super) fn run(self) -> Outcome {
        let (profile, note) = self.helm.profile()?;
        if let Some(note) = note {
            terminal::warn(note.as_bytes());
        }
        let mut notices = Vec::new();
        let work = || self.render(&profile, &mut notices);
        let rendered = with_large_stack(work);
        terminal::notify(&notices, &profile);
        let text = rendered.map_err(|e| Failure::new(format!("no thread to render on: {e}")))??;
        terminal::print(&text)
    }

    fn render(&self, profile: &Profile, notices: &mut Vec<Notice>) -> Result<Vec<u8>, Failure> {
        let mut capabilities = Capabilities::new(profile);
        if let Some(text) = self.kube_version.as_deref().filter(|t| !t.is_empty()) {
            let version = KubeVersion::parse(text, profile);
            capabilities.kube_version =
                version.map_err(|e| Failure::new(format!("invalid kube version '{text}': {e}")))?;
        }
        let extra = self.api_versions.iter().flat_map(|v| csv::values(v));
        capabilities.api_versions.extend(extra);

        let functions = function_table(profile);
        let (name, chart_argument) = self.name_and_chart()?;
        let located = locate(chart_argument)?;
        let supplied = self.values.layers().read(&mut LocalFiles, profile);
        let supplied = supplied.map_err(Failure::new)?;
        let mut loaded = located.load(profile).map_err(Failure::new)?;
        notices.append(&mut loaded.notices);
        let chart = loaded.chart;
        chart::check_installable(&chart).map_err(Failure::new)?;
        if chart.metadata.deprecated {
            notices.push(deprecated(profile));
        }
        chart::check_dependencies(&chart, profile).map_err(|e| {
            Failure::new(e).hint(format!(
                "rhelm does not fetch dependencies:\n  helm dependency build {chart_argument}"
            ))
        })?;

        let mut release = Release::new(name, self.namespace.as_deref().unwrap_or("default"));
        release.is_upgrade = self.is_upgrade;
        release.is_install = !self.is_upgrade;
        let request = Request {
            profile: *profile,
            functions: &functions,
            world: &System,
            release,
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
        self.show(&manifests, &request.release.name, profile)
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

    /// The release's name and the chart, by Helm's rules and by Helm 2's `--name`.
    fn name_and_chart(&self) -> Result<(String, &str), Failure> {
        let conflict = |flag: &str| {
            Err(Failure::new(format!(
                "cannot set {flag} and also specify a name"
            )))
        };
        match self.arguments.as_slice() {
            [chart] => {
                let name = match (&self.name, &self.name_template) {
                    (Some(name), _) => name.clone(),
                    (None, Some(template)) if !template.is_empty() => {
                        name_from_template(template, &System).map_err(Failure::new)?
                    }
                    _ => "release-name".to_owned(),
                };
                Ok((name, chart))
            }
            [_, _] if self.generate_name => conflict("--generate-name"),
            [_, _] if self.name_template.as_ref().is_some_and(|t| !t.is_empty()) => {
                conflict("--name-template")
            }
            [_, _] if self.name.is_some() => conflict("--name"),
            [name, chart] => Ok((name.clone(), chart)),
            [_, _, rest @ ..] => Err(Failure::new(format!(
                "expected at most two arguments, unexpected arguments: {}",
                rest.join(", ")
            ))),
            [] => Err(Failure::new(
                "must either provide a name or specify --generate-name",
            )),
        }
    }
}

fn deprecated(profile: &Profile) -> Notice {
    match profile.notices {
        NoticeStyle::Structured => {
            Notice::structured(Level::Warn, "this chart is deprecated", Vec::new())
        }
        NoticeStyle::ShortFile => Notice::log("WARNING", "This chart is deprecated".into()),
    }
}
