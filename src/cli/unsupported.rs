//! Commands that rhelm does not have: those of Helm, with what to do instead, and those nobody has.

use super::CliError;
use super::program;
use std::ffi::OsString;

/// A command of Helm's.
struct Command {
    name: &'static str,
    /// Other names that it goes by.
    aliases: &'static [&'static str],
    /// Words that cobra suggests the command for (`SuggestFor`).
    suggested_for: &'static [&'static str],
    /// The alternative; nothing if rhelm has the command.
    instead: Option<&'static str>,
}

const fn command(name: &'static str, instead: &'static str) -> Command {
    Command {
        instead: Some(instead),
        ..supported(name)
    }
}

const fn supported(name: &'static str) -> Command {
    Command {
        name,
        aliases: &[],
        suggested_for: &[],
        instead: None,
    }
}

impl Command {
    const fn aliases(mut self, aliases: &'static [&'static str]) -> Command {
        self.aliases = aliases;
        self
    }

    const fn suggested_for(mut self, words: &'static [&'static str]) -> Command {
        self.suggested_for = words;
        self
    }

    fn is(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }
}

/// Helm's commands, in the order in which it suggests them. `{rhelm}` is the name of the program.
const COMMANDS: &[Command] = &[
    supported("create"),
    supported("dependency").aliases(&["dep", "dependencies"]),
    supported("pull").aliases(&["fetch"]),
    supported("show").aliases(&["inspect"]),
    supported("lint"),
    supported("package"),
    supported("repo"),
    supported("search"),
    supported("verify"),
    supported("get"),
    supported("history").aliases(&["hist"]),
    supported("install"),
    supported("list").aliases(&["ls"]),
    supported("test"),
    supported("rollback"),
    supported("status"),
    supported("template"),
    supported("uninstall")
        .aliases(&["del", "delete", "un"])
        .suggested_for(&["remove", "rm"]),
    supported("upgrade"),
    supported("completion"),
    supported("env"),
    supported("plugin"),
    supported("version"),
    supported("registry"),
    supported("push"),
];

/// Commands that Helm does not list, or that only Helm 2 had.
const UNLISTED: &[Command] = &[
    command(
        "docs",
        "it writes no Markdown; `{rhelm} man DIR` writes man pages",
    ),
    command(
        "init",
        "there is nothing to set up; start with `{rhelm} template`",
    ),
];

/// Returns true if a command that rhelm has is one of Helm's.
pub(super) fn is_helms(command: &str) -> bool {
    command == "help" || COMMANDS.iter().any(|c| c.name == command)
}

/// The answer to a command that rhelm does not have.
pub(super) fn refuse(words: &[OsString], commands: &clap::Command) -> CliError {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    refusal(&words).unwrap_or_else(|| unknown(&words, commands))
}

/// The alternative to a command that Helm has; nothing if it has none.
pub(super) fn refusal(words: &[String]) -> Option<CliError> {
    let word = words.first()?;
    let command = COMMANDS.iter().chain(UNLISTED).find(|c| c.is(word))?;
    let with_name = |text: &str| text.replace("{rhelm}", program::name());
    let instead = with_name(command.instead?);
    let name = command.name;
    Some(CliError::new(format!(
        "rhelm has no `{name}` yet: {instead}"
    )))
}

/// Helm's text on a word that is no command.
fn unknown(words: &[String], commands: &clap::Command) -> CliError {
    let word = words.first().map_or("", String::as_str);
    let quoted = gostd::strconv::quote(word.as_bytes());
    let mut text = format!("unknown command {quoted} for \"helm\"");
    let suggestions = suggestions(word, commands);
    if !suggestions.is_empty() {
        text.push_str("\n\nDid you mean this?\n");
        for suggestion in suggestions {
            text.push_str(&format!("\t{suggestion}\n"));
        }
    }
    text.push_str("\nRun 'helm --help' for usage.");
    CliError::new(text)
}

/// Commands whose names are like a word: two letters away or less, or beginning with it (cobra's
/// `SuggestionsFor`). Helm's come first, so that none of them is taken for one of rhelm's own.
fn suggestions<'c>(word: &str, commands: &'c clap::Command) -> Vec<&'c str> {
    const DISTANCE: usize = 2;
    let word = word.to_lowercase();
    let own = commands.get_subcommands().map(clap::Command::get_name);
    let own = own.filter(|name| *name != "help" && !COMMANDS.iter().any(|c| c.is(name)));
    let own = own.map(|name| (name, &[][..]));
    let helms = COMMANDS.iter().map(|c| (c.name, c.suggested_for));
    let alike = |(name, suggested_for): &(&str, &[&str])| {
        name.starts_with(&word)
            || strsim::levenshtein(&word, name) <= DISTANCE
            || suggested_for.contains(&&*word)
    };
    let alike = helms.chain(own).filter(alike);
    alike.map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn commands_of_helm_that_rhelm_has_are_not_refused() {
        let ours = crate::cli::command();
        for command in COMMANDS {
            let has = ours.find_subcommand(command.name).is_some();
            assert_eq!(has, command.instead.is_none(), "{}", command.name);
            assert_eq!(refusal(&words(command.name)).is_some(), !has);
        }
    }

    #[test]
    fn refusals_name_the_command() {
        for (line, name) in [("docs --x", "docs"), ("init --upgrade", "init")] {
            let text = refusal(&words(line)).map(|failure| failure.text().to_string());
            let start = format!("Error: rhelm has no `{name}` yet: ");
            assert!(text.is_some_and(|text| text.starts_with(&start)), "{line}");
        }
        assert!(refusal(&words("nosuch")).is_none());
        assert!(refusal(&words("template")).is_none());
    }
}
