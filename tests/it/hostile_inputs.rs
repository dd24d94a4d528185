//! Charts, schemas and arguments may name a pipe, a device or a huge file: rhelm neither waits for ever
//! nor eats memory. What Helm does with the same cannot be recorded: it does both.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use tempfile::TempDir;

/// A directory with a chart `c` in it.
fn scratch() -> (TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let chart = scratch.path().join("c");
    fs::create_dir_all(chart.join("templates")).unwrap();
    let manifest = "apiVersion: v2\nname: c\nversion: 0.1.0\nicon: https://example.com/a.png\n";
    fs::write(chart.join("Chart.yaml"), manifest).unwrap();
    fs::write(chart.join("values.yaml"), "a: 1\n").unwrap();
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Values.a }}x\"}\n";
    fs::write(chart.join("templates/a.yaml"), template).unwrap();
    (scratch, chart)
}

/// Runs rhelm with little memory, for ten seconds at most.
fn rhelm(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("timeout")
        .args(["10", "sh", "-c", "ulimit -v 1700000; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_rhelm"))
        .args(arguments)
        .current_dir(directory)
        .env("HOME", directory)
        .env_remove("CURL_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("http_proxy")
        .env_remove("KUBECONFIG")
        .output()
        .unwrap()
}

/// The run fails and says so.
fn fails(directory: &Path, arguments: &[&str], text: &str) {
    let output = rhelm(directory, arguments);
    let all = [output.stdout, output.stderr].concat();
    let all = String::from_utf8_lossy(&all);
    // `validate` has 2 for what cannot be checked.
    assert!(
        matches!(output.status.code(), Some(1 | 2)),
        "{arguments:?}\n{all}"
    );
    assert!(all.contains(text), "{arguments:?}: no {text:?} in\n{all}");
}

fn pipe(path: &Path) {
    let status = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(status.success());
}

fn sparse(path: &Path) {
    File::create(path).unwrap().set_len(6 << 30).unwrap();
}

const COMMANDS: [&str; 3] = ["template", "lint", "validate"];

#[test]
fn schemas_refer_to_files_only() {
    let (scratch, chart) = scratch();
    pipe(&scratch.path().join("pipe"));
    sparse(&scratch.path().join("sparse"));
    let blanks = "/blanks";
    fs::write(scratch.path().join("blanks"), vec![b' '; 17 << 20]).unwrap();
    for (name, text) in [
        ("/pipe", "not a regular file"),
        (
            "/sparse",
            "invalid character '\\x00' looking for beginning of value",
        ),
        (blanks, "blanks: larger than 16 MiB"),
    ] {
        let schema = format!(
            "{{\"$ref\": \"file://{}{name}\"}}",
            scratch.path().display()
        );
        fs::write(chart.join("values.schema.json"), schema).unwrap();
        for command in COMMANDS {
            fails(scratch.path(), &[command, "c"], text);
        }
    }
}

#[test]
fn links_to_devices_are_not_followed_to_their_end() {
    for (name, text) in [
        ("values.yaml", "values.yaml"),
        ("Chart.yaml", "Chart.yaml"),
        ("values.schema.json", "cannot load irregular file"),
        ("templates/b.yaml", "cannot load irregular file"),
        (".helmignore", "token too long"),
    ] {
        let (scratch, chart) = scratch();
        let _ = fs::remove_file(chart.join(name));
        symlink("/dev/zero", chart.join(name)).unwrap();
        for command in COMMANDS {
            fails(scratch.path(), &[command, "c"], text);
        }
        fails(
            scratch.path(),
            &["template", "c", "--helm-version", "3"],
            text,
        );
    }
}

#[test]
fn pipes_in_a_chart_are_not_waited_for() {
    for name in [
        "values.yaml",
        "Chart.yaml",
        "values.schema.json",
        ".helmignore",
    ] {
        let (scratch, chart) = scratch();
        let _ = fs::remove_file(chart.join(name));
        pipe(&chart.join(name));
        for command in COMMANDS {
            fails(scratch.path(), &[command, "c"], "regular file");
        }
    }
}

#[test]
fn arguments_may_be_endless() {
    let (scratch, _) = scratch();
    sparse(&scratch.path().join("sparse"));
    fails(
        scratch.path(),
        &["template", "sparse"],
        "does not appear to be a gzipped archive",
    );
    for argument in ["/dev/zero", "sparse"] {
        for command in ["template", "lint", "validate"] {
            fails(
                scratch.path(),
                &[command, "c", "-f", argument],
                "larger than",
            );
        }
        let file = format!("a={argument}");
        fails(
            scratch.path(),
            &["template", "c", "--set-file", &file],
            "larger than",
        );
        fails(
            scratch.path(),
            &["template", "c", "--lookup", argument],
            "larger than",
        );
    }
    fails(scratch.path(), &["diff", "/dev/zero", "c"], "");
    let kubeconfig = rhelm(
        scratch.path(),
        &["template", "c", "--kubeconfig", "/dev/zero"],
    );
    assert!(kubeconfig.status.success());
}

#[test]
fn a_huge_file_is_not_added_to() {
    let (scratch, chart) = scratch();
    let hook = "kind: Job\nmetadata: {name: a, annotations: {helm.sh/hook: post-install}}\n";
    fs::write(chart.join("templates/a.yaml"), hook).unwrap();
    let file = scratch.path().join("out/c/templates/a.yaml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    sparse(&file);
    let size = fs::metadata(&file).unwrap().len();
    let arguments = ["template", "c", "--output-dir", "out"];
    let text = "read out/c/templates/a.yaml: larger than 40 MiB";
    fails(scratch.path(), &arguments, text);
    assert_eq!(fs::metadata(&file).unwrap().len(), size);
}

#[test]
fn arguments_may_be_pipes() {
    let (scratch, _) = scratch();
    let path = scratch.path().join("pipe");
    pipe(&path);
    let writer = thread::spawn(move || fs::write(path, "a: piped"));
    let output = rhelm(scratch.path(), &["template", "c", "-f", "pipe"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("pipedx"));
    writer.join().unwrap().unwrap();
}

#[test]
fn programs_may_not_answer_for_ever() {
    let (scratch, _) = scratch();
    let yes = [
        "template",
        "c",
        "--post-renderer",
        "yes",
        "--helm-version",
        "3",
    ];
    fails(scratch.path(), &yes, "error while running post render");
}

/// Answers requests on loopback, and gives the address and what was asked.
fn serve(answers: Vec<Vec<u8>>) -> (u16, thread::JoinHandle<Vec<String>>) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let requests = thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = server.accept().unwrap();
            let mut text = Vec::new();
            let mut byte = [0];
            while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                text.push(byte[0]);
            }
            requests.push(String::from_utf8(text).unwrap());
            let _ = stream.write_all(&answer);
        }
        requests
    });
    (port, requests)
}

