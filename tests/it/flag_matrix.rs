//! Every flag of Helm's that has to do with rendering is a flag of rhelm's, by the help texts of both
//! majors (`tests/golden/help`, recorded from real Helm), or has its reason in docs/compatibility.md.

use recorded::Major;
use recorded::golden::{Case, read_cases};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The flags that a help text lists: `--name`, and `-n` where there is a letter.
fn flags(help: &str) -> BTreeSet<String> {
    let mut flags = BTreeSet::new();
    for line in help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'))
    {
        let words = line.split_whitespace().take(2);
        let words = words.map(|word| word.trim_end_matches(','));
        for word in words {
            let word = word.split(['=', '[']).next().unwrap_or_default();
            let letter = word.len() == 2 && word.starts_with('-') && word != "--";
            if letter || word.starts_with("--") {
                flags.insert(word.to_owned());
            }
        }
    }
    flags
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn case() -> Result<Case, Box<dyn std::error::Error>> {
    let cases = read_cases(&root().join("tests/golden"))?;
    let mut cases = cases.into_iter().filter(|case| case.name == "help");
    cases.next().ok_or_else(|| "no case `help`".into())
}

fn help_of_rhelm(args: &[String]) -> Result<String, Box<dyn std::error::Error>> {
    // rhelm's `--help` has the common flags alone.
    let args = args.iter().map(|arg| match arg.as_str() {
        "--help" => "--help-all",
        other => other,
    });
    let args: Vec<&str> = args.collect();
    let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(&args)
        .output()?;
    assert!(output.status.success(), "rhelm {args:?} fails");
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn every_flag_of_helms_is_there_or_has_a_reason_not_to_be() -> Tested {
    let reasons = std::fs::read_to_string(root().join("docs/compatibility.md"))?;
    let case = case()?;
    let mut missing = Vec::new();
    let mut count = 0;
    for (name, run) in &case.runs {
        let ours = flags(&help_of_rhelm(&run.args)?);
        for major in Major::ALL {
            let recorded = case.recorded(name, major)?.ok_or("nothing is recorded")?;
            let theirs = flags(&String::from_utf8(recorded.stdout)?);
            assert!(
                theirs.contains("--namespace"),
                "{name}: Helm's help is read wrongly"
            );
            count += theirs.len();
            let absent = theirs.difference(&ours);
            let absent = absent.filter(|flag| !reasons.contains(&format!("`{flag}`")));
            missing.extend(absent.map(|flag| format!("{name}/{major}: {flag}")));
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert!(count > 400, "only {count} flags were read");
    Ok(())
}

/// Flags of `rhelm template` that Helm does not have: none may take the place of one that it has.
const OWN: &[&str] = &[
    "--annotate-lines",
    "--deterministic",
    "--lookup",
    "--redact-secrets",
    "--source-map",
    "--strict",
    "--warn-unread",
];

#[test]
fn no_flag_of_rhelms_own_is_one_of_helms() -> Tested {
    let case = case()?;
    let ours = flags(&help_of_rhelm(&["template".into(), "--help".into()])?);
    assert!(OWN.iter().all(|flag| ours.contains(*flag)));
    let mut count = 0;
    for (name, run) in &case.runs {
        if run.args.first().map(String::as_str) != Some("template") {
            continue;
        }
        for major in Major::ALL {
            let recorded = case.recorded(name, major)?.ok_or("nothing is recorded")?;
            let theirs = flags(&String::from_utf8(recorded.stdout)?);
            let duplicates = OWN.iter().filter(|flag| theirs.contains(**flag));
            assert_eq!(duplicates.count(), 0, "{name}/{major}");
            count += 1;
        }
    }
    assert!(count > 0, "Helm's help of `template` is not recorded");
    Ok(())
}

#[test]
fn flags_are_read_from_both_forms_of_help() {
    let helm =
        "  -f, --values strings   read\n      --debug   say\n      --dry-run string[=\"x\"]  y\n";
    let rhelm = "  -f, --values <FILE>\n          Read --set too\n      --debug[=<BOOL>]\n";
    assert_eq!(
        flags(helm),
        ["-f", "--values", "--debug", "--dry-run"]
            .map(str::to_owned)
            .into()
    );
    assert_eq!(
        flags(rhelm),
        ["-f", "--values", "--debug"].map(str::to_owned).into()
    );
}

/// A flag and the variable come before the program's name.
#[cfg(unix)]
#[test]
fn the_program_is_the_helm_that_it_is_called() -> Tested {
    let dir = tempfile::tempdir()?;
    let run = |name: &str,
               variable: Option<&str>,
               args: &[&str]|
     -> Result<String, Box<dyn std::error::Error>> {
        let program = dir.path().join(name);
        if !program.exists() {
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rhelm"), &program)?;
        }
        let mut command = Command::new(program);
        command.args(args).env_remove("RHELM_HELM_VERSION");
        let command = command.envs(variable.map(|version| ("RHELM_HELM_VERSION", version)));
        let output = command.output()?;
        Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
    };
    let short = ["version", "--short"];
    for (name, start) in [
        ("helm", "v4.2.4"),
        ("helm3", "v3.21.4"),
        ("helm-3.21", "v3.21.4"),
        ("helm-v4.2.4-linux-amd64", "v4.2.4"),
        ("helm-diff", "v4.2.4"),
        ("helm2", "Error: helm2: unknown Helm version \"2\""),
    ] {
        let text = run(name, None, &short)?;
        assert!(text.starts_with(start), "{name}: {text}");
    }
    assert!(run("helm3", Some("4"), &short)?.starts_with("v4.2.4"));
    assert!(run("helm3", Some(""), &short)?.starts_with("v3.21.4"));
    let flag = ["version", "--short", "--helm-version", "3"];
    assert!(run("helm4", Some("4"), &flag)?.starts_with("v3.21.4"));

    // Hints and help call the program so, Helm's own texts do not.
    let text = run("helm3", None, &["help", "diff"])?;
    assert!(text.contains("Usage: helm3 diff") && text.contains("\n  helm3 diff ./old"));
    assert!(!text.contains("rhelm diff"), "{text}");
    let text = run("helm3", None, &["init"])?;
    assert!(text.contains("start with `helm3 template`"), "{text}");
    let text = run("helm3", None, &["template"])?;
    assert!(text.starts_with("Error: \"helm template\" requires at least 1 argument"));
    Ok(())
}

/// The flags, then `NO_COLOR`, then `HELM_COLOR`.
#[test]
fn one_rule_decides_on_colours() -> Tested {
    let colored =
        |args: &[&str], variables: &[(&str, &str)]| -> Result<bool, Box<dyn std::error::Error>> {
            let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
                .args(["diff", "istio-reader", "--new-namespace", "other"])
                .args(args)
                .envs(variables.iter().copied())
                .output()?;
            Ok(output.stdout.contains(&0x1b))
        };
    let (no_color, always) = (("NO_COLOR", "1"), ("HELM_COLOR", "always"));
    for (args, variables, expected) in [
        (&[][..], &[][..], false),
        (&["--color"], &[no_color], true),
        (&["--colour=always"], &[no_color], true),
        (&["--color=true"], &[], true),
        (&["--color=never"], &[always], false),
        (&["--color=auto"], &[always], false),
        (&["--color", "--no-color"], &[], false),
        (&[], &[always], true),
        (&[], &[always, no_color], false),
        (&["--compat", "helm-diff"], &[always], false),
        (
            &["--compat", "helm-diff"],
            &[("HELM_DIFF_COLOR", "true")],
            true,
        ),
        (
            &["--compat", "helm-diff", "--color=never"],
            &[("HELM_DIFF_COLOR", "true")],
            false,
        ),
    ] {
        assert_eq!(
            colored(args, variables)?,
            expected,
            "{args:?} {variables:?}"
        );
    }
    Ok(())
}
