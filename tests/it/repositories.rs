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
        let head = text[..header].replace(&old, &format!("Content-Length: {length}\r\n"));
        [head.as_bytes(), &whole[header..]].concat()
    };
    let mut add = |name: &str, bytes: Vec<u8>| all.push((name.to_owned(), bytes.into()));
    add("a length too large", with_length(body + 7));
    let head = text[..header].replace("Content-Length: ", "Content-Length: x");
    add(
        "a length that is none",
        [head.as_bytes(), &whole[header..]].concat(),
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
            // One command is enough for each byte of a header.
            let count = if name.starts_with("cut at") { 1 } else { 2 };
            for command in &commands[..count] {
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

/// An index of one chart with its digest.
fn index_with_digest(name: &str, digest: &str) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(&index(&[name])).into_owned();
    text.push_str(&format!("    digest: {digest}\n"));
    text.into_bytes()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A repository `r` of the chart alpha, whose index has a digest, and a chart that depends on it.
fn with_alpha(place: &Place, digest: &str) -> Result<Server, Box<dyn Error>> {
    let archives = with_dependencies(place, "\"@r\"", &["alpha"])?;
    let digest = match digest {
        "" => sha256(&archives["alpha"]),
        digest => digest.to_owned(),
    };
    let server = Server::start("127.0.0.1", move |request, _| {
        if request.path.ends_with("index.yaml") {
            return answer("200 OK", "", &index_with_digest("alpha", &digest)).into();
        }
        behaves(&request.path, &archives).into()
    })?;
    place.succeed(&["repo", "add", "r", &format!("http://{}", server.host)])?;
    // Another repository that no chart needs.
    place.succeed(&[
        "repo",
        "add",
        "other",
        &format!("http://{}/other", server.host),
    ])?;
    Ok(server)
}

#[test]
fn only_what_is_needed_is_fetched() -> Tested {
    let place = Place::new()?;
    let server = with_alpha(&place, "")?;
    let beta = place.archive("beta")?;
    let paths = |from: usize| -> Vec<String> {
        let heard = server.heard();
        heard
            .iter()
            .skip(from)
            .map(|request| request.path.clone())
            .collect()
    };
    let asked = || server.heard().len();
    let start = asked();
    let stdout = place.succeed(&["dependency", "update", "app", "--only-needed"])?;
    assert_eq!(paths(start), ["/index.yaml", "/alpha-1.0.0.tgz"]);
    let url = format!("http://{}", server.host);
    let hang = "Hang tight while we grab the latest from your chart repositories...\n";
    let end = "Update Complete. ⎈Happy Helming!⎈\n";
    let got = "...Successfully got an update from the \"r\" chart repository\n";
    let saved = format!("Saving 1 charts\nDownloading alpha from repo {url}\n");
    assert_eq!(stdout, format!("{hang}{got}{end}{saved}"));
    // Nothing is left to do.
    let (start, before) = (asked(), place.files()?);
    assert_eq!(
        place.succeed(&["dependency", "build", "app", "--only-needed"])?,
        ""
    );
    let mut build = place.command(&["dependency", "build", "app"]);
    let output = build.env("RHELM_ONLY_NEEDED", "1").output()?;
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    assert_eq!(place.files()?, before);
    // The cache has what charts/ has lost.
    let archive = place.path("work/app/charts/alpha-1.0.0.tgz");
    fs::remove_file(&archive)?;
    let stdout = place.succeed(&["dependency", "build", "app", "--only-needed"])?;
    assert_eq!(stdout, "Saving 1 charts\nTaking alpha from the cache\n");
    assert_eq!(place.files()?, before);
    // What is there under its name is not what the index says.
    fs::write(&archive, &beta)?;
    place.succeed(&["dependency", "build", "app", "--only-needed"])?;
    assert_eq!(place.files()?, before);
    // An archive that is no longer wanted.
    fs::write(place.path("work/app/charts/beta-1.0.0.tgz"), &beta)?;
    let stdout = place.succeed(&["dependency", "build", "app", "--only-needed"])?;
    assert_eq!(stdout, "Deleting outdated charts\n");
    assert_eq!(asked(), start);
    Ok(())
}

#[test]
fn offline_the_caches_are_all_there_is() -> Tested {
    let place = Place::new()?;
    let server = with_alpha(&place, "")?;
    let url = format!("http://{}", server.host);
    let start = server.heard().len();
    // What is missing is named.
    let missing =
        format!("{url}/alpha-1.0.0.tgz is in no cache, and nothing is fetched: rhelm is offline");
    for command in [
        &["dependency", "update", "app"][..],
        &["pull", "r/alpha"],
        &["template", "r/alpha"],
        &["show", "chart", "r/alpha", "--helm-version", "3"],
        &["template", "alpha", "--repo", &url],
    ] {
        let stderr = place.fail(&[command, &["--offline"]].concat())?;
        assert!(stderr.contains(&missing), "{command:?}: {stderr}");
    }
    for command in [
        &["repo", "update"][..],
        &["pull", "alpha", "--repo", "http://x.invalid"],
    ] {
        let output = place.command(command).env("RHELM_OFFLINE", "1").output()?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said)?;
        assert!(
            said.contains("/index.yaml is in no cache"),
            "{command:?}: {said}"
        );
        assert_eq!(output.status.code(), Some(1));
    }
    assert_eq!(server.heard().len(), start);
    place.succeed(&["template", "r/alpha"])?;
    let start = server.heard().len();
    for command in [
        &["dependency", "update", "app"][..],
        &["dependency", "build", "app"],
        &["pull", "r/alpha"],
        &["pull", "alpha", "--repo", &url],
        &["template", "r/alpha", "--helm-version", "3"],
    ] {
        place.succeed(&[command, &["--offline"]].concat())?;
    }
    assert_eq!(server.heard().len(), start);
    Ok(())
}

#[test]
fn digests_are_compared() -> Tested {
    let place = Place::new()?;
    let wrong = "0b5d64b9aa5b9a7a8c16f1c0ebd4a2f3d6b0f4e1c2a3948576677889900aabbc";
    let _server = with_alpha(&place, wrong)?;
    for command in [&["pull", "r/alpha"][..], &["dependency", "update", "app"]] {
        let output = place.run(command)?;
        let stderr = String::from_utf8(output.stderr)?;
        assert!(output.status.success(), "{command:?}: {stderr}");
        let hint = format!("but the index says sha256:{wrong} (--strict-digests refuses it)\n");
        assert!(
            stderr.starts_with("hint: ") && stderr.ends_with(&hint),
            "{stderr}"
        );
        let quiet = place.run(&[command, &["--no-hints"]].concat())?;
        assert!(quiet.stderr.is_empty(), "{quiet:?}");
    }
    let before = place.files()?;
    for command in [
        &["pull", "r/alpha"][..],
        &["dependency", "update", "app"],
        &["template", "r/alpha"],
        &["show", "all", "r/alpha", "--helm-version", "3"],
    ] {
        let stderr = place.fail(&[command, &["--strict-digests"]].concat())?;
        assert!(
            stderr.contains(&format!("but the index says sha256:{wrong}")),
            "{stderr}"
        );
        assert_eq!(place.files()?, before, "{command:?}");
    }
    // A render says no more than Helm.
    assert!(place.run(&["template", "r/alpha"])?.stderr.is_empty());
    Ok(())
}

#[test]
fn a_lock_file_may_name_archives() -> Tested {
    let place = Place::new()?;
    let _server = with_alpha(&place, "")?;
    let lock = place.path("work/app/Chart.lock");
    place.succeed(&["dependency", "update", "app"])?;
    let helms = fs::read_to_string(&lock)?;
    place.succeed(&["dependency", "update", "app", "--lock-digests"])?;
    let digest = sha256(&fs::read(place.path("work/app/charts/alpha-1.0.0.tgz"))?);
    let line = format!("- digest: sha256:{digest}\n  name: alpha\n");
    let own = fs::read_to_string(&lock)?;
    assert_eq!(own, helms.replace("- name: alpha\n", &line));
    // It stays where it is right, and what it does not name is refused.
    place.succeed(&["dependency", "build", "app"])?;
    assert_eq!(fs::read_to_string(&lock)?, own);
    fs::write(&lock, own.replace(&digest, &"0".repeat(64)))?;
    let before = place.files()?;
    for flags in [&[][..], &["--only-needed"]] {
        let stderr = place.fail(&[&["dependency", "build", "app"], flags].concat())?;
        assert!(
            stderr.contains("alpha 1.0.0 has the digest sha256:"),
            "{stderr}"
        );
        assert!(
            stderr.contains("but the lock file says sha256:000"),
            "{stderr}"
        );
        assert_eq!(place.files()?, before);
    }
    Ok(())
}

/// One file says who is trusted and told what, for indexes, archives and registries alike; locks keep the declared address.
#[test]
fn hosts_have_settings_and_mirrors() -> Tested {
    const ALICE: &str = "Basic YWxpY2U6czNjcmV0";
    let place = Place::new()?;
    let declared = "https://charts.invalid/stable";
    let archives = with_dependencies(&place, declared, &["alpha"])?;
    let server = Server::start("127.0.0.1", move |request, _| {
        let path = request.path.strip_prefix("/mirror");
        match (path, request.authorization.as_deref()) {
            (Some(path), Some(ALICE)) => behaves(path, &archives).into(),
            _ => answer("401 Unauthorized", "", b"").into(),
        }
    })?;
    let host = &server.host;
    let text = format!(
        "hosts:\n  {host}:\n    username: alice\n    passwordFile: password\n    plainHttp: true\n\
         mirrors:\n  {declared}: https://{host}/mirror\n  oci://registry.invalid/a: oci://{host}/b\n"
    );
    place.write("home/.config/rhelm/sources.yaml", &text)?;
    place.write("home/.config/rhelm/password", "s3cret\n")?;
    place.succeed(&["repo", "add", "r", declared])?;
    place.succeed(&["dependency", "update", "app"])?;
    place.succeed(&["pull", "r/alpha"])?;
    let lock = fs::read_to_string(place.path("work/app/Chart.lock"))?;
    assert!(
        lock.contains(&format!("repository: {declared}\n")),
        "{lock}"
    );
    let stderr = place.fail(&["pull", "oci://registry.invalid/a/web", "--version", "1.0.0"])?;
    assert!(
        stderr.contains(&format!("http://{host}/v2/b/web/manifests/1.0.0")),
        "{stderr}"
    );
    assert!(!stderr.contains("s3cret"), "{stderr}");
    assert!(server.told().contains(&Some(ALICE.to_owned())));
    // What is wrong in the file is said when something is fetched.
    place.write(
        "home/.config/rhelm/sources.yaml",
        "hosts: {a: {pasword: s3cret}}",
    )?;
    let stderr = place.fail(&["pull", "r/alpha"])?;
    assert!(stderr.contains("unknown field \"pasword\""), "{stderr}");
    assert!(!stderr.contains("s3cret"), "{stderr}");
    place.succeed(&["repo", "list"])?;
    Ok(())
}

/// A registry with the chart web in two versions, and one that is none.
fn registry() -> Result<Server, Box<dyn Error>> {
    let manifest = |config: &str| {
        let digest = sha256(config.as_bytes());
        format!(
            "{{\"schemaVersion\":2,\"config\":{{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\",\
             \"digest\":\"sha256:{digest}\",\"size\":{}}},\"layers\":[]}}",
            config.len()
        )
    };
    let config = |version: &str| {
        format!(
            "{{\"name\":\"web\",\"version\":\"{version}\",\"appVersion\":\"9\",\"description\":\"A site\"}}"
        )
    };
    Server::start("127.0.0.1", move |request, _| {
        let kind = "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n";
        let path = &*request.path;
        for (tag, version) in [("1.0.0", "1.0.0"), ("1.2.0_b1", "1.2.0+b1")] {
            let config = config(version);
            if path == format!("/v2/charts/web/manifests/{tag}") {
                return answer("200 OK", kind, manifest(&config).as_bytes()).into();
            }
            if path.ends_with(&sha256(config.as_bytes())) {
                return answer("200 OK", "", config.as_bytes()).into();
            }
        }
        match path {
            "/v2/charts/web/tags/list" => {
                let tags = b"{\"tags\":[\"1.0.0\",\"latest\",\"1.2.0_b1\",\"2.0.0-rc.1\"]}";
                answer("200 OK", "", tags).into()
            }
            _ => answer("404 Not Found", "", b"").into(),
        }
    })
}

#[test]
fn the_versions_in_a_registry_are_listed() -> Tested {
    let place = Place::new()?;
    let server = registry()?;
    let settings = format!("hosts: {{\"{}\": {{plainHttp: true}}}}\n", server.host);
    place.write("home/.config/rhelm/sources.yaml", &settings)?;
    let address = format!("oci://{}/charts/web", server.host);
    let newest = place.succeed(&["search", "repo", &address, "-o", "json"])?;
    let version = |version: &str| {
        format!(
            "{{\"name\":\"{address}\",\"version\":\"{version}\",\"app_version\":\"9\",\"description\":\"A site\"}}"
        )
    };
    assert_eq!(newest, format!("[{}]\n", version("1.2.0+b1")));
    let all = place.succeed(&["search", "repo", &address, "--versions", "-o", "json"])?;
    assert_eq!(
        all,
        format!("[{},{}]\n", version("1.2.0+b1"), version("1.0.0"))
    );
    let table = place.succeed(&[
        "search",
        "repo",
        &address,
        "--version",
        "~1.0",
        "--max-col-width",
        "0",
    ])?;
    assert!(
        table.ends_with("A site     \n") && table.contains("1.0.0"),
        "{table}"
    );
    let none = place.succeed(&["search", "repo", &address, "--version", "^7"])?;
    assert_eq!(none, "No results found\n");
    let missing = format!("oci://{}/charts/none", server.host);
    place.fail(&["search", "repo", &missing])?;
    // No archive was asked for.
    assert!(
        server
            .heard()
            .iter()
            .all(|request| !request.path.contains("blobs/sha256:0"))
    );
    Ok(())
}

#[test]
fn charts_below_are_built_first() -> Tested {
    let place = Place::new()?;
    let chart = |name: &str, dependency: &str| {
        format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\ndependencies:\n{dependency}")
    };
    let on = |name: &str, path: &str| {
        format!("- name: {name}\n  version: 1.0.0\n  repository: {path}\n")
    };
    place.write(
        "work/app/Chart.yaml",
        &chart("app", &on("middle", "file://../middle")),
    )?;
    place.write(
        "work/middle/Chart.yaml",
        &chart("middle", &on("leaf", "file://../leaf")),
    )?;
    place.write(
        "work/app/charts/own/Chart.yaml",
        &chart("own", &on("leaf", "file://../../../leaf")),
    )?;
    place.write(
        "work/leaf/Chart.yaml",
        "apiVersion: v2\nname: leaf\nversion: 1.0.0\n",
    )?;
    // Without the flag what is below is left as it is, as in Helm.
    place.succeed(&["dependency", "build", "app"])?;
    assert!(!place.path("work/middle/charts").exists());
    place.succeed(&["dependency", "build", "app", "--recursive"])?;
    for file in ["middle/charts", "app/charts/own/charts"] {
        assert!(
            place.path(&format!("work/{file}/leaf-1.0.0.tgz")).exists(),
            "{file}"
        );
    }
    place.succeed(&["template", "app"])?;
    // A circle has no end.
    place.write(
        "work/leaf/Chart.yaml",
        &chart("leaf", &on("middle", "file://../middle")),
    )?;
    let stderr = place.fail(&["dependency", "build", "app", "--recursive"])?;
    assert!(stderr.contains("depends on itself"), "{stderr}");
    Ok(())
}

#[test]
fn what_is_reproducible_has_no_time_of_its_own() -> Tested {
    let place = Place::new()?;
    place.write(
        "work/app/Chart.yaml",
        "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    )?;
    for major in ["3", "4"] {
        let mut outputs = Vec::new();
        for (round, clock) in [None, None, Some("1700000000"), Some("1700000000")]
            .into_iter()
            .enumerate()
        {
            // Another time of the file.
            place.write("work/app/values.yaml", &format!("a: {major}\n"))?;
            let time = std::time::SystemTime::UNIX_EPOCH
                + Duration::from_secs(1_000_000 * (round as u64 + 1));
            fs::File::options()
                .write(true)
                .open(place.path("work/app/values.yaml"))?
                .set_modified(time)?;
            let directory = format!("out{round}");
            for command in [
                &[
                    "package",
                    "app",
                    "-d",
                    &directory,
                    "--reproducible",
                    "--helm-version",
                    major,
                ][..],
                &[
                    "repo",
                    "index",
                    &directory,
                    "--reproducible",
                    "--helm-version",
                    major,
                ],
            ] {
                let mut command = place.command(command);
                if let Some(clock) = clock {
                    command.env("SOURCE_DATE_EPOCH", clock);
                }
                let output = command.output()?;
                assert!(output.status.success(), "{output:?}");
            }
            let read = |file: &str| fs::read(place.path(&format!("work/{directory}/{file}")));
            outputs.push((
                read("app-1.0.0.tgz")?,
                String::from_utf8(read("index.yaml")?)?,
            ));
        }
        assert_eq!(outputs[0], outputs[1]);
        assert_eq!(outputs[2], outputs[3]);
        assert_ne!(outputs[0].0, outputs[2].0);
        assert!(
            outputs[0].1.contains("created: \"1980-01-01T00:00:00Z\""),
            "{}",
            outputs[0].1
        );
        assert!(
            outputs[2].1.contains("generated: \"2023-11-14T22:13:20Z\""),
            "{}",
            outputs[2].1
        );
    }
    let wrong = place
        .command(&["package", "app", "--reproducible"])
        .env("SOURCE_DATE_EPOCH", "x")
        .output()?;
    assert_eq!(wrong.status.code(), Some(1));
    Ok(())
}
