//! `rhelm diff` over git revisions, large inputs and small rooms.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn run(dir: &Path, program: &str, args: &[&str]) -> Result<Output, std::io::Error> {
    let mut command = Command::new(program);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "t");
        command.env(format!("GIT_{name}_EMAIL"), "t@example.com");
    }
    command.current_dir(dir).args(args).output()
}

fn rhelm(dir: &Path, args: &[&str]) -> Result<(i32, String), Box<dyn std::error::Error>> {
    let output = run(dir, env!("CARGO_BIN_EXE_rhelm"), args)?;
    let status = output.status.code().unwrap_or(-1);
    // What Helm notes on the way is no part of it.
    let stdout = match status {
        0 | 2 => output.stdout,
        _ => output.stderr,
    };
    Ok((status, String::from_utf8(stdout)?))
}

/// A repository with a chart whose values are a link, in two versions.
fn repository() -> Result<tempfile::TempDir, Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let root = dir.path();
    let git = |args: &[&str]| -> Tested {
        let output = run(root, "git", args)?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        output.status.success().then_some(()).ok_or(stderr.into())
    };
    let write = |name: &str, text: &str| -> Tested {
        let path = root.join(name);
        fs::create_dir_all(path.parent().ok_or("no parent")?)?;
        Ok(fs::write(path, text)?)
    };
    git(&["init", "-q", "-b", "main"])?;
    write(
        "charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    )?;
    write("charts/web/.helmignore", "templates/ignored.yaml\n")?;
    write("charts/web/templates/ignored.yaml", "not: [yaml\n")?;
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {size: \"{{ .Values.size }}\"}\n";
    write("charts/web/templates/a.yaml", template)?;
    write("charts/shared.yaml", "size: 1\n")?;
    std::os::unix::fs::symlink("../shared.yaml", root.join("charts/web/link.yaml"))?;
    std::os::unix::fs::symlink("link.yaml", root.join("charts/web/values.yaml"))?;
    git(&["add", "-A"])?;
    git(&["commit", "-q", "-m", "one"])?;
    git(&["tag", "v1"])?;
    fs::remove_file(root.join("charts/web/values.yaml"))?;
    write("charts/web/values.yaml", "size: 2\n")?;
    git(&["add", "-A"])?;
    git(&["commit", "-q", "-m", "two"])?;
    Ok(dir)
}

#[test]
fn revisions_are_read_and_nothing_is_checked_out() -> Tested {
    let dir = repository()?;
    let root = dir.path();
    let expected = "--- old/default/a/ConfigMap (v1)\n+++ new/default/a/ConfigMap (v1)\n\
                    @@ -3 +3 @@ data.size\n-  size: \"SIZE\"\n+  size: \"2\"\n";
    let flags = ["-o", "unified", "-C", "0", "--detailed-exitcode"];
    fs::create_dir(root.join("sub"))?;
    let before = run(root, "git", &["status", "--porcelain"])?.stdout;
    let expected = (2, expected.replace("SIZE", "1"));
    for side in [
        "git:v1:charts/web",
        "git:v1:charts/web/",
        "git:v1:./charts/web",
    ] {
        let args = [&["diff", side, "charts/web"], &flags[..]].concat();
        assert_eq!(rhelm(root, &args)?, expected, "{side}");
    }
    let args = [
        &["diff", "git:v1:../charts/web", "../charts/web"],
        &flags[..],
    ]
    .concat();
    assert_eq!(rhelm(&root.join("sub"), &args)?, expected);
    assert_eq!(run(root, "git", &["status", "--porcelain"])?.stdout, before);

    fs::remove_file(root.join("charts/web/link.yaml"))?;
    std::os::unix::fs::symlink("/etc/hostname", root.join("charts/web/link.yaml"))?;
    for args in [&["add", "-A"][..], &["commit", "-q", "-m", "three"]] {
        run(root, "git", args)?;
    }
    let (status, text) = rhelm(root, &["diff", "git:main:charts/web", "charts/web"])?;
    let problem = "Error: old side (git:main:charts/web): link.yaml is a link that leads out";
    assert!(status == 1 && text.contains(problem), "{text}");
    let (status, text) = rhelm(root, &["diff", "git:nowhere:charts/web", "charts/web"])?;
    assert_eq!(status, 1);
    assert!(
        text.starts_with("Error: old side (git:nowhere:charts/web): "),
        "{text}"
    );
    Ok(())
}

#[test]
fn a_markdown_report_is_never_too_long() -> Tested {
    let dir = tempfile::tempdir()?;
    let resource = |at: usize, value: &str| {
        let text = "`<x>|\n".repeat(at % 40);
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{at}}}\ndata: {{v: \"{value}\", t: {text:?}}}\n"
        )
    };
    let manifest = |value: &str| -> String {
        let resources: Vec<String> = (0..300).map(|at| resource(at, value)).collect();
        resources.join("---\n")
    };
    fs::write(dir.path().join("old.yaml"), manifest("1"))?;
    fs::write(dir.path().join("new.yaml"), manifest("2"))?;
    for most in [0, 100, 1000, 20_000, 65_000] {
        let bytes = most.to_string();
        let args = [
            "diff",
            "old.yaml",
            "new.yaml",
            "-o",
            "markdown",
            "--max-bytes",
            &bytes,
        ];
        let (status, text) = rhelm(dir.path(), &args)?;
        assert_eq!(status, 0);
        assert!(text.len() <= most, "{} of {most}", text.len());
        assert!(
            most < 1000 || text.contains("Not shown for want of room: "),
            "{most}"
        );
        let folded = text.matches("<details>").count();
        assert_eq!(folded, text.matches("</details>").count());
        if most > 1000 {
            let notice = format!("{} resources' changes", 300 - folded);
            assert!(text.contains(&notice), "{notice}");
        }
    }
    Ok(())
}

