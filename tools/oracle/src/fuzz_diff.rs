//! `cargo xtask fuzz-diff`: random snippets from a grammar, rendered by both oracles and by rhelm.

mod expressions;
mod flavours;
mod formats;
mod minimise;
mod pools;
mod statements;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;
use recorded::Major;
use recorded::vector::{Answer, DEFAULT_PATH, Vector, VectorFile, print};

use self::flavours::Functions;
use crate::oracle::Oracle;
use project::parallel;
use project::say;
use snippet::render_snippet;

/// Options of the generator.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Number of snippets
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    count: u64,
    /// Other snippets
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Number of oracles of each major that work at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: u64,
    /// Number of differences to reduce and print
    #[arg(long, value_name = "N", default_value_t = 20)]
    show: usize,
    /// Print the snippets instead of comparing them
    #[arg(long)]
    print: bool,
}

/// Differences that are documented in `docs/compatibility.md`.
const KNOWN: &[(&str, &str)] = &[
    (
        "tpl is nested more than",
        "Helm's process dies of a `tpl` that calls itself",
    ),
    (
        "time.Location=&",
        "a time's zone, printed by a verb for something else, shows what Go keeps of the machine's zones",
    ),
    (
        "(time.Time={",
        "the same zone as an address in other numbers",
    ),
    (
        "slice index out of bounds",
        "Go cuts slices up to their capacity, which depends on how they came to be",
    ),
];

/// The time that Helm may take: `range` over a large number goes on for years.
const PATIENCE: Duration = Duration::from_secs(2);

/// The results of both Helms and rhelm for snippets.
struct Engines(Vec<(Major, Oracle)>);

/// A snippet that rhelm renders in another way.
struct Difference {
    vector: Vector,
    major: Major,
    expected: Answer,
    got: Answer,
}

/// The results of one thread's snippets.
#[derive(Default)]
struct Tally {
    rendered: u64,
    failed: u64,
    exceptions: u64,
    unanswered: u64,
    differing: u64,
    /// The first difference of each kind.
    differences: BTreeMap<String, Difference>,
}

/// Compares the whole output or the whole error text of each snippet.
///
/// # Errors
/// When an oracle cannot be built or run, or does not answer.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let functions = Functions::all();
    if options.print {
        for number in 0..options.count {
            let vector = snippet(&functions, options.seed, number);
            say!(
                "=== {number}\n{}",
                String::from_utf8_lossy(&vector.template)
            );
        }
        return Ok(ExitCode::SUCCESS);
    }
    // A panic of rhelm is a difference like any other.
    std::panic::set_hook(Box::new(|_| {}));
    Engines::new()?;
    let jobs = options.jobs.max(1);
    let threads: Vec<u64> = (0..jobs).collect();
    let tallies = parallel::run(threads.len(), &threads, |thread| {
        let mut engines = Engines::new()?;
        let mut tally = Tally::default();
        for number in (*thread..options.count).step_by(usize::try_from(jobs)?) {
            let vector = snippet(&functions, options.seed, number);
            engines.compare(&vector, &mut tally)?;
        }
        anyhow::Ok(tally)
    });
    let mut total = Tally::default();
    for tally in tallies {
        total.add(tally?);
    }
    let mut engines = Engines::new()?;
    let kinds = total.differences.len();
    for (kind, difference) in total.differences.into_iter().take(options.show) {
        say!("{kind}");
        say!("{}", engines.reduced(difference)?);
    }
    say!(
        "{} snippets with both majors: {} rendered, {} failed as Helm fails, {} differ as documented, {} take Helm too long, {} differ in {kinds} ways",
        options.count,
        total.rendered,
        total.failed,
        total.exceptions,
        total.unanswered,
        total.differing
    );
    Ok(if total.differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The snippet of a number: the same one each time.
fn snippet(functions: &Functions, seed: u64, number: u64) -> Vector {
    let rng = Rng::with_seed(seed.wrapping_mul(1 << 40).wrapping_add(number));
    let (template, values) = statements::template(functions, rng);
    Vector {
        name: format!("fuzz {seed}/{number}"),
        template: template.into_bytes(),
        path: DEFAULT_PATH.into(),
        values: values.into_bytes(),
        files: pools::files(),
        ..Vector::default()
    }
}

impl Engines {
    fn new() -> Result<Engines> {
        let oracles = Major::ALL.into_iter();
        let oracles = oracles.map(|major| Ok((major, Oracle::new(major)?)));
        oracles.collect::<Result<_>>().map(Engines)
    }

    fn compare(&mut self, vector: &Vector, tally: &mut Tally) -> Result<()> {
        for (major, oracle) in &mut self.0 {
            let Some(expected) = oracle.ask_within(vector, PATIENCE)? else {
                tally.unanswered += 1;
                continue;
            };
            let got = rendered(vector, *major);
            if agree(&expected, &got) {
                match expected {
                    Answer::Output(_) => tally.rendered += 1,
                    Answer::Error(_) | Answer::Panic(_) => tally.failed += 1,
                }
            } else if is_documented(&expected, &got) {
                tally.exceptions += 1;
            } else {
                tally.differing += 1;
                let kind = kind(&expected, &got);
                tally.differences.entry(kind).or_insert_with(|| Difference {
                    vector: vector.clone(),
                    major: *major,
                    expected,
                    got,
                });
            }
        }
        Ok(())
    }

    /// Returns the difference that a vector still has, if any.
    fn difference(&mut self, vector: &Vector, major: Major) -> Result<Option<(Answer, Answer)>> {
        for (of_major, oracle) in &mut self.0 {
            if *of_major == major {
                let Some(expected) = oracle.ask_within(vector, PATIENCE)? else {
                    return Ok(None);
                };
                let got = rendered(vector, major);
                return Ok((!agree(&expected, &got) && !is_documented(&expected, &got))
                    .then_some((expected, got)));
            }
        }
        Ok(None)
    }

    /// The smallest snippet found that differs in the same way, as a vector and as rhelm has it.
    fn reduced(&mut self, difference: Difference) -> Result<String> {
        let Difference {
            mut vector,
            major,
            mut expected,
            mut got,
        } = difference;
        let same = kind(&expected, &got);
        minimise::template(&mut vector, |smaller| {
            let Some(answers) = self.difference(smaller, major)? else {
                return Ok(false);
            };
            if kind(&answers.0, &answers.1) != same {
                return Ok(false);
            }
            (expected, got) = answers;
            Ok(true)
        })?;
        vector.source = vec![vector.template.clone()];
        vector.expected.insert(major, expected);
        let file = VectorFile {
            preamble: String::new(),
            vectors: vec![vector],
        };
        let mut vector_text = String::from_utf8_lossy(&print(&file)).into_owned();
        vector_text.push_str(&format!("--- rhelm {major}: {}\n", text(&got)));
        Ok(vector_text)
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.rendered += other.rendered;
        self.failed += other.failed;
        self.exceptions += other.exceptions;
        self.unanswered += other.unanswered;
        self.differing += other.differing;
        for (kind, difference) in other.differences {
            self.differences.entry(kind).or_insert(difference);
        }
    }
}

fn rendered(vector: &Vector, major: Major) -> Answer {
    match catch_unwind(AssertUnwindSafe(|| render_snippet(vector, major))) {
        Ok(Ok(text)) => Answer::Output(text),
        Ok(Err(text)) => Answer::Error(text),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.into()));
            Answer::Panic(text.unwrap_or_default().into_bytes())
        }
    }
}

