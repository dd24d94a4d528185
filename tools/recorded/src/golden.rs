//! The format of `tests/golden/<case>/`: charts, the runs over them, and what Helm printed.

mod api_server;
mod changes;
mod masks;
mod recorded;
mod registry;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tempfile::TempDir;

use crate::Major;
use crate::directory;
use crate::process::{Invocation, Outcome, Termination};
use changes::Before;
use server::Server;

pub use recorded::Recorded;

/// The file in a case's directory that lists its runs.
pub const CASE_FILE: &str = "case.toml";
/// Stands for the absolute path of the case's directory, in arguments and in what was printed.
const CASE: &str = "$CASE";
/// Stands for a fresh directory that the run may write to; its files are recorded.
const OUT: &str = "$OUT";
/// Stands for the address of the case's server, `http://HOST:PORT`.
const SERVER: &str = "$SERVER";
/// Stands for the host and port of that address.
const HOST: &str = "$HOST";
/// The directory of a case that its server serves.
const SERVED: &str = "www";
/// The directory of a case that Helm's files are copied from, before a run with a home.
const HOME: &str = "home";

/// One case: a directory with charts and several runs over them.
#[derive(Clone, Debug)]
pub struct Case {
    /// The directory's name.
    pub name: String,
    /// The directory.
    pub dir: PathBuf,
    /// The runs by name.
    pub runs: BTreeMap<String, Run>,
}

/// One command line over a case's charts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The arguments after `helm`.
    pub args: Vec<String>,
    /// The working directory, below the case's.
    #[serde(default)]
    cwd: PathBuf,
    /// The input on stdin.
    #[serde(default)]
    pub stdin: String,
    /// Variables to set beside `PATH` and `HOME`.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// True if the run changes files of the case, and is given a copy of its directory for that.
    #[serde(default)]
    copied: bool,
    /// True if what the run changes in its copy of the case's directory is recorded, as files below `case/`.
    #[serde(default)]
    changes: bool,
    /// Files of the case that have another name during the run, one that Windows does not take; both are paths below the
    /// case's directory, of which the run is given a copy.
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// True if the run has Helm's files to itself, below `$OUT/home`: what is in the case's `home` before, and recorded
    /// as it is left.
    #[serde(default)]
    home: bool,
    /// True if a server serves what is in the case's `www`, at `$SERVER`.
    #[serde(default)]
    server: bool,
    /// True if what the API server was asked to write, and the objects that it has afterwards, are recorded, as files below
    /// `server/`.
    #[serde(default)]
    writes: bool,
    /// True if the run makes or changes releases: times of now are hidden in what it prints.
    #[serde(default)]
    releases: bool,
    /// Command lines that come before, in the same place; each must succeed.
    #[serde(default)]
    before: Vec<Vec<String>>,
    /// Command lines that come afterwards, in the same place; what they print is recorded, as files below `after/`.
    #[serde(default)]
    after: Vec<Vec<String>>,
    /// True if rhelm must answer the same; what it need not is recorded for other tests to read.
    #[serde(default = "yes")]
    pub compared: bool,
    /// The reason why rhelm is not held to it yet; the test is ignored then. Recorded all the same.
    #[serde(default)]
    pub pending: Option<String>,
    /// The plugin that answers instead of Helm itself: `args` are those of it, or of its `local` command.
    #[serde(default)]
    pub plugin: Option<Plugin>,
    /// The majors to record; both when left out.
    #[serde(default)]
    majors: Option<Vec<u32>>,
}

fn yes() -> bool {
    true
}

/// A plugin of Helm's that rhelm has a command for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plugin {
    /// databus23/helm-diff, its command `local`.
    HelmDiff,
    /// databus23/helm-diff, the command that `args` name.
    HelmDiffCommands,
}

