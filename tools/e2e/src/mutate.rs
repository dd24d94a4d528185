//! `cargo xtask mutate`: gives rhelm charts and archives with one byte missing; it must say yes or no, nothing
//! else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use recorded::Major;
use recorded::process::{Invocation, Outcome, Termination};
use recorded::verdict;
use tempfile::TempDir;
use walkdir::WalkDir;

use project::charts::{self, Chart};
use project::parallel;
use project::say;

/// Options of the mutations.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A directory of charts
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Number of bytes of each file to delete, one at a time
    #[arg(long, value_name = "N", default_value_t = 10)]
    rounds: u64,
    /// Other bytes
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only charts whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Number of charts at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// The Helm major to be; both in turns when left out
    #[arg(long, value_name = "3|4")]
    helm_version: Option<u32>,
    /// Commands to run with each mutated chart
    #[arg(
        long,
        value_name = "COMMANDS",
        value_enum,
        value_delimiter = ',',
        default_value = "template"
    )]
    commands: Vec<Command>,
    /// Mutate the chart's archive, too
    #[arg(long)]
    archives: bool,
    /// Render each mutated chart with real Helm as well and report what differs
    #[arg(long)]
    compare: bool,
    /// The rhelm to run; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
    /// Longest time of a render, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Address space of a render, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    memory: u64,
}

/// A command that is run with a mutated chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Command {
    /// `rhelm template`
    Template,
    /// `rhelm template --source-map` through a link
    Link,
    /// `rhelm template --source-map` into a pipe
    Pipe,
    /// `rhelm lint`
    Lint,
    /// `rhelm validate`
    Validate,
    /// `rhelm diff` of the chart as it was and as it is
    Diff,
    /// `rhelm explain` of all lines with a common word
    Explain,
}

impl Command {
    /// The arguments, `chart` being the mutated one.
    fn arguments<'a>(self, chart: &'a str, original: &'a str) -> Vec<&'a str> {
        match self {
            Command::Template => vec!["template", "demo", chart],
            Command::Link => vec!["template", "demo", chart, "--source-map", "../link"],
            Command::Pipe => vec!["template", "demo", chart, "--source-map", "../pipe"],
            Command::Lint => vec!["lint", chart],
            Command::Validate => vec!["validate", chart],
            Command::Diff => vec!["diff", original, chart],
            Command::Explain => vec!["explain", chart, "--grep", "name"],
        }
    }

    /// Returns true if the command may end so.
    fn may_exit_with(self, status: i32) -> bool {
        matches!(status, 0 | 1) || status == 2 && matches!(self, Command::Validate | Command::Diff)
    }

    /// Returns true if Helm has this command and prints the same.
    fn is_helms(self) -> bool {
        matches!(self, Command::Template | Command::Lint)
    }
}

struct Programs {
    rhelm: PathBuf,
    /// By major, where outputs are compared.
    helm: Vec<(Major, Option<PathBuf>)>,
}

