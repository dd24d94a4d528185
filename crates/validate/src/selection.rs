//! Selects the rules whose findings are reported: flags, `.rhelm.yaml`, and comments on lines.

use super::diagnostic::{Diagnostic, Place, RENDERED_HERE};
use super::rules::{self, RULES, Rule};
use super::sources::Sources;
use diagnostics::config::Configuration;
use diagnostics::{ConfigError, FailOn, Severity, suggest};
use goyaml::{Entry, Kind};
use std::collections::BTreeSet;

/// The rules that count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these, where any are named: strict ones too.
    pub select: BTreeSet<&'static str>,
    /// Not these.
    pub ignore: BTreeSet<&'static str>,
    /// Strict rules too.
    pub strict: bool,
    /// Rules on arms of templates that a render does not take, too.
    pub all_branches: bool,
    /// Findings of these make a run fail; all do where none are named.
    pub fail_on: Vec<FailOn>,
}

/// Reads `error`, `warning` or a rule's name; no rule's findings are of less severity.
pub fn parse_fail_on(text: &str) -> Result<FailOn, UnknownRule> {
    match Severity::from_name(text).filter(|severity| *severity > Severity::Info) {
        Some(severity) => Ok(FailOn::Severity(severity)),
        None => rule_id(text).map(FailOn::Rule),
    }
}

/// A rule that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {name:?}{}; --rules lists them", .similar.map(|id| format!(", but {id}")).unwrap_or_default())]
pub struct UnknownRule {
    name: String,
    similar: Option<&'static str>,
}

/// The name of a rule.
pub fn rule_id(name: &str) -> Result<&'static str, UnknownRule> {
    rules::find(name)
        .map(|rule| rule.id)
        .ok_or_else(|| UnknownRule {
            name: name.into(),
            similar: suggest::nearest(name, RULES.iter().map(|rule| rule.id)),
        })
}

impl Selection {
    /// The section `validate` of a configuration's text; `file` is the file's name for errors.
    pub fn read(text: &[u8], file: &str) -> Result<Selection, ConfigError> {
        let text = Configuration::read(text, file)?;
        let mut selection = Selection::default();
        for entry in text.section("validate")?.unwrap_or_default() {
            let set = selection.set(entry);
            set.map_err(|problem| {
                let line = entry.mark.line;
                text.error(line, format!("validate.{}: {problem}", entry.key))
            })?;
        }
        Ok(selection)
    }

    fn set(&mut self, entry: &Entry) -> Result<(), String> {
        let rules = || Ok::<_, String>(named(entry, rule_id)?.into_iter().collect());
        match (&*entry.key, &entry.value.kind) {
            ("select", _) => self.select = rules()?,
            ("ignore", _) => self.ignore = rules()?,
            ("strict", Kind::Bool(strict)) => self.strict = *strict,
            ("strict", _) => return Err("it must be true or false".into()),
            ("failOn", _) => self.fail_on = named(entry, parse_fail_on)?,
            _ => return Err("no such key; there are select, ignore, strict and failOn".into()),
        }
        Ok(())
    }

    /// Returns true if the findings of a rule are wanted at all.
    pub fn wants(&self, rule: &Rule) -> bool {
        let selected = match self.select.is_empty() {
            true => match rules::condition(rule) {
                rules::OF_BRANCHES => self.all_branches,
                condition => self.strict || condition.is_empty(),
            },
            false => self.select.contains(rule.id),
        };
        // What a run is to fail on must be looked for.
        let selected = selected || self.fail_on.contains(&FailOn::Rule(rule.id));
        selected && !self.ignore.contains(rule.id)
    }

    /// Returns true if the findings of a rule on arms of templates are wanted.
    pub(super) fn wants_branches(&self) -> bool {
        rules::BRANCHES.iter().any(|rule| self.wants(rule))
    }

    /// Returns true if a finding makes the run fail.
    pub fn fails_on(&self, diagnostic: &Diagnostic) -> bool {
        let mut fail_on = self.fail_on.iter();
        self.fail_on.is_empty()
            || fail_on.any(|what| what.includes(diagnostic.rule.id, diagnostic.rule.severity))
    }

    /// Returns true if a finding is wanted: its rule is, and no comment on its line says otherwise.
    pub(super) fn keeps(&self, diagnostic: &Diagnostic, sources: &Sources) -> bool {
        if !self.wants(diagnostic.rule) {
            return false;
        }
        // A finding in the output may be kept out at the value that brought it, and at the template's line.
        let rendered = diagnostic
            .related
            .iter()
            .filter(|(_, label)| label == RENDERED_HERE);
        let rendered = rendered.map(|(place, _)| place);
        let mut places = std::iter::once(&diagnostic.place).chain(rendered);
        !places.any(|place| {
            let Place::File { name, mark } = place else {
                return false;
            };
            let line = sources.line(name, mark.line).unwrap_or_default();
            // Lines may be long, and few have a comment for this.
            memchr::memmem::find(line, IGNORE.as_bytes()).is_some()
                && ignored_on(&String::from_utf8_lossy(line)).any(|rule| rule == diagnostic.rule.id)
        })
    }
}

/// The meaning of the names in a list.
fn named<T>(
    entry: &Entry,
    parse: impl Fn(&str) -> Result<T, UnknownRule>,
) -> Result<Vec<T>, String> {
    let Kind::Seq(items) = &entry.value.kind else {
        return Err("it must be a list of rules".into());
    };
    let names = items.iter().map(|item| {
        let name = item.as_str().ok_or("it must be a list of rules")?;
        parse(name).map_err(|error| error.to_string())
    });
    names.collect()
}

/// The start of comments that keep rules from their lines.
const IGNORE: &str = "rhelm: ignore ";

/// The rules that a line's comment names: `# rhelm: ignore RULE, RULE`, in a template
/// `{{/* rhelm: ignore RULE */}}`.
fn ignored_on(line: &str) -> impl Iterator<Item = &str> {
    let listed = line
        .split_once(IGNORE)
        .filter(|(before, _)| before.contains('#') || before.contains("/*"))
        .map_or("", |(_, rules)| rules);
    listed
        .split([',', ' ', '*', '/', '}'])
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn comments_name_rules() {
        let rules = |line| ignored_on(line).collect::<Vec<_>>();
        assert_eq!(rules("a: 1 # rhelm: ignore one, two"), ["one", "two"]);
        assert_eq!(rules("{{ .a }}{{/* rhelm: ignore one */}}"), ["one"]);
        assert!(rules("a: 'rhelm: ignore one'").is_empty());
        assert!(rules("a: 1 # something else").is_empty());
    }

    #[test]
    fn a_configuration_says_what_is_wrong_with_it_and_where() {
        let read = |text: &str| Selection::read(text.as_bytes(), ".rhelm.yaml");
        let wrong = |text: &str| read(text).unwrap_err().to_string();
        let good = read("validate:\n  strict: true\n  ignore: [duplicate-key]\n").unwrap();
        assert!(good.strict && good.ignore.contains("duplicate-key"));
        assert_eq!(read("").unwrap(), Selection::default());
        assert_eq!(
            wrong("validate:\n  ignore: [duplicate-keys]\n"),
            ".rhelm.yaml:2: validate.ignore: there is no rule \"duplicate-keys\", but \
             duplicate-key; --rules lists them"
        );
        assert_eq!(
            wrong("validate:\n  strict: 1\n"),
            ".rhelm.yaml:2: validate.strict: it must be true or false"
        );
        assert_eq!(
            wrong("valid: {}\n"),
            ".rhelm.yaml:1: no such key: valid; there are validate, diff and preflight"
        );
    }
}
