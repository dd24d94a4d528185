//! Runs an installed plugin as a command.

use super::installed::{PlatformCommand, Plugin};
use crate::cli::env::Env;
use crate::cli::post_renderer::unstarted;
use crate::cli::terminal::{self, CliError};
use crate::cli::{CommandResult, flags};
use crate::profile::{CommandLine, Profile};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Command;

/// Flags of Helm's that a plugin does not get: it finds what they say in its environment.
const TAKEN: &[&str] = &[
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];

/// Runs the plugin that the first word names; nothing if there is none.
pub(in crate::cli) fn run(words: &[OsString]) -> Option<CommandResult> {
    let (name, arguments) = words.split_first()?;
    let name = name.to_str()?;
    let version = std::env::var("RHELM_HELM_VERSION").ok();
    let profile = match flags::profile_or_default(version.as_deref()) {
        Ok(profile) => profile,
        Err(error) => return Some(Err(error)),
    };
    let (taken, rest) = split(arguments);
    let environment = match Env::from_flags(&taken) {
        Ok(environment) => environment,
        Err(error) => return Some(Err(error)),
    };
    let found = match super::commands(&environment.plugins(), &profile) {
        Ok(found) => found,
        Err(error) if profile.command_line == CommandLine::Helm3 => {
            terminal::warn(format!("failed to load plugins: {error}\n").as_bytes());
            return None;
        }
        Err(_) => return None,
    };
    let plugin = found.into_iter().find(|plugin| plugin.word == name)?;
    let variables = plugin.environment(&environment, &profile);
    let is_helm_3 = profile.command_line == CommandLine::Helm3;
    Some(start(&plugin, &rest, &variables, is_helm_3))
}

/// Environment variables, by name.
pub(super) type Environment = BTreeMap<String, String>;

impl Plugin {
    /// The environment of a plugin: this program's, Helm's settings, and its own name and place.
    pub(super) fn environment(&self, settings: &Env, profile: &Profile) -> Environment {
        let mut variables: Environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        variables.extend(settings.all(profile));
        variables.insert("HELM_PLUGIN_NAME".into(), self.name.clone());
        let directory = self.directory.to_string_lossy().into_owned();
        variables.insert("HELM_PLUGIN_DIR".into(), directory);
        variables
    }
}

impl Env {
    /// The settings that this process was given.
    pub(super) fn of_process() -> Result<Env, CliError> {
        let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
        Env::from_flags(&split(&arguments).0)
    }
}

/// The arguments that Helm takes, and those that the plugin gets.
fn split(arguments: &[OsString]) -> (Vec<OsString>, Vec<OsString>) {
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let flag = text.split_once('=').map(|(flag, _)| flag);
        if text == "--debug" || flag.is_some_and(|flag| TAKEN.contains(&flag)) {
            taken.push(argument.clone());
        } else if TAKEN.contains(&&*text) {
            taken.push(argument.clone());
            taken.extend(arguments.next().cloned());
        } else {
            rest.push(argument.clone());
        }
    }
    (taken, rest)
}

fn start(
    plugin: &Plugin,
    arguments: &[OsString],
    variables: &Environment,
    is_helm_3: bool,
) -> CommandResult {
    if plugin.runtime != "subprocess" {
        return Err(CliError::new(format!(
            "the plugin {} needs the runtime {}, which rhelm has not; use Helm",
            plugin.name, plugin.runtime
        )));
    }
    let look_up = |name: &str| variables.get(name).cloned().unwrap_or_default();
    let command = of_platform(&plugin.commands);
    let words = command.map_or("", |command| &command.command);
    let mut words = words.split(' ').map(|word| expand(word, &look_up));
    let main = words.next().filter(|main| !main.is_empty());
    let Some(main) = main else {
        const REASON: &str = "no plugin command is applicable";
        if is_helm_3 {
            terminal::warn(REASON.as_bytes());
            return Err(CliError::new(exited(&plugin.name)));
        }
        return Err(CliError::new(format!(
            "failed to prepare plugin command: {REASON}"
        )));
    };
    let own = command.map_or(&[][..], |command| &command.arguments[..]);
    let own = own.iter().map(|word| expand(word, &look_up));
    let mut child = Command::new(&main);
    child.args(words).args(own);
    if !plugin.ignores_flags {
        child.args(arguments);
    }
    child.envs(variables);
    let status = child
        .status()
        .map_err(|error| CliError::new(unstarted(&main, &error)))?;
    if status.success() {
        return Ok(());
    }
    let failure = CliError::new(exited(&plugin.name));
    // A signal is no status: 255, as Go's -1 comes out.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Err(failure.with_status(code.unwrap_or(255)))
}

/// Helm's text on a plugin that failed.
pub(super) fn exited(name: &str) -> String {
    let name = gostd::strconv::quote(name.as_bytes());
    format!("plugin {name} exited with error")
}

/// The command for this system: of its name and processor, else of its name, else of any.
pub(super) fn of_platform(commands: &[PlatformCommand]) -> Option<&PlatformCommand> {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    let is = |text: &str, own: &str| text.eq_ignore_ascii_case(own);
    let exact = |c: &&PlatformCommand| is(&c.os, os) && is(&c.architecture, architecture);
    let of_system = |c: &&PlatformCommand| is(&c.os, os) && c.architecture.is_empty();
    let of_all = |c: &&PlatformCommand| c.os.is_empty() && c.architecture.is_empty();
    let mut all = commands.iter();
    all.clone()
        .find(exact)
        .or_else(|| all.clone().find(of_system))
        .or_else(|| all.find(of_all))
}

/// Go's `os.Expand`: `$name`, `${name}`, and the shell's names of one character (`$$`, `$1`).
pub(super) fn expand(text: &str, look_up: &dyn Fn(&str) -> String) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        let (name, behind) = name(after);
        match name {
            Some(name) => result.push_str(&look_up(name)),
            None if behind.len() == after.len() => result.push('$'),
            // Go leaves out what is no name.
            None => {}
        }
        rest = behind;
    }
    result.push_str(rest);
    result
}

/// The name behind a dollar, if there is one, and the text after it.
fn name(text: &str) -> (Option<&str>, &str) {
    let special = |c: char| matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-' | '0'..='9');
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.split_once('}') {
            Some(("", behind)) => (None, behind),
            Some((name, behind)) => (Some(name), behind),
            None => (None, inner),
        };
    }
    if text.starts_with(special) {
        let (name, behind) = text.split_at(1);
        return (Some(name), behind);
    }
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    match text.split_at(end) {
        ("", behind) => (None, behind),
        (name, behind) => (Some(name), behind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_behind_dollars_are_replaced() {
        let look_up = |name: &str| format!("<{name}>");
        for (text, expected) in [
            ("$HELM_PLUGIN_DIR/run.sh", "<HELM_PLUGIN_DIR>/run.sh"),
            ("${A}b$C", "<A>b<C>"),
            ("none", "none"),
            ("a$$b$1c", "a<$>b<1>c"),
            ("$ ${} ${x", "$  x"),
        ] {
            assert_eq!(expand(text, &look_up), expected);
        }
    }

    #[test]
    fn flags_of_helms_are_taken() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let (taken, rest) = split(&words(
            "a -n x --debug --namespace=y --set b -- --kubeconfig k",
        ));
        assert_eq!(taken, words("-n x --debug --namespace=y --kubeconfig k"));
        assert_eq!(rest, words("a --set b --"));
    }
}
