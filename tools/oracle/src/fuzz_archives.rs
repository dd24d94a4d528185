//! `cargo xtask fuzz-archives`: charts' archives, changed at random in their headers, records, names, links, sizes
//! and packing, given to both Helms and to rhelm.

mod entry;
mod packing;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use fastrand::Rng;
use recorded::process::Invocation;
use tempfile::TempDir;

use self::entry::Entry;
use crate::value_flags::complaint;
use project::parallel;
use project::say;

/// Options of the comparison.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Number of archives
    #[arg(long, value_name = "N", default_value_t = 500)]
    count: u64,
    /// Other archives
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Number of archives at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Directory for archives that are read otherwise
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// The rhelm to compare; built from this checkout when left out
    #[arg(long, value_name = "PATH")]
    rhelm: Option<PathBuf>,
}

/// The number of times that Helm is asked once more where something differs.
const RETRIES: usize = 5;

/// The commands that are run with an archive; each is tried with one of them.
const COMMANDS: [&[&str]; 3] = [
    &["template", "demo", "demo.tgz"],
    &["show", "chart", "demo.tgz"],
    &["show", "all", "demo.tgz"],
];

/// The way in which an archive was read.
struct Verdict {
    /// Helm reads it.
    read: bool,
    /// The report about a difference.
    complaint: Option<String>,
}

/// Compares stdout, the exit status and what stderr says, archive by archive, with the majors in turns.
///
/// # Errors
/// When a Helm is missing, or files cannot be written.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let rhelm = project::rhelm(options.rhelm.as_deref())?;
    let helms = project::helms()?;
    let numbers: Vec<u64> = (0..options.count).collect();
    let results = parallel::run(options.jobs, &numbers, |number| {
        let seed = options.seed.wrapping_mul(1 << 32).wrapping_add(*number);
        let mut rng = Rng::with_seed(seed);
        let archive = archive(&mut rng);
        let dir = TempDir::new()?;
        fs::write(dir.path().join("demo.tgz"), &archive)?;
        let (major, helm) = &helms[rng.usize(0..helms.len())];
        let arguments = COMMANDS[rng.usize(0..COMMANDS.len())];
        let run = |program: &PathBuf| {
            Invocation::new(program, dir.path())
                .args(arguments)
                .env("RHELM_HELM_VERSION", major.number().to_string())
                .run()
        };
        let actual = run(&rhelm)?;
        let mut expected = run(helm)?;
        let mut problem = complaint(&expected, &actual);
        // Of two mistakes in subcharts Helm tells one or the other.
        for _ in 0..RETRIES {
            if problem.is_some() {
                expected = run(helm)?;
                problem = complaint(&expected, &actual);
            }
        }
        let said = [&*expected.stdout, &expected.stderr].concat();
        // A name that is no UTF-8: docs/compatibility.md.
        let complaint = problem.filter(|_| std::str::from_utf8(&said).is_ok());
        if let (Some(_), Some(keep)) = (&complaint, &options.keep) {
            fs::create_dir_all(keep)?;
            fs::write(keep.join(format!("{seed}.tgz")), &archive)?;
        }
        anyhow::Ok(Verdict {
            read: expected.stderr.is_empty(),
            complaint: complaint
                .map(|text| format!("{seed}: {major} {}\n{text}", arguments.join(" "))),
        })
    });
    let (mut differing, mut read) = (0, 0);
    for verdict in results {
        let verdict = verdict?;
        read += u64::from(verdict.read);
        if let Some(complaint) = verdict.complaint {
            differing += 1;
            say!("{complaint}");
        }
    }
    let equal = options.count - differing;
    say!(
        "equal {equal} of {} archives; Helm reads {read}",
        options.count
    );
    Ok(if differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A chart's archive with up to three changes, and those of its packing.
fn archive(rng: &mut Rng) -> Vec<u8> {
    let mut entries = Entry::chart();
    for _ in 0..rng.usize(1..=3) {
        change(&mut entries, rng);
    }
    let mut bytes: Vec<u8> = entries.iter().flat_map(Entry::bytes).collect();
    packing::end(&mut bytes, rng);
    packing::gzip(&bytes, rng)
}

fn change(entries: &mut Vec<Entry>, rng: &mut Rng) {
    let at = rng.usize(0..entries.len());
    match rng.u8(0..12) {
        0 => {
            entries.remove(at);
            if entries.is_empty() {
                entries.extend(Entry::chart());
            }
        }
        1 => entries.push(entries[at].clone()),
        2 => {
            let other = rng.usize(0..entries.len());
            entries.swap(at, other);
        }
        3 | 4 => entries.insert(at, Entry::records(rng)),
        5 => entries.insert(at, Entry::long_name(rng)),
        6 => entries.insert(at, Entry::link(rng)),
        7 => entries[at] = Entry::sparse(&entries[at], rng),
        _ => entries[at].change(rng),
    }
}
