//! The command line: one file per command, flag groups that commands share, terminal output. The
//! only part of the program that prints.

mod arguments;
mod chart_argument;
mod chart_search;
mod chart_source;
mod charts;
#[cfg(feature = "cluster")]
mod cluster_settings;
mod color;
mod compat_checks;
mod compat_flags;
mod complete;
mod config;
mod create;
mod dependency;
mod diff;
mod env;
mod eval;
mod explain;
mod fetching;
mod flags;
mod generate;
mod help;
mod host_flags;
mod inputs;
mod kubeconfig;
mod lint;
mod multicluster;
mod namespace;
mod output_dir;
mod output_file;
mod package;
mod pager;
mod pflag;
mod plugin;
mod post_renderer;
mod program;
mod progress;
mod prompt;
mod pull;
mod push;
mod registry;
mod release;
mod releases;
mod remote_schema;
mod repo;
mod reproducible;
mod search;
mod server;
mod session;
mod shell;
mod show;
mod string_slice;
mod table;
mod template;
mod terminal;
mod trace_flags;
mod unsupported;
mod usage;
mod validate;
mod values_files;
mod verify;
mod version;

use arguments::Arguments;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::CliError;

/// Helm's chart rendering, byte for byte.
#[derive(Debug, Parser)]
#[command(
    name = "rhelm",
    version,
    about,
    after_help = "Examples:\n  \
        rhelm template istio-remote --set global.pilotEndpoint=10.1.2.3\n  \
        rhelm show crds ./chart | kubectl apply --server-side -f -\n  \
        rhelm upgrade --install web ./chart -n prod --create-namespace",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    hints: Hints,
}

/// A switch of all commands. [`terminal::wants_hints`] reads it, and `RHELM_NO_HINTS`.
#[derive(Debug, Args)]
struct Hints {
    /// Leave out rhelm's advice after an error, the lines that begin with `hint: `
    #[arg(long = terminal::NO_HINTS, global = true, hide_short_help = true)]
    _no_hints: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Render a chart's templates and print the manifests
    Template(Box<template::Template>),
    /// Examine charts for problems
    Lint(Box<lint::Lint>),
    /// Render a template snippet as a part of a chart
    Eval(Box<eval::Eval>),
    /// Show what changes between two charts, sets of values or manifests
    Diff(Box<diff::Diff>),
    /// Show where a value comes from and what reads it, or what made an output line
    Explain(Box<explain::Explain>),
    /// Check values, and the manifests that a chart renders from them
    Validate(Box<validate::Validate>),
    /// Show a chart's metadata, values, readme or CRDs
    #[command(visible_alias = "inspect")]
    Show(show::Show),
    /// Fetch and list the charts that a chart depends on
    #[command(visible_aliases = ["dep", "dependencies"])]
    Dependency(Box<dependency::Dependency>),
    /// Pack a chart's directory into an archive
    Package(Box<package::Package>),
    /// Check the signature of a packed chart
    Verify(Box<verify::Verify>),
    /// Create a chart
    Create(Box<create::Create>),
    /// Fetch a chart from a repository or registry
    #[command(visible_alias = "fetch")]
    Pull(Box<pull::Pull>),
    /// Store a packed chart in a registry
    Push(push::Push),
    /// Log in to registries, and log out
    Registry(registry::Registry),
    /// Add, list, update and remove chart repositories
    Repo(repo::Repo),
    /// Search for charts
    Search(search::Search),
    /// List releases
    #[command(visible_alias = "ls")]
    List(Box<releases::List>),
    /// List the revisions of a release
    #[command(visible_alias = "hist")]
    History(Box<releases::History>),
    /// Show the state of a release
    Status(Box<releases::Status>),
    /// Print what Helm has stored about a release
    Get(releases::Get),
    /// Install a chart
    Install(Box<releases::Install>),
    /// Upgrade a release
    Upgrade(Box<releases::Upgrade>),
    /// Go back to an earlier revision of a release
    Rollback(Box<releases::Rollback>),
    /// Uninstall releases
    #[command(visible_aliases = ["del", "delete", "un"])]
    Uninstall(Box<releases::Uninstall>),
    /// Run the tests of a release
    Test(Box<releases::Test>),
    /// Unlock releases, adopt resources, and see what a newer Kubernetes breaks
    Release(Box<releases::Upkeep>),
    /// List the bundled charts, or copy one into a directory
    Charts(charts::Charts),
    /// Join a cluster to an Istio control plane in another cluster
    Multicluster(multicluster::Multicluster),
    /// Print the version of Helm that rhelm emulates
    Version(version::Version),
    /// Print Helm's directories and its other settings from the environment
    Env(env::Env),
    /// List the installed plugins
    Plugin(plugin::Plugin),
    /// Print a completion script for a shell
    Completion(generate::Completion),
    /// Write man pages
    Man(generate::Man),
    /// Show how to use a command
    Help(help::Help),
    /// A command that Helm has and rhelm has not, or that nobody has.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

/// Runs the program on the given arguments, the first of which is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    files::interrupts::allow();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    program::set(arguments.first().map(OsString::as_os_str));
    let with_hints = || terminal::wants_hints(&arguments);
    if let Some(result) = complete::answer(&arguments) {
        return exit(result, with_hints);
    }
    if arguments.len() <= 1 {
        return exit(terminal::print(usage::first_steps().as_bytes()), with_hints);
    }
    if let Some(version) = version_alone(&arguments) {
        return exit(terminal::print(version.as_bytes()), with_hints);
    }
    if let Some(template) = template_alone(&arguments) {
        return exit(template.run(), with_hints);
    }
    let mut command = command();
    let read = arguments::read(&command, arguments.clone());
    let result = match parse(&read, &mut command) {
        Ok(cli) => match cli.command {
            Command::Template(template) => template.run(),
            Command::Lint(lint) => lint.run(),
            Command::Eval(eval) => eval.run(),
            Command::Diff(diff) => diff.run(),
            Command::Explain(explain) => explain.run(),
            Command::Validate(validate) => validate.run(),
            Command::Show(show) => show.run(),
            Command::Dependency(dependency) => dependency.run(),
            Command::Package(package) => package.run(),
            Command::Verify(verify) => verify.run(),
            Command::Create(create) => create.run(),
            Command::Pull(pull) => pull.run(),
            Command::Push(push) => push.run(),
            Command::Registry(registry) => registry.run(),
            Command::Repo(repo) => repo.run(),
            Command::Search(search) => search.run(),
            Command::List(list) => list.run(),
            Command::History(history) => history.run(),
            Command::Status(status) => status.run(),
            Command::Get(get) => get.run(),
            Command::Install(install) => install.run(),
            Command::Upgrade(upgrade) => upgrade.run(),
            Command::Rollback(rollback) => rollback.run(),
            Command::Uninstall(uninstall) => uninstall.run(),
            Command::Test(test) => test.run(),
            Command::Release(upkeep) => upkeep.run(),
            Command::Charts(charts) => charts.run(),
            Command::Multicluster(multicluster) => multicluster.run(),
            Command::Version(version) => version.run(),
            Command::Env(env) => env.run(),
            Command::Plugin(plugin) => plugin.run(),
            Command::Completion(completion) => completion.run(),
            Command::Man(man) => man.run(),
            Command::Help(help) => help.run(),
            Command::Other(words) if words.first().is_some_and(|word| word.is_empty()) => {
                terminal::print(usage::help(&mut command).as_bytes())
            }
            Command::Other(words) => {
                plugin::run(&words).unwrap_or_else(|| Err(unsupported::refuse(&words, &command)))
            }
        },
        Err(result) => result.map_err(|failure| validate::not_checked_by(&read.all, failure)),
    };
    exit(result, with_hints)
}

