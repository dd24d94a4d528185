//! Repositories: how often they are asked, and that one that misbehaves leaves caches and charts as they were.

use super::http_server::{Answer, Server, answer};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) type Tested = Result<(), Box<dyn Error>>;

/// What a whole run may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A home, a working directory, and what to run there.
pub(crate) struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Result<Place, Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        fs::create_dir(directory.path().join("work"))?;
        Ok(Place { directory })
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    pub(crate) fn write(&self, below: &str, text: &str) -> Tested {
        let path = self.path(below);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(fs::write(path, text)?)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
        command.args(arguments);
        command.current_dir(self.path("work"));
        command
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Output, Box<dyn Error>> {
        let start = Instant::now();
        let output = self.command(arguments).output()?;
        assert!(start.elapsed() < PATIENCE, "{output:?}");
        Ok(output)
    }

    /// Runs what must succeed; its stdout.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = self.run(arguments)?;
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs what must fail with status 1 and a reason; its stderr.
    pub(crate) fn fail(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let output = self.run(arguments)?;
        let stderr = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        Ok(stderr)
    }

    /// All files of the home and of the working directory.
    pub(crate) fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>, Box<dyn Error>> {
        let mut files = BTreeMap::new();
        let mut waiting = vec![self.directory.path().to_owned()];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(directory)? {
                let path = entry?.path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    files.insert(path.clone(), fs::read(path)?);
                }
            }
        }
        Ok(files)
    }

    /// A packed chart.
    pub(crate) fn archive(&self, name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let metadata = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        self.write(&format!("make/{name}/Chart.yaml"), &metadata)?;
        let (from, to) = (self.path(&format!("make/{name}")), self.path("make"));
        let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
        self.succeed(&["package", &from, "-d", &to])?;
        Ok(fs::read(self.path(&format!("make/{name}-1.0.0.tgz")))?)
    }
}

/// An index of charts with version 1.0.0.
pub(crate) fn index(names: &[&str]) -> Vec<u8> {
    let mut text = "apiVersion: v1\nentries:\n".to_owned();
    for name in names {
        text.push_str(&format!(
            "  {name}:\n  - apiVersion: v2\n    name: {name}\n    urls:\n    - {name}-1.0.0.tgz\n    version: 1.0.0\n"
        ));
    }
    text.into_bytes()
}

/// A repository that behaves, with these archives.
pub(crate) fn behaves(path: &str, archives: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let names: Vec<&str> = archives.keys().map(String::as_str).collect();
    match path.rsplit('/').next().unwrap_or_default() {
        "index.yaml" => answer("200 OK", "", &index(&names)),
        file => match archives.get(file.trim_end_matches("-1.0.0.tgz")) {
            Some(archive) => answer("200 OK", "", archive),
            None => answer("404 Not Found", "", b"no"),
        },
    }
}

fn gzip(text: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text)?;
    packed.finish()
}

#[test]
fn an_index_that_is_known_is_not_sent_again() -> Tested {
    let place = Place::new()?;
    let packed = gzip(&index(&["alpha"]))?;
    let server = Server::start("127.0.0.1", move |request, _| {
        let tag = "ETag: W/\"one\"\r\nContent-Encoding: gzip\r\n";
        match request.header("if-none-match") {
            Some("W/\"one\"") => answer("304 Not Modified", "", b"").into(),
            _ if request.header("accept-encoding") == Some("gzip") => {
                answer("200 OK", tag, &packed).into()
            }
            _ => answer("400 Bad Request", "", b"").into(),
        }
    })?;
    let url = format!("http://alice:s3cret@{}/charts", server.host);
    place.succeed(&["repo", "add", "r", &url])?;
    let cached = place.path("home/.cache/helm/repository/r-index.yaml");
    assert_eq!(fs::read(&cached)?, index(&["alpha"]));
    let before = place.files()?;
    place.succeed(&["repo", "update"])?;
    assert_eq!(place.files()?, before);
    // What somebody else wrote there is no longer what the tag was for.
    fs::write(&cached, index(&["beta"]))?;
    place.succeed(&["repo", "update"])?;
    assert_eq!(place.files()?, before);
    let asked = server.heard();
    let tags: Vec<_> = asked
        .iter()
        .map(|one| one.header("if-none-match"))
        .collect();
    assert_eq!(tags, [None, Some("W/\"one\""), None]);
    // The note of the tag has no password in it.
    let notes = before
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|e| e == "etag"));
    for (path, note) in notes {
        assert!(
            !String::from_utf8_lossy(note).contains("s3cret"),
            "{path:?}"
        );
    }
    place.succeed(&["repo", "remove", "r"])?;
    assert!(!cached.with_file_name("r-index.etag").exists());
    Ok(())
}

