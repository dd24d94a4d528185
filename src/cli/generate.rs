//! Completion scripts and man pages, made from the definition of the command line.

use super::color::Color;
use super::compat_flags::{CompatFlags, Global, NoCompat};
use super::terminal::{self, CliError};
use super::{CommandResult, command, complete, flags, program};
use clap::{Args, ValueEnum};
use clap_complete::Shell;
use files::atomic::{AtomicFiles, FileMode};
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        source <(rhelm completion bash)\n  \
        rhelm completion zsh > \"${fpath[1]}/_rhelm\"\n  \
        rhelm completion fish > ~/.config/fish/completions/rhelm.fish\n  \
        rhelm completion powershell | Out-String | Invoke-Expression")]
pub(super) struct Completion {
    /// The shell
    #[arg(value_enum)]
    shell: Supported,
    /// Leave descriptions out, as in Helm; changes nothing here
    #[arg(long)]
    no_descriptions: bool,

    #[command(flatten)]
    helm: flags::HelmVersion,

    #[command(flatten)]
    compat: CompatFlags<Global>,
}

/// The shells that Helm has completions for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Supported {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Completion {
    pub(super) fn run(self) -> CommandResult {
        self.compat.check(&self.helm.profile()?)?;
        let script = match self.shell {
            Supported::Bash => complete::script(include_str!("complete/scripts/bash.sh")),
            Supported::Zsh => complete::script(include_str!("complete/scripts/zsh.sh")),
            Supported::Fish => complete::script(include_str!("complete/scripts/fish.fish")),
            Supported::Powershell => {
                let mut script = Vec::new();
                let shell = Shell::PowerShell;
                clap_complete::generate(shell, &mut command(), program::name(), &mut script);
                return terminal::print(&script);
            }
        };
        terminal::print(script.as_bytes())
    }
}

/// Write man pages, one for each command; all of them or none.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm man ~/.local/share/man/man1\n  \
        rhelm man . && man ./rhelm-template.1")]
pub(super) struct Man {
    /// The directory to write to; created if it does not exist
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    #[command(flatten)]
    color: Color,
    #[command(flatten)]
    _global: CompatFlags<NoCompat>,
}

impl Man {
    pub(super) fn run(self) -> CommandResult {
        let failed = |error: &dyn Display| {
            let directory = self.directory.display();
            CliError::new(format!("cannot write man pages to {directory}: {error}"))
        };
        let mut command = command().disable_help_subcommand(true);
        command.build();
        let mut pages = Vec::new();
        add_pages(&command, &self.directory, &mut pages).map_err(|error| failed(&error))?;
        let mut files = AtomicFiles::new(FileMode::Default);
        let mut lines = String::new();
        for (file, text) in pages {
            lines.push_str(&format!("wrote {}\n", file.display()));
            files.add(file, text);
        }
        files.commit().map_err(|error| failed(&error))?;
        terminal::print(lines.as_bytes())
    }
}

/// Adds the page of a command and those of its subcommands.
fn add_pages(
    command: &clap::Command,
    directory: &Path,
    pages: &mut Vec<(PathBuf, Vec<u8>)>,
) -> io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    pages.push((directory.join(page.get_filename()), text));
    for subcommand in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        add_pages(subcommand, directory, pages)?;
    }
    Ok(())
}
