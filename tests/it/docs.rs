//! Every example of every page: README.md, docs/ and the bundled charts' pages.
//!
//! The language of a fenced block says what it is:
//!
//! - `console`: commands after `$ `, each with everything that it prints, on stdout and stderr. They are run,
//!   and what they print is compared.
//! - `sh`: commands. They are run one after the other and must succeed.
//! - `json`: what a command of [`JSON`] prints.
//! - `yaml`: a configuration that a command of [`CONFIGURATIONS`] reads, or another program ([`FOREIGN`]).
//! - `toml`: a case of `tests/golden`.
//! - `rust`: a program that uses the library; a documentation test of `src/lib.rs` runs it.
//! - `text`: everything else, such as how to call a command.
//!
//! Commands run in a copy of the directories that [`DIRECTORIES`] names, after `setup.sh` if there is one, where
//! `kubectl` and `helm` are those of `tests/docs/bin`. [`NOT_RUN`] lists what is not run, with the reason.
#![cfg(unix)]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

type Tested = Result<(), Box<dyn Error>>;

/// The directories in which the commands of a page run; those of other pages run in an empty one.
const DIRECTORIES: &[(&str, &[&str])] = &[
    ("README.md", &["tests/docs/diff", "tests/cmd/readme.in"]),
    ("docs/ci.md", &["tests/docs/ci"]),
    ("docs/diff.md", &["tests/docs/diff", "tests/cmd/readme.in"]),
    ("docs/explain.md", &["tests/docs/explain"]),
    ("docs/sources.md", &["tests/docs/sources"]),
    ("docs/use.md", &["tests/docs/diff", "tests/cmd/readme.in"]),
    ("docs/validate.md", &["tests/docs/validate"]),
    ("charts/istio-reader/README.md", &["charts/istio-reader"]),
    ("charts/istio-remote/README.md", &["charts/istio-remote"]),
];

const NEEDS_REGISTRY: &str = "it needs a registry on the network";

const NEEDS_RELEASE: &str = "it needs a release";

const ON_CLUSTERS: &str = "it needs a cluster; cargo xtask cluster runs it";

/// Commands that are not run: the page, how they begin, and why.
const NOT_RUN: &[(&str, &str, &str)] = &[
    ("docs/use.md", "rhelm multicluster join", ON_CLUSTERS),
    ("docs/use.md", "rhelm multicluster leave", ON_CLUSTERS),
    (
        "docs/multicluster.md",
        "rhelm multicluster join",
        ON_CLUSTERS,
    ),
    (
        "docs/multicluster.md",
        "rhelm multicluster leave",
        ON_CLUSTERS,
    ),
    ("docs/multicluster.md", "rhelm upgrade", ON_CLUSTERS),
    ("docs/multicluster.md", "rhelm uninstall", ON_CLUSTERS),
    (
        "docs/multicluster.md",
        "rhelm multicluster kubeconfig",
        ON_CLUSTERS,
    ),
    (
        "docs/multicluster.md",
        "rhelm multicluster secret",
        ON_CLUSTERS,
    ),
    (
        "docs/multicluster.md",
        "rhelm multicluster endpoints",
        ON_CLUSTERS,
    ),
    ("docs/multicluster.md", "kubectl --kubeconfig", ON_CLUSTERS),
    ("docs/multicluster.md", "rm ", ON_CLUSTERS),
    ("docs/sources.md", "echo \"$TOKEN\" |", NEEDS_REGISTRY),
    ("docs/sources.md", "rhelm push ", NEEDS_REGISTRY),
    ("docs/sources.md", "rhelm template web oci:", NEEDS_REGISTRY),
    ("docs/sources.md", "rhelm diff oci:", NEEDS_REGISTRY),
    ("docs/sources.md", "rhelm pull argo", NEEDS_REGISTRY),
    ("docs/sources.md", "rhelm template web argo", NEEDS_REGISTRY),
    ("README.md", "cargo install", "it takes minutes"),
    ("docs/start.md", "cargo install", "it takes minutes"),
    ("README.md", "cargo test", "this is one of these tests"),
    ("README.md", "curl", NEEDS_RELEASE),
    ("README.md", "sudo", NEEDS_RELEASE),
    (
        "docs/parity.md",
        "cargo xtask parity",
        "it needs both Helms; CI runs it",
    ),
    ("docs/testing.md", "cargo install", "it needs the network"),
    ("docs/sources.md", "gpg", "it needs a key of the user's"),
    (
        "docs/sources.md",
        "rhelm package ./chart --sign",
        "it needs a key of the user's",
    ),
    ("docs/sources.md", "rhelm search repo oci:", NEEDS_REGISTRY),
    (
        "docs/sources.md",
        "rhelm verify",
        "it needs a key of the user's",
    ),
    (
        "docs/testing.md",
        "cargo xtask fuzz ",
        "it takes ten minutes for each target",
    ),
    (
        "docs/testing.md",
        "cargo xtask bench",
        "it needs Helm and an idle machine",
    ),
    (
        "docs/testing.md",
        "echo '{\"id\"",
        "it needs the oracle, which is built from Helm's source",
    ),
    (
        "docs/testing.md",
        "oracle",
        "it needs the oracle, which is built from Helm's source",
    ),
];

