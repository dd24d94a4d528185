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

/// A chart in an archive: what messages say of its directory names one that Helm would have made.
#[test]
fn an_archive_is_linted_in_a_directory_that_is_not_there() -> Tested {
    let archives = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/lint-archives");
    let (passed, text) = rhelm(&archives, &["lint", "missing-dependency.tgz"])?;
    let (start, rest) = text.split_once("helm-lint").ok_or("no directory")?;
    assert!(passed && start.ends_with(&format!("[WARNING] {}/", temporary())));
    assert!(rest.contains("/a: chart directory is missing these dependencies: gone\n"));
    assert!(!Path::new(&temporary()).join("helm-lint0").exists());
    Ok(())
}

fn temporary() -> String {
    std::env::temp_dir().to_string_lossy().into_owned()
}

/// Every flag that `helm lint --help` lists, of Helm 3 and 4.
#[test]
fn lint_has_every_flag_of_helm() -> Tested {
    let (_, help) = rhelm(Path::new("."), &["lint", "--help"])?;
    let flags = "help kube-version quiet set set-file set-json set-literal set-string \
        skip-schema-validation strict values with-subcharts burst-limit color colour content-cache debug \
        kube-apiserver kube-as-group kube-as-user kube-ca-file kube-context \
        kube-insecure-skip-tls-verify kube-tls-server-name kube-token kubeconfig namespace qps \
        registry-config repository-cache repository-config";
    for flag in flags.split_whitespace() {
        assert!(help.contains(&format!("--{flag}")), "--{flag} is missing");
    }
    assert!(help.contains("-f, --values") && help.contains("-n, --namespace"));
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
