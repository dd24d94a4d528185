//! Deciding whether an outcome is Helm's, and naming the first difference so that equal causes meet.

use crate::compare::{compared_stderr, without_hints};
use crate::process::{Outcome, Termination};
use anyhow::Result;
use std::borrow::Cow;

mod mask;

use mask::{Mask, lines};

/// The number of times that Helm is run at most to see what of its output varies.
pub const MOST_RUNS: usize = 6;

/// The result of a comparison.
pub enum Verdict {
    /// Every byte agrees.
    Identical,
    /// Every byte agrees but in so many lines that Helm itself varies.
    IdenticalButVarying(usize),
    /// Something differs.
    Differs {
        /// The first difference without what is this chart's own.
        cause: String,
        /// True if Helm's map order could be the reason.
        chance: bool,
    },
}

impl Verdict {
    /// Returns true if nothing differs but what Helm varies.
    pub fn is_identical(&self) -> bool {
        !matches!(self, Verdict::Differs { .. })
    }

    /// Returns true if asking Helm once more may show that nothing differs.
    pub fn may_be_chance(&self) -> bool {
        matches!(self, Verdict::Differs { chance: true, .. })
    }
}

/// Compares with Helm's distinct outcomes; `chart` is its name, to be left out of the cause.
pub fn compare(reference: &[Outcome], actual: &Outcome, chart: &str) -> Verdict {
    let Some(first) = reference.first() else {
        return Verdict::Differs {
            cause: "Helm was not asked".into(),
            chance: false,
        };
    };
    let others: Vec<&[u8]> = reference[1..]
        .iter()
        .map(|outcome| outcome.stdout.as_slice())
        .collect();
    let mask = Mask::of(&first.stdout, &others);
    let own = Outcome {
        stderr: without_hints(&actual.stderr, actual.ending == Termination::Exited(0)).to_vec(),
        ..actual.clone()
    };
    let actual = &own;
    let same = |helm: &Outcome| {
        helm.ending == actual.ending && relevant_stderr(helm) == relevant_stderr(actual)
    };
    if reference
        .iter()
        .any(|helm| same(helm) && helm.stdout == actual.stdout)
    {
        return match reference.len() {
            1 => Verdict::Identical,
            _ => Verdict::IdenticalButVarying(mask.varying().max(1)),
        };
    }
    if reference.len() > 1 && reference.iter().any(same) && mask.allows(&actual.stdout) {
        return Verdict::IdenticalButVarying(mask.varying().max(1));
    }
    Verdict::Differs {
        cause: cause(first, actual, &mask, chart),
        chance: reference.iter().any(|helm| helm.ending == actual.ending)
            && actual.stdout.len().abs_diff(first.stdout.len()) * 10 <= first.stdout.len(),
    }
}

/// Returns true if an outcome agrees with Helm's: in every byte, or but for what differs between Helm's own.
pub fn agreement(helm: &[Outcome], actual: &Outcome) -> Option<bool> {
    let mut distinct = helm.to_vec();
    distinct.dedup();
    match compare(&distinct, actual, "") {
        Verdict::Identical => Some(true),
        Verdict::IdenticalButVarying(_) => Some(false),
        Verdict::Differs { .. } => None,
    }
}

/// Compares an outcome with Helm's, and tells the difference; Helm's is asked for again when it may vary.
///
/// # Errors
/// When Helm cannot be asked.
pub fn difference(
    ask_helm: impl Fn() -> Result<Outcome>,
    actual: &Outcome,
    chart: &str,
) -> Result<Option<String>> {
    let mut helm = Vec::new();
    for _ in 0..MOST_RUNS {
        helm.push(ask_helm()?);
        match compare(&helm, actual, chart) {
            Verdict::Differs { chance: true, .. } => helm.dedup(),
            Verdict::Differs { cause, .. } => return Ok(Some(cause)),
            _ => return Ok(None),
        }
    }
    match compare(&helm, actual, chart) {
        Verdict::Differs { cause, .. } => Ok(Some(cause)),
        _ => Ok(None),
    }
}

/// The stderr that counts, all of it.
fn relevant_stderr(outcome: &Outcome) -> Cow<'_, [u8]> {
    compared_stderr(&outcome.stderr)
}

fn cause(helm: &Outcome, actual: &Outcome, mask: &Mask, chart: &str) -> String {
    let last = |outcome: &Outcome| format!("[{}] {}", outcome.ending, last_line(&outcome.stderr));
    match (helm.ending, actual.ending) {
        (expected, got) if expected == got => {}
        (Termination::Exited(0), _) => return format!("fails: {}", last(actual)),
        (_, Termination::Exited(0)) => return format!("should fail: {}", last(helm)),
        (expected, got) => return format!("{got} instead of {expected}: {}", last(actual)),
    }
    let first = |expected: &[u8], got: &[u8], at: Option<usize>| {
        let (expected, got) = (lines(expected), lines(got));
        let pairs = expected.iter().zip(&got);
        let at = at.unwrap_or_else(|| pairs.take_while(|(a, b)| a == b).count());
        let show = |lines: &[&[u8]]| match lines.get(at) {
            Some(line) => essence(&String::from_utf8_lossy(line), chart),
            None => "(end)".into(),
        };
        format!("- {}\n        + {}", show(&expected), show(&got))
    };
    let (expected, got) = (relevant_stderr(helm), relevant_stderr(actual));
    if expected != got {
        return format!("stderr: {}", first(&expected, &got, None));
    }
    let at = mask.first_difference(&actual.stdout);
    format!("stdout: {}", first(&helm.stdout, &actual.stdout, at))
}

fn last_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    shortened(line)
}

/// A message or line without what differs from chart to chart: the chain of positions that leads to
/// a template error, numbers, paths and the chart's name.
fn essence(text: &str, chart: &str) -> String {
    let text = text
        .strip_suffix("\n\nUse --debug flag to render out invalid YAML\n")
        .unwrap_or(text);
    let mut tail = text.trim_end();
    for chain in ["error calling include: ", "error calling tpl: "] {
        if let Some(at) = tail.rfind(chain) {
            tail = &tail[at + chain.len()..];
        }
    }
    if let Some(at) = tail.rfind(">: ") {
        tail = &tail[at + 3..];
    }
    // Helm 4 puts each link of the chain on lines of its own; the last one tells.
    if let Some(at) = tail.rfind(">:\n") {
        tail = tail[at + 3..].trim_start();
    }
    let mut words = Vec::new();
    for word in tail.split_whitespace() {
        if word.contains('/') && word.contains('.') {
            words.push("PATH".to_owned());
        } else {
            let generalized = if chart.len() > 2 {
                word.replace(chart, "CHART")
            } else {
                word.to_owned()
            };
            words.push(without_numbers(&generalized));
        }
    }
    shortened(&words.join(" "))
}

fn without_numbers(word: &str) -> String {
    let mut result = String::new();
    for character in word.chars() {
        match character {
            '0'..='9' if result.ends_with('N') => {}
            '0'..='9' => result.push('N'),
            other => result.push(other),
        }
    }
    result
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(150) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_causes_get_equal_names() {
        let one = "Error: template: a/templates/x.yaml:12:3: executing \"a/templates/x.yaml\" at <include \"b\" .>: \
                   error calling include: template: a/templates/_h.tpl:3:4: executing \"b\" at <foo 12>: error calling foo: no 12\n";
        assert_eq!(essence(one, "airflow"), "error calling foo: no N");
    }
}
