//! `cargo xtask book`: the book of `docs/`, in `target/book`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use project::{commands, say};
use walkdir::WalkDir;

#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(about = commands::about("book"))]
    Book(Options),
}

#[derive(Args)]
struct Options {
    /// Only writes the generated pages, docs/commands.md and docs/rules.md
    #[arg(long)]
    write: bool,
    /// The page of examples/playground, in place of building it
    #[arg(long, value_name = "FILE")]
    playground: Option<PathBuf>,
}

fn main() -> ExitCode {
    commands::run(|| match Cli::parse().command {
        Command::Book(options) => run(&options),
    })
}

fn run(options: &Options) -> Result<ExitCode> {
    let pages = book::pages(&project::program("rhelm")?)?;
    if options.write {
        pages.iter().try_for_each(book::Page::write)?;
        return Ok(ExitCode::SUCCESS);
    }
    for page in &pages {
        if !page.is_current() {
            bail!(
                "{} is out of date: run `cargo xtask book --write`",
                page.path
            );
        }
    }
    let target = project::target();
    let (source, built) = (target.join("book-source"), target.join("book"));
    lay_out(&source)?;
    let playground = match &options.playground {
        Some(page) => page.clone(),
        None => build_playground(&target.join("playground/page"))?,
    };
    fs::copy(&playground, source.join("docs/playground-page.html"))
        .with_context(|| format!("cannot copy {}", playground.display()))?;
    // mdBook itself leaves what is not its own.
    if built.exists() {
        fs::remove_dir_all(&built)?;
    }
    build(&source, &built)?;
    let wrong = book::links::complaints(&built)?;
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    say!("{} has the book", built.display());
    Ok(ExitCode::SUCCESS)
}

/// A copy of `docs/` whose links out of it lead to the repository.
fn lay_out(source: &Path) -> Result<()> {
    if source.exists() {
        fs::remove_dir_all(source)?;
    }
    let docs = project::root().join("docs");
    for entry in WalkDir::new(&docs) {
        let entry = entry?;
        let path = entry.path().strip_prefix(project::root())?;
        let to = source.join(path);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to)?;
        } else if path.extension().is_some_and(|kind| kind == "md") {
            let text = fs::read_to_string(entry.path())?;
            let name = path.display().to_string();
            fs::write(&to, book::links::out_of_the_book(&name, &text)?)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    fs::rename(source.join("docs/book.toml"), source.join("book.toml"))?;
    Ok(())
}

/// Runs mdBook, which `scripts/install-mdbook.sh` installs.
fn build(source: &Path, built: &Path) -> Result<()> {
    let script = project::root().join("scripts/install-mdbook.sh");
    let output = process::Command::new("bash").arg(script).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let mdbook = String::from_utf8(output.stdout)?;
    let output = process::Command::new(mdbook.trim())
        .arg("build")
        .arg("--dest-dir")
        .arg(built)
        .arg(source)
        .output()
        .with_context(|| format!("cannot run {}", mdbook.trim()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    // A page that is not in the summary, a link to none: mdBook only warns.
    if !output.status.success() || said.contains("WARN") || said.contains("ERROR") {
        bail!("mdbook: {said}");
    }
    Ok(())
}

fn build_playground(to: &Path) -> Result<PathBuf> {
    let script = project::root().join("examples/playground/build.sh");
    let status = process::Command::new("bash").arg(script).arg(to).status()?;
    if !status.success() {
        bail!("the playground does not build");
    }
    Ok(to.join("page.html"))
}
