//! Helm takes its global flags in every command, behind it and before it: so does every command of rhelm, where
//! most of them change nothing.

use std::error::Error;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn Error>>;

/// A command line of each command, and of each command below one; `HERE` is a directory to write to.
const COMMANDS: &[&[&str]] = &[
    &["template", "chart"],
    &["lint", "chart"],
    &["eval", "chart", "{{ .Release.Name }}"],
    &["diff", "chart-1.0.0.tgz", "chart"],
    &["explain", "chart", "replicas"],
    &["validate", "chart"],
    &["show", "all", "chart"],
    &["show", "chart", "chart"],
    &["show", "crds", "chart"],
    &["show", "readme", "chart"],
    &["show", "values", "chart"],
    &["charts"],
    &["charts", "export", "istio-reader", "HERE/chart", "--force"],
    &[
        "multicluster",
        "kubeconfig",
        "east",
        "--server",
        "https://10.0.0.1",
        "--ca-file",
        "../multicluster.in/ca.crt",
        "--token",
        "a.b",
        "-o",
        "-",
    ],
    &[
        "multicluster",
        "secret",
        "east",
        "--kubeconfig",
        "../multicluster.in/remote",
    ],
    &["multicluster", "endpoints", "../multicluster.in/pods.json"],
    &["version"],
    &["completion", "bash"],
    &["man", "HERE/man"],
    &["help"],
];

/// Global flags of both majors, with values.
const FLAGS: &[&[&str]] = &[
    &["--burst-limit", "10"],
    &["--debug=false"],
    &["--kube-apiserver", "https://nowhere.invalid"],
    &["--kube-as-group", "a"],
    &["--kube-as-user", "a"],
    &["--kube-ca-file", "nosuch"],
    &["--kube-context", "nosuch"],
    &["--kube-insecure-skip-tls-verify"],
    &["--kube-tls-server-name", "a"],
    &["--kube-token", "a"],
    &["--kubeconfig=nosuch"],
    &["--qps", "1.5"],
    &["--registry-config", "nosuch"],
    &["--repository-cache", "nosuch"],
    &["--repository-config", "nosuch"],
    &["--content-cache", "nosuch"],
    &["--v=1"],
    &["-v", "1"],
    &["--vmodule", "a=1"],
    &["--alsologtostderr"],
    &["--no-hints"],
];

fn rhelm(arguments: &[&str], here: &str) -> Result<(Option<i32>, String), Box<dyn Error>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/readme.in");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let arguments = arguments.iter().map(|word| word.replace("HERE", here));
    let command = command
        .args(arguments)
        .current_dir(dir)
        .env("KUBECONFIG", "");
    let output = command.output()?;
    let text = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8(text)?))
}

#[test]
fn every_command_takes_them_behind_and_before_it() -> Tested {
    let dir = tempfile::tempdir()?;
    let here = dir.path().display().to_string();
    for command in COMMANDS {
        let plain = rhelm(command, &here)?;
        assert!(
            plain.0.is_some_and(|status| status < 2),
            "{command:?}: {}",
            plain.1
        );
        assert!(!plain.1.starts_with("Error"), "{command:?}: {}", plain.1);
        // Those that the command has for itself mean something.
        let own = match command {
            ["multicluster", "kubeconfig", ..] => &["--kubeconfig=nosuch", "--kube-context"][..],
            ["multicluster", "secret", ..] => &["--kubeconfig=nosuch"],
            _ => &[],
        };
        let flags = FLAGS.iter().filter(|flag| !own.contains(&flag[0]));
        let flags: Vec<&str> = flags.copied().flatten().copied().collect();
        let behind = [*command, &flags].concat();
        assert_eq!(rhelm(&behind, &here)?, plain, "{behind:?}");
        let before = [&flags, *command].concat();
        assert_eq!(rhelm(&before, &here)?, plain, "{before:?}");
        if let [group @ ("show" | "charts" | "multicluster"), rest @ ..] = command {
            let between = [&[*group][..], &flags, rest].concat();
            assert_eq!(rhelm(&between, &here)?, plain, "{between:?}");
        }
    }
    Ok(())
}

#[test]
fn their_values_are_judged() -> Tested {
    for command in COMMANDS {
        for (flag, wrong) in [
            ("--qps=a", "a"),
            ("--burst-limit=x", "x"),
            ("--debug=x", "x"),
        ] {
            let (status, text) = rhelm(&[*command, &[flag]].concat(), "/nonexistent")?;
            let name = flag.split('=').next().unwrap_or_default();
            let start = format!("Error: invalid argument \"{wrong}\" for \"{name}\" flag: ");
            assert!(text.starts_with(&start), "{command:?} {flag}: {text}");
            assert!(status.is_some_and(|status| status > 0));
        }
        let (_, text) = rhelm(&[*command, &["--nosuch"]].concat(), "/nonexistent")?;
        assert_eq!(text, "Error: unknown flag: --nosuch\n", "{command:?}");
    }
    Ok(())
}

/// In `diff` a bare `--color` is helm-diff's, so that what follows it is a side.
#[test]
fn a_side_that_is_a_word_of_color_gets_a_hint() -> Tested {
    let hint = "hint: diff has --color alone or with a sign: write --color=never\n";
    for sides in [
        &["never", "chart", "chart"][..],
        &["never", "chart"],
        &["never"],
    ] {
        let (status, text) = rhelm(&[&["diff", "--color"], sides].concat(), "")?;
        assert!(text.ends_with(hint), "{text}");
        assert_eq!(status, Some(1));
    }
    let (status, text) = rhelm(&["diff", "--color=never", "chart", "chart"], "")?;
    assert_eq!((status, text.as_str()), (Some(0), ""));
    for command in ["validate", "charts"] {
        let chart: &[&str] = if command == "validate" {
            &["chart"]
        } else {
            &[]
        };
        let plain = rhelm(&[&[command], chart].concat(), "")?;
        assert_eq!(
            rhelm(&[&[command, "--color", "never"], chart].concat(), "")?,
            plain
        );
        assert_eq!(
            rhelm(&[&["--color", "never", command], chart].concat(), "")?,
            plain
        );
    }
    Ok(())
}