/// Parses the command line; the error is what there is to print instead.
fn parse(read: &Arguments, command: &mut clap::Command) -> Result<Cli, CommandResult> {
    let parsed = command.try_get_matches_from_mut(&read.all);
    let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches));
    let report = |error: &clap::Error, command: &mut clap::Command| {
        Err(usage::report(error, &read.all, command))
    };
    match (parsed, &read.error) {
        // A value is judged where it stands, before what is wrong behind it.
        (Err(error), _) if usage::is_about_a_value(&error) => report(&error, command),
        (_, Some(error)) => Err(Err(CliError::new(error))),
        _ if read.is_bare => Err(terminal::print(usage::help(command).as_bytes())),
        (parsed, None) => match (read.for_help(), parsed) {
            (Some(arguments), _) => Err(help::print(&arguments)),
            (None, Ok(cli)) => Ok(cli),
            (None, Err(error)) => report(&error, command),
        },
    }
}

fn exit(result: CommandResult, with_hints: impl FnOnce() -> bool) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(with_hints()),
    }
}

/// The answer to `rhelm --version`, which needs no definition of commands.
fn version_alone(arguments: &[OsString]) -> Option<String> {
    let [_, flag] = arguments else { return None };
    (flag == "--version" || flag == "-V").then(|| {
        clap::Command::new("rhelm")
            .version(env!("CARGO_PKG_VERSION"))
            .render_version()
    })
}

/// `rhelm template`, read without defining all the other commands: a tenth of a small chart's render.
/// Nothing where the arguments are not right or ask for help; the whole definition answers that.
fn template_alone(arguments: &[OsString]) -> Option<template::Template> {
    if !arguments.iter().any(|argument| argument == "template") {
        return None;
    }
    let command = template::Template::augment_args(clap::Command::new("template"));
    let command = Hints::augment_args(command);
    let command = command.mut_args(as_pflag).args_override_self(true);
    let program = clap::Command::new("rhelm").subcommand(command);
    let read = arguments::read(&program, arguments.to_vec());
    if !read.are_plain() || read.all.get(1)? != "template" {
        return None;
    }
    let mut command = program;
    let command = command.find_subcommand_mut("template")?;
    let matches = command.try_get_matches_from_mut(read.all.get(1..)?).ok()?;
    template::Template::from_arg_matches(&matches).ok()
}

/// The command line's definition. Flags take their arguments as Helm's flag parser (pflag) does:
/// a switch takes `=true` and the like, and a value is the next argument whatever it looks like
/// (`-f -,more.yaml`).
pub fn command() -> clap::Command {
    fn all(command: clap::Command) -> clap::Command {
        command.mut_args(as_pflag).mut_subcommands(all)
    }
    all(Cli::command()).args_override_self(true)
}

fn as_pflag(arg: clap::Arg) -> clap::Arg {
    match arg.get_action() {
        ArgAction::SetTrue => arg
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .value_parser(flags::go_bool)
            .value_name("BOOL")
            .default_value("false")
            .default_missing_value("true")
            .hide_default_value(true),
        ArgAction::Set | ArgAction::Append if !arg.is_positional() => arg.allow_hyphen_values(true),
        _ => arg,
    }
}

/// The result of a command.
type CommandResult = Result<(), CliError>;
