//! Asking an oracle: one of the two Go programs over Helm's own engine packages.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use recorded::vector::{Answer, Vector};
use recorded::{Major, vector};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// An oracle of one major; started on first use and again after it died.
pub(crate) struct Oracle {
    program: PathBuf,
    running: Option<Running>,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

#[derive(Deserialize)]
struct Line {
    output: Option<String>,
    #[serde(default)]
    output_base64: String,
    error: Option<String>,
    #[serde(default)]
    error_base64: String,
    panic: Option<String>,
}

impl Oracle {
    /// The oracle of a major, built when need be.
    pub(crate) fn new(major: Major) -> Result<Oracle> {
        Ok(Oracle {
            program: project::oracle(major)?,
            running: None,
        })
    }

    /// Asks the engine for the result of a vector.
    ///
    /// # Errors
    /// When the oracle cannot be run, or does not answer in 30 seconds.
    pub(crate) fn ask(&mut self, vector: &Vector) -> Result<Answer> {
        let answer = self.ask_within(vector, Duration::from_secs(30))?;
        answer.with_context(|| format!("the oracle gives no answer to `{}`", vector.name))
    }

    /// Asks the engine for the result of a vector; nothing when it takes too long.
    ///
    /// # Errors
    /// When the oracle cannot be run.
    pub(crate) fn ask_within(
        &mut self,
        vector: &Vector,
        patience: Duration,
    ) -> Result<Option<Answer>> {
        let mut request = serde_json::to_vec(&request(vector))?;
        request.push(b'\n');
        let running = match self.running.take() {
            Some(running) => self.running.insert(running),
            None => self.running.insert(Running::start(&self.program)?),
        };
        running
            .stdin
            .write_all(&request)
            .context("the oracle does not listen")?;
        match running.answers.recv_timeout(patience) {
            Ok(line) => read_answer(&line).map(Some),
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                // A stack overflow kills a Go program for good: there is nothing to recover.
                self.stop();
                Ok(Some(Answer::Panic(b"fatal error".to_vec())))
            }
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                self.stop();
                Ok(None)
            }
        }
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn start(program: &PathBuf) -> Result<Running> {
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("the oracle has no pipes");
        };
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Running {
            child,
            stdin,
            answers,
        })
    }
}

fn request(vector: &Vector) -> Value {
    let mut files = Map::new();
    let mut files_base64 = Map::new();
    for (path, text) in &vector.files {
        match std::str::from_utf8(text) {
            Ok(text) => files.insert(path.clone(), text.into()),
            Err(_) => files_base64.insert(path.clone(), BASE64.encode(text).into()),
        };
    }
    let vector::Release {
        name,
        namespace,
        upgrade,
    } = &vector.release;
    json!({
        "id": vector.name,
        "template_base64": BASE64.encode(&vector.template),
        "name": vector.path,
        "values": String::from_utf8_lossy(&vector.values),
        "files": files,
        "files_base64": files_base64,
        "kube": vector.kube.clone().unwrap_or_default(),
        "apis": vector.apis,
        "release": { "name": name, "namespace": namespace, "upgrade": upgrade },
    })
}

fn read_answer(line: &str) -> Result<Answer> {
    let line: Line = serde_json::from_str(line).context("the oracle does not answer in JSON")?;
    let bytes = |text: String, base64: String| -> Result<Vec<u8>> {
        if base64.is_empty() {
            Ok(text.into_bytes())
        } else {
            Ok(BASE64.decode(base64)?)
        }
    };
    match line {
        Line {
            panic: Some(text), ..
        } => Ok(Answer::Panic(text.into_bytes())),
        Line {
            error: Some(text),
            error_base64,
            ..
        } => Ok(Answer::Error(bytes(text, error_base64)?)),
        Line {
            output: Some(text),
            output_base64,
            ..
        } => Ok(Answer::Output(bytes(text, output_base64)?)),
        _ => bail!("the oracle gives neither output nor error"),
    }
}
