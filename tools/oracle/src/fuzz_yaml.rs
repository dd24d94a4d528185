//! `cargo xtask fuzz-yaml`: random YAML texts and JSON values, read and written by the oracles and by rhelm.

mod shrink;
mod texts;
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use fastrand::Rng;
use recorded::vector::{Answer, Release, Vector};
use recorded::{Major, compare};

use crate::oracle::Oracle;
use project::say;
use snippet::render_snippet;

/// Options of the generator.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Directories of YAML files whose mutations are read
    #[arg(value_name = "DIR")]
    dirs: Vec<PathBuf>,
    /// Number of texts to give to fromYaml and fromYamlArray
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    texts: usize,
    /// Number of texts to give as values files
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    values_files: usize,
    /// Number of JSON values to write and read back
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    values: usize,
    /// Others
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Number of inputs that an oracle gets at a time
    #[arg(long, value_name = "N", default_value_t = 100)]
    batch: usize,
    /// Stop after so many differences
    #[arg(long, value_name = "N", default_value_t = 20)]
    stop: usize,
}

/// The way an input is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Read by `fromYaml` and `fromYamlArray`, and written again.
    Text,
    /// Given with `--values`.
    ValuesFile,
    /// JSON that is written by each writer, and read back.
    Value,
}

impl Form {
    /// The template over the files `0`, `1`, …, whose answers stand behind a line each.
    fn template(self, count: usize) -> String {
        let each = match self {
            Form::ValuesFile => return "{{ toJson .Values }}\n{{ toYaml .Values }}".into(),
            Form::Text => {
                "{{ $m := fromYaml $t }}{{ toJson $m }}\n{{ fromYamlArray $t | toJson }}\n\
                 {{ toYaml $m }}\n{{ toYamlPretty $m }}"
            }
            Form::Value => {
                "{{ $m := fromJson $t }}{{ $y := toYaml $m }}{{ toJson $m }}\n{{ $y }}\n\
                 {{ $p := toYamlPretty $m }}{{ $p }}\n{{ fromYaml $y | toJson }}\n\
                 {{ fromYaml $p | toJson }}"
            }
        };
        format!(
            "{{{{ range $i := until {count} }}}}{SEPARATOR}{{{{ $t := $.Files.Get (toString $i) }}}}\
             {each}{{{{ end }}}}"
        )
    }

    fn vector(self, inputs: &[Vec<u8>]) -> Vector {
        let mut vector = Vector {
            path: recorded::vector::DEFAULT_PATH.into(),
            template: self.template(inputs.len()).into_bytes(),
            release: Release::default(),
            ..Vector::default()
        };
        if self == Form::ValuesFile {
            vector.values = inputs.concat();
        } else {
            let files = (0..)
                .map(|i: usize| i.to_string())
                .zip(inputs.iter().cloned());
            vector.files = files.collect();
        }
        vector
    }
}

/// The number of equal answers that an oracle must give before one counts.
const STEADY: usize = 12;

/// Stands before what is said of each input.
const SEPARATOR: &str = "\n@@@@@@@@\n";

/// Both oracles and rhelm.
pub(crate) struct Engines(Vec<(Major, Oracle)>);

/// The answers of one major and of rhelm for some inputs.
struct Answers {
    major: Major,
    expected: Answer,
    got: Answer,
}

impl Answers {
    fn differ(&self) -> bool {
        match (&self.expected, &self.got) {
            (Answer::Panic(_), Answer::Error(_)) => false,
            (expected, got) => expected != got,
        }
    }
}

impl Engines {
    fn new() -> Result<Engines> {
        let oracles = Major::ALL.into_iter();
        let oracles = oracles.map(|major| Ok((major, Oracle::new(major)?)));
        Ok(Engines(oracles.collect::<Result<_>>()?))
    }

    fn ask(&mut self, form: Form, inputs: &[Vec<u8>]) -> Result<Vec<Answers>> {
        let vector = form.vector(inputs);
        let ask = |(major, oracle): &mut (Major, Oracle)| -> Result<Answers> {
            Ok(Answers {
                major: *major,
                expected: oracle.ask(&vector)?,
                got: match render_snippet(&vector, *major) {
                    Ok(output) => Answer::Output(output),
                    Err(error) => Answer::Error(error),
                },
            })
        };
        self.0.iter_mut().map(ask).collect()
    }

