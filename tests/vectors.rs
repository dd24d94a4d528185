//! Renders the snippets of `tests/vectors` and compares bytes with what Helm's engines answered.
//!
//! One test per vector and major, called `file/name/v4`. `cargo xtask record` writes the
//! expectations; `docs/testing.md` describes the format.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

use cases::vector::{Answer, Vector, read};
use cases::{Major, compare};
use gotemplate::FunctionTable;
use libtest_mimic::{Arguments, Failed, Trial};
use rhelm::chart::{self, Chart, File};
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, KubeVersion, Release, Renderer, function_table};
use rhelm::stack::{TEMPLATE_STACK, with_large_stack};
use rhelm::values::{self, Layers, ReadFile};
use rhelm::world::System;

/// What a vector is rendered with: the chart has `template` at `path` and the `files`; a missing
/// `Chart.yaml` is `apiVersion: v2`, `name: test`, `version: 0.1.0`. Gives the output of `path`, or
/// the error text without the command's `Error: `.
type Rendered = Result<Vec<u8>, Vec<u8>>;

fn render_snippet(vector: &Vector, major: Major) -> Rendered {
    static FUNCTIONS: [LazyLock<FunctionTable>; 2] = [
        LazyLock::new(|| function_table(&Profile::helm3())),
        LazyLock::new(|| function_table(&Profile::helm4())),
    ];
    let (profile, functions) = match major {
        Major::V3 => (Profile::helm3(), &FUNCTIONS[0]),
        Major::V4 => (Profile::helm4(), &FUNCTIONS[1]),
    };
    with_large_stack(|| render(vector, &profile, functions))
        .map_err(|e| e.to_string().into_bytes())?
        .map_err(String::into_bytes)
}

/// Where the values of a vector are read from.
struct ValuesOf<'v>(&'v Vector);

impl ReadFile for ValuesOf<'_> {
    fn read(&mut self, _name: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.values.clone())
    }
}

fn render(
    vector: &Vector,
    profile: &Profile,
    functions: &FunctionTable,
) -> Result<Vec<u8>, String> {
    let chart = chart_of(vector, profile)?;
    let layers = Layers {
        files: vec!["values.yaml".into()],
        ..Layers::default()
    };
    let supplied = layers.read(&mut ValuesOf(vector), profile);
    let supplied = supplied.map_err(|e| e.to_string())?;
    let options = values::Options::default();
    let prepared = values::prepare(&chart, &supplied, options, profile);
    let prepared = prepared.map_err(|e| e.to_string())?;
    let mut release = Release::new(&*vector.release.name, &*vector.release.namespace);
    release.is_upgrade = vector.release.upgrade;
    release.is_install = !vector.release.upgrade;
    let mut capabilities = Capabilities::new(profile);
    if let Some(version) = &vector.kube {
        let version = KubeVersion::parse(version, profile);
        capabilities.kube_version = version.map_err(|e| e.to_string())?;
    }
    capabilities
        .api_versions
        .extend(vector.apis.iter().cloned());
    let renderer = Renderer {
        profile: *profile,
        functions,
        world: &System,
        capabilities: &capabilities,
        lint: false,
        enable_dns: false,
        track_lines: false,
        stack_limit: TEMPLATE_STACK,
    };
    let wanted = format!("{}/{}", chart.name(), vector.path);
    let mut output = Vec::new();
    let rendered = renderer.render(&prepared, &release, None, |file| {
        if file.path == wanted {
            output = file.text.into_bytes();
        }
    });
    rendered.map(|()| output).map_err(|e| e.to_string())
}

fn chart_of(vector: &Vector, profile: &Profile) -> Result<Chart, String> {
    let mut files = vec![File::in_memory(&*vector.path, &*vector.template)];
    if !vector.files.contains_key("Chart.yaml") {
        let text = "apiVersion: v2\nname: test\nversion: 0.1.0\n";
        files.push(File::in_memory("Chart.yaml", text));
    }
    for (name, contents) in &vector.files {
        files.push(File::in_memory(&**name, &**contents));
    }
    let loaded = chart::from_files(files, profile).map_err(|e| e.to_string())?;
    Ok(loaded.chart)
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut trials = Vec::new();
    let mut files: Vec<_> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    for path in files {
        add_trials(&path, &mut trials);
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn add_trials(path: &Path, trials: &mut Vec<Trial>) {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let file = match fs::read(path)
        .map_err(Into::into)
        .and_then(|text| read(&text))
    {
        Ok(file) => file,
        Err(error) => {
            let message = format!("{}: {error:#}", path.display());
            trials.push(Trial::test(format!("{stem} can be read"), || {
                Err(Failed::from(message))
            }));
            return;
        }
    };
    for vector in file.vectors {
        for major in Major::ALL {
            let vector = vector.clone();
            trials.push(Trial::test(
                format!("{stem}/{}/{major}", vector.name),
                move || check(&vector, major),
            ));
        }
    }
}

fn check(vector: &Vector, major: Major) -> Result<(), Failed> {
    let Some(expected) = vector.expected.get(&major) else {
        return Err(format!(
            "line {}: nothing is recorded: run `cargo xtask record`",
            vector.line
        )
        .into());
    };
    let actual = render_snippet(vector, major);
    let (wanted, got) = match (expected, &actual) {
        (Answer::Panic(_), Err(_)) => return Ok(()),
        (Answer::Output(wanted), Ok(got)) | (Answer::Error(wanted), Err(got)) if wanted == got => {
            return Ok(());
        }
        (
            Answer::Output(wanted) | Answer::Error(wanted) | Answer::Panic(wanted),
            Ok(got) | Err(got),
        ) => (wanted, got),
    };
    let kind = match expected {
        Answer::Output(_) => "output",
        Answer::Error(_) => "an error",
        Answer::Panic(_) => "an error, as Helm crashes",
    };
    let outcome = if actual.is_ok() { "output" } else { "an error" };
    let template = String::from_utf8_lossy(&vector.template);
    let diff = compare::diff(wanted, got, 60);
    Err(format!(
        "line {}: {template}\nwanted {kind}, got {outcome} (- Helm, + rhelm):\n{diff}",
        vector.line
    )
    .into())
}
