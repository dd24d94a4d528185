//! `cargo xtask parity-diff`: compares `rhelm diff --compat helm-diff` with helm-diff itself.
//!
//! A pair is a directory with the charts `old` and `new`. Pairs are found below directories, or laid
//! out from a repository's history: each chart's last two versions.

mod history;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use recorded::Major;
use recorded::process::{Invocation, Outcome};
use recorded::verdict;
use walkdir::WalkDir;

use project::parallel;
use project::say;

/// Options of the comparison.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Directories with pairs: directories that hold the charts `old` and `new`
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Lay out the last two versions of each chart of this git repository (a bare one will do)
    #[arg(long, value_name = "REPOSITORY")]
    history: Vec<PathBuf>,
    /// Take dependencies of such charts from this tree: DIR/PATH/charts for a chart at PATH
    #[arg(long, value_name = "DIR")]
    vendored: Vec<PathBuf>,
    /// Only pairs whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Number of charts of each repository at most
    #[arg(long, value_name = "N", default_value_t = usize::MAX)]
    most: usize,
    /// The Helm that helm-diff runs
    #[arg(long, value_name = "3|4", default_value_t = 4)]
    helm_version: u32,
    /// Number of pairs at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// The rhelm to compare; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
    /// Compare with these flags alone, after `--`, instead of with each set of them in turn
    #[arg(last = true)]
    args: Vec<String>,
}

/// Sets of flags that every pair is compared with.
const FLAGS: &[&[&str]] = &[
    &[],
    &["-C", "3", "--color"],
    &["--include-crds", "-C", "0", "--detailed-exitcode"],
    &["--output", "simple", "--suppress", "Deployment"],
    &["--output", "json", "--include-tests"],
    &["--output", "structured"],
    &["--normalize-manifests", "--show-secrets"],
    &[
        "--find-renames",
        "0.5",
        "--suppress-output-line-regex",
        "helm.sh/chart",
    ],
];

/// Two charts to compare.
pub(crate) struct Pair {
    /// Names it in reports.
    pub(crate) name: String,
    /// The directory with `old` and `new`.
    pub(crate) dir: PathBuf,
}

/// Compares stdout, the exit status and error texts, and fails when any differs.
///
/// # Errors
/// When helm-diff, Helm or a pair is missing, or a program cannot be run.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let major = Major::from_number(options.helm_version).context("--helm-version is 3 or 4")?;
    let oracle = Oracle {
        helm_diff: project::helm_diff()?,
        helm: project::helm(major)?,
        rhelm: project::rhelm(options.rhelm.as_deref())?,
        major,
    };
    let scratch = tempfile::tempdir()?;
    let mut pairs = Vec::new();
    for dir in &options.dirs {
        pairs.extend(find(dir)?);
    }
    for repository in &options.history {
        let name = repository.to_string_lossy().replace('/', "_");
        let into = scratch.path().join(name);
        let matches = |path: &str| path.contains(&options.filter);
        let result = history::lay_out(repository, &options.vendored, &into, options.most, &matches);
        pairs.extend(result.with_context(|| repository.display().to_string())?);
    }
    pairs.retain(|pair| pair.name.contains(&options.filter));
    if pairs.is_empty() {
        bail!("no pair of charts to compare");
    }
    let own: Vec<&str> = options.args.iter().map(String::as_str).collect();
    let sets: Vec<&[&str]> = match own.is_empty() {
        true => FLAGS.to_vec(),
        false => vec![&own],
    };
    let subjects: Vec<(&Pair, &[&str])> = pairs
        .iter()
        .flat_map(|pair| sets.iter().map(move |flags| (pair, *flags)))
        .collect();
    let results = parallel::run(options.jobs, &subjects, |(pair, flags)| {
        oracle
            .difference(pair, flags)
            .with_context(|| pair.name.clone())
    });
    let mut differing = 0;
    for ((pair, flags), result) in subjects.iter().zip(results) {
        if let Some(cause) = result? {
            differing += 1;
            say!("{} {}\n{cause}", pair.name, flags.join(" "));
        }
    }
    say!(
        "identical {} of {}: {} pairs of charts, {} sets of flags",
        subjects.len() - differing,
        subjects.len(),
        pairs.len(),
        sets.len()
    );
    Ok(match differing {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// The pairs below a directory.
fn find(dir: &Path) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry?;
        let is_pair = ["old", "new"]
            .iter()
            .all(|side| entry.path().join(side).join("Chart.yaml").is_file());
        if is_pair {
            pairs.push(Pair {
                name: entry.path().display().to_string(),
                dir: entry.path().canonicalize()?,
            });
        }
    }
    Ok(pairs)
}

/// The programs that are compared.
struct Oracle {
    helm_diff: PathBuf,
    helm: PathBuf,
    rhelm: PathBuf,
    major: Major,
}

impl Oracle {
    fn difference(&self, pair: &Pair, flags: &[&str]) -> Result<Option<String>> {
        let helm = self.helm.to_string_lossy();
        let ask = || {
            let local = ["local", "old", "new"];
            run_in(
                &pair.dir,
                &self.helm_diff,
                &local,
                flags,
                &[("HELM_BIN", &helm)],
            )
        };
        let number = self.major.number().to_string();
        let diff = ["diff", "old", "new", "--compat", "helm-diff"];
        let env = [("RHELM_HELM_VERSION", number.as_str())];
        let actual = run_in(&pair.dir, &self.rhelm, &diff, flags, &env)?;
        verdict::difference(ask, &actual, "old")
    }
}

fn run_in(
    dir: &Path,
    program: &Path,
    lead: &[&str],
    flags: &[&str],
    env: &[(&str, &str)],
) -> Result<Outcome> {
    let mut invocation = Invocation::new(program, dir).args(lead.iter().chain(flags).copied());
    for (name, value) in env {
        invocation = invocation.env(*name, *value);
    }
    invocation.timeout = Duration::from_secs(120);
    let mut outcome = invocation
        .run()
        .with_context(|| format!("cannot run {}", program.display()))?;
    // helm-diff logs with the time of day; rhelm in words of its own.
    let mut lines = outcome.stderr.split_inclusive(|byte| *byte == b'\n');
    const LOGGED: [&str; 2] = ["Found duplicate key", "error processing report entry"];
    let logged = |line: &&[u8]| {
        let line = String::from_utf8_lossy(line);
        !LOGGED.iter().any(|text| line.contains(text))
    };
    outcome.stderr = lines.by_ref().filter(logged).collect::<Vec<_>>().concat();
    Ok(outcome)
}