/// Reads all cases below `tests/golden`, in order of name.
///
/// # Errors
/// When a `case.toml` cannot be read or does not follow the format.
pub fn read_cases(golden: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    if !golden.exists() {
        return Ok(cases);
    }
    for entry in
        fs::read_dir(golden).with_context(|| format!("cannot list {}", golden.display()))?
    {
        let dir = entry?.path();
        let file = dir.join(CASE_FILE);
        if !file.exists() {
            continue;
        }
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let runs: BTreeMap<String, Run> = toml::from_str(&text)
            .with_context(|| format!("{} is not a list of runs", file.display()))?;
        let name = dir
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for (run, Run { majors, .. }) in &runs {
            let is_major = |number: &u32| Major::from_number(*number).is_some();
            if !majors.iter().flatten().all(is_major) {
                bail!("{}: majors of {run} can be 3 and 4", file.display());
            }
        }
        cases.push(Case {
            name,
            dir: dir.canonicalize()?,
            runs,
        });
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

impl Run {
    /// True if the run is nothing but a command line that rhelm answers as Helm does.
    pub fn is_plain(&self) -> bool {
        let has_input = !self.stdin.is_empty() || !self.env.is_empty() || self.needs_copy();
        !has_input && self.compared && self.pending.is_none() && self.plugin.is_none()
    }

    fn needs_copy(&self) -> bool {
        self.copied || self.changes || !self.names.is_empty()
    }

    /// The words before the arguments when the oracle is run.
    pub fn lead_of_oracle(&self) -> &'static [&'static str] {
        match self.plugin {
            Some(Plugin::HelmDiff) => &["local"],
            Some(Plugin::HelmDiffCommands) | None => &[],
        }
    }

    /// The words before the arguments when rhelm is run.
    pub fn lead_of_rhelm(&self) -> &'static [&'static str] {
        match self.plugin {
            Some(Plugin::HelmDiff) => &["diff", "--compat", "helm-diff"],
            Some(Plugin::HelmDiffCommands) => &["diff"],
            None => &[],
        }
    }

    /// The majors this run is recorded for.
    pub fn majors(&self) -> Vec<Major> {
        match &self.majors {
            Some(numbers) => numbers
                .iter()
                .filter_map(|number| Major::from_number(*number))
                .collect(),
            None => Major::ALL.to_vec(),
        }
    }
}

impl Case {
    /// The path of a run's outcome when it is the same for all its majors.
    pub fn shared_file(&self, run: &str) -> PathBuf {
        self.dir.join(format!("{run}.out"))
    }

    /// The path of a run's outcome when the majors differ.
    pub fn major_file(&self, run: &str, major: Major) -> PathBuf {
        self.dir.join(format!("{run}.{major}.out"))
    }

    /// The recorded outcome of a run and a major, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or does not follow the format.
    pub fn recorded(&self, run: &str, major: Major) -> Result<Option<Recorded>> {
        for file in [self.major_file(run, major), self.shared_file(run)] {
            if file.exists() {
                let text =
                    fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
                return Recorded::read(&text)
                    .with_context(|| format!("in {}", file.display()))
                    .map(Some);
            }
        }
        Ok(None)
    }