/// Mutates and reports; fails when rhelm ended in another way than 0 or 1, or differs from Helm.
///
/// # Errors
/// When there are no charts, or a chart cannot be copied.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let majors = match options.helm_version {
        None => Major::ALL.to_vec(),
        Some(number) => vec![Major::from_number(number).context("--helm-version is 3 or 4")?],
    };
    let helm = majors.into_iter().map(|major| match options.compare {
        true => Ok((major, Some(project::helm(major)?))),
        false => Ok((major, None)),
    });
    let programs = Programs {
        rhelm: project::rhelm(options.rhelm.as_deref())?,
        helm: helm.collect::<Result<_>>()?,
    };
    let mut charts = charts::find(&options.dir)?;
    charts.retain(|chart| chart.name.contains(&options.filter));
    if charts.is_empty() {
        bail!(
            "no chart below {} matches `{}`",
            options.dir.display(),
            options.filter
        );
    }
    let results = parallel::run(options.jobs, &charts, |chart| {
        mutate(chart, &programs, options)
    });
    let (mut renders, mut complaints) = (0, 0);
    for (chart, result) in charts.iter().zip(results) {
        let (rendered, findings) = result.with_context(|| chart.name.clone())?;
        renders += rendered;
        complaints += findings;
    }
    say!(
        "{renders} renders of {} mutated charts, {complaints} complaints",
        charts.len()
    );
    Ok(if complaints == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Renders a copy of the chart with each mutation, prints what is wrong with any, and gives how many
/// there were and how many went wrong.
fn mutate(chart: &Chart, programs: &Programs, options: &Options) -> Result<(u64, u64)> {
    let scratch = TempDir::new()?;
    let copy = scratch.path().join(chart.short_name());
    copy_tree(&chart.dir, &copy)?;
    let original = chart.dir.canonicalize()?.display().to_string();
    std::os::unix::fs::symlink("linked", scratch.path().join("link"))?;
    nix::unistd::mkfifo(&scratch.path().join("pipe"), nix::sys::stat::Mode::S_IRWXU)?;
    let mut files = mutable_files(&copy)?;
    if options.archives {
        let archive = scratch.path().join("packed.tgz");
        pack(&copy, &archive)?;
        files.push(archive);
    }
    let (mut renders, mut complaints) = (0, 0);
    for file in files {
        let text = fs::read(&file)?;
        let relative = file
            .strip_prefix(&copy)
            .unwrap_or(&file)
            .display()
            .to_string();
        for round in 0..options.rounds {
            let Some(at) = pick(
                text.len(),
                &[&chart.name, &relative],
                options.seed ^ round << 32,
            ) else {
                continue;
            };
            let mutated = [&text[..at], &text[at + 1..]].concat();
            fs::write(&file, &mutated)?;
            let is_archive = file.extension().is_some_and(|extension| extension == "tgz");
            let chart_argument = if is_archive { "../packed.tgz" } else { "." };
            for command in &options.commands {
                let arguments = command.arguments(chart_argument, &original);
                let of = (*command, &*arguments);
                // The majors share their code: each mutation is tried with one of them.
                let turn = usize::try_from(renders)? % programs.helm.len();
                let Some((major, helm)) = programs.helm.get(turn) else {
                    continue;
                };
                renders += 1;
                let helm = helm.as_deref();
                if let Some(complaint) =
                    complaint(&copy, chart, of, (*major, helm), programs, options)?
                {
                    complaints += 1;
                    say!(
                        "{}: {} as Helm {} without byte {at} of {relative}: {complaint}",
                        chart.name,
                        arguments.join(" "),
                        major.number()
                    );
                }
            }
        }
        fs::write(&file, &text)?;
    }
    Ok((renders, complaints))
}

/// Renders and tells what is wrong with how that ended.
fn complaint(
    copy: &Path,
    chart: &Chart,
    (command, arguments): (Command, &[&str]),
    (major, helm): (Major, Option<&Path>),
    programs: &Programs,
    options: &Options,
) -> Result<Option<String>> {
    // The shell sets the limit and becomes rhelm. Whether rhelm opens a pipe or not, it is read.
    let mut limited = format!("ulimit -v {}; exec \"$@\"", options.memory * 1024);
    if command == Command::Pipe {
        limited = limited.replace(
            "exec \"$@\"",
            "cat <>../pipe >/dev/null & \"$@\"; status=$?; kill $!; exit $status",
        );
    }
    let mut invocation = Invocation::new("/bin/sh", copy)
        .args(["-c", &limited, "sh"])
        .args([programs.rhelm.as_os_str()])
        .args(arguments)
        .env("RHELM_HELM_VERSION", major.number().to_string());
    invocation.timeout = Duration::from_secs(options.timeout);
    let actual = invocation.run()?;
    if let Some(crash) = crash(command, &actual) {
        return Ok(Some(crash));
    }
    let Some(helm) = helm.filter(|_| command.is_helms()) else {
        return Ok(None);
    };
    let ask_helm = || Ok(Invocation::new(helm, copy).args(arguments).run()?);
    verdict::difference(ask_helm, &actual, &chart.short_name())
}

fn crash(command: Command, outcome: &Outcome) -> Option<String> {
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    let panicked = stderr
        .lines()
        .find(|line| line.contains("panicked at") || line.contains("overflowed its stack"));
    match outcome.ending {
        Termination::Exited(status) if command.may_exit_with(status) && panicked.is_none() => None,
        ending => Some(format!(
            "{ending} {}",
            panicked.or(stderr.lines().last()).unwrap_or_default()
        )),
    }
}

/// The files whose bytes are worth deleting: what is parsed.
fn mutable_files(chart: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(chart).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy();
        let parsed = [
            "values.yaml",
            "Chart.yaml",
            "values.schema.json",
            "requirements.yaml",
        ]
        .contains(&name.as_ref());
        let template = path
            .components()
            .any(|part| part.as_os_str() == "templates");
        if entry.file_type().is_file() && (parsed || template) {
            files.push(path.to_owned());
        }
    }
    Ok(files)
}

/// Packs a chart.
fn pack(chart: &Path, archive: &Path) -> Result<()> {
    let name = chart.file_name().context("a chart has a name")?;
    let parent = chart.parent().context("a chart is in a directory")?;
    let packed = std::process::Command::new("tar")
        .arg("-C")
        .arg(parent)
        .arg("-czf")
        .args([archive.as_os_str(), name])
        .status()?;
    match packed.success() {
        true => Ok(()),
        false => bail!("tar cannot pack {}", chart.display()),
    }
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for entry in WalkDir::new(from).follow_links(true) {
        let Ok(entry) = entry else { continue };
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// A number below `length` that depends on the names and the seed only (FNV-1a, then a mixing step).
fn pick(length: usize, names: &[&str], seed: u64) -> Option<usize> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in names.iter().flat_map(|name| name.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((hash ^ (hash >> 31)).checked_rem(length as u64)?).ok()
}
