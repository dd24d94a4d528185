//! The calls by which tools start helm, each by rhelm and by Helm in turn in one home: as if Helm did all of it.
//!
//! In a first home Helm does everything. In a second one rhelm makes the first call, Helm the next and so on, in a third one
//! the other way round. Each call must answer the same in all of them, and leave the same files.

use std::path::Path;
use std::process::Output;

use anyhow::Result;
use project::{Major, say};

use super::home::{self, Files, Home};
use super::server::Server;

/// A tool, and the calls that it makes, one after the other. `URL` is a repository's address, `HOST` a registry.
const CLIENTS: &[(&str, &[&str])] = &[
    (
        "kustomize",
        &[
            "version --short",
            "pull --untar --untardir charts --repo URL alpha --version 1.0.0",
            "template demo charts/alpha --namespace ns --include-crds --skip-tests --kube-version 1.30.0",
            "pull --untar --untardir more --version 1.0.0 oci://HOST/charts/alpha --plain-http",
        ],
    ),
    (
        "tanka",
        &[
            "repo add r URL",
            "repo update",
            "pull r/alpha --version 1.0.0 --destination vendored --untar",
            "search repo --regexp \u{b}r/alpha\u{b} --version 1.0.0 -o json",
            "template demo vendored/alpha --api-versions=v1 --include-crds --skip-tests --no-hooks --namespace=ns",
        ],
    ),
    (
        "cdk8s",
        &["template --repo URL --version 1.0.0 --namespace ns demo alpha"],
    ),
    (
        "kapitan",
        &[
            "pull --destination fetched --untar --version 1.0.0 --repo URL alpha",
            "template --include-crds --skip-tests --namespace ns --output-dir out demo fetched/alpha",
        ],
    ),
    (
        "ansible",
        &[
            "repo list --output=yaml",
            "repo add r URL",
            "repo list --output=yaml",
            "plugin list",
            "pull r/alpha --version=1.0.0",
            "show chart r/alpha",
            "repo remove r",
        ],
    ),
    (
        "checkov",
        &[
            "dependency list app",
            "template --dependency-update app",
            "dependency list app",
        ],
    ),
    (
        "chart-testing",
        &[
            "repo add r URL",
            "dependency build app",
            "dependency build plain",
            "lint plain",
            "lint app",
        ],
    ),
    (
        "helmfile",
        &[
            "repo add r URL --force-update",
            "repo update",
            "--kube-context ctx dependency build app",
            "--kube-context ctx template demo app --kube-context ctx --namespace ns",
            "dependency update app",
            "dependency up app",
            "repo list",
        ],
    ),
    (
        "Argo CD",
        &[
            "repo add r URL",
            "dependency build app",
            "template app --name-template demo --namespace ns --kube-version 1.30 --include-crds",
            "show values app",
            "show chart app",
            "pull --destination fetched --version 1.0.0 --repo URL alpha",
        ],
    ),
    (
        "skaffold",
        &[
            "--kube-context ctx dep build app",
            "package plain --destination fetched --version 1.2.3 --app-version 4.5",
        ],
    ),
    (
        "Jenkins X",
        &[
            "repo add r URL",
            "lint app",
            "dependency build app",
            "package plain",
            "push plain-0.1.0.tgz oci://HOST/charts --plain-http",
            "pull oci://HOST/charts/plain --version 0.1.0 --plain-http -d fetched",
        ],
    ),
    (
        "Renovate",
        &["repo add r URL --force-update", "dependency update app"],
    ),
    (
        "vendir",
        &["fetch alpha --untar --untardir fetched --version 1.0.0 --repo URL"],
    ),
    (
        "errors",
        &[
            "dependency build app",
            "pull r/none",
            "repo add r URL/none",
            "template demo none --repo URL",
            "pull oci://HOST/charts/none --version 1.0.0 --plain-http",
            "search repo x",
        ],
    ),
];

