//! `--compat helm-diff`: what `helm diff local` prints, and how it ends.

use super::Diff;
use super::shown::Shown;
use super::sides::{self, Content, Rendering, SideResult};
use crate::cli::CommandResult;
use crate::cli::terminal::{self, CliError};
use crate::diff::helm_diff::{self, Options, Output};

pub(super) fn run(diff: &Diff, renderings: &[Rendering; 2]) -> CommandResult {
    let [old_rendering, _] = renderings;
    let options = options(diff, old_rendering)?;
    let stdin = sides::read_stdin(renderings)?;
    let [old, new] = sides::render(renderings, &stdin, manifest)?;
    print(
        &old,
        &new,
        &options,
        diff.comparison.shown.detailed_exitcode,
    )
}

/// Prints what changes; with `tells` a change is status 2.
pub(super) fn print(old: &[u8], new: &[u8], options: &Options, tells: bool) -> CommandResult {
    let output = helm_diff::compare(old, new, options).map_err(CliError::new)?;
    for line in &output.log {
        terminal::warn(format!("{line}\n").as_bytes());
    }
    terminal::print(&output.text)?;
    match tells && output.changed {
        true => Err(CliError::new(CHANGED).with_status(2)),
        false => Ok(()),
    }
}

/// helm-diff's error text for exit status 2.
const CHANGED: &str = "identified at least one change, exiting with non-zero exit code \
                       (detailed-exitcode parameter enabled)";

/// The text that Helm would have printed for a side, or helm-diff's report of its failure.
fn manifest(rendering: &Rendering, side_result: SideResult) -> Result<Vec<u8>, CliError> {
    match side_result.result.map(|rendered| rendered.content) {
        Ok(Content::Text(text)) => Ok(text),
        Ok(Content::Rendered(manifests)) => {
            Ok(manifests.into_text(rendering.as_text.unwrap_or_default()))
        }
        Err(failure) => {
            let chart = gostd::strconv::quote(rendering.argument.as_bytes());
            let message = sides::failure_text(&side_result.notices, &failure, &rendering.profile);
            Err(CliError::new(format!(
                "failed to render chart {chart}: exit status 1: {message}"
            )))
        }
    }
}

fn options(diff: &Diff, old: &Rendering) -> Result<Options, CliError> {
    let namespace = old.namespace.clone().unwrap_or_default();
    diff.comparison.shown.options(namespace, diff.include_tests)
}

impl Shown {
    /// helm-diff's settings.
    pub(super) fn options(
        &self,
        namespace: String,
        include_tests: bool,
    ) -> Result<Options, CliError> {
        let flags = self;
        let context = flags.context.unwrap_or(-1);
        Ok(Options {
            namespace,
            include_tests,
            new_namespace: None,
            by_template: false,
            normalize_manifests: flags.normalize_manifests,
            secrets: flags.secrets(),
            suppressed_kinds: flags.suppressed_kinds(),
            suppressed_lines: flags.suppressed_lines()?,
            context: usize::try_from(context).ok(),
            strip_trailing_cr: flags.strip_trailing_cr,
            find_renames: flags.find_renames,
            output: output(&named_output(flags.output.as_deref()))?,
            colour: flags.is_coloured_in_helm_diff(),
        })
    }
}

/// The flag, or helm-diff's variable.
fn named_output(flag: Option<&str>) -> String {
    let variable = || std::env::var("HELM_DIFF_OUTPUT").unwrap_or_default();
    flag.map_or_else(variable, str::to_owned).trim().to_owned()
}

/// The values of `--output`, as helm-diff lists them; `text` is `diff`, too.
pub(super) const OUTPUTS: [(&str, Output); 5] = [
    ("diff", Output::Diff),
    ("simple", Output::Simple),
    ("json", Output::Json),
    ("template", Output::Json),
    ("structured", Output::Structured),
];

fn output(name: &str) -> Result<Output, CliError> {
    if matches!(name, "" | "text") {
        return Ok(Output::Diff);
    }
    let row = OUTPUTS.iter().find(|(name_of, _)| *name_of == name);
    row.map(|(_, output)| *output).ok_or_else(|| {
        let [most @ .., last] = OUTPUTS.map(|(name, _)| name);
        let most = most.join(", ");
        CliError::new(format!(
            "--output {name}: with --compat helm-diff it is {most} or {last}"
        ))
    })
}
