//! Completion scripts and man pages, made from the definition of the command line.

use super::color::Color;
use super::helm_flags::{Global, HelmFlags};
use super::terminal::{self, Failure};
use super::{Outcome, command, flags, interrupts};
use clap::{Args, ValueEnum};
use clap_complete::Shell;
use std::path::{Path, PathBuf};
use std::{fs, io};

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
    accepted: HelmFlags<Global>,
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
    pub(super) fn run(self) -> Outcome {
        self.accepted.check(&self.helm.profile()?)?;
        let shell = match self.shell {
            Supported::Bash => Shell::Bash,
            Supported::Zsh => Shell::Zsh,
            Supported::Fish => Shell::Fish,
            Supported::Powershell => Shell::PowerShell,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command(), "rhelm", &mut script);
        terminal::print(&script)
    }
}

/// Write man pages, one for each command.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
        rhelm man ~/.local/share/man/man1\n  \
        rhelm man . && man ./rhelm-template.1")]
pub(super) struct Man {
    /// The directory to write to, which is made
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    #[command(flatten)]
    color: Color,
}

impl Man {
    pub(super) fn run(self) -> Outcome {
        let written = self.write();
        let written = written.map_err(|error| {
            let directory = self.directory.display();
            Failure::new(format!("cannot write man pages to {directory}: {error}"))
        })?;
        terminal::print(written.as_bytes())
    }

    fn write(&self) -> io::Result<String> {
        fs::create_dir_all(&self.directory)?;
        let mut command = command().disable_help_subcommand(true);
        command.build();
        let mut lines = String::new();
        let _held = interrupts::hold();
        write_pages(&command, &self.directory, &mut lines)?;
        Ok(lines)
    }
}

/// Writes the page of a command and those of its subcommands.
fn write_pages(command: &clap::Command, directory: &Path, lines: &mut String) -> io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    let file = directory.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text)?;
    fs::write(&file, text)?;
    lines.push_str(&format!("wrote {}\n", file.display()));
    for subcommand in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        write_pages(subcommand, directory, lines)?;
    }
    Ok(())
}
