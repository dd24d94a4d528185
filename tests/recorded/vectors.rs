//! Renders the snippets of `tests/vectors` and compares bytes with what Helm's engines answered.
//!
//! One test per vector and major, called `vectors/file/name/v4`. `cargo xtask record` writes the
//! expectations; `docs/testing.md` describes the format.

use std::fs;
use std::path::Path;

use libtest_mimic::{Failed, Trial};
use recorded::vector::{Answer, Vector, read};
use recorded::{Major, compare};
use snippet::render_snippet;

pub(crate) fn trials() -> Vec<Trial> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut trials = Vec::new();
    let mut files: Vec<_> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    for path in files {
        add_trials(&path, &mut trials);
    }
    trials
}

fn add_trials(path: &Path, trials: &mut Vec<Trial>) {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let file = match fs::read(path)
        .map_err(Into::into)
        .and_then(|text| read(&text))
    {
        Ok(file) => file,
        Err(error) => {
            let message = format!("{}: {error:#}", path.display());
            trials.push(Trial::test(format!("vectors/{stem} can be read"), || {
                Err(Failed::from(message))
            }));
            return;
        }
    };
    for vector in file.vectors {
        for major in Major::ALL {
            let vector = vector.clone();
            trials.push(Trial::test(
                format!("vectors/{stem}/{}/{major}", vector.name),
                move || check(&vector, major),
            ));
        }
    }
}

fn check(vector: &Vector, major: Major) -> Result<(), Failed> {
    let Some(expected) = vector.expected.get(&major) else {
        return Err(format!(
            "line {}: nothing is recorded: run `cargo xtask record`",
            vector.line
        )
        .into());
    };
    let actual = render_snippet(vector, major);
    let (texts, got) = match (expected, &actual) {
        (Answer::Panic(_), Err(_)) => return Ok(()),
        (Answer::Output(expected), Ok(got)) | (Answer::Error(expected), Err(got))
            if expected == got =>
        {
            return Ok(());
        }
        (
            Answer::Output(expected) | Answer::Error(expected) | Answer::Panic(expected),
            Ok(got) | Err(got),
        ) => (expected, got),
    };
    let kind = match expected {
        Answer::Output(_) => "output",
        Answer::Error(_) => "an error",
        Answer::Panic(_) => "an error, as Helm crashes",
    };
    let outcome = if actual.is_ok() { "output" } else { "an error" };
    let template = String::from_utf8_lossy(&vector.template);
    let diff = compare::diff(texts, got, 60);
    Err(format!(
        "line {}: {template}\nwanted {kind}, got {outcome} (- Helm, + rhelm):\n{diff}",
        vector.line
    )
    .into())
}
