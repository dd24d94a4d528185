//! Flags that Helm takes and that change nothing, or hardly anything, without a cluster and a network:
//! taken, refused and warned about as Helm does (its `addInstallFlags`, `addChartPathOptionsFlags`,
//! `EnvSettings.AddFlags` and klog's flags).
//!
//! Each flag is a row of a table in [`tables`]. clap
//! collects what is given; [`CompatFlags::check`] judges what depends on which Helm to emulate.

mod driver;
mod first_pass;
mod kind;
mod release_tables;
mod tables;

use super::kubeconfig;
use super::namespace::variable;
use super::terminal::{self, CliError};
use crate::notice::{Level, Notice};
use crate::profile::{CommandLine, Profile};
use clap::{Arg, ArgAction, ArgMatches};
pub(super) use driver::{MEMORY_DATA, fatal};
pub(super) use first_pass::first_pass;
use goyaml::Node;
use kind::Kind;
pub(super) use kind::labels;
use kubernetes::kubeconfig::ReadError;
pub(super) use release_tables::{
    AdoptRelease, DiffCompat, DiffUpgrade, InstallRelease, RollbackRelease, TestRelease,
    UninstallRelease, UpgradeRelease,
};
use std::marker::PhantomData;
use std::sync::OnceLock;
pub(super) use tables::{
    ChartCompat, CreateCompat, DependencyCompat, Environment, FilesCompat, Global, InstallCompat,
    LintCompat, NoCompat, OwnCompat, PackageCompat, PushCompat, ReleaseCompat, VerifyCompat,
    VersionCompat,
};

/// A flag of Helm's.
#[derive(Debug)]
pub(super) struct Flag {
    /// The name, without `--`.
    name: &'static str,
    /// The letter, if there is one.
    short: Option<char>,
    /// The kind of value that it takes.
    kind: Kind,
    /// Its standing in Helm 3 and in Helm 4.
    standing: (Support, Support),
    help: &'static str,
}

/// The treatment of a flag by a version of Helm.
#[derive(Clone, Copy, Debug)]
enum Support {
    /// It takes the flag.
    Taken,
    /// It takes it and warns: what to do instead.
    Deprecated(&'static str),
    /// It does not know it.
    Unknown,
}

impl Flag {
    fn standing(&self, profile: &Profile) -> Support {
        match profile.command_line {
            CommandLine::Helm3 => self.standing.0,
            CommandLine::Helm4 => self.standing.1,
        }
    }

    /// The flag as errors name it: `-l, --labels`.
    fn title(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    fn arg(&self, is_effective: bool) -> Arg {
        let kind = self.kind;
        let arg = Arg::new(self.name)
            .long(self.name)
            .action(ArgAction::Append)
            .value_parser(move |value: &str| kind.check(value).map(|()| value.to_owned()))
            .help(self.help)
            .hide(self.help.is_empty());
        let arg = match is_effective {
            true => arg,
            false => arg
                .help_heading("Helm's flags that change nothing here")
                .hide_short_help(true),
        };
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.kind.without_value() {
            Some(value) => arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value(value),
            None => arg,
        }
        .value_name(self.kind.value_name())
    }
}

/// The tables of flags of a command.
pub(super) trait Tables {
    /// The tables.
    const TABLES: &'static [&'static [Flag]];
    /// Those of them that change something here too; help lists the others apart.
    const EFFECTIVE: &'static [&'static str];
    /// True if flags of the command's own count in place of those of the same name. Helm's commands have none.
    const YIELDS: bool = false;
}

/// The flags that were given, of a command's tables.
#[derive(Debug)]
pub(super) struct CompatFlags<T> {
    /// In the order of the command line.
    values: Vec<(&'static Flag, String)>,
    /// The kubeconfigs, which are read once: they may be pipes.
    kubeconfigs: OnceLock<Result<Vec<Node>, ReadError>>,
    tables: PhantomData<T>,
}

impl<T: Tables> CompatFlags<T> {
    fn flags() -> impl Iterator<Item = &'static Flag> {
        T::TABLES.iter().copied().flatten()
    }

    /// The last value given to a flag.
    pub(super) fn last(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// All values given to a flag, in order.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self
            .values
            .iter()
            .filter(move |(flag, _)| flag.name == name);
        values.map(|(_, value)| value.as_str())
    }

