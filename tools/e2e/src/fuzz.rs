//! `cargo xtask fuzz`: libFuzzer on every fuzz target in turn, from the targets' first inputs and this
//! repository's own charts, templates, schemas and archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use fuzz_targets::TARGETS;
use walkdir::WalkDir;

use project::say;

/// The largest first input: small ones are changed more often.
const MAX_SEED: u64 = 32 << 10;
/// The longest input that libFuzzer makes.
const MAX_INPUT: u64 = 64 << 10;

/// Options of the fuzzing.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The targets; all when left out
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Seconds for each target
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    seconds: u64,
    /// Directory of the built targets; built with cargo-fuzz when left out
    #[arg(long, value_name = "DIR")]
    binaries: Option<PathBuf>,
    /// Directory of the inputs that are kept from one run to the next, and of findings
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
}

/// Fuzzes and prints a line for each target; fails when anything was found.
///
/// # Errors
/// When the targets cannot be built, or a directory cannot be written.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let root = project::root();
    let is_target = |name: &String| TARGETS.iter().any(|((other, _), _)| other == name);
    if let Some(unknown) = options.targets.iter().find(|name| !is_target(name)) {
        bail!("no fuzz target is called {unknown}");
    }
    let binaries = match &options.binaries {
        Some(directory) => directory.clone(),
        None => build(root)?,
    };
    let corpus = match &options.corpus {
        Some(directory) => directory.clone(),
        None => root.join("fuzz/corpus"),
    };
    let corpus = std::path::absolute(corpus)?;
    let mut findings = 0;
    for ((name, _), seeds) in TARGETS {
        if !options.targets.is_empty() && !options.targets.iter().any(|target| target == name) {
            continue;
        }
        let directory = corpus.join(name);
        write_seeds(name, seeds, &directory, root)?;
        let ending = fuzz(&binaries.join(name), &directory, options.seconds)?;
        say!("{name}: {} inputs, {}", ending.inputs, ending.result);
        findings += usize::from(!ending.is_clean);
    }
    say!("{findings} targets with findings");
    Ok(if findings == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Builds all targets and tells where they are.
fn build(root: &Path) -> Result<PathBuf> {
    let built = Command::new("cargo")
        .args(["fuzz", "build", "--sanitizer", "none"])
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root)
        .status()?;
    if !built.success() {
        bail!("cargo fuzz build failed; `cargo install cargo-fuzz` brings it");
    }
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => directory.into(),
        None => root.join("fuzz/target"),
    };
    // cargo-fuzz names the machine's own platform.
    let mut platforms = fs::read_dir(&target)?.flatten().map(|entry| entry.path());
    let built = platforms.find_map(|path| {
        let release = path.join("release");
        release.join("template").exists().then_some(release)
    });
    built.with_context(|| format!("no built target below {}", target.display()))
}

/// The end of a target's fuzzing.
struct Termination {
    inputs: String,
    result: String,
    is_clean: bool,
}

/// Runs a target's program, which writes what it finds beside the corpus.
fn fuzz(program: &Path, corpus: &Path, seconds: u64) -> Result<Termination> {
    let output = Command::new(program)
        .arg(corpus)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={MAX_INPUT}"))
        .arg(format!("-artifact_prefix={}-", corpus.display()))
        .args(["-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .with_context(|| program.display().to_string())?;
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    fs::write(corpus.with_extension("log"), &log)?;
    let stat = log
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let says = |line: &&str| {
        ["panicked at", "SUMMARY", "ERROR: libFuzzer"]
            .iter()
            .any(|word| line.contains(word))
    };
    let is_clean = output.status.success();
    Ok(Termination {
        inputs: stat.map_or_else(|| "?".to_owned(), |count| count.trim().to_owned()),
        result: match is_clean {
            true => "nothing found".to_owned(),
            false => log.lines().filter(says).collect::<Vec<_>>().join("; "),
        },
        is_clean,
    })
}

/// Writes what a target begins with: its own first inputs, and what this repository has of its kind.
fn write_seeds(name: &str, seeds: &[&str], directory: &Path, root: &Path) -> Result<()> {
    fs::create_dir_all(directory)?;
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(directory.join(format!("seed-{number}")), seed)?;
    }
    for (number, seed) in of_kind(name, root)?.iter().enumerate() {
        fs::write(directory.join(format!("file-{number}")), seed)?;
    }
    Ok(())
}

/// The files of the repository that a target reads.
fn of_kind(name: &str, root: &Path) -> Result<Vec<Vec<u8>>> {
    let is_wanted = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_template = || {
            path.components()
                .any(|part| part.as_os_str() == "templates")
        };
        match name {
            "archive" | "tar" | "inflate" => extension == Some("tgz"),
            "schema" | "reference" => path.ends_with("values.schema.json"),
            "template" | "validate" => is_template() && matches!(extension, Some("yaml" | "tpl")),
            "yaml" => !is_template() && extension == Some("yaml"),
            "json" => extension == Some("json"),
            "toml" => extension == Some("toml"),
            _ => false,
        }
    };
    let mut seeds = Vec::new();
    for directory in ["tests", "charts", "crates"] {
        for entry in WalkDir::new(root.join(directory)).sort_by_file_name() {
            let entry = entry?;
            let size = entry.metadata()?.len();
            if entry.file_type().is_file() && size <= MAX_SEED && is_wanted(entry.path()) {
                seeds.extend(as_input(name, fs::read(entry.path())?));
            }
        }
    }
    seeds.sort();
    seeds.dedup();
    Ok(seeds)
}

/// A file in the form that a target reads.
fn as_input(name: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    match name {
        "tar" => {
            let mut unpacked = Vec::new();
            let stream = GzDecoder::new(&*bytes);
            stream.take(MAX_INPUT).read_to_end(&mut unpacked).ok()?;
            Some(unpacked)
        }
        // The target puts the first two bytes before its input.
        "inflate" => bytes.get(2..).map(<[u8]>::to_vec),
        "schema" | "reference" => {
            bytes.extend(b"\0{\"a\": {\"b\": [1, \"x\", null]}}");
            Some(bytes)
        }
        "template" | "validate" => {
            bytes.extend(b"\0a: {b: [1, x, null]}\n");
            Some(bytes)
        }
        _ => Some(bytes),
    }
}
