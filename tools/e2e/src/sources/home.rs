//! Homes in which commands run, and what is in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Result, bail};
use tempfile::TempDir;
use walkdir::WalkDir;

/// A home with a working directory, `work`.
pub(super) struct Home {
    directory: TempDir,
}

/// Files by their paths below a home.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

impl Home {
    pub(super) fn new() -> Result<Home> {
        let directory = tempfile::tempdir()?;
        fs::create_dir(directory.path().join("work"))?;
        Ok(Home { directory })
    }

    /// A home with these files.
    pub(super) fn with(files: &Files) -> Result<Home> {
        let home = Home::new()?;
        for (path, contents) in files {
            home.write(path, contents)?;
        }
        Ok(home)
    }

    pub(super) fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    pub(super) fn write(&self, below: impl AsRef<Path>, contents: &[u8]) -> Result<()> {
        let path = self.directory.path().join(below);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(fs::write(path, contents)?)
    }

    pub(super) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.path("work"));
        command.env_clear().env("HOME", self.directory.path());
        command.env("TZ", "UTC");
        command
    }

    pub(super) fn run(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(program, arguments).output()?)
    }

    /// Runs what must succeed.
    pub(super) fn succeed(&self, program: &Path, arguments: &[&str]) -> Result<()> {
        let output = self.run(program, arguments)?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            bail!("{} {arguments:?}: {stderr}", program.display());
        }
        Ok(())
    }

    /// All files.
    pub(super) fn files(&self) -> Result<Files> {
        let mut files = Files::new();
        for entry in WalkDir::new(self.directory.path()) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(self.directory.path())?;
                files.insert(path.to_owned(), fs::read(entry.path())?);
            }
        }
        Ok(files)
    }
}

/// Charts of our own: `alpha` and `beta`, packed and with an index in `www`, and `work/app` that depends on both.
pub(super) fn lay_out(helm: &Path, www: &Path, url: &str) -> Result<Files> {
    let home = Home::new()?;
    for name in ["alpha", "beta"] {
        let metadata =
            format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\ndescription: A chart\n");
        home.write(format!("{name}/Chart.yaml"), metadata.as_bytes())?;
        let template = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}\n";
        home.write(format!("{name}/templates/cm.yaml"), template.as_bytes())?;
        // So much that writing takes a moment.
        let noise: Vec<u8> = (0..200_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        home.write(format!("{name}/noise.bin"), &noise)?;
        let (from, to) = (home.path(name), www.to_string_lossy().into_owned());
        home.succeed(helm, &["package", &from.to_string_lossy(), "-d", &to])?;
    }
    home.succeed(helm, &["repo", "index", &www.to_string_lossy()])?;
    let mut files = Files::new();
    let dependency =
        |name: &str| format!("- name: {name}\n  version: ^1.0.0\n  repository: {url}\n");
    let app = format!(
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n{}{}",
        dependency("alpha"),
        dependency("beta")
    );
    files.insert("work/app/Chart.yaml".into(), app.into_bytes());
    let template = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: app\n";
    files.insert("work/app/templates/cm.yaml".into(), template.into());
    let plain = "apiVersion: v2\nname: plain\nversion: 0.1.0\n";
    files.insert("work/plain/Chart.yaml".into(), plain.into());
    files.insert("work/plain/templates/cm.yaml".into(), template.into());
    Ok(files)
}