/// The command that prints a page's block of JSON.
const JSON: &[(&str, &str)] = &[
    (
        "docs/diff.md",
        "rhelm diff git:main:charts/web charts/web -o json",
    ),
    (
        "docs/explain.md",
        "rhelm template ./web -s templates/cm.yaml --source-map lines.json > /dev/null && cat lines.json",
    ),
];

/// The file that a page's block of YAML is, and a command that reads it.
const CONFIGURATIONS: &[(&str, &str, &str)] = &[
    ("docs/diff.md", ".rhelm.yaml", "rhelm diff chart chart"),
    ("docs/validate.md", ".rhelm.yaml", "rhelm validate ./chart"),
];

/// Pages whose YAML other programs read; `scripts/test-action.sh` lints their workflows.
const FOREIGN: &[&str] = &["docs/ci.md"];

/// A fenced block.
struct Block {
    /// The line of its fence.
    line: usize,
    language: String,
    lines: Vec<String>,
}

/// A command with the lines that it prints; none where nothing is said of them.
struct Example {
    line: usize,
    command: String,
    output: Option<String>,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages, as paths below the repository.
fn pages() -> Result<Vec<String>, Box<dyn Error>> {
    let mut pages = vec!["README.md".to_owned()];
    for directory in ["docs", "charts/istio-reader", "charts/istio-remote"] {
        for entry in fs::read_dir(root().join(directory))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                pages.push(format!("{directory}/{name}"));
            }
        }
    }
    pages.sort();
    Ok(pages)
}

fn blocks(page: &str) -> Result<Vec<Block>, Box<dyn Error>> {
    let text = fs::read_to_string(root().join(page))?;
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for (index, line) in text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(language)) => {
                let block = Block {
                    line: index + 1,
                    language: language.to_owned(),
                    lines: Vec::new(),
                };
                Some((line.len() - line.trim_start().len(), block))
            }
            (Some((_, block)), Some(_)) => {
                blocks.push(block);
                None
            }
            (Some((indentation, mut block)), None) => {
                block
                    .lines
                    .push(line.get(indentation..).unwrap_or("").to_owned());
                Some((indentation, block))
            }
            (None, None) => None,
        };
    }
    match open {
        Some((_, block)) => Err(format!("{page}:{}: not closed", block.line).into()),
        None => Ok(blocks),
    }
}

impl Block {
    /// The commands; a line that ends in `\` goes on.
    fn examples(&self) -> Vec<Example> {
        let is_console = self.language == "console";
        let mut examples: Vec<Example> = Vec::new();
        let mut goes_on = false;
        for (index, text) in self.lines.iter().enumerate() {
            let command = match is_console {
                true => text.strip_prefix("$ "),
                false => Some(text.as_str()),
            };
            match (command, examples.last_mut()) {
                (_, Some(example)) if goes_on => {
                    example.command.push('\n');
                    example.command.push_str(text);
                }
                (Some(command), _) => examples.push(Example {
                    line: self.line + 1 + index,
                    command: command.to_owned(),
                    output: is_console.then(String::new),
                }),
                (None, Some(example)) => {
                    let output = example.output.get_or_insert_default();
                    output.push_str(text);
                    output.push('\n');
                }
                (None, None) => {}
            }
            goes_on = text.ends_with('\\') && (command.is_some() || goes_on);
        }
        examples
    }
}

/// The position of a command in the table of those that are not run, if it is there.
fn not_run(page: &str, command: &str) -> Option<usize> {
    NOT_RUN
        .iter()
        .position(|(of, start, _)| *of == page && command.starts_with(start))
}

/// A copy of a page's directories, made ready.
fn scene(page: &str) -> Result<tempfile::TempDir, Box<dyn Error>> {
    let scene = tempfile::tempdir()?;
    let directories = DIRECTORIES.iter().find(|(of, _)| *of == page);
    for directory in directories.map_or(&[][..], |(_, directories)| directories) {
        recorded::directory::copy(&root().join(directory), scene.path())?;
    }
    if scene.path().join("setup.sh").exists() {
        let (status, output) = shell("sh ./setup.sh", scene.path())?;
        assert_eq!(status, 0, "{page}: setup.sh: {output}");
    }
    Ok(scene)
}

