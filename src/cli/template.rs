//! `rhelm template`: Helm's `template` command.

mod each;

use super::compat_flags::{CompatFlags, InstallCompat};
use super::fetching::Fetching;
use super::host_flags::HostFlags;
use super::inputs::Inputs;
use super::output_dir::OutputDir;
use super::post_renderer::{self, PostRenderer};
use super::release::Release;
use super::server::Server;
use super::session::Session;
use super::terminal::{self, CliError};
use super::trace_flags::TraceFlags;
use super::{CommandResult, flags, usage};
use crate::action::{self, HookFilter, Manifests, Objects, Request};
use crate::manifest::{self, Scopes};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::KubeVersion;
use crate::usage::UsageRecorder;
use crate::values::{Layers, Prepared};
use ::release::actions::Preview;
use background::with_any_stack;
use clap::{Args, ValueEnum};
use each::Each;
use gostd::host::Host;
use gotemplate::Observer;
use std::fmt::Display;

/// The hint where the cluster that a render asks is not there.
const WITHOUT_CLUSTER: &str = "without a cluster, leave --validate and --dry-run=server out; --lookup FILE has objects for lookup, and \
                               --kube-version and --api-versions say what the cluster serves";

/// Render a chart's templates and print the manifests.
#[derive(Debug, Args)]
#[command(override_usage = "rhelm template [NAME] CHART [OPTIONS]")]
#[command(after_help = "Examples:\n  \
        rhelm template istio-remote --set global.pilotEndpoint=10.1.2.3\n  \
        rhelm template my-release ./chart -n prod -f values.yaml --set image.tag=1.2.3\n  \
        rhelm template ./chart-1.0.0.tgz --include-crds --kube-version v1.30.0\n  \
        rhelm template ./chart -s templates/deployment.yaml --helm-version 3\n  \
        rhelm template ./chart -f prod.yaml --strict --warn-unread\n  \
        rhelm template ./chart --each-values values --kube-versions 1.34..1.36\n  \
        rhelm template ./chart --annotate-lines --source-map lines.json\n  \
        rhelm template ./chart --deterministic=42 --lookup cluster/ --redact-secrets")]
pub(super) struct Template {
    /// The chart: a bundled chart's name, a directory, an archive, REPOSITORY/CHART, the URL of an archive, or with
    /// --repo a name there. Before it, a name for the release
    #[arg(value_name = "[NAME] CHART", num_args = 0..)]
    arguments: Vec<String>,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    /// Write the release's namespace into namespaced objects that name none, as an install does
    #[arg(long)]
    fill_namespace: bool,
    /// Print the chart's CRDs too
    #[arg(long)]
    include_crds: bool,
    /// Leave out hooks
    #[arg(long)]
    no_hooks: bool,
    /// Leave out test hooks
    #[arg(long)]
    skip_tests: bool,
    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,
    /// Let getHostByName ask name servers
    #[arg(long)]
    enable_dns: bool,
    /// Print only the output of this template: its path in the chart, where * and ? are wildcards; may be given
    /// several times
    #[arg(short, long, value_name = "TEMPLATE")]
    show_only: Vec<String>,
    /// Helm 2's name for --show-only
    #[arg(short = 'x', long, value_name = "TEMPLATE")]
    execute: Vec<String>,
    /// Print the chart's notes too (a flag of Helm 2)
    #[arg(long)]
    notes: bool,
    /// Write manifests to files below this directory instead of printing them
    #[arg(long, value_name = "DIR")]
    output_dir: Option<String>,
    /// With --output-dir, add a directory with the release's name to the path
    #[arg(long)]
    release_name: bool,
    /// Print the resources as data, with the template that each comes from
    #[arg(short, long, value_name = "FORMAT", value_enum, conflicts_with_all = ["output_dir", "notes", "post_renderer"])]
    output: Option<OutputFormat>,
    /// Fetch and package missing dependencies into charts/
    #[arg(long)]
    dependency_update: bool,
    /// Do not print what Helm says of a chart that comes from a registry (Pulled:, Digest:)
    #[arg(long)]
    quiet_pull: bool,

