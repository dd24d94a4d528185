//! Whole stdout and stderr of rhelm's own commands, and what they write (`tests/cmd`).

use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn whole_output() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}

fn rhelm(dir: &Path, args: &[&str]) -> Result<(bool, String), Box<dyn std::error::Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let output = command.current_dir(dir).args(args).output()?;
    let text = String::from_utf8([output.stdout, output.stderr].concat())?;
    Ok((output.status.success(), text))
}

#[test]
fn a_chart_is_exported_whole_and_nothing_is_overwritten_unasked() -> Tested {
    let dir = tempfile::tempdir()?;
    let export = ["charts", "export", "istio-remote", "new/chart"];
    let exported = rhelm(dir.path(), &export)?;
    assert_eq!(exported, (true, "wrote new/chart\n".into()));

    let own = dir.path().join("new/chart/own.txt");
    fs::write(&own, "mine")?;
    let (exported, text) = rhelm(dir.path(), &export)?;
    assert!(!exported && own.exists());
    assert_eq!(
        text,
        "Error: new/chart exists already; --force replaces it\n"
    );

    assert!(rhelm(dir.path(), &[&export[..], &["--force"]].concat())?.0);
    assert!(!own.exists());
    assert_eq!(fs::read_dir(dir.path().join("new"))?.count(), 1);

    let of_directory = rhelm(dir.path(), &["template", "new/chart"])?;
    assert!(of_directory.0);
    assert_eq!(
        of_directory,
        rhelm(dir.path(), &["template", "istio-remote"])?
    );
    Ok(())
}

#[test]
fn every_command_has_a_man_page_and_examples() -> Tested {
    let dir = tempfile::tempdir()?;
    let (written, text) = rhelm(dir.path(), &["man", "pages"])?;
    assert!(written);
    for line in text.lines() {
        let file = line.strip_prefix("wrote ").ok_or("another line")?;
        let page = fs::read_to_string(dir.path().join(file))?;
        assert!(page.contains("Examples:"), "{file} has no examples");
    }
    Ok(())
}

#[test]
fn completions_name_the_commands() -> Tested {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (printed, script) = rhelm(Path::new("."), &["completion", shell])?;
        assert!(printed && script.contains("template"), "{shell}");
    }
    Ok(())
}
