//! Values that are deep, wide or long: `validate` and `explain` end soon, with an answer or an error.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Far more than it takes, far less than what grows with the square of the input takes.
const LONGEST: Duration = Duration::from_secs(60);

fn chart(dir: &Path, values: &str) -> std::io::Result<()> {
    let chart = dir.join("chart");
    fs::create_dir_all(chart.join("templates"))?;
    let chart_yaml = "apiVersion: v2\nname: chart\nversion: 1.0.0\n";
    fs::write(chart.join("Chart.yaml"), chart_yaml)?;
    fs::write(chart.join("values.yaml"), values)?;
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata: {a: {{ .Values.a | quote }}}\n";
    fs::write(chart.join("templates/a.yaml"), template)
}

/// The exit status and stderr; fails where the command takes too long.
fn run(dir: &Path, args: &[&str]) -> Result<(Option<i32>, String), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let output = command.current_dir(dir).args(args).output()?;
    if start.elapsed() > LONGEST {
        return Err(format!("{args:?} took {:?}", start.elapsed()).into());
    }
    Ok((output.status.code(), String::from_utf8(output.stderr)?))
}

#[test]
fn what_is_too_deep_is_an_error_with_its_place() -> Tested {
    let dir = tempfile::tempdir()?;
    chart(dir.path(), "a: 0\n")?;
    let lists = format!("a: {}{}\n", "[".repeat(9000), "]".repeat(9000));
    let maps = format!("a: {}1{}\n", "{a: ".repeat(2000), "}".repeat(2000));
    for (text, column) in [(lists, 104), (maps, 404)] {
        fs::write(dir.path().join("deep.yaml"), text)?;
        let limit = "cannot follow values that are nested more than 100 levels deep\n";
        let (status, stderr) = run(dir.path(), &["validate", "chart", "-f", "deep.yaml"])?;
        assert_eq!(
            (status, stderr),
            (Some(2), format!("Error: deep.yaml:1:{column}: {limit}"))
        );
        let explain = ["explain", "chart", "a", "-f", "deep.yaml"];
        let (status, stderr) = run(dir.path(), &explain)?;
        assert_eq!(status, Some(1));
        assert!(
            stderr.starts_with("Error: deep.yaml:1:") && stderr.ends_with(limit),
            "{stderr}"
        );
        let unread = ["template", "chart", "-f", "deep.yaml", "--warn-unread"];
        assert_eq!(run(dir.path(), &unread)?.0, Some(1));
        let template = ["template", "chart", "-f", "deep.yaml"];
        assert_eq!(run(dir.path(), &template)?.0, Some(0));
    }
    Ok(())
}

#[test]
fn defaults_may_be_no_deeper() -> Tested {
    let dir = tempfile::tempdir()?;
    chart(
        dir.path(),
        &format!("b: 1\na: {}{}\n", "[".repeat(2000), "]".repeat(2000)),
    )?;
    let (status, stderr) = run(dir.path(), &["validate", "chart", "--set", "a=1"])?;
    let limit = "cannot follow values that are nested more than 100 levels deep";
    assert_eq!(
        (status, stderr),
        (
            Some(2),
            format!("Error: chart/values.yaml:2:104: {limit}\n")
        )
    );
    Ok(())
}

#[test]
fn what_is_deep_and_wide_is_an_error() -> Tested {
    let dir = tempfile::tempdir()?;
    chart(dir.path(), "a: 0\n")?;
    let items = vec!["{x: 1}"; 20_000].join(", ");
    let text = format!("a: {}[{items}]{}\n", "{a: ".repeat(90), "}".repeat(90));
    fs::write(dir.path().join("wide.yaml"), text)?;
    for args in [
        ["validate", "chart", "-f", "wide.yaml"].as_slice(),
        &["explain", "chart", "a", "-f", "wide.yaml"],
    ] {
        let (status, stderr) = run(dir.path(), args)?;
        assert_ne!(status, Some(0));
        assert!(
            stderr.starts_with("Error: cannot follow so many values"),
            "{stderr}"
        );
    }
    Ok(())
}

#[test]
fn what_is_wide_or_long_is_checked_in_time_that_grows_with_it() -> Tested {
    let dir = tempfile::tempdir()?;
    chart(dir.path(), "a: 0\n")?;
    let lines = |line: fn(usize) -> String| (0..40_000).map(line).collect::<String>();
    let flow = |item: fn(usize) -> String| (0..40_000).map(item).collect::<Vec<_>>().join(", ");
    let texts = [
        lines(|at| format!("key{at}: {at}\n")),
        lines(|at| format!("key: {at}\n")),
        format!("{{{}}}\n", flow(|at| format!("k{at}: yes"))),
        format!("a: [{}]\n", flow(|_| "1".into())),
        format!("z:\n{}", lines(|_| "  - yes: 1\n".into())),
    ];
    for text in texts {
        fs::write(dir.path().join("large.yaml"), text)?;
        let (status, _) = run(dir.path(), &["validate", "chart", "-f", "large.yaml"])?;
        assert_eq!(status, Some(1));
    }
    Ok(())
}
