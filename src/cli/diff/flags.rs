//! The flags that say what each side of a comparison is rendered with: for both, for the old one
//! (`--old-…`) and for the new one (`--new-…`).

use crate::values::Layers;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use std::marker::PhantomData;

/// The release and the cluster that both sides are rendered for.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The release's name [default: release-name; with --compat helm-diff: release]
    #[arg(long, value_name = "NAME", visible_alias = "name")]
    pub(super) release: Option<String>,
    /// The namespace that templates see, and of resources that name none
    #[arg(
        short,
        long,
        value_name = "NAME",
        env = "HELM_NAMESPACE",
        hide_env = true
    )]
    pub(super) namespace: Option<String>,
    /// The version of Kubernetes that templates see, and that must serve the new side's resources
    #[arg(long, value_name = "VERSION")]
    pub(super) kube_version: Option<String>,
    /// API versions that templates see besides Kubernetes' own; may be given several times
    #[arg(short, long, value_name = "VERSIONS")]
    pub(super) api_versions: Vec<String>,
}

/// A side, as its flags are called.
pub(super) trait Which: std::fmt::Debug + 'static {
    /// Which of a flag's two names is this side's.
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
    /// Which Helm to be.
    pub(super) helm_version: Option<String>,
    side: PhantomData<S>,
}

impl<S> OneSide<S> {
    /// Whether any flag of this side was given.
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
    /// Whether it may be given several times.
    many: bool,
}

macro_rules! flag {
    ($name:literal, $value:literal, $help:literal, $many:literal) => {
        Flag {
            names: [concat!("old-", $name), concat!("new-", $name)],
            value_name: $value,
            help: $help,
            many: $many,
        }
    };
}

const FLAGS: &[Flag] = &[
    flag!("values", "FILE", "As --values", true),
    flag!("set", "PAIRS", "As --set", true),
    flag!("set-string", "PAIRS", "As --set-string", true),
    flag!("set-file", "PAIRS", "As --set-file", true),
    flag!("set-json", "PAIRS", "As --set-json", true),
    flag!("set-literal", "PAIR", "As --set-literal", true),
    flag!("release", "NAME", "As --release", false),
    flag!("namespace", "NAME", "As --namespace", false),
    flag!("kube-version", "VERSION", "As --kube-version", false),
    flag!("api-versions", "VERSIONS", "As --api-versions", true),
    flag!("helm-version", "VERSION", "As --helm-version", false),
];

impl<S: Which> Args for OneSide<S> {
    fn augment_args(mut command: Command) -> Command {
        for flag in FLAGS {
            let Some(name) = flag.names.get(S::INDEX).copied() else {
                continue;
            };
            let action = match flag.many {
                true => ArgAction::Append,
                false => ArgAction::Set,
            };
            let help = format!("{}, for the {} side only", flag.help, S::NAME);
            let arg = Arg::new(name).long(name).value_name(flag.value_name);
            let arg = arg.help(help).action(action);
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
        let all = |name: &str| -> Vec<String> {
            let flag = FLAGS.iter().find_map(|flag| {
                let own = flag.names.get(S::INDEX)?;
                (own.strip_prefix(S::NAME)?.strip_prefix('-') == Some(name)).then_some(*own)
            });
            let values = flag.and_then(|flag| matches.get_many::<String>(flag));
            values.map(|v| v.cloned().collect()).unwrap_or_default()
        };
        let one = |name: &str| all(name).pop();
        let files = all("values");
        Ok(OneSide {
            values: Layers {
                files: files
                    .iter()
                    .flat_map(|f| crate::cli::csv::values(f))
                    .collect(),
                set_json: all("set-json"),
                set: all("set"),
                set_string: all("set-string"),
                set_file: all("set-file"),
                set_literal: all("set-literal"),
            },
            release: one("release"),
            namespace: one("namespace"),
            kube_version: one("kube-version"),
            api_versions: all("api-versions"),
            helm_version: one("helm-version"),
            side: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