fn agree(expected: &Answer, got: &Answer) -> bool {
    match (expected, got) {
        (Answer::Output(expected), Answer::Output(got))
        | (Answer::Error(expected), Answer::Error(got)) => {
            expected == got || without_addresses(expected) == without_addresses(got)
        }
        (Answer::Panic(_), Answer::Error(_)) => true,
        _ => false,
    }
}

/// The text with one address in place of all: those that Go prints are others each time.
fn without_addresses(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut parts = text.split("0x");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(part.len());
        let (address, rest) = part.split_at(digits);
        // A stack or heap address has nine digits or more.
        let text_of = if digits > 8 { "ADDRESS" } else { address };
        masked.push_str("0x");
        masked.push_str(text_of);
        masked.push_str(rest);
    }
    masked
}

/// Returns true if what Helm or rhelm says shows a documented difference.
fn is_documented(expected: &Answer, got: &Answer) -> bool {
    let texts = [text(expected), text(got)];
    let shows = |part: &str| texts.iter().any(|text| text.contains(part));
    KNOWN.iter().any(|(part, _)| shows(part))
}

/// The kind of a difference, by the first differing line: each kind is told once.
fn kind(expected: &Answer, got: &Answer) -> String {
    let (expected_text, got) = (text(expected), text(got));
    let lines = expected_text.lines().zip(got.lines());
    let differing = lines
        .into_iter()
        .find(|(expected_line, got)| expected_line != got);
    let (expected_line, got) = differing.unwrap_or((&expected_text, &got));
    format!("{} / {}", essence(expected_line), essence(got))
}

/// The words of a line without what stands in quotes and brackets, and without numbers.
fn essence(line: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_u32;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            _ if quoted || depth > 0 || character.is_ascii_digit() => {}
            _ => text.push(character),
        }
    }
    text.chars().take(100).collect()
}

fn text(answer: &Answer) -> String {
    let (kind, text) = match answer {
        Answer::Output(text) => ("output", text),
        Answer::Error(text) => ("error", text),
        Answer::Panic(text) => ("panic", text),
    };
    format!("{kind}\n{}", String::from_utf8_lossy(text))
}
