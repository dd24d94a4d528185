//! The commands of `cargo xtask`, whichever program has them.

use std::process::ExitCode;

use anyhow::Result;

use crate::stdout;

/// A command that is not `xtask`'s own.
pub struct Command {
    /// The command's name.
    pub name: &'static str,
    /// The package, and its program, that has it.
    pub package: &'static str,
    /// Its description in the list of all.
    pub about: &'static str,
}

const fn command(package: &'static str, name: &'static str, about: &'static str) -> Command {
    Command {
        name,
        package,
        about,
    }
}

/// The commands in `tools/`, by package.
pub const COMMANDS: &[Command] = &[
    command(
        "oracle",
        "record",
        "Writes what real Helm answers into tests/golden and tests/vectors",
    ),
    command(
        "oracle",
        "parity",
        "Renders charts with real Helm and with rhelm and compares bytes",
    ),
    command(
        "oracle",
        "parity-diff",
        "Compares charts' versions with helm-diff and with `rhelm diff` and compares bytes",
    ),
    command(
        "oracle",
        "fuzz-diff",
        "Renders random snippets with the oracles and with rhelm and compares",
    ),
    command(
        "oracle",
        "fuzz-yaml",
        "Reads and writes random YAML with the oracles and with rhelm and compares",
    ),
    command(
        "oracle",
        "fuzz-archives",
        "Gives charts' archives with random changes to both Helms and to rhelm and compares",
    ),
    command(
        "oracle",
        "value-flags",
        "Gives random combinations of value flags to both Helms and to rhelm and compares",
    ),
    command(
        "book",
        "book",
        "Builds the book from docs/ and checks its links and generated pages",
    ),
    command("bench", "bench", "Measures real Helm and rhelm in turns"),
    command(
        "e2e",
        "mutate",
        "Renders charts with one byte deleted and reports crashes and hangs",
    ),
    command(
        "e2e",
        "misspell",
        "Misspells values' keys and counts how many rhelm validate finds",
    ),
    command(
        "e2e",
        "line-map",
        "Checks which template line made each line of charts' output",
    ),
    command(
        "e2e",
        "fuzz",
        "Runs libFuzzer on the fuzz targets, one after the other",
    ),
    command(
        "e2e",
        "outputs",
        "Tries what every command writes with devices, links, mounts and full disks in the file's place",
    ),
    command(
        "e2e",
        "sources",
        "Makes the calls of tools that start helm with rhelm and Helm in turn, and kills rhelm at any moment",
    ),
    command(
        "e2e",
        "cluster",
        "Tries the Istio charts and the multicluster guide on real API servers",
    ),
];

/// Runs a command.
pub fn about(name: &str) -> &'static str {
    let mut commands = COMMANDS.iter();
    commands
        .find(|command| command.name == name)
        .map_or("", |command| command.about)
}

/// Runs a command, prints its error, and ends quietly where its reader goes away.
#[allow(clippy::print_stderr)]
pub fn run(command: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    stdout::printing(|| match command() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    })
}
