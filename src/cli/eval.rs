//! `rhelm eval`: a snippet as it would be in a chart's `templates/`, its raw text printed.

use super::color::Color;
use super::compat_flags::{CompatFlags, OwnCompat};
use super::release::Release;
use super::session::Session;
use super::terminal::{self, CliError};
use super::values_files::ValuesFiles;
use super::{CommandResult, flags};
use crate::chart::File;
use crate::notice::Notice;
use crate::profile::Profile;
use crate::values;
use background::with_large_stack;
use clap::Args;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Render a template snippet as a part of a chart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm eval ./chart '{{ .Values.image | toYaml }}' -f prod.yaml\n  \
        rhelm eval ./chart '{{ include \"chart.fullname\" . }}' --name web -n prod\n  \
        rhelm eval ./chart snippet.tpl\n  \
        echo '{{ .Capabilities.KubeVersion }}' | rhelm eval istio-remote - --helm-version 3\n\n\
        Templates that Helm would execute before the snippet are executed first, since they may change\n\
        values; --as says where in templates/ the snippet is.")]
pub(super) struct Eval {
    /// The chart: a bundled chart's name, a directory or an archive
    #[arg(value_name = "CHART")]
    chart: String,
    /// The snippet: its text, the name of a file, or - for stdin. What contains {{ is taken for the text
    #[arg(value_name = "TEMPLATE", allow_hyphen_values = true)]
    template: String,

    /// The path below the chart that the snippet pretends to have
    #[arg(
        long = "as",
        value_name = "PATH",
        default_value = "templates/eval.yaml"
    )]
    path: String,

    #[command(flatten)]
    values: flags::Values,

    #[command(flatten)]
    release: Release,

    /// Do not check values against the charts' schemas
    #[arg(long)]
    skip_schema_validation: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    global: CompatFlags<OwnCompat>,

    #[command(flatten)]
    color: Color,
}

impl Eval {
    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.global.check(&profile)?;
        let mut notices = Vec::new();
        let rendered = with_large_stack(|| self.render(&profile, &mut notices));
        terminal::notify(&notices, &profile);
        let text =
            rendered.map_err(|e| CliError::new(format!("no thread to render on: {e}")))??;
        terminal::print(&text)
    }

    fn render(&self, profile: &Profile, notices: &mut Vec<Notice>) -> Result<Vec<u8>, CliError> {
        if !self.path.starts_with("templates/") {
            return Err(CliError::new(format!(
                "--as {}: templates are below templates/",
                self.path
            )));
        }
        let session = Session::begin(
            *profile,
            &self.release,
            None,
            self.global.namespace(),
            std::slice::from_ref(&self.chart),
        )?;
        let supplied = self
            .values
            .layers()
            .read(&mut ValuesFiles { profile }, profile);
        let supplied = supplied.map_err(CliError::new)?;
        let mut chart = session.load(notices)?;
        chart.templates.retain(|file| file.name() != self.path);
        chart
            .templates
            .push(Arc::new(File::in_memory(&*self.path, self.snippet()?)));

        let options = values::Options {
            skip_schema_validation: self.skip_schema_validation,
            lint: false,
        };
        let prepared = values::prepare(&chart, &supplied, options, profile, notices);
        let prepared = prepared.map_err(CliError::of)?;
        let request = session.request(&session.host);
        let path = format!("{}/{}", chart.name(), self.path);
        let text = request.render_one(&prepared, &path);
        let text = text.map_err(CliError::new)?;
        Ok(text.map(|text| text.into_bytes()).unwrap_or_default())
    }

    fn snippet(&self) -> Result<Vec<u8>, CliError> {
        let unread = |error: io::Error| CliError::new(format!("cannot read the snippet: {error}"));
        if self.template == "-" {
            return input::read_stdin(LIMITS.argument_bytes).map_err(unread);
        }
        if !self.template.contains("{{") && fs::metadata(&self.template).is_ok() {
            let path = Path::new(&self.template);
            return input::read(path, NamedBy::User, LIMITS.argument_bytes).map_err(unread);
        }
        Ok(self.template.clone().into_bytes())
    }
}