fn remote_schema(chart: &Path, url: &str) {
    let schema = format!("{{\"$ref\": \"{url}\"}}");
    fs::write(chart.join("values.schema.json"), schema).unwrap();
}

#[test]
fn nothing_of_the_user_goes_to_an_address_in_a_schema() {
    let (scratch, chart) = scratch();
    let netrc = "machine 127.0.0.1 login me password secret\n";
    fs::write(scratch.path().join(".netrc"), netrc).unwrap();
    let settings = "netrc\nuser = me:secret\nheader = \"X-Token: secret\"\ncookie = \"a=secret\"\n";
    fs::write(scratch.path().join(".curlrc"), settings).unwrap();
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntrue";
    // lint reads it twice, as Helm does.
    let (port, requests) = serve(vec![response.to_vec(); COMMANDS.len() + 1]);
    remote_schema(&chart, &format!("http://127.0.0.1:{port}/s.json"));
    for command in COMMANDS {
        let mut arguments = vec![command, "c"];
        arguments.extend((command == "validate").then_some("--allow-remote-refs"));
        let output = rhelm(scratch.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{command}: {output:?}");
    }
    for request in requests.join().unwrap() {
        assert!(request.starts_with("GET /s.json HTTP/1.1\r\n"), "{request}");
        assert!(
            !request.contains("secret") && !request.contains("uthorization"),
            "{request}"
        );
    }
    // A redirection leads to no other kind of address.
    let away = b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (port, requests) = serve(vec![away.to_vec()]);
    remote_schema(&chart, &format!("http://127.0.0.1:{port}/s.json"));
    fails(
        scratch.path(),
        &["template", "c"],
        "HTTP request failed for",
    );
    requests.join().unwrap();
    // An answer has an end.
    let mut endless = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    endless.resize(20 << 20, b' ');
    let (port, requests) = serve(vec![endless]);
    remote_schema(&chart, &format!("http://127.0.0.1:{port}/s.json"));
    fails(
        scratch.path(),
        &["template", "c"],
        "the answer is larger than 16 MiB",
    );
    requests.join().unwrap();
}

/// Schemas are fetched without another program, which PATH could name.
#[test]
fn schemas_are_fetched_by_rhelm_itself() {
    let (scratch, chart) = scratch();
    remote_schema(&chart, "https://localhost:1/s.json");
    let output = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(["template", "c"])
        .current_dir(scratch.path())
        .env("PATH", scratch.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let reason = "HTTP request failed for https://localhost:1/s.json: Get \"https://localhost:1/s.json\": dial tcp";
    assert!(text.contains(reason), "{text}");
}

#[test]
fn charts_cannot_write_to_the_terminal() {
    let (scratch, chart) = scratch();
    let evil = r#"a: "\e]0;title\a\e[31m\nname""#;
    fs::write(scratch.path().join("evil.yaml"), evil).unwrap();
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.a | toJson }}}\n";
    fs::write(chart.join("templates/a.yaml"), template).unwrap();
    let output_of = |arguments: &[&str]| {
        let output = rhelm(scratch.path(), arguments);
        let all = [output.stdout, output.stderr].concat();
        assert!(!all.contains(&0x1b), "{arguments:?}");
        assert!(!all.contains(&0x07), "{arguments:?}");
        String::from_utf8(all).unwrap()
    };
    for format in ["text", "unified", "markdown", "html", "json"] {
        let sides = ["diff", "c", "c", "--new-values", "evil.yaml", "-o", format];
        assert!(output_of(&sides).contains("title"), "{format}");
    }
    assert!(output_of(&["explain", "c", "a", "-f", "evil.yaml"]).contains("title"));
    assert!(output_of(&["explain", "c", "--grep", "title", "-f", "evil.yaml"]).contains("title"));
    output_of(&["validate", "c", "-f", "evil.yaml"]);
}