#[test]
fn every_rule_is_documented() {
    let page = include_str!("../../docs/diff.md");
    let is_of_validate = |id| rhelm::validate::rules::find(id).is_some();
    for rule in rhelm::diff::rules().filter(|rule| !is_of_validate(rule.id)) {
        let row = format!("| `{}` | {} |", rule.id, rule.severity);
        assert!(page.contains(&row), "{row}");
    }
}

/// A manifest of two resources under a name.
fn named(name: &str) -> String {
    let labels = format!("{{app: {name}}}");
    let container =
        "{name: main, image: \"registry.example.com/main:1.0.0\", ports: [{containerPort: 80}]}";
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  selector: {labels}\n  ports: [{{port: 80}}]\n---\n\
         apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec:\n  replicas: 2\n  serviceName: {name}\n  \
         selector: {{matchLabels: {labels}}}\n  template:\n    metadata: {{labels: {labels}}}\n    spec:\n      containers: \
         [{container}]\n  volumeClaimTemplates: [{{metadata: {{name: data}}}}]\n"
    )
}

#[test]
fn renames_are_told_in_every_format() -> Tested {
    let dir = tempfile::tempdir()?;
    fs::write(dir.path().join("old.yaml"), named("web"))?;
    fs::write(dir.path().join("new.yaml"), named("site"))?;
    let report = |format: &str| rhelm(dir.path(), &["diff", "old.yaml", "new.yaml", "-o", format]);
    for (format, told) in [
        (
            "text",
            "default, site, StatefulSet (apps) has been renamed, it was default, web, StatefulSet (apps):",
        ),
        (
            "unified",
            "--- old/default/web/StatefulSet (apps)\n+++ new/default/site/StatefulSet (apps)\n",
        ),
        ("markdown", "| renamed | StatefulSet | web → site |"),
        ("html", "web → site"),
        ("json", "\"renamed\": 2"),
    ] {
        let (_, text) = report(format)?;
        assert!(text.contains(told), "{format}: {text}");
    }
    let json: serde_json::Value = serde_json::from_str(&report("json")?.1)?;
    let resources = json["resources"].as_array().ok_or("resources")?;
    assert_eq!(resources.len(), 2);
    let mut rules: Vec<&str> = Vec::new();
    for resource in resources {
        assert_eq!(resource["change"], "renamed");
        assert_eq!(
            (&resource["name"], &resource["old"]["name"]),
            (&"site".into(), &"web".into())
        );
        let findings = resource["findings"].as_array().ok_or("findings")?;
        rules.extend(
            findings
                .iter()
                .filter_map(|finding| finding["rule"].as_str()),
        );
    }
    // What cannot change in a StatefulSet is not told of one that is made anew.
    rules.sort_unstable();
    assert_eq!(
        rules,
        ["data-removed", "service-removed", "workload-removed"]
    );
    Ok(())
}

#[test]
fn a_report_that_is_cut_says_what_it_left_out() -> Tested {
    let dir = tempfile::tempdir()?;
    let manifest = |value: &str| -> String {
        let config = |number| {
            format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{number:03}}}\ndata: {{text: {value}}}\n"
            )
        };
        (0..200).map(config).collect()
    };
    fs::write(dir.path().join("old.yaml"), manifest("a"))?;
    fs::write(dir.path().join("new.yaml"), manifest("b"))?;
    for format in ["text", "unified", "markdown", "html", "json"] {
        let most = if format == "html" { "60000" } else { "5000" };
        let args = [
            "diff",
            "old.yaml",
            "new.yaml",
            "-o",
            format,
            "--max-bytes",
            most,
        ];
        let (_, text) = rhelm(dir.path(), &args)?;
        assert!(text.len() <= most.parse()?, "{format}: {}", text.len());
        assert!(
            text.contains("Not shown for want of room: "),
            "{format}: {text}"
        );
    }
    Ok(())
}
