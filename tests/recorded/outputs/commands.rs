//! The commands that write files.

use std::fs;
use std::io::Result;
use std::path::Path;

/// A command and a file that it writes. It runs in a directory with what it needs; the file is below `out`.
pub(crate) struct Output {
    pub(crate) name: &'static str,
    /// The file that is looked at, below the directory that the command runs in.
    pub(crate) file: &'static str,
    /// The arguments; `FILE` is the file, where a flag names it.
    pub(crate) arguments: &'static [&'static str],
    /// The mode of a new file.
    pub(crate) mode: u32,
    pub(crate) kind: Kind,
}

/// The contents of a command's file before it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A flag names the file: anything may be there.
    Named,
    /// Helm's `--output-dir`, of which no link leads out.
    OutputDir,
    /// A directory of pages.
    Pages,
    /// A bundled chart: what is no file is not replaced.
    Export,
    /// A file of the chart that is rendered, which has regular files only.
    Chart,
}

pub(crate) const OUTPUTS: [Output; 8] = [
    Output {
        name: "source-map",
        file: "out/file",
        arguments: &["template", "r", "chart", "--source-map", "FILE"],
        mode: 0o644,
        kind: Kind::Named,
    },
    Output {
        name: "kubeconfig",
        file: "out/file",
        arguments: &[
            "multicluster",
            "kubeconfig",
            "east",
            "--server",
            "https://10.0.0.1:6443",
            "--token-secret",
            "secret.yaml",
            "--force",
            "-o",
            "FILE",
        ],
        mode: 0o600,
        kind: Kind::Named,
    },
    Output {
        name: "secret",
        file: "out/file",
        arguments: &[
            "multicluster",
            "secret",
            "remote",
            "--kubeconfig",
            "remote",
            "-o",
            "FILE",
        ],
        mode: 0o600,
        kind: Kind::Named,
    },
    Output {
        name: "endpoints",
        file: "out/file",
        arguments: &["multicluster", "endpoints", "pods.json", "-o", "FILE"],
        mode: 0o644,
        kind: Kind::Named,
    },
    Output {
        name: "output-dir",
        file: "out/chart/templates/b.yaml",
        arguments: &["template", "r", "chart", "--output-dir", "out"],
        mode: 0o644,
        kind: Kind::OutputDir,
    },
    Output {
        name: "man",
        file: "out/rhelm-version.1",
        arguments: &["man", "out"],
        mode: 0o644,
        kind: Kind::Pages,
    },
    Output {
        name: "export",
        file: "out/templates/role.yaml",
        arguments: &["charts", "export", "istio-reader", "out", "--force"],
        mode: 0o644,
        kind: Kind::Export,
    },
    Output {
        name: "lock",
        file: "out/Chart.lock",
        arguments: &["template", "r", "out", "--dependency-update"],
        mode: 0o644,
        kind: Kind::Chart,
    },
];

/// Makes what the commands read.
pub(crate) fn make_inputs(directory: &Path) -> Result<()> {
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n";
    let chart = |name: &str, metadata: &str, templates: &[&str]| {
        let chart = directory.join(name);
        fs::create_dir_all(chart.join("templates"))?;
        fs::write(chart.join("Chart.yaml"), metadata)?;
        for template in templates {
            fs::write(chart.join("templates").join(template), manifest)?;
        }
        Ok::<_, std::io::Error>(())
    };
    let metadata = "apiVersion: v2\nname: chart\nversion: 1.0.0\n";
    chart("chart", metadata, &["a.yaml", "b.yaml", "c.yaml"])?;
    chart("sub", &metadata.replace("chart", "sub"), &["a.yaml"])?;
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/multicluster.in");
    for name in ["secret.yaml", "remote", "pods.json"] {
        fs::copy(inputs.join(name), directory.join(name))?;
    }
    Ok(())
}

impl Output {
    /// Makes what has to be in `out` before the command can run.
    pub(crate) fn make_output(&self, directory: &Path) -> Result<()> {
        let out = directory.join("out");
        fs::create_dir_all(&out)?;
        if self.kind == Kind::Chart {
            let dependency =
                "dependencies:\n- {name: sub, version: 1.0.0, repository: file://../sub}\n";
            let metadata = format!("apiVersion: v2\nname: chart\nversion: 1.0.0\n{dependency}");
            fs::write(out.join("Chart.yaml"), metadata)?;
        }
        Ok(())
    }

    /// The part of a file's contents that does not depend on the time.
    pub(crate) fn comparable(&self, contents: &[u8]) -> Vec<u8> {
        let lines = contents.split_inclusive(|byte| *byte == b'\n');
        lines
            .filter(|line| !line.starts_with(b"generated: "))
            .collect::<Vec<_>>()
            .concat()
    }
}
