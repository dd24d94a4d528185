//! Checks the line map on real charts: the template line that an output line is said to come from gets a
//! mark in its text, and the mark must be seen in that output line.
//!
//! Marks are put into many lines at once, each line with its own; what a batch leaves open is tried again
//! in halves, down to single lines. A line without text of its own, made by an action alone, is checked
//! with a function at the end of the action's pipeline that marks what it prints. A blank line is checked
//! with a mark at the end of its template line.

mod marks;
mod rendered;

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use rhelm::background::with_large_stack;
use rhelm::chart;
use rhelm::profile::Profile;

use marks::{Kind, Mark};
use project::charts::find as find_charts;
use project::say;
use rendered::{Key, Output, Subject};

/// Arguments of `cargo xtask line-map`.
#[derive(Args)]
pub(crate) struct Options {
    /// Directories that hold charts
    #[arg(required = true)]
    dirs: Vec<PathBuf>,
    /// Only charts whose path holds this text
    #[arg(long, default_value = "")]
    filter: String,
    /// At most so many charts that render
    #[arg(long, default_value_t = usize::MAX)]
    most: usize,
    /// At most so many renders of one chart
    #[arg(long, default_value_t = 600)]
    renders: usize,
    /// Print the lines that are not right
    #[arg(long)]
    show: bool,
}

/// The results for a chart's output lines.
#[derive(Clone, Copy, Default)]
struct Score {
    lines: usize,
    /// The mark in the literal text was seen.
    literal: usize,
    /// The line is made by an action: the mark at what it prints was seen.
    printed: usize,
    /// The line is blank: the mark at the end of the template line was seen.
    blank: usize,
    /// Nothing in the template line can be marked, or the chart does not render with a mark there.
    open: usize,
    /// The mark was not seen, or the line has no template line.
    wrong: usize,
    /// Lines that begin with the mark of another template line than the one they are said to come from.
    claimed: usize,
}

impl Score {
    fn add(&mut self, other: Score) {
        self.lines += other.lines;
        self.literal += other.literal;
        self.printed += other.printed;
        self.blank += other.blank;
        self.open += other.open;
        self.wrong += other.wrong;
        self.claimed += other.claimed;
    }

    fn show(&self, name: &str) {
        let right = self.literal + self.printed + self.blank;
        say!(
            "{name}: {} lines, {right} right ({} by their text, {} by what their action prints, {} blank), \
             {} open, {} wrong, {} another's",
            self.lines,
            self.literal,
            self.printed,
            self.blank,
            self.open,
            self.wrong,
            self.claimed
        );
    }
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let (total, charts) = check(options)?;
    total.show(&format!("{charts} charts"));
    match (charts, total.wrong + total.claimed) {
        (0, _) => Err(anyhow!("no chart renders")),
        (_, 0) => Ok(ExitCode::SUCCESS),
        _ => Ok(ExitCode::FAILURE),
    }
}

/// The score of all charts together, and how many there are.
fn check(options: &Options) -> Result<(Score, usize)> {
    let (mut total, mut charts) = (Score::default(), 0);
    for dir in &options.dirs {
        for chart in find_charts(dir)? {
            if !chart.name.contains(&options.filter) || charts == options.most {
                continue;
            }
            let profile = Profile::helm4();
            let Ok(loaded) = chart::load(&chart.dir, &profile) else {
                continue;
            };
            let subject = Subject::new(loaded.chart, profile);
            let score = with_large_stack(|| Check::new(subject, options)?.run())?;
            let Some(score) = score else { continue };
            score.show(&chart.name);
            total.add(score);
            charts += 1;
        }
    }
    Ok((total, charts))
}

/// The way in which an output line was found to be right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineState {
    Not,
    Unmarkable,
    Literal,
    Printed,
    Blank,
}

struct Check<'o> {
    subject: Subject,
    options: &'o Options,
    plain: Vec<Output>,
    states: Vec<Vec<LineState>>,
    /// All template lines that output lines come from.
    keys: Vec<Key>,
    renders: usize,
    claimed: usize,
}