#[test]
fn what_changes_between_manifests_has_a_limit() {
    let (scratch, _) = scratch();
    let manifest = |letter: &str, documents: usize| -> String {
        let text = letter.repeat(8 << 20);
        let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a";
        let document = |n: usize| format!("---\n{head}{n}}}\ndata: {{a: {text}}}\n");
        (0..documents).map(document).collect()
    };
    fs::write(scratch.path().join("old.yaml"), manifest("x", 4)).unwrap();
    fs::write(scratch.path().join("new.yaml"), manifest("y", 4)).unwrap();
    let text = "the changes up to here take more than 83886080 bytes of memory";
    fails(scratch.path(), &["diff", "old.yaml", "new.yaml"], text);
    fs::write(scratch.path().join("one.yaml"), manifest("xyz", 1)).unwrap();
    let text = "the resource takes more than 16777216 bytes of memory";
    let of_side = |side: &str| format!("{side} side (one.yaml): ConfigMap a0: {text}");
    let sides = ["diff", "old.yaml", "one.yaml"];
    fails(scratch.path(), &sides, &of_side("new"));
    let sides = ["diff", "one.yaml", "old.yaml"];
    fails(scratch.path(), &sides, &of_side("old"));
    sparse(&scratch.path().join("huge.yaml"));
    let text = "larger than 40 MiB";
    fails(scratch.path(), &["diff", "old.yaml", "huge.yaml"], text);
}

#[test]
fn a_document_of_yaml_has_so_many_values() {
    let (scratch, _) = scratch();
    let many = format!("a: [{}]\n", "1,".repeat(3_000_000));
    fs::write(scratch.path().join("many.yaml"), &many).unwrap();
    let text = "the document has more than 2097152 values";
    for arguments in [
        &["template", "c", "-f", "many.yaml"][..],
        &["validate", "c", "-f", "many.yaml"],
        &["explain", "c", "a", "-f", "many.yaml"],
        &["diff", "many.yaml", "many.yaml", "--lookup", "many.yaml"],
    ] {
        fails(scratch.path(), arguments, text);
    }
}

#[test]
fn the_errors_of_a_schema_have_a_limit() {
    let (scratch, chart) = scratch();
    let schema = r#"{"additionalProperties": {"items": {"type": "string"}}}"#;
    fs::write(chart.join("values.schema.json"), schema).unwrap();
    // Each error has the whole path.
    let key = "k".repeat(1_000_000);
    let values = format!("? {key}\n: [{}]\n", "1,".repeat(300));
    fs::write(scratch.path().join("v.yaml"), values).unwrap();
    let text = "schema validation finds too many errors";
    fails(scratch.path(), &["template", "c", "-f", "v.yaml"], text);
}