    /// The answers of the first major whose oracle and rhelm differ on one input, however often it is
    /// asked: some keys go-yaml orders in another way each time.
    fn difference(&mut self, form: Form, input: &[u8]) -> Result<Option<Answers>> {
        let mut answers = self.ask(form, &[input.to_vec()])?.into_iter();
        let Some(answer) = answers.find(Answers::differ) else {
            return Ok(None);
        };
        for _ in 0..STEADY {
            for again in self.ask(form, &[input.to_vec()])? {
                if again.major == answer.major && again.expected != answer.expected {
                    return Ok(None);
                }
            }
        }
        Ok(Some(answer))
    }
}

/// Generates, asks, and shows each difference with a small input.
///
/// # Errors
/// When a directory cannot be read, or an oracle gives no answer.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let seeds = texts::seeds(&options.dirs)?;
    let mut rng = Rng::with_seed(options.seed);
    let mut engines = Engines::new()?;
    let mut differences = 0;
    for (form, name, count) in [
        (Form::Value, "values", options.values),
        (Form::Text, "texts", options.texts),
        (Form::ValuesFile, "values files", options.values_files),
    ] {
        let mut count_so_far = 0;
        while count_so_far < count && differences < options.stop {
            let size = match form {
                Form::ValuesFile => 1,
                _ => options.batch.clamp(1, count - count_so_far),
            };
            let inputs: Vec<Vec<u8>> = (0..size)
                .map(|_| match form {
                    Form::Value => values::map(&mut rng),
                    Form::Text => texts::text(&mut rng, &seeds),
                    Form::ValuesFile => {
                        let text = texts::text(&mut rng, &seeds);
                        String::from_utf8_lossy(&text).into_owned().into_bytes()
                    }
                })
                .collect();
            count_so_far += size;
            for input in differing(&mut engines, form, inputs)? {
                differences += 1;
                report(&mut engines, form, &input)?;
                if differences >= options.stop {
                    break;
                }
            }
        }
        say!("{count_so_far} {name}");
    }
    say!("{differences} differences");
    Ok(ExitCode::from(u8::from(differences > 0)))
}

/// The inputs on which rhelm and an oracle differ.
fn differing(engines: &mut Engines, form: Form, inputs: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    let answers = match engines.ask(form, &inputs) {
        Ok(answers) => answers,
        // One of many that takes too long is found below.
        Err(_) if inputs.len() > 1 => Vec::new(),
        Err(error) => {
            say!("{error:#}: {}", inputs.concat().escape_ascii());
            return Ok(inputs);
        }
    };
    let is_output = |answer: &Answer| matches!(answer, Answer::Output(_));
    let is_told = answers
        .iter()
        .all(|a| is_output(&a.expected) || inputs.len() == 1);
    if !answers.is_empty() && is_told && !answers.iter().any(Answers::differ) {
        return Ok(Vec::new());
    }
    if let [input] = inputs.as_slice() {
        let steady = engines.difference(form, input)?.is_some();
        return Ok(if steady { inputs } else { Vec::new() });
    }
    let half = inputs.len() / 2;
    let mut first = inputs;
    let second = first.split_off(half);
    let mut answers = differing(engines, form, first)?;
    answers.extend(differing(engines, form, second)?);
    Ok(answers)
}

fn report(engines: &mut Engines, form: Form, input: &[u8]) -> Result<()> {
    let small = shrink::shrink(input, |text| {
        Ok(engines
            .difference(form, text)
            .is_ok_and(|difference| difference.is_some()))
    })?;
    say!("--- {}", small.escape_ascii());
    let Some(answers) = engines.difference(form, &small)? else {
        say!("    differs only in company: {}", input.escape_ascii());
        return Ok(());
    };
    let bytes = |answer: &Answer| match answer {
        Answer::Output(text) => text.clone(),
        Answer::Error(text) => [b"error: ", &**text].concat(),
        Answer::Panic(text) => [b"panic: ", &**text].concat(),
    };
    let diff = compare::diff(&bytes(&answers.expected), &bytes(&answers.got), 30);
    say!("Helm {} (- Helm, + rhelm)\n{diff}", answers.major);
    Ok(())
}

/// The YAML files below some directories.
fn files(dirs: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut texts = Vec::new();
    for dir in dirs {
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() && is_yaml(entry.path()) {
                let text = fs::read(entry.path());
                texts.push(text.with_context(|| entry.path().display().to_string())?);
            }
        }
    }
    Ok(texts)
}

/// Returns true if a file is YAML; templates are not.
fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    (extension == "yaml" || extension == "yml")
        && !path
            .components()
            .any(|part| part.as_os_str() == "templates")
}