    /// Runs a command line of this case with some Helm-like program, `lead` before its arguments.
    ///
    /// # Errors
    /// When the program cannot be started or the files it wrote cannot be read.
    pub fn execute(
        &self,
        run: &Run,
        program: &Path,
        lead: &[&str],
        env: &[(&str, &str)],
    ) -> Result<Recorded> {
        let start = masks::now();
        let out = TempDir::new().context("cannot make a directory for output")?;
        let out_path = out.path().canonicalize()?;
        let copy = match run.needs_copy() {
            true => Some(copy_of(&self.dir, &run.names)?),
            false => None,
        };
        let dir = match &copy {
            Some(copy) => copy.path().canonicalize()?,
            None => self.dir.clone(),
        };
        let server = match run.server {
            true => Some(Server::start(&self.dir.join(SERVED), &self.name)?),
            false => None,
        };
        let address = server.as_ref().map_or("", Server::address);
        let case = dir.to_string_lossy();
        let out_text = out_path.to_string_lossy();
        let fill = |text: &str| {
            let text = text.replace(CASE, &case).replace(OUT, &out_text);
            let host = address.strip_prefix("http://").unwrap_or_default();
            text.replace(SERVER, address).replace(HOST, host)
        };
        let mut variables = Vec::new();
        if run.home {
            let home = out_path.join(HOME);
            changes::fill_home(&self.dir.join(HOME), &home, &fill)?;
            for (name, place) in [
                ("HELM_CACHE_HOME", "cache"),
                ("HELM_CONFIG_HOME", "config"),
                ("HELM_DATA_HOME", "data"),
            ] {
                let place = home.join(place).to_string_lossy().into_owned();
                variables.push((name.to_owned(), place));
            }
        }
        variables.extend(
            run.env
                .iter()
                .map(|(name, value)| (name.clone(), fill(value))),
        );
        let given = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        variables.extend(given);
        let execute = |args: &[String], stdin: &str| {
            let args = args.iter().map(|arg| fill(arg));
            let lead = lead.iter().copied();
            let mut invocation = Invocation::new(program, dir.join(&run.cwd))
                .args(lead)
                .args(args);
            invocation.stdin = stdin.as_bytes().to_vec();
            invocation.env.clone_from(&variables);
            let outcome = invocation.run();
            outcome.with_context(|| format!("cannot run {}", program.display()))
        };
        if run.changes {
            changes::set_times(&dir)?;
        }
        for args in &run.before {
            let outcome = execute(args, "")?;
            if outcome.ending != Termination::Exited(0) {
                let error = String::from_utf8_lossy(&outcome.stderr);
                bail!("`{}` failed before: {error}", args.join(" "));
            }
        }
        let out_before = Before::of(&out_path)?;
        let dir_before = match run.changes {
            true => Some(Before::of(&dir)?),
            false => None,
        };
        let Outcome {
            ending,
            stdout,
            stderr,
        } = execute(&run.args, &run.stdin)?;
        let mut after = Vec::new();
        for args in &run.after {
            let outcome = execute(args, "")?;
            let name = format!("after/{}", after.len() + 1);
            let start = format!("{}: {}\n", args.join(" "), outcome.ending);
            let text = [start.as_bytes(), &outcome.stdout, &outcome.stderr].concat();
            after.push((name, text));
        }
        let hide = |text: &[u8]| {
            let text = replace(&replace(text, &case, CASE), &out_text, OUT);
            let text = match run.home || run.changes || run.server {
                true => masks::hide(&text, address),
                false => text,
            };
            match run.releases {
                true => masks::hide_now(&text, start),
                false => text,
            }
        };
        let mut files = out_before.changes(&out_path, "")?;
        if let Some(before) = dir_before {
            files.extend(before.changes(&dir, "case/")?);
        }
        if let Some(server) = server.as_ref().filter(|_| run.writes) {
            files.extend(server.cluster_files()?);
        }
        files.extend(after);
        let readable = |(path, contents): (String, Vec<u8>)| {
            let path = String::from_utf8_lossy(&hide(path.as_bytes())).into_owned();
            (path, hide(&contents))
        };
        Ok(Recorded {
            ending: ending.to_string(),
            stdout: masks::in_order(&hide(&stdout)),
            stderr: hide(&stderr),
            files: files.into_iter().map(readable).collect(),
        })
    }
}

/// A copy of a directory of plain files, some of them with other names, which goes when it is dropped.
fn copy_of(dir: &Path, names: &BTreeMap<String, String>) -> Result<TempDir> {
    let copy = TempDir::new().context("cannot make a directory for a copy")?;
    directory::copy(dir, copy.path())?;
    for (from, to) in names {
        let (from, to) = (copy.path().join(from), copy.path().join(to));
        fs::rename(&from, &to).with_context(|| format!("cannot rename {}", from.display()))?;
    }
    Ok(copy)
}

/// Replaces every occurrence of `from` in bytes that need not be UTF-8.
fn replace(text: &[u8], from: &str, to: &str) -> Vec<u8> {
    let from = from.as_bytes();
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'/' && rest.starts_with(from) {
            replaced.extend(to.bytes());
            rest = &rest[from.len()..];
        } else {
            replaced.push(byte);
            rest = after;
        }
    }
    replaced
}
