//! Running one command to its end: clean environment, closed or given stdin, a time limit.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A command to run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The program's path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The working directory.
    pub dir: PathBuf,
    /// Variables beside `PATH` and a `HOME` that does not exist; nothing else is inherited, so that
    /// no configuration of this machine shows in what is printed.
    pub env: Vec<(String, String)>,
    /// Its input on stdin.
    pub stdin: Vec<u8>,
    /// The time limit.
    pub timeout: Duration,
}

/// The end of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Termination {
    /// It exited with this status.
    Exited(i32),
    /// This signal ended it.
    Signalled(i32),
    /// It was killed because its time was up.
    TimedOut,
}

impl std::fmt::Display for Termination {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Termination::Exited(status) => write!(out, "exit {status}"),
            Termination::Signalled(signal) => write!(out, "signal {signal}"),
            Termination::TimedOut => write!(out, "timeout"),
        }
    }
}

/// The output of a command and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The end.
    pub ending: Termination,
    /// The output on stdout.
    pub stdout: Vec<u8>,
    /// The output on stderr.
    pub stderr: Vec<u8>,
}

impl Invocation {
    /// A command with this program and arguments, 30 seconds' time and nothing on stdin.
    pub fn new(program: impl Into<PathBuf>, dir: impl Into<PathBuf>) -> Self {
        Invocation {
            program: program.into(),
            args: Vec::new(),
            dir: dir.into(),
            env: Vec::new(),
            stdin: Vec::new(),
            timeout: Duration::from_secs(30),
        }
    }

    /// Adds arguments.
    pub fn args<S: Into<OsString>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Runs the command to its end or its time limit.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn run(&self) -> io::Result<Outcome> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.dir).env_clear();
        command.env("HOME", "/nonexistent");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut pipe) = stdin {
                    // A program that does not read its stdin closes it: no matter.
                    let _ = pipe.write_all(&self.stdin);
                }
            });
            let stdout = scope.spawn(move || read_all(stdout));
            let stderr = scope.spawn(move || read_all(stderr));
            let ending = wait(&mut child, self.timeout);
            Ok(Outcome {
                ending: ending?,
                stdout: stdout.join().unwrap_or_default(),
                stderr: stderr.join().unwrap_or_default(),
            })
        })
    }
}

fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

fn wait(child: &mut std::process::Child, timeout: Duration) -> io::Result<Termination> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ending(status));
        }
        if start.elapsed() > timeout {
            child.kill()?;
            child.wait()?;
            return Ok(Termination::TimedOut);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

fn ending(status: ExitStatus) -> Termination {
    match (status.code(), status.signal()) {
        (Some(code), _) => Termination::Exited(code),
        (None, signal) => Termination::Signalled(signal.unwrap_or_default()),
    }
}
