//! A repository for a test, and the commands that are run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) type Tested = Result<(), Box<dyn std::error::Error>>;
pub(crate) type TestResult<T> = Result<T, Box<dyn std::error::Error>>;

/// A directory with a git repository, and what is beside it.
pub(crate) struct Repository {
    /// The directory, deleted in the end.
    pub(crate) temporary: tempfile::TempDir,
    pub(crate) top: PathBuf,
}

pub(crate) const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
pub(crate) const CONFIG_MAP: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {size: \"{{ .Values.size }}\"}\n";

/// A command that no configuration of this machine has a say in.
pub(crate) fn command(dir: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null");
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{name}_NAME"), "t");
        command.env(format!("GIT_{name}_EMAIL"), "t@example.com");
    }
    // Submodules and clones of these tests are paths.
    command.envs([
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "protocol.file.allow"),
        ("GIT_CONFIG_VALUE_0", "always"),
    ]);
    command.current_dir(dir);
    command
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Exit status, stdout and stderr.
pub(crate) fn ending(output: Output) -> (i32, String, String) {
    let status = output.status.code().unwrap_or(-1);
    (status, text(output.stdout), text(output.stderr))
}

pub(crate) fn rhelm(dir: &Path, args: &[&str]) -> TestResult<(i32, String, String)> {
    let mut command = command(dir, env!("CARGO_BIN_EXE_rhelm"));
    Ok(ending(command.args(args).output()?))
}

/// Returns the output of a command that succeeds.
pub(crate) fn stdout_of(dir: &Path, args: &[&str]) -> TestResult<String> {
    let (status, stdout, stderr) = rhelm(dir, args)?;
    match status {
        0 => Ok(stdout),
        _ => Err(format!("{args:?}: {status}: {stdout}{stderr}").into()),
    }
}

/// The error and the hints, of a command that fails.
pub(crate) fn failed(dir: &Path, args: &[&str]) -> TestResult<String> {
    let (status, stdout, stderr) = rhelm(dir, args)?;
    match status {
        1 => Ok(stderr),
        _ => Err(format!("{args:?}: {status}: {stdout}{stderr}").into()),
    }
}

/// Returns the output of git.
pub(crate) fn git(dir: &Path, args: &[&str]) -> TestResult<String> {
    let (status, stdout, stderr) = ending(command(dir, "git").args(args).output()?);
    match status {
        0 => Ok(stdout),
        _ => Err(format!("git {args:?}: {stderr}").into()),
    }
}

/// Runs a line of a shell, as an error names it.
pub(crate) fn shell(dir: &Path, line: &str) -> Tested {
    let (status, stdout, stderr) = ending(command(dir, "sh").args(["-c", line]).output()?);
    match status {
        0 => Ok(()),
        _ => Err(format!("{line}: {stdout}{stderr}").into()),
    }
}

pub(crate) fn write(top: &Path, name: &str, text: &str) -> Tested {
    let path = top.join(name);
    fs::create_dir_all(path.parent().ok_or("no parent")?)?;
    Ok(fs::write(path, text)?)
}

impl Repository {
    pub(crate) fn new(name: &str) -> TestResult<Repository> {
        let temporary = tempfile::tempdir()?;
        let top = temporary.path().join(name);
        fs::create_dir(&top)?;
        git(&top, &["init", "-q", "-b", "main"])?;
        Ok(Repository { temporary, top })
    }

    /// A chart `charts/web` and values for it, in two versions: the size is 1 in `v1` and 2 in `main`, and 10 and 20
    /// in `prod.yaml`.
    pub(crate) fn with_chart(name: &str) -> TestResult<Repository> {
        let repository = Repository::new(name)?;
        repository.write("charts/web/Chart.yaml", CHART)?;
        repository.write("charts/web/templates/a.yaml", CONFIG_MAP)?;
        for (size, tag) in [("1", "v1"), ("2", "v2")] {
            repository.write("charts/web/values.yaml", &format!("size: {size}\n"))?;
            repository.write("values/prod.yaml", &format!("size: {size}0\n"))?;
            repository.commit(tag)?;
        }
        Ok(repository)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Tested {
        write(&self.top, name, text)
    }

    /// Commits all there is, and tags it.
    pub(crate) fn commit(&self, tag: &str) -> Tested {
        git(&self.top, &["add", "-A"])?;
        git(&self.top, &["commit", "-q", "-m", tag])?;
        git(&self.top, &["tag", tag])?;
        Ok(())
    }

    /// Another repository beside this one.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }
}

/// A unified diff of the chart's one number.
pub(crate) fn change(old: &str, new: &str) -> String {
    format!(
        "--- old/default/a/ConfigMap (v1)\n+++ new/default/a/ConfigMap (v1)\n@@ -3 +3 @@ data.size\n-  size: \"{old}\"\n\
         +  size: \"{new}\"\n"
    )
}

pub(crate) const UNIFIED: [&str; 4] = ["-o", "unified", "-C", "0"];

pub(crate) fn diff(dir: &Path, args: &[&str]) -> TestResult<String> {
    stdout_of(dir, &[&["diff"], args, &UNIFIED].concat())
}