    /// Returns true if a switch is on, the last one given counting.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.last(name).is_some_and(kind::is_true)
    }

    /// Returns true if a switch of several names is on, the last one given counting.
    pub(super) fn last_of(&self, names: &[&str]) -> bool {
        let mut values = self.values.iter().rev();
        let last = values.find(|(flag, _)| names.contains(&flag.name));
        last.is_some_and(|(_, value)| kind::is_true(value))
    }

    /// Returns true if a switch is on, or the variable that counts where it is not given; one that is no
    /// boolean is off.
    pub(super) fn is_on_or_set(&self, name: &str, variable: &str) -> bool {
        match self.last(name) {
            Some(value) => kind::is_true(value),
            None => std::env::var(variable).is_ok_and(|value| kind::is_true(&value)),
        }
    }

    /// Returns true if `--debug` or `HELM_DEBUG` asks for more words.
    pub(super) fn debug(&self) -> bool {
        self.is_on_or_set("debug", "HELM_DEBUG")
    }

    /// The profile that says as much as the flags ask for.
    pub(super) fn with_debug_level(&self, profile: Profile) -> Profile {
        match self.debug() {
            true => Profile {
                notice_level: Level::Debug,
                ..profile
            },
            false => profile,
        }
    }

    /// Helm 4's line with `--debug` about the version that is asked for, in a command's words.
    pub(super) fn debug_version(
        &self,
        message: &str,
        profile: &Profile,
        notices: &mut Vec<Notice>,
    ) {
        let version = self.last("version").unwrap_or_default();
        let attributes = || vec![("version", version.to_owned())];
        notices.extend(Notice::debug(profile, message, attributes));
        if version.is_empty() && self.is_on("devel") {
            let message = "setting version to >0.0.0-0";
            notices.extend(Notice::debug(profile, message, Vec::new));
        }
    }

    /// The directories of Helm's files.
    pub(super) fn home(&self) -> sources::Home {
        let flags = sources::Flags {
            registry_config: self.last("registry-config"),
            repository_config: self.last("repository-config"),
            repository_cache: self.last("repository-cache"),
            content_cache: self.last("content-cache"),
        };
        sources::Home::new(&|name| std::env::var_os(name), flags)
    }

    /// The file with public keys: that of the flag, or GnuPG's.
    pub(super) fn keyring(&self) -> String {
        if let Some(keyring) = self.last("keyring") {
            return keyring.to_owned();
        }
        let variable = |name| std::env::var(name).ok();
        let directory = variable("GNUPGHOME")
            .unwrap_or_else(|| format!("{}/.gnupg", variable("HOME").unwrap_or_default()));
        let path = std::path::Path::new(&directory).join("pubring.gpg");
        path.to_string_lossy().into_owned()
    }

    /// The namespace that templates see.
    pub(super) fn namespace(&self) -> String {
        let last = |name| self.last(name);
        let kubeconfigs = || self.kubeconfigs().ok();
        super::namespace::namespace(last("namespace"), &kubeconfigs, last("kube-context"))
    }

    /// The documents of the kubeconfigs that the flags and the environment lead to.
    pub(super) fn kubeconfigs(&self) -> Result<&[Node], &ReadError> {
        let load = || kubeconfig::load(self.last("kubeconfig"), &variable);
        self.kubeconfigs.get_or_init(load).as_deref()
    }

    /// The namespace that a flag or `HELM_NAMESPACE` gave, if any.
    pub(super) fn namespace_source(&self) -> Option<String> {
        match self.last("namespace") {
            Some("") => None,
            Some(namespace) => Some(format!("--namespace {namespace}")),
            None => {
                let variable = std::env::var_os("HELM_NAMESPACE")?;
                (!variable.is_empty()).then(|| "HELM_NAMESPACE".into())
            }
        }
    }

    /// Refuses what the chosen Helm refuses while it reads its command line, in its words, and warns on
    /// stderr of flags that go out of use.
    pub(super) fn check(&self, profile: &Profile) -> Result<(), CliError> {
        for (flag, value) in &self.values {
            let standing = flag.standing(profile);
            let judged = match flag.kind {
                Kind::Wait => kind::check_wait(value, profile),
                _ => Ok(()),
            };
            judged.map_err(|error| {
                let value = gostd::strconv::quote(value.as_bytes());
                let title = flag.title();
                CliError::new(format!(
                    "invalid argument {value} for \"{title}\" flag: {error}"
                ))
            })?;
            if let Some(warning) = kind::warning(flag.kind, value, profile) {
                let notice = Notice::structured(Level::Warn, &warning, Vec::new());
                terminal::notify(&[notice], profile);
            }
            if let Support::Deprecated(advice) = standing {
                let name = flag.name;
                let warning = format!("Flag --{name} has been deprecated, {advice}\n");
                terminal::warn(warning.as_bytes());
            }
        }
        self.check_color()?;
        driver::check(profile)?;
        self.check_groups(profile)
    }

    fn check_color(&self) -> Result<(), CliError> {
        let mut colors = self.values.iter().rev();
        let Some((_, value)) = colors.find(|(flag, _)| flag.kind == Kind::Color) else {
            return Ok(());
        };
        if ["never", "auto", "always"].contains(&value.as_str()) {
            return Ok(());
        }
        let value = gostd::strconv::quote(value.as_bytes());
        let error = format!("invalid color mode {value}: must be one of: never, auto, always");
        let error = gostd::strconv::quote(error.as_bytes());
        Err(CliError::logged(format!(
            "level=WARN msg=\"command failed\" error={error}"
        )))
    }

    /// Flags of one group exclude each other (cobra's `MarkFlagsMutuallyExclusive`).
    fn check_groups(&self, profile: &Profile) -> Result<(), CliError> {
        if profile.command_line == CommandLine::Helm3 {
            return Ok(());
        }
        for group in tables::EXCLUSIVE {
            let mut set: Vec<&str> = group.to_vec();
            set.retain(|name| self.last(name).is_some());
            set.sort_unstable();
            if set.len() > 1 {
                let (group, set) = (group.join(" "), set.join(" "));
                return Err(CliError::new(format!(
                    "if any flags in the group [{group}] are set none of the others can be; \
                     [{set}] were all set"
                )));
            }
        }
        Ok(())
    }
}