/// Runs a command in a shell: its exit status, or that of what failed before its pipes, and all that it
/// printed.
pub(crate) fn shell(command: &str, directory: &Path) -> Result<(i32, String), Box<dyn Error>> {
    let programs = root().join("tests/docs/bin");
    let rhelm = Path::new(env!("CARGO_BIN_EXE_rhelm"));
    let mut path = vec![programs.clone()];
    path.extend(rhelm.parent().map(Path::to_owned));
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let output = Command::new("bash")
        .args(["-o", "pipefail", "-c", &format!("exec 2>&1\n{command}")])
        .current_dir(directory)
        .env("PATH", std::env::join_paths(path)?)
        // Nothing of this machine has a say.
        .env("HOME", "/nonexistent")
        .env("KUBECONFIG", programs.join("config"))
        .envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        // What the pages' variables may hold.
        .envs([
            ("CONTROL", "control"),
            ("REMOTE", "remote"),
            ("CLUSTER_NAME", "east"),
        ])
        .env("NAMESPACE", "istio-system")
        .envs(
            ["PILOT", "POLICY", "STATSD", "TELEMETRY", "ZIPKIN"]
                .map(|of| (format!("{of}_POD_IP"), "10.1.2.3")),
        )
        .output()?;
    let status = output.status.code().ok_or("killed by a signal")?;
    Ok((status, String::from_utf8(output.stdout)?))
}

#[test]
fn every_block_says_what_it_is() -> Tested {
    for page in pages()? {
        for block in blocks(&page)? {
            let place = format!("{page}:{}", block.line);
            let in_table = match block.language.as_str() {
                "console" | "sh" | "text" => true,
                "json" => JSON.iter().any(|(of, _)| *of == page),
                "yaml" => {
                    FOREIGN.contains(&page.as_str())
                        || CONFIGURATIONS.iter().any(|(of, ..)| *of == page)
                }
                "toml" => page == "docs/testing.md",
                "rust" => ["README.md", "docs/library.md"].contains(&page.as_str()),
                other => return Err(format!("{place}: the language {other:?}").into()),
            };
            assert!(in_table, "{place}: in no table of this test");
            let has_commands = block.lines.iter().any(|line| line.starts_with("$ "));
            assert_eq!(has_commands, block.language == "console", "{place}");
        }
    }
    Ok(())
}

#[test]
fn commands_do_what_the_pages_say() -> Tested {
    let mut used = vec![false; NOT_RUN.len()];
    let mut wrong = Vec::new();
    for page in pages()? {
        let scene = scene(&page)?;
        let mut blocks = blocks(&page)?;
        blocks.retain(|block| ["console", "sh"].contains(&block.language.as_str()));
        for example in blocks.iter().flat_map(Block::examples) {
            if let Some(used) = not_run(&page, &example.command).and_then(|i| used.get_mut(i)) {
                *used = true;
                continue;
            }
            let command = example.command.replace("cargo run --release -- ", "rhelm ");
            let (status, stdout) = shell(&command, scene.path())?;
            let is_right = match &example.output {
                Some(output) => output.trim_end() == stdout.trim_end(),
                None => status == 0,
            };
            if !is_right {
                let line = example.line;
                wrong.push(format!("{page}:{line}: {command}\nprints:\n{stdout}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (used, (page, start, _)) in used.into_iter().zip(NOT_RUN) {
        assert!(used, "{page} has no command that begins with {start:?}");
    }
    Ok(())
}

#[test]
fn json_is_what_commands_print() -> Tested {
    for (page, command) in JSON {
        let block = the_block(page, "json")?;
        let (status, output) = shell(command, scene(page)?.path())?;
        assert_eq!(status, 0, "{command}: {output}");
        let example: serde_json::Value = serde_json::from_str(&block)?;
        let output: serde_json::Value = serde_json::from_str(&output)?;
        assert_eq!(example, output, "{page}: {command}");
    }
    Ok(())
}

#[test]
fn configurations_are_taken() -> Tested {
    for (page, file, command) in CONFIGURATIONS {
        let block = the_block(page, "yaml")?;
        let scene = scene(page)?;
        fs::write(scene.path().join(file), &block)?;
        let (status, output) = shell(command, scene.path())?;
        assert_eq!(status, 0, "{page}: {output}");
        // It was read.
        fs::write(scene.path().join(file), format!("{block}\nnosuch: 1\n"))?;
        let (status, output) = shell(command, scene.path())?;
        assert!(status != 0 && output.contains(file), "{page}: {output}");
    }
    Ok(())
}

#[test]
fn cases_are_read() -> Tested {
    let dir = tempfile::tempdir()?;
    fs::create_dir(dir.path().join("a"))?;
    fs::write(
        dir.path().join("a/case.toml"),
        the_block("docs/testing.md", "toml")?,
    )?;
    let cases = recorded::golden::read_cases(dir.path())?;
    assert_eq!(cases.len(), 1);
    Ok(())
}

/// The text of a page's only block in a language.
fn the_block(page: &str, language: &str) -> Result<String, Box<dyn Error>> {
    let mut blocks = blocks(page)?;
    blocks.retain(|block| block.language == language);
    match &blocks[..] {
        [block] => Ok(block.lines.join("\n")),
        blocks => Err(format!("{page}: {} blocks of {language}", blocks.len()).into()),
    }
}
