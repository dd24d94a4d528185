//! `--rules`: the rules, and what each finds.

use crate::validate::rules::{self, RULES};
use std::fmt::Write;

/// All rules with what they find.
pub(super) fn rules() -> String {
    let mut text = String::new();
    for rule in RULES {
        let strict = rules::condition(rule);
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "{} ({}{strict}): {}\n{}\n\n",
            rule.id,
            rule.severity.name(),
            rule.summary,
            folded(rule.explanation)
        );
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A text in lines of at most 90 characters, two blanks before each.
fn folded(text: &str) -> String {
    const WIDTH: usize = 90;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}
