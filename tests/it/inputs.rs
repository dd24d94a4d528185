//! Inputs that can be read only once: pipes, wherever a user names a file.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use tempfile::TempDir;

const MANIFEST: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  a: {{ .Values.a | quote }}
  b: {{ .Values.b | quote }}
  found: {{ (lookup \"v1\" \"Secret\" \"\" \"\").items | default list | len | quote }}
  namespace: {{ .Release.Namespace }}
";

/// Arguments, and the pipes that they name with what comes out of them.
type Case<'c> = (&'c [&'c str], &'c [(&'c str, &'c [u8])]);

/// A directory with a chart in it.
fn scratch() -> TempDir {
    let scratch = tempfile::tempdir().unwrap();
    let chart = scratch.path().join("chart");
    fs::create_dir_all(chart.join("templates")).unwrap();
    let metadata = "apiVersion: v2\nname: chart\nversion: 1.0.0\n";
    fs::write(chart.join("Chart.yaml"), metadata).unwrap();
    fs::write(chart.join("values.yaml"), "a: 0\nb: 0\n").unwrap();
    fs::write(chart.join("templates/a.yaml"), MANIFEST).unwrap();
    scratch
}

/// Runs rhelm. Each pipe gives its text once, to whoever reads it first.
fn rhelm(directory: &Path, arguments: &[&str], pipes: &[(&str, &[u8])]) -> String {
    for (name, text) in pipes {
        let pipe = directory.join(name);
        if !pipe.exists() {
            let status = Command::new("mkfifo").arg(&pipe).status().unwrap();
            assert!(status.success());
        }
        let text = text.to_vec();
        // One that is never read is left waiting.
        thread::spawn(move || fs::write(pipe, text));
    }
    let child = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("KUBECONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    // A second read would wait for ever.
    let (end, is_done) = std::sync::mpsc::channel::<()>();
    thread::spawn(move || {
        let waited = is_done.recv_timeout(std::time::Duration::from_secs(120));
        if waited == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").arg(id).status();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(end);
    assert!(output.status.code().is_some(), "{arguments:?} waits");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// The same with files in the pipes' places.
fn rhelm_on_files(directory: &Path, arguments: &[&str], files: &[(&str, &[u8])]) -> String {
    for (name, text) in files {
        let file = directory.join(name);
        let _ = fs::remove_file(&file);
        fs::write(file, text).unwrap();
    }
    let text = rhelm(directory, arguments, &[]);
    for (name, _) in files {
        fs::remove_file(directory.join(name)).unwrap();
    }
    text
}

const KUBECONFIG: &[u8] = b"apiVersion: v1
kind: Config
current-context: east
contexts:
- name: east
  context: {namespace: of-the-pipe}
";

const SECRETS: &[u8] = b"apiVersion: v1
kind: Secret
metadata: {name: one}
";

#[test]
fn a_pipe_is_as_good_as_a_file() {
    let scratch = scratch();
    let directory = scratch.path();
    let values: (&str, &[u8]) = ("values", b"a: 1\n");
    let more: (&str, &[u8]) = ("more", b"b: 2\nmisspelt: 3\n");
    let cases: [Case<'_>; 14] = [
        (&["template", "r", "chart", "-f", "values"], &[values]),
        (
            &["template", "r", "chart", "-f", "values,more"],
            &[values, more],
        ),
        (
            &["template", "r", "chart", "--set-file", "a=text"],
            &[("text", b"a text")],
        ),
        (
            &["template", "r", "chart", "--lookup", "secrets"],
            &[("secrets", SECRETS)],
        ),
        (
            &["template", "r", "chart", "--kubeconfig", "config"],
            &[("config", KUBECONFIG)],
        ),
        (&["lint", "chart", "-f", "values"], &[values]),
        (
            &["eval", "chart", "snippet", "-f", "values"],
            &[values, ("snippet", b"{{ .Values.a }}")],
        ),
        (
            &[
                "explain", "chart", "a", "-f", "values", "--set", "b=1", "-f", "more",
            ],
            &[values, more],
        ),
        (
            &["explain", "chart", "--grep", "a:", "-f", "values"],
            &[values],
        ),
        (
            &["validate", "chart", "-f", "values", "-f", "more"],
            &[values, more],
        ),
        (
            &[
                "validate", "chart", "-f", "more", "--each", "values", "last",
            ],
            &[values, more, ("last", b"unknown: 1\n")],
        ),
        // Both sides have these values.
        (
            &["diff", "chart", "chart", "-f", "values", "--new-set", "b=1"],
            &[values],
        ),
        (
            &[
                "diff",
                "chart",
                "--new-values",
                "values",
                "--config",
                "config",
            ],
            &[values, ("config", b"diff: {}\n")],
        ),
        (
            &["multicluster", "endpoints", "pods"],
            &[("pods", b"{\"kind\": \"List\", \"items\": []}")],
        ),
    ];
    for (arguments, files) in cases {
        let of_files = rhelm_on_files(directory, arguments, files);
        assert_eq!(
            rhelm(directory, arguments, files),
            of_files,
            "{arguments:?}"
        );
        assert!(!of_files.is_empty());
        for (name, _) in files {
            fs::remove_file(directory.join(name)).unwrap();
        }
    }
}

#[test]
fn a_side_of_a_comparison_may_be_a_pipe() {
    let scratch = scratch();
    let directory = scratch.path();
    let manifest = rhelm(directory, &["template", "release-name", "chart"], &[]);
    let archive = {
        let packed = Command::new("tar")
            .args(["czf", "-", "chart"])
            .current_dir(directory)
            .output()
            .unwrap();
        packed.stdout
    };
    let change = ["--new-set", "a=1", "-o", "unified"];
    let expected = rhelm(directory, &[&["diff", "chart"][..], &change].concat(), &[]);
    assert!(expected.contains("+  a: \"1\"\n"), "{expected}");
    let cases: [Case<'_>; 3] = [
        (&["diff", "old", "chart"], &[("old", manifest.as_bytes())]),
        (&["diff", "old", "chart"], &[("old", &archive)]),
        // Both sides are the same pipe.
        (&["diff", "old"], &[("old", &archive)]),
    ];
    for (arguments, pipes) in cases {
        let arguments = [arguments, &change[..]].concat();
        assert_eq!(rhelm(directory, &arguments, pipes), expected);
    }
}