#[test]
fn an_index_that_unpacks_to_too_much_is_refused() -> Tested {
    let place = Place::new()?;
    let mut packed = gzip(&index(&["alpha"]))?;
    packed.truncate(packed.len() / 2);
    let server = Server::start("127.0.0.1", move |request, _| {
        let body = match &*request.path {
            "/cut/index.yaml" => packed.clone(),
            _ => gzip(&vec![b' '; 300 << 20]).unwrap_or_default(),
        };
        answer("200 OK", "Content-Encoding: gzip\r\n", &body).into()
    })?;
    for (path, reason) in [("cut", "cannot be unpacked"), ("large", "larger than")] {
        let url = format!("http://{}/{path}", server.host);
        let stderr = place.fail(&["repo", "add", "r", &url])?;
        assert!(stderr.contains(reason), "{stderr}");
    }
    Ok(())
}

const NAMES: &[&str] = &[
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
];

/// A chart whose dependencies are at `url`, and their archives.
fn with_dependencies(
    place: &Place,
    url: &str,
    names: &[&str],
) -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let mut text = "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n".to_owned();
    let mut archives = BTreeMap::new();
    for name in names {
        text.push_str(&format!(
            "- name: {name}\n  version: 1.0.0\n  repository: {url}\n"
        ));
        archives.insert((*name).to_owned(), place.archive(name)?);
    }
    place.write("work/app/Chart.yaml", &text)?;
    Ok(archives)
}

#[test]
fn archives_come_at_the_same_time_and_are_told_in_order() -> Tested {
    const DELAY: Duration = Duration::from_millis(400);
    let place = Place::new()?;
    let archives = with_dependencies(&place, "URL", NAMES)?;
    let server = Server::start("127.0.0.1", move |request, _| {
        thread::sleep(DELAY);
        behaves(&request.path, &archives).into()
    })?;
    let url = format!("http://{}", server.host);
    let chart = fs::read_to_string(place.path("work/app/Chart.yaml"))?;
    place.write("work/app/Chart.yaml", &chart.replace("URL", &url))?;
    let start = Instant::now();
    let stdout = place.succeed(&["dependency", "update", "app"])?;
    // One index, and the archives eight at a time: two delays, where one after the other were nine.
    assert!(start.elapsed() < DELAY * 7, "{:?}", start.elapsed());
    let downloads: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("Downloading "))
        .collect();
    let expected: Vec<String> = NAMES
        .iter()
        .map(|name| format!("{name} from repo {url}"))
        .collect();
    assert_eq!(downloads, expected);
    assert_eq!(server.heard().len(), 1 + NAMES.len());
    Ok(())
}

