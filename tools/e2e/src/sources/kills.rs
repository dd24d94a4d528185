//! Processes that are killed at any moment: each file is as before or as after, and a second run ends the work.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use flate2::read::GzDecoder;
use project::{Major, say};

use super::home::{self, Files, Home};
use super::server::Server;

/// Commands that write files.
fn commands(url: &str, host: &str) -> Vec<Vec<String>> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect();
    vec![
        words("dependency update app"),
        words(&format!("pull alpha --repo {url} --untar")),
        words(&format!("repo add more {url}")),
        words("package plain"),
        words(&format!("push packed.tgz oci://{host}/charts --plain-http")),
    ]
}

pub(super) fn run(rhelm: &Path, count: usize, seed: u64) -> Result<Vec<String>> {
    let helm = project::helm(Major::V4)?;
    let www = tempfile::tempdir()?;
    let server = Server::start(www.path())?;
    let url = format!("http://{}", server.host);
    let mut files = home::lay_out(&helm, www.path(), &url)?;
    let archive = std::fs::read(www.path().join("alpha-1.0.0.tgz"))?;
    files.insert("work/packed.tgz".into(), archive);
    let first = Home::with(&files)?;
    first.succeed(rhelm, &["repo", "add", "r", &url])?;
    let before = first.files()?;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut complaints = Vec::new();
    let commands = commands(&url, &server.host);
    let mut killed = 0;
    for command in &commands {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let whole = Home::with(&before)?;
        let start = Instant::now();
        whole.succeed(rhelm, &arguments)?;
        let longest = start.elapsed().mul_f64(1.3).as_micros() as u64;
        let after = whole.files()?;
        for _ in 0..count.div_ceil(commands.len()) {
            let home = Home::with(&before)?;
            let mut child = home.command(rhelm, &arguments);
            let child = child
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null());
            let mut child = child.spawn()?;
            std::thread::sleep(Duration::from_micros(random.u64(0..=longest)));
            // One that has ended already cannot be killed.
            let _ = child.kill();
            killed += usize::from(!child.wait()?.success());
            complaints.extend(torn(&home.files()?, &before, &after, &command.join(" ")));
            let again: &[&[&str]] = match command.iter().any(|word| word == "--untar") {
                // Helm unpacks nothing over what is there.
                true => &[],
                false => &[&arguments],
            };
            for arguments in again {
                let output = home.run(rhelm, arguments)?;
                if !output.status.success() {
                    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                    complaints.push(format!("{command:?} fails after it was killed: {stderr}"));
                }
            }
        }
    }
    say!("killed {killed} processes before they had ended");
    Ok(complaints)
}

/// Files that are neither as before nor as after. Times and other names of temporary files do not count.
fn torn(files: &Files, before: &Files, after: &Files, command: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, contents) in files {
        let known = [before.get(path), after.get(path)];
        let is_known = known.iter().any(|known| known.is_some());
        let is_whole = known
            .iter()
            .flatten()
            .any(|known| **known == *contents || without_times(known) == without_times(contents));
        if is_known && !is_whole {
            complaints.push(format!("{command}: {} is half written", path.display()));
        }
    }
    for path in before.keys().filter(|path| after.contains_key(*path)) {
        if !files.contains_key(path) {
            complaints.push(format!("{command}: {} is gone", path.display()));
        }
    }
    complaints
}

/// A text without its lines of times; another file as long as it is.
fn without_times(contents: &[u8]) -> String {
    match std::str::from_utf8(contents) {
        Ok(text) => text
            .lines()
            .filter(|line| !line.starts_with("generated: "))
            .collect::<Vec<_>>()
            .join("\n"),
        // Archives have times in them. Their end tells whether they are whole.
        Err(_) => {
            let mut tar = Vec::new();
            match GzDecoder::new(contents).read_to_end(&mut tar) {
                Ok(length) => format!("{length} bytes of files"),
                Err(error) => format!("{} bytes, {error}", contents.len()),
            }
        }
    }
}
