//! What packages and checkouts need: manifests that are whole, and file names that every system takes.

use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

type Tested = Result<(), Box<dyn Error>>;

/// What Windows does not take in a name, besides control characters.
const REFUSED_CHARACTERS: &[char] = &['<', '>', ':', '"', '|', '?', '*', '\\'];

/// Names of devices on Windows, with any extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the repository; nothing where this is no checkout.
fn files() -> Result<Vec<String>, Box<dyn Error>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()?;
    let names = String::from_utf8(listing.stdout)?;
    Ok(names.split_terminator('\0').map(str::to_owned).collect())
}

/// What keeps Windows from having a file of this name.
fn refusal(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let port = stem.strip_prefix("com").or(stem.strip_prefix("lpt"));
    let is_port = port.is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()));
    if name.contains(|c: char| c.is_control() || REFUSED_CHARACTERS.contains(&c)) {
        return Some("a character");
    }
    if is_port || DEVICES.contains(&stem.as_str()) {
        return Some("the name of a device");
    }
    name.ends_with(['.', ' ']).then_some("its end")
}

#[test]
fn every_system_takes_the_file_names() -> Tested {
    let mut names = HashSet::new();
    for file in files()? {
        for part in file.split('/') {
            assert_eq!(refusal(part), None, "{file}");
        }
        // With the path of a checkout before it, it has to stay below 260.
        assert!(file.len() < 180, "{file} is too long");
        assert!(
            names.insert(file.to_lowercase()),
            "{file} is there twice, but for case"
        );
    }
    Ok(())
}

#[test]
fn what_windows_refuses_is_found() {
    for (name, expected) in [
        ("a.yaml", None),
        ("console.txt", None),
        ("com10", None),
        (".helmignore", None),
        ("not: valid.yaml", Some("a character")),
        ("tab\there", Some("a character")),
        ("Con.txt", Some("the name of a device")),
        ("lpt1", Some("the name of a device")),
        ("end.", Some("its end")),
    ] {
        assert_eq!(refusal(name), expected, "{name:?}");
    }
}

/// The manifests of the workspace, those that are published apart from tools.
fn manifests() -> Result<(Vec<PathBuf>, Vec<PathBuf>), Box<dyn Error>> {
    let members = |directory: &str| -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let mut manifests = Vec::new();
        for entry in fs::read_dir(root().join(directory))? {
            let manifest = entry?.path().join("Cargo.toml");
            if manifest.is_file() {
                manifests.push(manifest);
            }
        }
        Ok(manifests)
    };
    let mut published = members("crates")?;
    published.push(root().join("Cargo.toml"));
    let mut tools = members("tools")?;
    tools.push(root().join("xtask/Cargo.toml"));
    Ok((published, tools))
}

#[test]
fn manifests_are_whole() -> Tested {
    let (published, tools) = manifests()?;
    for path in published {
        let place = path.display();
        let manifest: toml::Table = fs::read_to_string(&path)?.parse()?;
        let package = &manifest["package"];
        assert!(package.get("description").is_some(), "{place}");
        for key in ["version", "license", "repository", "include"] {
            let inherited = package.get(key).and_then(|value| value.get("workspace"));
            let is_inherited = inherited.and_then(toml::Value::as_bool);
            assert_eq!(is_inherited, Some(true), "{place}: {key}");
        }
        assert!(package.get("publish").is_none(), "{place}");
        assert!(path.with_file_name("README.md").is_file(), "{place}");
    }
    for path in tools {
        let manifest: toml::Table = fs::read_to_string(&path)?.parse()?;
        let publish = manifest["package"]
            .get("publish")
            .and_then(toml::Value::as_bool);
        assert_eq!(publish, Some(false), "{}", path.display());
    }
    Ok(())
}