/// What a server answers instead, by name: it may be endless.
fn misbehaviours(whole: &[u8], other: &str) -> Vec<(String, Answer)> {
    let text = String::from_utf8_lossy(whole).into_owned();
    let header = text.find("\r\n\r\n").map_or(whole.len(), |at| at + 4);
    let body = whole.len() - header;
    let cuts = (0..header).chain((0..10).map(|tenth| header + body * tenth / 10));
    let mut all: Vec<(String, Answer)> = cuts
        .map(|at| (format!("cut at {at}"), whole[..at].to_vec().into()))
        .collect();
    let with_length = |length: usize| {
        let old = format!("Content-Length: {body}\r\n");
        text.replace(&old, &format!("Content-Length: {length}\r\n"))
            .into_bytes()
    };
    let mut add = |name: &str, bytes: Vec<u8>| all.push((name.to_owned(), bytes.into()));
    add("a length too large", with_length(body + 7));
    add(
        "a length that is none",
        text.replace("Content-Length: ", "Content-Length: x")
            .into_bytes(),
    );
    add(
        "another body",
        answer("200 OK", "", b"\x00\x01 no chart and no index"),
    );
    add("no body", answer("200 OK", "", b""));
    add("503", answer("503 Service Unavailable", "", b"busy"));
    add(
        "429",
        answer("429 Too Many Requests", "Retry-After: 1\r\n", b"busy"),
    );
    add("304", answer("304 Not Modified", "", b""));
    add(
        "a circle",
        answer("302 Found", "Location: /circle\r\n", b""),
    );
    add(
        "another host",
        answer("302 Found", &format!("Location: http://{other}/x\r\n"), b""),
    );
    add(
        "another scheme",
        answer("302 Found", "Location: file:///etc/passwd\r\n", b""),
    );
    add("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n".to_vec();
    all.push((
        "no end".to_owned(),
        Answer {
            bytes,
            endless: true,
        },
    ));
    all
}

/// Whatever a server does while a command runs: it fails, soon, and all files are as before. So for the index, and for the
/// archive.
#[test]
fn a_server_that_misbehaves_leaves_everything_as_it_was() -> Tested {
    let place = Place::new()?;
    let archives = with_dependencies(&place, "URL", &["alpha"])?;
    let other = Server::start("127.0.0.1", |_, _| answer("404 Not Found", "", b"").into())?;
    let (part, instead) = (
        Arc::new(Mutex::new("")),
        Arc::new(Mutex::new(None::<Answer>)),
    );
    let (in_part, answers) = (Arc::clone(&part), Arc::clone(&instead));
    let all = archives.clone();
    let server = Server::start("127.0.0.1", move |request, _| {
        let part = in_part.lock().map(|part| *part).unwrap_or_default();
        if request.path == "/circle" {
            return answer("302 Found", "Location: /circle\r\n", b"").into();
        }
        let answers = answers.lock();
        match answers.as_deref() {
            Ok(Some(answer)) if request.path.ends_with(part) => Answer {
                bytes: answer.bytes.clone(),
                endless: answer.endless,
            },
            _ => behaves(&request.path, &all).into(),
        }
    })?;
    let url = format!("http://{}", server.host);
    let chart = fs::read_to_string(place.path("work/app/Chart.yaml"))?;
    place.write("work/app/Chart.yaml", &chart.replace("URL", &url))?;
    place.succeed(&["repo", "add", "r", &url])?;
    place.succeed(&["dependency", "update", "app"])?;
    let before = place.files()?;
    for wanted in ["index.yaml", "alpha-1.0.0.tgz"] {
        if let Ok(mut part) = part.lock() {
            *part = wanted;
        }
        for (name, answer) in misbehaviours(&behaves(wanted, &archives), &other.host) {
            if let Ok(mut instead) = instead.lock() {
                *instead = Some(answer);
            }
            let commands: &[&[&str]] = match wanted {
                "index.yaml" => &[&["repo", "update"], &["pull", "alpha", "--repo", &url]],
                _ => &[&["dependency", "update", "app"], &["template", "r/alpha"]],
            };
            for command in commands {
                let is_kept = command[0] == "dependency" && is_no_archive(&name);
                let output = place.run(command)?;
                let stderr = String::from_utf8_lossy(&output.stderr);
                if is_kept {
                    continue;
                }
                assert_eq!(
                    output.status.code(),
                    Some(1),
                    "{name}: {command:?}: {stderr}"
                );
                assert!(stderr.contains("Error: "), "{name}: {stderr}");
                assert!(!stderr.contains("panicked"), "{name}: {stderr}");
                assert_as_before(&before, &place.files()?, &name, command);
            }
        }
    }
    Ok(())
}

/// Helm takes any bytes for an archive while it fetches dependencies, and leaves out what is none.
fn is_no_archive(name: &str) -> bool {
    matches!(name, "another body" | "no body")
}

fn assert_as_before(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
    name: &str,
    command: &[&str],
) {
    // Helm keeps the bytes that it takes for a chart, under their digest.
    let is_content = |path: &Path| path.components().any(|part| part.as_os_str() == "content");
    for (path, contents) in before {
        assert_eq!(
            after.get(path),
            Some(contents),
            "{name}: {command:?}: {path:?}"
        );
    }
    let new = after.keys().filter(|path| !before.contains_key(*path));
    let new: Vec<&PathBuf> = new.filter(|path| !is_content(path)).collect();
    assert!(new.is_empty(), "{name}: {command:?}: {new:?}");
}
