//! `rhelm create`: the chart that it makes.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

type Tested = Result<(), Box<dyn Error>>;

/// Values that turn on what is off.
const EVERYTHING: &str =
    "ingress.enabled=true,httpRoute.enabled=true,autoscaling.enabled=true,autoscaling.memory=70";

fn rhelm(arguments: &[&str], directory: &Path) -> Result<Output, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    command.args(arguments).current_dir(directory);
    Ok(command.output()?)
}

fn succeeds(arguments: &[&str], directory: &Path) -> Result<String, Box<dyn Error>> {
    let output = rhelm(arguments, directory)?;
    let (stdout, stderr) = (
        String::from_utf8(output.stdout)?,
        String::from_utf8(output.stderr)?,
    );
    assert!(output.status.success(), "{arguments:?}: {stdout}{stderr}");
    Ok(stdout)
}

/// The files below a directory.
fn files(directory: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    let mut open = vec![directory.to_owned()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(inner)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(directory)?.to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}

#[test]
fn the_chart_is_the_one_that_both_helms_have_rendered() -> Tested {
    let dir = tempfile::tempdir()?;
    assert_eq!(succeeds(&["create", "web"], dir.path())?, "Creating web\n");
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/create-own/web");
    assert_eq!(files(&dir.path().join("web"))?, files(&recorded)?);
    assert!(dir.path().join("web/charts").is_dir());
    Ok(())
}

#[test]
fn charts_of_all_names_pass_lint_and_validate() -> Tested {
    let dir = tempfile::tempdir()?;
    for name in ["web", "My_App", "123", "true", "1e3", "a.b"] {
        succeeds(&["create", name], dir.path())?;
        for major in ["3", "4"] {
            for more in [&[][..], &["--set", EVERYTHING]] {
                let lint = ["lint", "--strict", name, "--helm-version", major];
                succeeds(&[&lint[..], more].concat(), dir.path())?;
                let validate = ["validate", "--strict", name, "--helm-version", major];
                let found = succeeds(&[&validate[..], more].concat(), dir.path())?;
                assert_eq!(found, "", "{name}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_schema_refuses_what_the_templates_do_not_know() -> Tested {
    let dir = tempfile::tempdir()?;
    succeeds(&["create", "web"], dir.path())?;
    for set in [
        "replicaCount=many",
        "image.pullpolicy=Always",
        "service.port=0",
        "ingress.hosts[0].paths={}",
        "autoscaling.maxReplicas=0",
    ] {
        let output = rhelm(&["template", "web", "--set", set], dir.path())?;
        assert_eq!(output.status.code(), Some(1), "{set}");
    }
    Ok(())
}
