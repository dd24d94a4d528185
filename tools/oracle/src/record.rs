//! `cargo xtask record`: asks real Helm and writes its answers beside the tests.

mod golden;
mod vectors;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use recorded::Major;

use project::say;

/// Options of the recording.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Record only golden runs (`golden/CASE/RUN`) and vectors (`vectors/FILE/NAME`) whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Write nothing; fail when something recorded is not what Helm says now
    #[arg(long)]
    check: bool,
    /// Record nothing; print the golden runs, a JSON object a line, for programs that are not Rust's
    #[arg(long)]
    list: bool,
    /// Leave out runs that a plugin answers, where it cannot be installed
    #[arg(long)]
    without_plugins: bool,
    /// Number of Helms that run at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
}

/// The totals of the recording.
#[derive(Default)]
struct Tally {
    /// The number of expectations that Helm was asked for.
    asked: usize,
    /// The files that were written, or with `--check` should have been.
    changed: Vec<String>,
    /// The runs that cannot be an expectation, and why.
    refused: Vec<String>,
}

/// Records, or checks what is recorded.
///
/// # Errors
/// When a Helm or an oracle is missing, or a case cannot be read or written.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if options.list {
        golden::list(&project::root().join("tests/golden"), &options.filter)?;
        return Ok(ExitCode::SUCCESS);
    }
    for major in Major::ALL {
        project::helm(major)?;
    }
    let mut tally = Tally::default();
    golden::record(&project::root().join("tests/golden"), options, &mut tally)?;
    vectors::record(&project::root().join("tests/vectors"), options, &mut tally)?;
    let verb = if options.check { "differs" } else { "wrote" };
    for name in &tally.changed {
        say!("{verb} {name}");
    }
    for complaint in &tally.refused {
        say!("refused {complaint}");
    }
    say!(
        "asked Helm for {} expectations, {} {verb}, {} refused",
        tally.asked,
        tally.changed.len(),
        tally.refused.len()
    );
    let failed = !tally.refused.is_empty() || options.check && !tally.changed.is_empty();
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

impl Tally {
    /// Puts `text` into a file when it is not there already.
    fn write(&mut self, options: &Options, file: &Path, text: Option<&[u8]>) -> Result<()> {
        let there = std::fs::read(file).ok();
        if there.as_deref() == text {
            return Ok(());
        }
        self.changed.push(
            file.strip_prefix(project::root())
                .unwrap_or(file)
                .display()
                .to_string(),
        );
        if !options.check {
            match text {
                Some(text) => std::fs::write(file, text)?,
                None => std::fs::remove_file(file)?,
            }
        }
        Ok(())
    }
}
