//! The page of all commands with their flags, from the definition of the command line.

use clap::{Arg, ArgAction, Command};

/// The heading of flags that have no other.
const FLAGS: &str = "Flags";

/// The whole page.
pub(crate) fn page() -> String {
    let mut program = rhelm::cli::command();
    program.build();
    let mut page = String::from(
        "# Commands\n\n\
         <!-- Written by `cargo xtask book --write` from the definition of the command line. -->\n\n\
         Every command with its flags, as `rhelm COMMAND --help-all` prints them. A switch such as `--strict` is one of \
         `--strict`, `--strict=true` and `--strict=false`.\n",
    );
    for command in visible(&program) {
        add_command(&mut page, command, command.get_name());
    }
    page
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
}

/// Adds a command and those below it. Its path is how it is called.
fn add_command(page: &mut String, command: &Command, path: &str) {
    let level = match path.contains(' ') {
        true => "###",
        false => "##",
    };
    page.push_str(&format!("\n{level} {path}\n"));
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        page.push_str(&format!("\n{}\n", prose(&about.to_string())));
    }
    let names: Vec<String> = command
        .get_visible_aliases()
        .map(|name| format!("`{name}`"))
        .collect();
    if !names.is_empty() {
        page.push_str(&format!("\nAlso called {}.\n", names.join(", ")));
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    page.push_str(&format!("\n```text\n{}\n```\n", usage.trim()));
    let arguments: Vec<&Arg> = command.get_positionals().collect();
    add_table(page, "argument", &arguments);
    add_flags(page, command);
    if let Some(more) = command.get_after_help() {
        page.push_str(&format!("\n```text\n{}\n```\n", more.to_string().trim()));
    }
    for below in visible(command) {
        add_command(page, below, &format!("{path} {}", below.get_name()));
    }
}

/// Adds a table of flags for each heading, in their order.
fn add_flags(page: &mut String, command: &Command) {
    let flags = command
        .get_arguments()
        .filter(|arg| !arg.is_positional() && !arg.is_hide_set());
    let mut groups: Vec<(&str, Vec<&Arg>)> = Vec::new();
    for flag in flags {
        let heading = flag.get_help_heading().unwrap_or(FLAGS);
        match groups.iter_mut().find(|(of, _)| *of == heading) {
            Some((_, group)) => group.push(flag),
            None => groups.push((heading, vec![flag])),
        }
    }
    for (heading, group) in groups {
        match heading {
            FLAGS => add_table(page, "flag", &group),
            // Long, and the same for many commands: folded.
            _ => {
                page.push_str(&format!("\n<details><summary>{heading}</summary>\n"));
                add_table(page, "flag", &group);
                page.push_str("\n</details>\n");
            }
        }
    }
}

fn add_table(page: &mut String, what: &str, rows: &[&Arg]) {
    if rows.is_empty() {
        return;
    }
    page.push_str(&format!("\n| {what} | |\n|---|---|\n"));
    for arg in rows {
        page.push_str(&format!("| {} | {} |\n", name(arg), description(arg)));
    }
}

/// A flag as it is written, with the name of its value.
fn name(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default();
    let value = value.first().map_or("", |name| name.as_str());
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    if names.is_empty() {
        return cell(&format!("`{value}`"));
    }
    let is_switch =
        value == "BOOL" || !matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let needs_value = arg
        .get_num_args()
        .is_none_or(|count| count.min_values() > 0);
    let value = match (is_switch, needs_value) {
        (true, _) => String::new(),
        (false, true) => format!(" {value}"),
        (false, false) => format!("[={value}]"),
    };
    cell(&format!("`{}{value}`", names.join("`, `")))
}

fn description(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help());
    let mut text = prose(&help.map(ToString::to_string).unwrap_or_default());
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set() && takes_words(arg))
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        text.push_str(&format!(": {}", values.join(", ")));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .filter(|_| !arg.is_hide_default_value_set())
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() {
        text.push_str(&format!(" (default {})", defaults.join(", ")));
    }
    if let Some(variable) = arg.get_env() {
        text.push_str(&format!(" (or `{}`)", variable.to_string_lossy()));
    }
    cell(&text)
}

/// Returns true if the values of a flag are words of its own, not a boolean's.
fn takes_words(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

/// Help as a paragraph: what stands in angle brackets is no element of HTML.
fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace('<', "\\<")
        .replace('*', "\\*")
        .replace('[', "\\[")
        .replace(" # ", " \\# ")
}

/// A text of one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
