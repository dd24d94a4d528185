//! A profile of the release file's work, so that the compiler can lay it out for that: a build that counts, run
//! on the repository's own charts.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

/// The commands that are counted, each with every chart. The compiler takes all others for rare.
const COMMANDS: [&[&str]; 6] = [
    &["template", "demo"],
    &["template", "demo", "--helm-version", "3", "--include-crds"],
    &["lint"],
    &["validate"],
    &["diff", "--new-set", "fullnameOverride=b"],
    &[
        "diff",
        "--compat",
        "helm-diff",
        "--new-set",
        "fullnameOverride=b",
    ],
];

/// The parts of a profile: flags for the two builds, and the program that puts counts
/// together.
pub(super) struct Profile {
    dir: PathBuf,
    merge: PathBuf,
}

impl Profile {
    /// Nothing where Rust's `llvm-tools` are not installed.
    pub(super) fn of_toolchain(host: &str) -> Result<Option<Profile>> {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output();
        let output = output.context("cannot run rustc")?;
        let sysroot = String::from_utf8(output.stdout)?;
        let tools = Path::new(sysroot.trim()).join("lib/rustlib").join(host);
        let merge = tools.join("bin").join(format!("llvm-profdata{EXE_SUFFIX}"));
        Ok(merge.is_file().then(|| Profile {
            dir: project::target().join("dist/profile"),
            merge,
        }))
    }

    /// The compiler's flag for a program that counts.
    pub(super) fn counting(&self) -> String {
        format!("-C profile-generate={}", self.counts().display())
    }

    /// The compiler's flags for a program laid out by what was counted. It would warn of functions that
    /// never return.
    pub(super) fn using(&self) -> String {
        format!("-A warnings -C profile-use={}", self.counted().display())
    }

    fn counts(&self) -> PathBuf {
        self.dir.join("counts")
    }

    fn counted(&self) -> PathBuf {
        self.dir.join("rhelm.profdata")
    }

    /// Has the program that counts render and check the repository's charts, and puts its counts
    /// together; does nothing where that has been done.
    ///
    /// # Errors
    /// When the program does not run or has counted nothing. Charts that it refuses are counted too.
    pub(super) fn count(&self, program: &Path) -> Result<()> {
        let modified = |path: &Path| fs::metadata(path)?.modified();
        if modified(&self.counted()).is_ok_and(|then| modified(program).is_ok_and(|now| now < then))
        {
            return Ok(());
        }
        let counts = self.counts();
        if counts.exists() {
            fs::remove_dir_all(&counts)?;
        }
        fs::create_dir_all(&counts)?;
        // All runs add to one file.
        let pattern = counts.join("%1m.profraw");
        for chart in charts()? {
            for command in COMMANDS {
                let run = Command::new(program)
                    .args(command)
                    .arg(&chart)
                    .env("LLVM_PROFILE_FILE", &pattern)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                run.with_context(|| format!("cannot run {}", program.display()))?;
            }
        }
        let status = Command::new(&self.merge)
            .arg("merge")
            .arg(&counts)
            .arg("--output")
            .arg(self.counted())
            .status()
            .context("cannot run llvm-profdata")?;
        if !status.success() {
            bail!("llvm-profdata cannot put the counts together");
        }
        Ok(())
    }
}

/// The directories of the repository's charts, dependencies apart.
fn charts() -> Result<Vec<PathBuf>> {
    let mut charts = Vec::new();
    for below in ["charts", "tests/golden"] {
        let mut entries = WalkDir::new(project::root().join(below))
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            let entry = entry?;
            if entry.path().join("Chart.yaml").is_file() {
                charts.push(entry.into_path());
                entries.skip_current_dir();
            }
        }
    }
    Ok(charts)
}
