//! A reader that goes away, and a signal that ends the program: it ends quietly, and leaves nothing half done.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(["template", "istio-reader"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// Treated as Ctrl-C is, which programs ignore that were started in a shell's background.
const SIGTERM: i32 = 15;

/// A chart of these templates, and `rhelm template` of it into `out`, waiting for values on stdin.
fn waiting_for_values(templates: &[(&str, &str)]) -> (TempDir, Child) {
    let dir = tempfile::tempdir().unwrap();
    let chart = dir.path().join("chart");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(
        chart.join("Chart.yaml"),
        "name: chart\nversion: 1.0.0\napiVersion: v2\n",
    )
    .unwrap();
    for (name, text) in templates {
        fs::write(chart.join("templates").join(name), text).unwrap();
    }
    let child = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args([
            "template",
            "demo",
            "chart",
            "--values",
            "-",
            "--output-dir",
            "out",
        ])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (dir, child)
}

fn interrupt(child: &Child) {
    let pid = child.id().to_string();
    let status = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(status.success());
    // Some thread of the process has to run before it has taken the signal.
    let is_pending = || {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mut masks = status
            .lines()
            .filter_map(|line| line.strip_prefix("ShdPnd:"));
        masks.any(|mask| mask.trim().bytes().any(|digit| digit != b'0'))
    };
    // One that has ended keeps it pending.
    for _ in 0..1000 {
        if !is_pending() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(50));
}

/// Ended by the signal, and nothing was said.
fn ended_quietly(output: &Output) {
    assert_eq!(output.status.signal(), Some(SIGTERM), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn interrupted_while_rendering_nothing_is_written() {
    let endless = "{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}";
    let templates = [("a.yaml", "a: 1\n"), ("endless.yaml", endless)];
    let (dir, mut child) = waiting_for_values(&templates);
    drop(child.stdin.take());
    std::thread::sleep(Duration::from_millis(100));
    interrupt(&child);
    ended_quietly(&child.wait_with_output().unwrap());
    assert_eq!(names(dir.path()), ["chart"]);
}

fn signal(name: &str, child: &Child) {
    let pid = child.id().to_string();
    let status = Command::new("kill").args([name, &pid]).status().unwrap();
    assert!(status.success());
}

#[test]
fn interrupted_while_writing_all_files_are_whole() {
    let manifest = "apiVersion: v1\nkind: ConfigMap\n";
    let names_of_many: Vec<String> = (1000..3000).map(|n| format!("{n}.yaml")).collect();
    let many: Vec<(&str, &str)> = names_of_many
        .iter()
        .map(|name| (name.as_str(), manifest))
        .collect();
    let (dir, mut child) = waiting_for_values(&many);
    let templates = dir.path().join("out/chart/templates");
    fs::create_dir_all(&templates).unwrap();
    drop(child.stdin.take());
    // It is stopped between its first file and its last one.
    while fs::read_dir(&templates).unwrap().next().is_none() {}
    signal("-STOP", &child);
    let while_stopped = names(&templates);
    signal("-TERM", &child);
    signal("-CONT", &child);
    ended_quietly(&child.wait_with_output().unwrap());
    assert_ne!(while_stopped, names_of_many, "it was stopped too late");
    assert_eq!(names(&templates), names_of_many);
    let first = fs::read_to_string(templates.join("1000.yaml")).unwrap();
    for name in &names_of_many {
        let text = fs::read_to_string(templates.join(name)).unwrap();
        assert_eq!(text, first.replace("1000.yaml", name));
    }
}
