//! The page of all rules of `rhelm validate` and `rhelm diff`, from their tables, with an example each.

use std::path::Path;

use anyhow::Result;
use validate::Rule;

use crate::examples::Examples;

/// The whole page.
pub(crate) fn page(rhelm: &Path) -> Result<String> {
    let examples = Examples::read(rhelm)?;
    let mut page = String::from(
        "# Rules\n\n\
         <!-- Written by `cargo xtask book --write` from the tables of rules; examples are findings of the tests. -->\n\n\
         What `rhelm validate` and `rhelm diff` look for, with a finding of each rule. [Validate](validate.md#choosing-rules) \
         tells how to choose rules, and what makes a run fail; [Diff](diff.md) the same for changes.\n\n\
         ## Rules of validate\n",
    );
    for rule in validate::rules::RULES {
        add(&mut page, rule, examples.finding(rule.id));
    }
    page.push_str("\n## Rules of diff\n");
    let of_validate = |rule: &&Rule| validate::rules::RULES.contains(rule);
    for rule in diff::rules().filter(|rule| !of_validate(rule)) {
        add(&mut page, rule, examples.change(rule.id));
    }
    Ok(page)
}

fn add(page: &mut String, rule: &Rule, example: Option<&str>) {
    let severity = rule.severity.name();
    let strict = match rule.strict {
        true => ", with `--strict` only",
        false => "",
    };
    // Neither elements of HTML nor emphasis.
    let text = format!("{} {}", sentence(rule.summary), rule.explanation);
    let text = text.replace('<', "\\<").replace('*', "\\*");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    page.push_str(&format!(
        "\n### {}\n\n*{severity}{strict}.* {text}\n",
        rule.id
    ));
    if let Some(example) = example {
        page.push_str(&format!("\n```text\n{}\n```\n", example.trim_end()));
    }
}

/// A phrase as a sentence.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let mut text = first.unwrap_or_default() + letters.as_str();
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}
