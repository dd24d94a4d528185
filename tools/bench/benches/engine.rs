//! The engine's parts, each with one, ten and a hundred times the work: `cargo bench --package bench`.
//!
//! The throughput of a part should stay the same from size to size: it grows linearly then.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gojsonschema::{Document, NoLoader, NodeId, Schema};
use gotemplate::FunctionTable;
use rhelm::action::{self, HookFilter, Request};
use rhelm::background::with_large_stack;
use rhelm::chart::{self, File};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::values::{self, Layers, LocalFiles};

const SIZES: [u64; 3] = [1, 10, 100];

criterion_group!(benches, parsing, yaml, schema, templates, charts);
criterion_main!(benches);

/// Benches of functions of a text that is a unit repeated.
fn of_text<R>(criterion: &mut Criterion, name: &str, unit: &str, work: impl Fn(&[u8]) -> R + Copy) {
    let mut group = criterion.benchmark_group(name);
    for size in SIZES {
        let text = unit.repeat(size as usize * 10).into_bytes();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &text, |bencher, text| {
            bencher.iter(|| work(text));
        });
    }
    group.finish();
}

fn parsing(criterion: &mut Criterion) {
    let functions = function_table(&Profile::helm4());
    let unit = "{{- if and .Values.enabled (not .Values.legacy) }}\nname: {{ include \"chart.fullname\" . | quote }}\n\
                labels:\n  {{- toYaml .Values.labels | nindent 4 }}\n{{- end }}\n";
    of_text(criterion, "lexing and parsing", unit, |text| {
        gotemplate::parse("t", text.into(), &|name| functions.resolve(name))
            .map(|trees| trees.len())
    });
}

fn yaml(criterion: &mut Criterion) {
    let unit = "- name: \"quoted\"\n  image: {repository: nginx, tag: 1.27}\n  ports: [80, 443]\n  script: |\n    a\n    b\n";
    of_text(criterion, "reading YAML", unit, |text| {
        goyaml::parse(text).is_ok()
    });
    of_text(criterion, "reading YAML, toYaml", unit, |text| {
        goyaml::parse(text).map(|node| goyaml::to_yaml(&node.to_value()).map(|text| text.len()))
    });
}

/// A schema like most charts': compiled for every render, applied to small values.
fn schema(criterion: &mut Criterion) {
    let text = br#"{
        "type": "object",
        "required": ["image"],
        "properties": {"image": {"type": "string"}, "replicas": {"type": "integer", "minimum": 1}}
    }"#;
    let compile = || Schema::compile("file:///values.schema.json", text, &NoLoader);
    criterion.bench_function("five-line schema, compiled", |bencher| {
        bencher.iter(compile)
    });
    let (Ok(schema), Ok(values)) = (
        compile(),
        Document::parse(br#"{"image": "nginx", "replicas": 2}"#),
    ) else {
        return;
    };
    let values = values.value(NodeId::ROOT);
    criterion.bench_function("five-line schema, applied", |bencher| {
        bencher.iter(|| schema.validate(&values));
    });
}

/// A template with the number of times that something is done in it for size 1.
const TEMPLATES: [(&str, u64, &str); 8] = [
    (
        "execution",
        100,
        "{{ range until COUNT }}{{ if eq (mod . 2) 0 }}{{ $x := add . 1 }}{{ $x }}{{ else }}-{{ end }}{{ end }}",
    ),
    (
        "toYaml",
        10,
        "{{ range until COUNT }}{{ toYaml $.Values }}{{ end }}",
    ),
    (
        "printf",
        100,
        "{{ range until COUNT }}{{ printf \"%05d %-8s|%v %q\" . \"x\" $.Values.l \"y\" }}{{ end }}",
    ),
    (
        "regular expressions",
        100,
        "{{ range until COUNT }}{{ regexReplaceAll \"[^a-z0-9]+\" \"Some Name 42\" \"-\" }}{{ end }}",
    ),
    (
        "include",
        100,
        "{{ define \"i\" }}{{ .Values.l }}{{ end }}{{ range until COUNT }}{{ include \"i\" $ | nindent 2 }}{{ end }}",
    ),
    (
        "tpl of one text",
        1_000,
        "{{ range until COUNT }}{{ tpl \"{{ .Release.Name }}\" $ }}{{ end }}",
    ),
    (
        "tpl of other texts",
        100,
        "{{ range until COUNT }}{{ tpl (printf \"{{ .Release.Name }}%d\" .) $ }}{{ end }}",
    ),
    (
        "nested include",
        10,
        "{{ define \"n\" }}{{ if . }}{{ include \"n\" (sub . 1) }}{{ end }}{{ end }}{{ include \"n\" (sub COUNT 1) }}",
    ),
];

fn templates(criterion: &mut Criterion) {
    let functions = function_table(&Profile::helm4());
    for (name, unit, template) in TEMPLATES {
        let mut group = criterion.benchmark_group(name);
        for size in SIZES {
            let count = unit * size;
            group.throughput(Throughput::Elements(count));
            let text = template.replace("COUNT", &count.to_string());
            group.bench_with_input(BenchmarkId::from_parameter(size), &text, |bencher, text| {
                bencher.iter_custom(|rounds| rendering(text, &functions, rounds));
            });
        }
        group.finish();
    }
}

