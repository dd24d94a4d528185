//! The flags that say what each side of a comparison is rendered with: for both, for the old one
//! (`--old-…`) and for the new one (`--new-…`).

use crate::cli::string_slice::StringSlice;
use crate::values::Layers;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use std::marker::PhantomData;

/// The release and the cluster that both sides are rendered for.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The release's name [default: release-name; with --compat helm-diff: release]
    #[arg(long = "name", value_name = "NAME", alias = "release")]
    pub(super) release: Option<String>,
    /// The namespace of the release, and of resources that name none
    #[arg(
        short,
        long,
        value_name = "NAME",
        env = "HELM_NAMESPACE",
        hide_env = true
    )]
    pub(super) namespace: Option<String>,
    /// The Kubernetes version in .Capabilities, and for the check that it serves the new side's API versions
    #[arg(long, value_name = "VERSION")]
    pub(super) kube_version: Option<String>,
    /// Add API versions to .Capabilities; may be given several times
    #[arg(short, long, value_name = "VERSIONS")]
    pub(super) api_versions: Vec<StringSlice>,
}

/// A side, as its flags are called.
pub(super) trait Which: std::fmt::Debug + 'static {
    /// This side's one of a flag's two names.
    const INDEX: usize;
    /// The side in help texts.
    const NAME: &'static str;
}

/// The side that changes are counted from.
#[derive(Debug)]
pub(super) struct Old;

/// The side that changes lead to.
#[derive(Debug)]
pub(super) struct New;

impl Which for Old {
    const INDEX: usize = 0;
    const NAME: &'static str = "old";
}

impl Which for New {
    const INDEX: usize = 1;
    const NAME: &'static str = "new";
}

/// Flags of one side; they win over those of both.
#[derive(Debug)]
pub(super) struct OneSide<S> {
    /// Values.
    pub(super) values: Layers,
    /// The release's name.
    pub(super) release: Option<String>,
    /// The namespace.
    pub(super) namespace: Option<String>,
    /// The version of Kubernetes.
    pub(super) kube_version: Option<String>,
    /// API versions.
    pub(super) api_versions: Vec<String>,
    /// The Helm to emulate.
    pub(super) helm_version: Option<String>,
    side: PhantomData<S>,
}

impl<S> OneSide<S> {
    /// Returns true if any flag of this side was given.
    pub(super) fn is_given(&self) -> bool {
        self.values != Layers::default()
            || !self.api_versions.is_empty()
            || [
                &self.release,
                &self.namespace,
                &self.kube_version,
                &self.helm_version,
            ]
            .iter()
            .any(|flag| flag.is_some())
    }
}

/// A flag that each side has.
struct Flag {
    /// Its name for the old side and for the new one.
    names: [&'static str; 2],
    value_name: &'static str,
    help: &'static str,
    /// Another name that it goes by, for each side.
    aliases: [&'static str; 2],
    takes: Takes,
}

/// The number of times a flag may be given, and the form of its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// The last one counts.
    One,
    /// All of them count.
    Many,
    /// All of them count, and each holds a list.
    Lists,
}

macro_rules! flag {
    ($name:literal, $value:literal, $takes:expr) => {
        flag!($name, $value, $takes, "")
    };
    ($name:literal, $value:literal, $takes:expr, $alias:literal) => {
        Flag {
            names: [concat!("old-", $name), concat!("new-", $name)],
            value_name: $value,
            help: concat!("As --", $name),
            aliases: [concat!("old-", $alias), concat!("new-", $alias)],
            takes: $takes,
        }
    };
}

const FLAGS: &[Flag] = &[
    flag!("values", "FILE", Takes::Lists),
    flag!("set", "PAIRS", Takes::Many),
    flag!("set-string", "PAIRS", Takes::Many),
    flag!("set-file", "PAIRS", Takes::Many),
    flag!("set-json", "PAIRS", Takes::Many),
    flag!("set-literal", "PAIR", Takes::Many),
    flag!("name", "NAME", Takes::One, "release"),
    flag!("namespace", "NAME", Takes::One),
    flag!("kube-version", "VERSION", Takes::One),
    flag!("api-versions", "VERSIONS", Takes::Lists),
    flag!("helm-version", "VERSION", Takes::One),
];

impl<S: Which> Args for OneSide<S> {
    fn augment_args(mut command: Command) -> Command {
        for flag in FLAGS {
            let Some(name) = flag.names.get(S::INDEX).copied() else {
                continue;
            };
            let help = format!("{}, for the {} side only", flag.help, S::NAME);
            let arg = Arg::new(name).long(name).value_name(flag.value_name);
            let arg = match flag.takes {
                Takes::One => arg.action(ArgAction::Set),
                Takes::Many => arg.action(ArgAction::Append),
                Takes::Lists => {
                    let parser = value_parser!(StringSlice);
                    arg.action(ArgAction::Append).value_parser(parser)
                }
            };
            let alias = flag
                .aliases
                .get(S::INDEX)
                .filter(|alias| !alias.ends_with('-'));
            let arg = arg.aliases(alias.copied()).help(help);
            command = command.arg(arg.help_heading("Flags of one side"));
        }
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Which> FromArgMatches for OneSide<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flag = |name: &str| {
            FLAGS.iter().find_map(|flag| {
                let own = flag.names.get(S::INDEX)?;
                (own.strip_prefix(S::NAME)?.strip_prefix('-') == Some(name)).then_some(*own)
            })
        };
        let all = |name: &str| -> Vec<String> {
            let values = flag(name).and_then(|flag| matches.get_many::<String>(flag));
            values.map(|v| v.cloned().collect()).unwrap_or_default()
        };
        let lists = |name: &str| -> Vec<String> {
            let lists = flag(name).and_then(|flag| matches.get_many::<StringSlice>(flag));
            let lists: Vec<StringSlice> = lists.map(|l| l.cloned().collect()).unwrap_or_default();
            StringSlice::to_vec(&lists)
        };
        let one = |name: &str| all(name).pop();
        Ok(OneSide {
            values: Layers {
                files: lists("values"),
                set_json: all("set-json"),
                set: all("set"),
                set_string: all("set-string"),
                set_file: all("set-file"),
                set_literal: all("set-literal"),
            },
            release: one("name"),
            namespace: one("namespace"),
            kube_version: one("kube-version"),
            api_versions: lists("api-versions"),
            helm_version: one("helm-version"),
            side: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