impl<T: Tables> clap::Args for CompatFlags<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        let arg = |flag: &'static Flag| flag.arg(T::EFFECTIVE.contains(&flag.name));
        if !T::YIELDS {
            return command.args(Self::flags().map(arg));
        }
        let own: Vec<(Option<String>, Option<char>)> = command
            .get_arguments()
            .map(|arg| (arg.get_long().map(str::to_owned), arg.get_short()))
            .collect();
        let is_own = |flag: &Flag| {
            own.iter()
                .any(|(name, _)| name.as_deref() == Some(flag.name))
        };
        let without_own_letter = |flag: &'static Flag| {
            let is_own =
                |(_, letter): &(_, Option<char>)| letter.is_some() && *letter == flag.short;
            match own.iter().any(is_own) {
                true => arg(flag).short(None),
                false => arg(flag),
            }
        };
        let flags = Self::flags().filter(|flag| !is_own(flag));
        command.args(flags.map(without_own_letter))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl<T: Tables> clap::FromArgMatches for CompatFlags<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Vec::new();
        for flag in Self::flags() {
            // A flag of the command's own may have another type.
            let Ok(Some(values)) = matches.try_get_many::<String>(flag.name) else {
                continue;
            };
            let Some(places) = matches.indices_of(flag.name) else {
                continue;
            };
            flags.extend(
                places
                    .zip(values)
                    .map(|(place, value)| (place, flag, value)),
            );
        }
        flags.sort_by_key(|(place, ..)| *place);
        let values = flags
            .into_iter()
            .map(|(_, flag, value)| (flag, value.clone()));
        Ok(CompatFlags {
            values: values.collect(),
            kubeconfigs: OnceLock::new(),
            tables: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns true if a global flag of Helm's, as it was typed, has its value in the next argument. As in cobra,
/// an unknown one takes the next argument along, unless it has its value in itself.
pub(super) fn takes_next(text: &str) -> bool {
    if text.strip_prefix("--") == Some(terminal::NO_HINTS) {
        return false;
    }
    let flags = || Global::TABLES.iter().copied().flatten();
    let flag = match text.strip_prefix("--") {
        Some(name) => flags().find(|flag| flag.name == name),
        None => flags().find(|flag| {
            let mut letters = text.chars().skip(1);
            letters.next() == flag.short && flag.short.is_some() && letters.next().is_none()
        }),
    };
    match flag {
        Some(flag) => flag.kind.without_value().is_none(),
        None => !text.contains('=') && (text.starts_with("--") || text.len() == 2),
    }
}

/// The flags that one major alone has.
fn of_one_major() -> impl Iterator<Item = &'static Flag> {
    let tables = InstallCompat::TABLES.iter().chain(VersionCompat::TABLES);
    let tables = tables.chain(CreateCompat::TABLES);
    let tables = tables.chain(UpgradeRelease::TABLES);
    let flags = tables.copied().flatten();
    flags.filter(|flag| {
        let (helm3, helm4) = flag.standing;
        matches!(helm3, Support::Unknown) || matches!(helm4, Support::Unknown)
    })
}

/// Returns true if one major alone has a flag of this name.
pub(super) fn is_of_one_major(name: &str) -> bool {
    of_one_major().any(|flag| flag.name == name)
}

/// Returns true if a Helm has a flag of this name, if any Helm has.
pub(super) fn is_known(name: &str, profile: &Profile) -> bool {
    of_one_major()
        .filter(|flag| flag.name == name)
        .all(|flag| !matches!(flag.standing(profile), Support::Unknown))
}