pub(super) fn run(rhelm: &Path) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let mut calls = 0;
    for (major, helm) in project::helms()? {
        let www = tempfile::tempdir()?;
        let server = Server::start(www.path())?;
        let url = format!("http://{}", server.host);
        let mut files = home::lay_out(&helm, www.path(), &url)?;
        for directory in ["vendored", "fetched", "charts", "more"] {
            files.insert(format!("work/{directory}/.keep").into(), Vec::new());
        }
        let setup = Home::with(&files)?;
        let archive = www.path().join("alpha-1.0.0.tgz");
        let target = format!("oci://{}/charts", server.host);
        setup.succeed(
            &helm,
            &["push", &archive.to_string_lossy(), &target, "--plain-http"],
        )?;
        for (client, lines) in CLIENTS {
            let homes = [
                Home::with(&files)?,
                Home::with(&files)?,
                Home::with(&files)?,
            ];
            for (number, line) in lines.iter().enumerate() {
                let line = line.replace("URL", &url).replace("HOST", &server.host);
                let mut words: Vec<&str> = line.split(' ').collect();
                let mut expected = None;
                for (home, kind) in homes.iter().zip(0..) {
                    let is_rhelm = kind > 0 && (number + kind) % 2 == 1;
                    let mut command = home.command(if is_rhelm { rhelm } else { &helm }, &words);
                    if is_rhelm {
                        command
                            .env("RHELM_HELM_VERSION", major.pinned())
                            .env("RHELM_NO_HINTS", "1");
                    }
                    calls += usize::from(is_rhelm);
                    let said = (said(command.output()?, home), known(home.files()?, home));
                    match &expected {
                        None => expected = Some(said),
                        Some(expected) if *expected != said => {
                            complaints.push(difference(client, &line, major, expected, &said));
                        }
                        Some(_) => {}
                    }
                }
                words.clear();
            }
        }
    }
    say!("{calls} calls of rhelm among those of Helm");
    Ok(complaints)
}

/// Status, stdout and stderr, with the home hidden, and what differs each time.
fn said(output: Output, home: &Home) -> String {
    let text = |bytes: &[u8]| masked(&String::from_utf8_lossy(bytes), home);
    format!(
        "status {:?}\n{}\n--\n{}",
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

fn masked(text: &str, home: &Home) -> String {
    let text = text.replace(&*home.path("").to_string_lossy(), "HOME/");
    // The time of an archive is in its manifest.
    let lines = text.lines().map(|line| match line.starts_with("Digest: ") {
        true => "Digest: DIGEST",
        false => line,
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut masked = String::new();
    let mut digits = String::new();
    // Long numbers are random, or of a process; so are times.
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        masked.push_str(if digits.len() > 5 { "N" } else { &digits });
        digits.clear();
        masked.push(c);
    }
    masked
}

/// Files without what differs each time: times in lock files, archives by their size, names of charts in order.
fn known(files: Files, home: &Home) -> Vec<String> {
    let lines = files.into_iter().map(|(path, contents)| {
        let text = match std::str::from_utf8(&contents) {
            Ok(text) => {
                let text = masked(text, home);
                let is_kept = |line: &&str| !line.starts_with("generated: ");
                let mut lines: Vec<&str> = text.lines().filter(is_kept).collect();
                if path.to_string_lossy().ends_with("-charts.txt") {
                    lines.sort_unstable();
                }
                lines.join("\n")
            }
            Err(_) => "binary".to_owned(),
        };
        let path = masked(&path.to_string_lossy(), home);
        format!("{}: {text}", path.trim_end())
    });
    // rhelm keeps the tags of servers, and the cache is that of Helm 4 alone.
    lines.filter(|line| !line.contains("-index.etag")).collect()
}

fn difference(
    client: &str,
    line: &str,
    major: Major,
    expected: &(String, Vec<String>),
    said: &(String, Vec<String>),
) -> String {
    let mut text = format!("{client}: helm {line} ({major})\n");
    if expected.0 != said.0 {
        text.push_str(&format!(
            "Helm says:\n{}\nrhelm says:\n{}\n",
            expected.0, said.0
        ));
    }
    for file in expected.1.iter().filter(|file| !said.1.contains(file)) {
        text.push_str(&format!("only with Helm alone: {}\n", first_line(file)));
    }
    for file in said.1.iter().filter(|file| !expected.1.contains(file)) {
        text.push_str(&format!("only with rhelm: {}\n", first_line(file)));
    }
    text
}

fn first_line(text: &str) -> String {
    text.chars().take(300).collect()
}
