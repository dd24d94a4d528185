//! The layers of the workspace: which crate may know which. Arrows only go down.

mod features;
mod manifests;
mod signatures;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// One layer, from the ground up.
struct Layer {
    /// The common subject of its crates.
    title: &'static str,
    crates: &'static [&'static str],
    /// True if its crates may know those that stand before them in the list.
    may_know_peers: bool,
}

const fn layer(title: &'static str, crates: &'static [&'static str]) -> Layer {
    Layer {
        title,
        crates,
        may_know_peers: false,
    }
}

const fn ordered(title: &'static str, crates: &'static [&'static str]) -> Layer {
    Layer {
        title,
        crates,
        may_know_peers: true,
    }
}

/// All crates of the program, from the ground up.
const LAYERS: &[Layer] = &[
    ordered(
        "Go's libraries",
        &[
            "gostd",
            "goarchive",
            "gosemver",
            "goyaml",
            "gotoml",
            "gojsonpath",
            "gojsonschema",
            "gotemplate",
            "sprig",
        ],
    ),
    ordered(
        "process, files, connections",
        &["heap", "files", "background", "gonet"],
    ),
    layer("facts of Helm and Kubernetes", &["compat", "kubernetes"]),
    layer("chart model", &["chart"]),
    layer("rendering", &["engine"]),
    layer(
        "services around a render",
        &["host", "sources", "diagnostics", "trace"],
    ),
    layer("resources, checked", &["checks"]),
    layer(
        "tools over a render",
        &["lint", "diff", "validate", "multicluster", "release"],
    ),
    layer("explanation", &["explain"]),
    layer("a cluster", &["cluster"]),
    layer("command and library", &["rhelm"]),
];

/// The place of the table in docs/architecture.md.
const BEGIN: &str = "<!-- cargo xtask layers -->\n";
const END: &str = "<!-- end of layers -->\n";

#[derive(Args)]
pub(crate) struct Options {
    /// Writes the table into docs/architecture.md instead of comparing it with the one there
    #[arg(long)]
    write: bool,
}

/// A package in the output of `cargo metadata`.
#[derive(Deserialize)]
struct Package {
    name: String,
    description: Option<String>,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

/// Something that cargo builds of a package.
#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: PathBuf,
    doctest: bool,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Its name in this package's code, where that is another one.
    rename: Option<String>,
    /// `None` of those that the package itself is built with.
    kind: Option<String>,
    /// Those of the workspace have one.
    path: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Checks that every crate of the program stands in a layer, that it knows crates below it only, that docs/architecture.md
/// has the table as it is, that what a feature brings is there with that feature alone, and that errors have types.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let packages = packages()?;
    let places = places();
    let mut problems = Vec::new();
    for (name, package) in &packages {
        let Some(&(layer, rank)) = places.get(name.as_str()) else {
            problems.push(format!("{name} stands in no layer"));
            continue;
        };
        for dependency in known_crates(package) {
            let Some(&(other_layer, other_rank)) = places.get(dependency.as_str()) else {
                problems.push(format!(
                    "{name} knows {dependency}, which is no crate of the program"
                ));
                continue;
            };
            let goes_down = match other_layer == layer {
                true => {
                    LAYERS.get(layer).is_some_and(|layer| layer.may_know_peers) && other_rank < rank
                }
                false => other_layer < layer,
            };
            if !goes_down {
                problems.push(format!(
                    "{name} knows {dependency}, which does not stand below it"
                ));
            }
        }
    }
    for name in places.keys().filter(|name| !packages.contains_key(**name)) {
        problems.push(format!("{name} has a layer and is no crate"));
    }
    problems.extend(manifests::check(&packages)?);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    let table = table(&packages);
    print!("{table}");
    features::check()?;
    signatures::check()?;
    check_page(&table, options.write)
}

/// Returns the output of cargo.
fn cargo(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = project::cargo().args(arguments).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{error}");
    Ok(output.stdout)
}

/// The program's packages by their short names.
fn packages() -> Result<BTreeMap<String, Package>> {
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ];
    let metadata: Metadata = serde_json::from_slice(&cargo(&arguments)?)?;
    let published = metadata.packages.into_iter().filter_map(|package| {
        let short = short_name(&package.name)?;
        Some((short.to_owned(), package))
    });
    Ok(published.collect())
}

/// `gostd` of `rhelm-gostd`; nothing of a package that is not part of the program.
fn short_name(package: &str) -> Option<&str> {
    match package {
        "rhelm" => Some(package),
        _ => package.strip_prefix("rhelm-"),
    }
}

/// The crates of the program that a package is built with.
fn known_crates(package: &Package) -> BTreeSet<String> {
    let dependencies = package.dependencies.iter();
    let own =
        dependencies.filter(|dependency| dependency.kind.is_none() && dependency.path.is_some());
    own.map(|dependency| {
        short_name(&dependency.name)
            .unwrap_or(&dependency.name)
            .to_owned()
    })
    .collect()
}

/// Layer and place in it of each crate.
fn places() -> BTreeMap<&'static str, (usize, usize)> {
    let layers = LAYERS.iter().enumerate();
    let places = layers.flat_map(|(layer, crates)| {
        let crates = crates.crates.iter().enumerate();
        crates.map(move |(rank, name)| (*name, (layer, rank)))
    });
    places.collect()
}

/// The table as Markdown, the ground last.
fn table(packages: &BTreeMap<String, Package>) -> String {
    let mut text = String::from("| layer | crate | what it is | knows |\n|---|---|---|---|\n");
    for layer in LAYERS.iter().rev() {
        let mut title = layer.title;
        for name in layer.crates.iter().rev() {
            let Some(package) = packages.get(*name) else {
                continue;
            };
            let description = package.description.as_deref().unwrap_or_default();
            let dependencies: Vec<String> = known_crates(package).into_iter().collect();
            text.push_str(&format!(
                "| {title} | `{name}` | {description} | {} |\n",
                dependencies.join(", ")
            ));
            title = "";
        }
    }
    text
}

/// Compares the table in docs/architecture.md with this one, or writes it there.
fn check_page(table: &str, write: bool) -> Result<ExitCode> {
    let path = project::root().join("docs/architecture.md");
    let page = fs::read_to_string(&path)?;
    let (before, rest) = page
        .split_once(BEGIN)
        .context("docs/architecture.md has no place for the table")?;
    let (present, after) = rest
        .split_once(END)
        .context("the table in docs/architecture.md has no end")?;
    if present == table {
        return Ok(ExitCode::SUCCESS);
    }
    if !write {
        bail!("docs/architecture.md has another table: cargo xtask layers --write");
    }
    fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}"))?;
    Ok(ExitCode::SUCCESS)
}
