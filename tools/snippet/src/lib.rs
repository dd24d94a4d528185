//! Rendering one vector with rhelm, for the runner of the vectors and for `cargo xtask`.

use std::sync::LazyLock;

use gotemplate::FunctionTable;
use recorded::Major;
use recorded::vector::Vector;
use rhelm::background::with_large_stack;
use rhelm::chart::{self, Chart, File};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, KubeVersion, Release, Request, function_table};
use rhelm::values::{self, Layers, ReadError, ReadFile};

/// The surroundings of a vector's render: the chart has `template` at `path` and the `files`; a missing
/// `Chart.yaml` is `apiVersion: v2`, `name: test`, `version: 0.1.0`. Gives the output of `path`, or
/// the error text without the command's `Error: `.
pub type Rendered = Result<Vec<u8>, Vec<u8>>;

/// Renders a vector as the given Helm.
pub fn render_snippet(vector: &Vector, major: Major) -> Rendered {
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

/// The source of a vector's values.
struct ValuesOf<'v>(&'v Vector);

impl ReadFile for ValuesOf<'_> {
    fn read(&mut self, _name: &str) -> Result<Vec<u8>, ReadError> {
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
    let prepared = values::prepare(&chart, &supplied, options, profile, &mut Vec::new());
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
    let request = Request::new(*profile, functions, &System, release, capabilities);
    let path = format!("{}/{}", chart.name(), vector.path);
    let mut output = Vec::new();
    let rendered = request.render(&prepared, None, |file| {
        if file.path == path {
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
