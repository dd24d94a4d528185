//! `rhelm env`: where Helm's files are, and what else it takes from its environment.

use super::compat_flags::{CompatFlags, Environment};
use super::terminal::{self, CliError};
use super::{CommandResult, flags, program};
use crate::profile::{CommandLine, Profile};
use clap::{Args, FromArgMatches};
use gostd::strconv;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;

/// Print where Helm's files are and what else the environment says, as `NAME="value"`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm env\n  \
        rhelm env HELM_REPOSITORY_CACHE\n  \
        rhelm env HELM_NAMESPACE --kube-context staging")]
pub(super) struct Env {
    /// Print only the value of this variable, empty if it is unknown
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<Environment>,
}

/// Variables that stand for a flag's text.
const TEXTS: [(&str, &str); 6] = [
    ("HELM_KUBEAPISERVER", "kube-apiserver"),
    ("HELM_KUBEASUSER", "kube-as-user"),
    ("HELM_KUBECAFILE", "kube-ca-file"),
    ("HELM_KUBECONTEXT", "kube-context"),
    ("HELM_KUBETLS_SERVER_NAME", "kube-tls-server-name"),
    ("HELM_KUBETOKEN", "kube-token"),
];

impl Env {
    /// The settings that flags of Helm's give, without a command of their own.
    ///
    /// # Errors
    /// Those of the flags.
    pub(super) fn from_flags(flags: &[OsString]) -> Result<Env, CliError> {
        let command = Env::augment_args(clap::Command::new("env")).mut_args(super::as_pflag);
        let mut command = command.args_override_self(true);
        let read = super::pflag::scan(&[&command], flags, &|_| true);
        if let Some(error) = read.error {
            return Err(CliError::new(error));
        }
        let name = OsString::from("env");
        let arguments = std::iter::once(name).chain(read.arguments);
        let matches = command.try_get_matches_from_mut(arguments);
        let env = matches.and_then(|matches| Env::from_arg_matches(&matches));
        env.map_err(|error| CliError::new(super::usage::text_of(&error, &command)))
    }

    /// The directories of plugins.
    pub(super) fn plugins(&self) -> String {
        self.compat.home().plugins
    }

    /// All settings.
    pub(super) fn all(&self, profile: &Profile) -> impl Iterator<Item = (String, String)> {
        let variables = self.variables(profile).into_iter();
        variables.map(|(name, value)| (name.to_owned(), value))
    }

    pub(super) fn run(self) -> CommandResult {
        let profile = self.helm.profile()?;
        self.compat.check(&profile)?;
        let variables = self.variables(&profile);
        let mut text = String::new();
        match &self.names[..] {
            [] => {
                for (name, value) in variables {
                    let _ = writeln!(text, "{name}=\"{value}\"");
                }
            }
            [name] => {
                let value = variables.get(name.as_str()).map_or("", String::as_str);
                let _ = writeln!(text, "{value}");
            }
            _ => {
                return Err(CliError::new(
                    "\"helm env\" accepts at most 1 argument\n\nUsage:  helm env [flags]",
                ));
            }
        }
        terminal::print(text.as_bytes())
    }

    /// Helm's `EnvSettings.EnvVars`.
    fn variables(&self, profile: &Profile) -> BTreeMap<&'static str, String> {
        let home = self.compat.home();
        let is_insecure = self.compat.is_on_or_set(
            "kube-insecure-skip-tls-verify",
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
        );
        let mut variables = BTreeMap::from([
            ("HELM_BIN", program::argument()),
            ("HELM_BURST_LIMIT", self.burst_limit()),
            ("HELM_CACHE_HOME", home.cache),
            ("HELM_CONFIG_HOME", home.config),
            ("HELM_DATA_HOME", home.data),
            ("HELM_DEBUG", self.compat.debug().to_string()),
            ("HELM_KUBEASGROUPS", self.groups()),
            ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", is_insecure.to_string()),
            (
                "HELM_MAX_HISTORY",
                integer("HELM_MAX_HISTORY", 10).to_string(),
            ),
            ("HELM_NAMESPACE", self.compat.namespace()),
            ("HELM_PLUGINS", home.plugins),
            ("HELM_QPS", self.queries_per_second()),
            ("HELM_REGISTRY_CONFIG", home.registry_config),
            ("HELM_REPOSITORY_CACHE", home.repository_cache),
            ("HELM_REPOSITORY_CONFIG", home.repository_config),
        ]);
        for (name, flag) in TEXTS {
            let setting = self.compat.last(flag).map(str::to_owned);
            let value = setting
                .or_else(|| std::env::var(name).ok())
                .unwrap_or_default();
            variables.insert(name, value);
        }
        if profile.command_line == CommandLine::Helm4 {
            variables.insert("HELM_CONTENT_CACHE", home.content_cache);
        }
        if let Some(kubeconfig) = self
            .compat
            .last("kubeconfig")
            .filter(|path| !path.is_empty())
        {
            variables.insert("KUBECONFIG", kubeconfig.to_owned());
        }
        variables
    }

    fn burst_limit(&self) -> String {
        match self.compat.last("burst-limit") {
            // What is no number is refused before.
            Some(limit) => strconv::parse_int(limit.as_bytes(), 0, 64).unwrap_or_default(),
            None => integer("HELM_BURST_LIMIT", 100),
        }
        .to_string()
    }

    fn queries_per_second(&self) -> String {
        let setting = self.compat.last("qps").map(str::to_owned);
        let text = setting
            .or_else(|| std::env::var("HELM_QPS").ok())
            .unwrap_or_default();
        let number = strconv::parse_float(text.as_bytes(), 32).unwrap_or_default();
        strconv::format_float(number, b'f', 2, 32)
    }

    fn groups(&self) -> String {
        let groups: Vec<&str> = self.compat.all("kube-as-group").collect();
        match groups.is_empty() {
            true => {
                let groups = std::env::var("HELM_KUBEASGROUPS").unwrap_or_default();
                groups.trim_matches([',', ' ']).to_owned()
            }
            false => groups.join(","),
        }
    }
}

/// The integer that an environment variable has, or `default`.
fn integer(name: &str, default: i64) -> i64 {
    let value = std::env::var(name).ok();
    let number = value.and_then(|value| strconv::atoi(value.as_bytes()).ok());
    number.unwrap_or(default)
}