impl<'o> Check<'o> {
    /// Nothing where the chart does not render or writes nothing.
    fn new(mut subject: Subject, options: &'o Options) -> Option<Self> {
        let plain = subject.render()?;
        let lines = plain.iter().flat_map(|output| &output.lines);
        let mut keys: Vec<Key> = lines.filter_map(|line| line.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let states = plain
            .iter()
            .map(|output| vec![LineState::Not; output.lines.len()]);
        (!keys.is_empty()).then_some(Check {
            states: states.collect(),
            subject,
            options,
            plain,
            keys,
            renders: 0,
            claimed: 0,
        })
    }

    fn run(mut self) -> Option<Score> {
        let keys = self.keys.clone();
        for kind in [Kind::Literal, Kind::Printed, Kind::Blank] {
            self.try_marks(&keys, kind);
        }
        for kind in [
            Kind::Literal,
            Kind::Printed,
            Kind::PrintedEnd,
            Kind::Replaced,
            Kind::Blank,
        ] {
            let open = self.open_keys(&keys, kind == Kind::Blank);
            self.halve(&open, kind);
        }
        for key in self.open_keys(&keys, false) {
            for kind in [Kind::Printed, Kind::PrintedEnd] {
                rendered::mark_calls(0..0);
                self.try_marks(&[key], kind);
                self.halve_calls(key, kind, 0..rendered::calls());
            }
        }
        rendered::mark_calls(0..usize::MAX);
        let mut score = Score {
            claimed: self.claimed,
            ..Score::default()
        };
        for (output, states) in self.plain.iter().zip(&self.states) {
            for (line, state) in output.lines.iter().zip(states) {
                score.lines += 1;
                match state {
                    LineState::Literal => score.literal += 1,
                    LineState::Printed => score.printed += 1,
                    LineState::Blank => score.blank += 1,
                    LineState::Unmarkable => score.open += 1,
                    LineState::Not => score.wrong += 1,
                }
                if self.options.show && matches!(state, LineState::Not | LineState::Unmarkable) {
                    let what = if *state == LineState::Not {
                        "wrong"
                    } else {
                        "open"
                    };
                    let from = line.key.map(|key| self.subject.key_text(key));
                    let from = from.unwrap_or_else(|| "nowhere".into());
                    say!("  {what}: {}: {:?} from {from}", output.path, line.text);
                }
            }
        }
        Some(score)
    }

    /// The keys among these some of whose lines are not seen yet.
    fn open_keys(&self, keys: &[Key], blank: bool) -> Vec<Key> {
        let mut open = Vec::new();
        for (output, states) in self.plain.iter().zip(&self.states) {
            for (line, state) in output.lines.iter().zip(states) {
                let is_open = matches!(state, LineState::Not | LineState::Unmarkable);
                if is_open && line.is_blank() == blank {
                    open.extend(line.key.filter(|key| keys.binary_search(key).is_ok()));
                }
            }
        }
        open.sort_unstable();
        open.dedup();
        open
    }

    fn halve(&mut self, keys: &[Key], kind: Kind) {
        if keys.is_empty() || self.renders >= self.options.renders {
            return;
        }
        let rendered = self.try_marks(keys, kind);
        if keys.len() == 1 {
            if !rendered {
                self.give_up(keys);
            }
            return;
        }
        let open = self.open_keys(keys, kind == Kind::Blank);
        // A mark that is not seen among few others will not be seen alone.
        if rendered && open.len() == keys.len() && keys.len() < 4 {
            return;
        }
        let (left, right) = open.split_at(open.len() / 2);
        let (left, right) = (left.to_vec(), right.to_vec());
        self.halve(&left, kind);
        self.halve(&right, kind);
    }

    /// Marks what an action prints at some of its executions: at others the chart needs it as it is.
    fn halve_calls(&mut self, key: Key, kind: Kind, calls: Range<usize>) {
        if calls.is_empty() || self.renders >= self.options.renders {
            return;
        }
        rendered::mark_calls(calls.clone());
        let rendered = self.try_marks(&[key], kind);
        if calls.len() > 1 && !rendered {
            let middle = calls.start + calls.len() / 2;
            self.halve_calls(key, kind, calls.start..middle);
            self.halve_calls(key, kind, middle..calls.end);
        }
    }

    /// The chart does not render with a mark there, or there is nothing to mark.
    fn give_up(&mut self, keys: &[Key]) {
        for (output, states) in self.plain.iter().zip(&mut self.states) {
            for (line, state) in output.lines.iter().zip(states) {
                if *state == LineState::Not && line.key.is_some_and(|key| keys.contains(&key)) {
                    *state = LineState::Unmarkable;
                }
            }
        }
    }

    /// Renders with marks in these lines, and notes which are seen. Gives whether it did render, with all
    /// lines in their places.
    fn try_marks(&mut self, keys: &[Key], kind: Kind) -> bool {
        let marks: Vec<Mark> = self.subject.marks(keys, kind);
        if marks.is_empty() {
            return false;
        }
        self.renders += 1;
        let Some(outputs) = self.subject.render_with(&marks) else {
            return false;
        };
        let mut aligned = true;
        for (number, plain) in self.plain.iter().enumerate() {
            let marked = outputs.iter().find(|output| output.path == plain.path);
            // A mark after the last newline makes a line of what was none.
            let more = usize::from(kind == Kind::Blank);
            let lines = plain.lines.len()..=plain.lines.len() + more;
            let marked = marked.filter(|marked| lines.contains(&marked.lines.len()));
            let Some(marked) = marked else {
                aligned = false;
                continue;
            };
            for (at, (line, plain)) in marked.lines.iter().zip(&plain.lines).enumerate() {
                let text = line.text.to_ascii_lowercase();
                let own = |mark: &&Mark| Some(mark.key) == plain.key && text.contains(&mark.word);
                if marks.iter().any(|mark| own(&mark)) {
                    let state = self
                        .states
                        .get_mut(number)
                        .and_then(|states| states.get_mut(at));
                    if let Some(state) =
                        state.filter(|s| matches!(s, LineState::Not | LineState::Unmarkable))
                    {
                        *state = match (plain.is_blank(), kind) {
                            (true, _) => LineState::Blank,
                            (_, Kind::Printed | Kind::PrintedEnd) => LineState::Printed,
                            _ => LineState::Literal,
                        };
                    }
                }
                let begins = |mark: &&Mark| {
                    kind == Kind::Literal
                        && mark
                            .begins
                            .iter()
                            .any(|start| line.text.trim_start().starts_with(start))
                };
                // Where keys are sorted anew, another line is in the place.
                let same = marks::without_marks(&line.text) == plain.text;
                let owner = marks.iter().filter(|_| same).find(begins);
                if let Some(owner) = owner.filter(|owner| Some(owner.key) != plain.key) {
                    self.claimed += 1;
                    if self.options.show {
                        let from = plain.key.map(|key| self.subject.key_text(key));
                        say!(
                            "  another's: {}: {:?} is from {}, not {}",
                            plain_path(&self.plain, number),
                            plain.text,
                            self.subject.key_text(owner.key),
                            from.unwrap_or_else(|| "nowhere".into()),
                        );
                    }
                }
            }
        }
        aligned
    }
}

fn plain_path(outputs: &[Output], number: usize) -> &str {
    outputs.get(number).map_or("", |output| &output.path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_of_the_repositorys_charts_come_from_where_they_are_said_to() {
        let root = project::root();
        let dirs = ["charts", "tests/golden", "tests/cmd"];
        let options = Options {
            dirs: dirs.iter().map(|dir| root.join(dir)).collect(),
            filter: String::new(),
            most: usize::MAX,
            renders: 600,
            show: true,
        };
        let (total, charts) = check(&options).unwrap();
        assert_eq!((total.wrong, total.claimed), (0, 0));
        assert!(charts > 100 && total.lines > 3000);
        assert!(total.open * 100 < total.lines);
    }
}