    #[command(flatten)]
    fetching: Fetching,

    #[command(flatten)]
    each: Each,

    #[command(flatten)]
    post_renderer: post_renderer::Flags,

    #[command(flatten)]
    trace_flags: TraceFlags,

    #[command(flatten)]
    host_flags: HostFlags,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<InstallCompat>,
}

/// One render.
struct Job<'j> {
    /// A name, if there is one, and the chart.
    arguments: &'j [String],
    layers: &'j Layers,
    /// The version of Kubernetes, where it is another one than the flags name.
    kube_version: Option<&'j KubeVersion>,
    /// True if the process ends after it.
    is_last: bool,
}

/// The namespace that `--fill-namespace` writes, and the kinds that it leaves alone.
struct NamespaceFill<'r> {
    namespace: &'r str,
    scopes: Scopes,
}

/// What comes after the render.
struct End<'e> {
    post_renderer: Option<&'e PostRenderer<'e>>,
    fill: Option<NamespaceFill<'e>>,
    /// Checks on a server whether all this can be installed there.
    check: &'e dyn Fn(&[u8]) -> Result<(), CliError>,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OutputFormat {
    /// A JSON array, one resource a line
    Json,
    /// A YAML list
    Yaml,
}

impl Template {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.compat.with_debug_level(self.helm.profile()?);
        self.compat.check(&profile)?;
        let post_renderer = self.post_renderer.find(&profile)?;
        if self.each.is_wanted() {
            return self.run_each(&profile, post_renderer.as_ref());
        }
        let mut notices = Vec::new();
        let inputs = Inputs::new(profile);
        let layers = self.values.layers();
        let job = Job {
            arguments: &self.arguments,
            layers: &layers,
            kube_version: None,
            is_last: true,
        };
        let work = || {
            notices.clear();
            self.render(
                &job,
                &inputs,
                &profile,
                post_renderer.as_ref(),
                &mut notices,
            )
        };
        let rendered = with_any_stack(work);
        terminal::notify(&notices, &profile);
        let text =
            rendered.map_err(|e| CliError::new(format!("no thread to render on: {e}")))??;
        terminal::print(&text)
    }

    fn render(
        &self,
        job: &Job<'_>,
        inputs: &Inputs,
        profile: &Profile,
        post_renderer: Option<&PostRenderer<'_>>,
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<u8>, CliError> {
        if job.arguments.is_empty() {
            return Err(usage::too_few_arguments(
                "template",
                "template [NAME] [CHART] [flags]",
            ));
        }
        let mut capabilities = self.release.capabilities(profile)?;
        if let Some(version) = job.kube_version {
            capabilities.kube_version = version.clone();
        }
        self.compat.check_key_files(profile)?;
        let wanted = self.compat.wanted_of_cluster(profile)?;
        self.compat
            .debug_version("Original chart version", profile, notices);
        let source = self.compat.chart_source().quiet(self.quiet_pull);
        let source = source.fetching(self.fetching, false);
        let flags = (&self.release, capabilities, Some(&self.host_flags));
        let namespace = self.compat.namespace();
        let session = Session::locate(
            *profile,
            flags,
            namespace.clone(),
            &source,
            job.arguments,
            notices,
        )?;
        let (chart_argument, located) = (session.chart_argument, &session.located);
        self.compat
            .check_place(chart_argument, located, profile, notices)?;
        notices.extend(located.debug_path(profile));
        let supplied = job.layers.read(&mut &*inputs, profile);
        let supplied = supplied.map_err(CliError::new)?;
        if self.dependency_update {
            let (home, access) = (self.compat.home(), self.compat.access());
            located.update_dependencies(&home, &access, profile, notices)?;
        }
        let chart = session.load(notices)?;
        self.compat.check_dry_run(profile)?;
        let server = wanted
            .any()
            .then(|| Server::connect(&self.compat, &namespace, profile));
        let server = server.transpose()?;
        let server = server.as_ref();
        let preview = server.filter(|_| wanted.preview).map(|server| Preview {
            actions: server.actions(),
            has_api_versions: self.release.has_api_versions(),
            skip_crds: self.compat.is_on("skip-crds"),
            skip_validation: self.compat.is_on("disable-openapi-validation"),
            take_ownership: self.compat.is_on("take-ownership"),
        });
        let preview = preview.as_ref();
        preview
            .map_or(Ok(()), Preview::reach)
            .map_err(|error| CliError::of(error).hint(WITHOUT_CLUSTER))?;
        // Objects in files stand for the cluster's.
        let looks_up = wanted.lookup && !self.host_flags.has_objects();
        let host = server.filter(|_| looks_up);
        let host = host.map(|server| server.host(&session.host));
        let host: &dyn Host = match &host {
            Some(host) => host,
            None => &session.host,
        };
        let mut request = Request {
            skip_schema_validation: self.skip_schema_validation || preview.is_some(),
            include_crds: self.include_crds,
            enable_dns: self.enable_dns,
            track_lines: self.trace_flags.wants_lines(),
            ..session.request(host)
        };
        let render = || {
            let prepared = action::prepare(&chart, &supplied, &request, notices);
            let prepared = prepared.map_err(CliError::of)?;
            if let Some(preview) = preview {
                self.ask(preview, &prepared, &mut request, notices)?;
            }
            self.compat.check_labels()?;
            let mut reads = self.trace_flags.observer(&prepared)?;
            let observer = reads.as_mut().map(|reads| reads as &mut dyn Observer);
            let rendered = action::render(&chart, &prepared, &request, observer, notices);
            let manifests = rendered.map_err(|error| match error.while_rendering() {
                true => self.explain(&error),
                false => CliError::of(error),
            })?;
            Ok((prepared, reads, manifests))
        };
        let rendered: Result<_, CliError> =
            action::with_background_parsing(&chart, &session.functions, render);
        let (prepared, reads, mut manifests) = rendered?;
        notices.extend(located.notes(&manifests));
        let namespace = &request.release.namespace;
        let is_post_rendered = post_renderer.is_some() && self.directory().is_none();
        let fill = self.fill_namespaces(&mut manifests, &prepared, namespace, is_post_rendered)?;
        let trace = (&prepared, reads.as_ref());
        self.trace_flags.after_render(
            &mut manifests,
            trace.0,
            trace.1,
            &session.functions,
            self.notes,
        )?;
        let check = |installed: &[u8]| {
            let installed = String::from_utf8_lossy(installed);
            let checked = preview.map(|preview| preview.check(&installed, &request.release));
            checked.unwrap_or(Ok(())).map_err(CliError::of)
        };
        let end = End {
            post_renderer,
            fill,
            check: &check,
        };
        let text = match self.output {
            Some(format) => check(&manifests.installed())
                .and_then(|()| self.show_resources(&manifests, format, profile)),
            None => self.show(&manifests, &request.release.name, end, trace, profile),
        };
        if job.is_last {
            // The process is about to end, and taking all this apart would be a tenth of a cold render.
            std::mem::forget((manifests, prepared));
            std::mem::forget((supplied, request.release, chart, session));
        }
        text
    }

    /// Asks the server what it is, and checks the values then.
    fn ask(
        &self,
        preview: &Preview<'_>,
        prepared: &Prepared<'_>,
        request: &mut Request<'_>,
        notices: &mut Vec<Notice>,
    ) -> CommandResult {
        terminal::notify(&std::mem::take(notices), &request.profile);
        let told = preview.capabilities(prepared, &mut request.capabilities);
        told.map_err(CliError::of)?;
        match self.skip_schema_validation {
            true => Ok(()),
            false => preview
                .check_schemas(prepared, notices)
                .map_err(CliError::of),
        }
    }

    /// Does what `--fill-namespace` asks for. What is left to do after a post-renderer, the result tells.
    fn fill_namespaces<'r>(
        &self,
        manifests: &mut Manifests,
        prepared: &Prepared<'_>,
        namespace: &'r str,
        is_post_rendered: bool,
    ) -> Result<Option<NamespaceFill<'r>>, CliError> {
        if !self.fill_namespace {
            return Ok(None);
        }
        let scopes = action::scopes(manifests, prepared).map_err(CliError::new)?;
        // What a post-renderer is given has no more namespaces than with an install.
        let objects = match is_post_rendered {
            true => Objects::Hooks,
            false => Objects::All,
        };
        manifests.fill_namespaces(namespace, &scopes, objects);
        Ok(Some(NamespaceFill { namespace, scopes }))
    }

    /// The directory of `--output-dir`.
    fn directory(&self) -> Option<&str> {
        self.output_dir.as_deref().filter(|path| !path.is_empty())
    }

    /// A failure after rendering has begun: Helm hints at `--debug`, which prints what there is.
    fn explain(&self, error: &action::Error) -> CliError {
        if !self.compat.debug() {
            return without_debug(error);
        }
        match terminal::print(&error.rendered()) {
            Ok(()) => CliError::new(error),
            Err(failure) => failure,
        }
    }

    fn hooks(&self) -> HookFilter {
        HookFilter {
            none: self.no_hooks,
            skip_tests: self.skip_tests,
        }
    }

    fn patterns(&self) -> Vec<String> {
        [&self.show_only[..], &self.execute].concat()
    }

    /// Makes the output of the command; files are written on the way.
    fn show(
        &self,
        manifests: &Manifests,
        release: &str,
        end: End<'_>,
        (prepared, reads): (&Prepared<'_>, Option<&UsageRecorder>),
        profile: &Profile,
    ) -> Result<Vec<u8>, CliError> {
        let directory = self.directory();
        let mut installed = match directory {
            None => manifests.installed(),
            // All that is installed goes to files, and nothing is left to print.
            Some(_) => Vec::new(),
        };
        if let Some(program) = end.post_renderer {
            installed = program.run(&installed).map_err(without_debug)?;
            if let Some(NamespaceFill { namespace, scopes }) = end.fill {
                let is_namespaced =
                    |version: &str, kind: &str| !scopes.is_cluster_scoped(version, kind);
                installed = manifest::fill_namespaces(&installed, namespace, &is_namespaced);
            }
        }
        (end.check)(&installed)?;
        let mut text = match directory {
            None => manifests.text_around(installed, self.hooks()),
            Some(directory) => {
                let release = self.release_name.then_some(release);
                OutputDir { directory, release }.write(manifests, self.hooks())?;
                let none = HookFilter {
                    none: true,
                    ..HookFilter::default()
                };
                manifests.text_around(installed, none)
            }
        };
        if self.notes {
            for (path, notes) in &manifests.notes {
                action::write_with_source_header(&mut text, path, notes);
            }
        }
        let patterns = self.patterns();
        let lines = match self.trace_flags.wants_lines() {
            true => manifests.printed_lines(self.hooks()),
            false => Vec::new(),
        };
        if patterns.is_empty() {
            return self.trace_flags.annotate(text, &lines, prepared, reads);
        }
        let some = manifest::show_only(&text, &patterns, profile).map_err(CliError::new)?;
        let lines = action::rearranged(&text, &lines, &some);
        self.trace_flags.annotate(some, &lines, prepared, reads)
    }

    fn show_resources(
        &self,
        manifests: &Manifests,
        format: OutputFormat,
        profile: &Profile,
    ) -> Result<Vec<u8>, CliError> {
        let format = match format {
            OutputFormat::Json => action::Format::Json,
            OutputFormat::Yaml => action::Format::Yaml,
        };
        let patterns = self.patterns();
        terminal::stream(|out| {
            manifests.write_resources(self.hooks(), &patterns, format, profile, out)
        })?;
        Ok(Vec::new())
    }
}

/// A failure after rendering has begun, and Helm's hint.
pub(super) fn without_debug(error: impl Display) -> CliError {
    CliError::new(format!(
        "{error}\n\nUse --debug flag to render out invalid YAML"
    ))
}
