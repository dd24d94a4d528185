//! What is shown of a comparison, and how: flags that `rhelm diff` and the plugin helm-diff share.

use crate::cli::color::Color;
use crate::cli::terminal::CliError;
use crate::diff::Secrets;
use clap::Args;

/// What is shown, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Comparison and output")]
pub(super) struct Shown {
    /// text, unified, json, markdown or html; with --compat helm-diff: diff, simple, json, template
    /// or structured
    #[arg(short, long, value_name = "FORMAT")]
    pub(super) output: Option<String>,
    /// Lines shown around each change; -1 shows all [default: 3; with --compat helm-diff: -1]
    #[arg(short = 'C', long, value_name = "N")]
    pub(super) context: Option<i64>,
    /// Exit with status 2 if something changes
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Do not show changes of this kind, only that there are some; may be given several times
    #[arg(long, value_name = "KIND")]
    suppress: Vec<String>,
    /// Do not show changes of secrets, only that there are some
    #[arg(short = 'q', long)]
    suppress_secrets: bool,
    /// Do not show lines that match; may be given several times
    #[arg(long, value_name = "REGEX")]
    suppress_output_line_regex: Vec<String>,
    /// Show the values of secrets as they are
    #[arg(long)]
    show_secrets: bool,
    /// Show the values of secrets decoded
    #[arg(long)]
    show_secrets_decoded: bool,
    /// Detect a renamed resource if at most this part of its lines differs (helm-diff)
    #[arg(short = 'D', long, value_name = "FRACTION", default_value_t = 0.0)]
    pub(super) find_renames: f32,
    /// Ignore differences of YAML style (helm-diff; without --compat they never count)
    #[arg(long)]
    pub(super) normalize_manifests: bool,
    /// Ignore carriage returns at the ends of lines (helm-diff)
    #[arg(long)]
    pub(super) strip_trailing_cr: bool,
    #[command(flatten)]
    color: Color,
    /// Print without colour (helm-diff's flag)
    #[arg(long)]
    no_color: bool,
}

impl Shown {
    /// Returns true if the report is coloured; as in helm-diff, --no-color wins.
    pub(super) fn is_coloured(&self) -> bool {
        !self.no_color && self.color.is_on()
    }

    /// The same by helm-diff's rules.
    pub(super) fn is_coloured_in_helm_diff(&self) -> bool {
        !self.no_color && self.color.is_on_in_helm_diff()
    }

    /// The form in which secrets are shown; as in helm-diff, decoded ones win.
    pub(super) fn secrets(&self) -> Secrets {
        match (self.show_secrets, self.show_secrets_decoded) {
            (_, true) => Secrets::Decode,
            (true, false) => Secrets::Show,
            (false, false) => Secrets::Redact,
        }
    }

    /// Kinds whose changes are not shown.
    pub(super) fn suppressed_kinds(&self) -> Vec<String> {
        let mut kinds = self.suppress.clone();
        if self.suppress_secrets {
            kinds.push("Secret".into());
        }
        kinds
    }

    /// The expressions whose lines are not shown.
    pub(super) fn suppressed_lines(&self) -> Result<Vec<gostd::regexp::Regexp>, CliError> {
        let compile = |pattern: &String| {
            gostd::regexp::Regexp::compile(pattern).map_err(|error| {
                let message = error.message();
                let message = String::from_utf8_lossy(&message);
                CliError::new(format!("--suppress-output-line-regex: {message}"))
            })
        };
        let patterns = self.suppress_output_line_regex.iter();
        patterns.map(compile).collect()
    }
}