/// The time to render a template so many times, parsed and with values at hand.
fn rendering(template: &str, functions: &FunctionTable, rounds: u64) -> Duration {
    let profile = Profile::helm4();
    let files = vec![
        File::in_memory(
            "Chart.yaml",
            "apiVersion: v2\nname: bench\nversion: 0.1.0\n",
        ),
        File::in_memory(
            "values.yaml",
            "l: [1, two, {k: v}]\nm: {a: b, c: {d: [x, y, z]}}\n",
        ),
        File::in_memory("templates/t.yaml", template),
    ];
    let work = || -> Result<Duration, String> {
        let chart = chart::from_files(files, &profile)
            .map_err(|e| e.to_string())?
            .chart;
        let supplied = Layers::default().read(&mut LocalFiles, &profile);
        let supplied = supplied.map_err(|e| e.to_string())?;
        let options = values::Options::default();
        let prepared = values::prepare(&chart, &supplied, options, &profile, &mut Vec::new());
        let prepared = prepared.map_err(|e| e.to_string())?;
        let (release, capabilities) = (
            Release::new("bench", "default"),
            Capabilities::new(&profile),
        );
        let request = Request::new(profile, functions, &System, release, capabilities);
        let start = Instant::now();
        for _ in 0..rounds {
            let rendered = request.render(&prepared, None, |file| {
                std::hint::black_box(file.text);
            });
            rendered.map_err(|e| e.to_string())?;
        }
        Ok(start.elapsed())
    };
    let elapsed = with_large_stack(work).map_err(|e| e.to_string()).flatten();
    assert!(elapsed.is_ok(), "{template}: {elapsed:?}");
    elapsed.unwrap_or_default()
}

/// Whole charts, from their files to the finished text.
fn charts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resources of a chart");
    for size in SIZES {
        group.throughput(Throughput::Elements(size * 5));
        group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, size| {
            bencher.iter_custom(|rounds| whole(*size, rounds, |size| resources(size as usize * 5)));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("values of a chart");
    for size in SIZES {
        group.throughput(Throughput::Elements(size * 20));
        group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, size| {
            bencher
                .iter_custom(|rounds| whole(*size, rounds, |size| values_of(size as usize * 20)));
        });
    }
    group.finish();
}

const CHART: &str = "apiVersion: v2\nname: bench\nversion: 0.1.0\n";

/// A chart with so many templates of two documents each.
fn resources(count: usize) -> Vec<File> {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-a\n  labels:\n    \
                    {{- toYaml .Values.labels | nindent 4 }}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  \
                    name: {{ .Release.Name }}-b\nspec:\n  ports: {{ .Values.ports | toJson }}\n";
    let values = "labels: {app: bench, part-of: benches}\nports: [80, 443]\n";
    let mut files = vec![
        File::in_memory("Chart.yaml", CHART),
        File::in_memory("values.yaml", values),
    ];
    let templates = (0..count).map(|n| File::in_memory(format!("templates/{n}.yaml"), template));
    files.extend(templates);
    files
}

/// A chart and a subchart with so many values each, those of the subchart overridden by half.
fn values_of(count: usize) -> Vec<File> {
    let entries = |indent: &str, step: usize| -> String {
        let entry =
            |n| format!("{indent}key{n}:\n{indent}  enabled: true\n{indent}  list: [1, 2, {n}]\n");
        (0..count).step_by(step).map(entry).collect()
    };
    let values = format!("{}inner:\n{}", entries("", 1), entries("  ", 2));
    vec![
        File::in_memory("Chart.yaml", CHART),
        File::in_memory("values.yaml", values),
        File::in_memory("charts/inner/Chart.yaml", CHART.replace("bench", "inner")),
        File::in_memory("charts/inner/values.yaml", entries("", 1)),
        File::in_memory("templates/t.yaml", "keys: {{ len .Values }}\n"),
    ]
}

/// The time to load a chart, prepare its values and render it, so many times.
fn whole(size: u64, rounds: u64, files: impl Fn(u64) -> Vec<File> + Sync) -> Duration {
    let profile = Profile::helm4();
    let functions = function_table(&profile);
    let work = || -> Result<Duration, String> {
        let mut elapsed = Duration::ZERO;
        for _ in 0..rounds {
            let files = files(size);
            let start = Instant::now();
            let chart = chart::from_files(files, &profile).map_err(|e| e.to_string())?;
            let supplied = Layers::default().read(&mut LocalFiles, &profile);
            let supplied = supplied.map_err(|e| e.to_string())?;
            let request = Request::new(
                profile,
                &functions,
                &System,
                Release::new("bench", "default"),
                Capabilities::new(&profile),
            );
            let manifests = action::template(&chart.chart, &supplied, &request, &mut Vec::new());
            let manifests = manifests.map_err(|e| e.to_string())?;
            std::hint::black_box(manifests.text(HookFilter::default()));
            elapsed += start.elapsed();
        }
        Ok(elapsed)
    };
    let elapsed = with_large_stack(work).map_err(|e| e.to_string()).flatten();
    assert!(elapsed.is_ok(), "size {size}: {elapsed:?}");
    elapsed.unwrap_or_default()
}
