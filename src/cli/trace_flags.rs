//! The flags of `rhelm template` that tell more of a render than its text, or less of its secrets.

use super::output_file;
use super::terminal::{self, CliError};
use crate::action::{self, Manifests, PrintedLine};
use crate::explain::{self, LineMap};
use crate::usage::UsageRecorder;
use crate::validate::{self, Place};
use crate::values::Prepared;
use clap::Args;
use files::atomic::FileMode;
use gotemplate::FunctionTable;
use std::path::Path;

/// Flags that ask for more of a render than its text.
#[derive(Debug, Args)]
pub(super) struct TraceFlags {
    /// Write the template line of each output line to this file, as JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output_dir", "output", "post_renderer"])]
    source_map: Option<String>,
    /// Add a comment to each line that names its template line
    #[arg(long, conflicts_with_all = ["output_dir", "output", "post_renderer"])]
    annotate_lines: bool,
    /// Fail if a template prints a value that does not exist
    #[arg(long)]
    strict: bool,
    /// Warn about values that you set and no template read in this render
    #[arg(long)]
    warn_unread: bool,
    /// Print sizes instead of secrets: data of Secrets, and environment variables and ConfigMap keys with names
    /// such as password
    #[arg(long, conflicts_with = "post_renderer")]
    redact_secrets: bool,
}

impl TraceFlags {
    /// Returns true if the render has to tell where its lines come from.
    pub(super) fn wants_lines(&self) -> bool {
        self.source_map.is_some() || self.annotate_lines
    }

    /// The observer of the render; none if nothing is asked for that needs it.
    pub(super) fn observer(
        &self,
        prepared: &Prepared<'_>,
    ) -> Result<Option<UsageRecorder>, CliError> {
        if !(self.wants_lines() || self.strict || self.warn_unread) {
            return Ok(None);
        }
        let reads = UsageRecorder::new(prepared).map_err(CliError::new)?;
        Ok(Some(reads.following_calls()))
    }

    /// Reports what must come before the output; of the notes only if they are printed too. Hides
    /// secrets.
    pub(super) fn after_render(
        &self,
        manifests: &mut Manifests,
        prepared: &Prepared<'_>,
        reads: Option<&UsageRecorder>,
        functions: &FunctionTable,
        with_notes: bool,
    ) -> Result<(), CliError> {
        if self.redact_secrets {
            crate::diff::hide_secrets(manifests);
        }
        let Some(reads) = reads else { return Ok(()) };
        if self.warn_unread {
            for diagnostic in validate::unread(prepared, reads, functions) {
                let place = match &diagnostic.place {
                    Place::File { name, mark } => format!("{name}:{}: ", mark.line),
                    Place::Flag { name, argument } => format!("--{name} {argument}: "),
                    _ => String::new(),
                };
                let suggestion = diagnostic.suggestion.as_ref();
                let suggestion = suggestion.map_or(String::new(), |text| format!("; {text}"));
                let line = format!("rhelm: {place}{}{suggestion}\n", diagnostic.message);
                terminal::warn(line.as_bytes());
            }
        }
        if self.strict {
            let mut missing = explain::missing(reads, &LineMap::new(prepared, reads));
            let is_notes = |path: &String| path.ends_with(action::NOTES);
            missing.retain(|place| with_notes || !place.output.as_ref().is_some_and(is_notes));
            if !missing.is_empty() {
                let mut text = "missing values are printed:".to_owned();
                for place in missing {
                    text.push_str(&format!("\n  {place}"));
                }
                return Err(CliError::new(text));
            }
        }
        Ok(())
    }

    /// Writes the source map of a text, and gives the text as it is to be shown.
    pub(super) fn annotate(
        &self,
        text: Vec<u8>,
        lines: &[PrintedLine<'_>],
        prepared: &Prepared<'_>,
        reads: Option<&UsageRecorder>,
    ) -> Result<Vec<u8>, CliError> {
        let Some(reads) = reads.filter(|_| self.wants_lines()) else {
            return Ok(text);
        };
        let map = LineMap::new(prepared, reads);
        if let Some(file) = &self.source_map {
            let json = explain::source_map(lines, &map, prepared);
            output_file::write(Path::new(file), &json, FileMode::Default)
                .map_err(|error| error.with_prefix("--source-map: "))?;
        }
        Ok(match self.annotate_lines {
            true => explain::annotate(&text, lines, &map),
            false => text,
        })
    }
}
