#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]
//! Values against what Helm 3.21.4 and 4.2.4 made of the same inputs.

use super::origin::SourceId;
use super::*;
use chart::{self, Dependency, File, ImportValues};
use compat::profile::Profile;
use gostd::Value;

/// A value with Go's types, as the recordings show it.
fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Str(text) => gostd::strconv::quote(text.as_bytes()),
        Value::Map(map) => {
            let entries: Vec<_> = map
                .snapshot()
                .iter()
                .map(|(k, v)| format!("{}: {}", gostd::strconv::quote(k.as_bytes()), show(v)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::List(list) => {
            let items: Vec<_> = list.snapshot().iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        scalar => {
            let text = gostd::fmt::sprintf(b"%T(%v)", &[scalar.clone(), scalar.clone()]).unwrap();
            String::from_utf8(text).unwrap()
        }
    }
}

#[test]
fn layers() {
    let mut wrong = Vec::new();
    for line in include_str!("tests/layers.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let arguments = |kind: &str| -> Vec<String> {
            let list = case["in"][kind].as_array();
            let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
            list.into_iter().flatten().map(text).collect()
        };
        let layers = Layers {
            files: arguments("Files"),
            set_json: arguments("Json"),
            set: arguments("Set"),
            set_string: arguments("String"),
            set_file: arguments("File"),
            set_literal: arguments("Literal"),
        };
        for (profile, helm) in [(Profile::helm3(), "three"), (Profile::helm4(), "four")] {
            let got = match layers.read(&mut LocalFiles, &profile) {
                Ok(supplied) => show(&Value::Map(supplied.values)),
                Err(error) => format!("error: {error}"),
            };
            let expected = case[helm].as_str().unwrap();
            if got != expected {
                wrong.push(format!(
                    "{} {helm}\n  got  {got}\n  want {expected}",
                    case["in"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A chart and its subcharts: path, what it declares, what is in it.
fn show_chart(prepared: &Prepared<'_>, index: usize) -> String {
    let chart = &prepared.charts[index];
    let declared = |d: &Dependency| {
        let imports = match &d.import_values {
            ImportValues::Written(nodes) => {
                let value = |n: &goyaml::Node| {
                    table::value_from_node(n, SourceId::COMPUTED, &mut Origins::default())
                };
                let values: gostd::List = nodes.iter().flatten().map(value).collect();
                gostd::fmt::value_text(&Value::List(values))
                    .unwrap()
                    .to_string()
            }
            ImportValues::Resolved(pairs) => {
                let pairs = pairs.iter().flatten();
                let pairs =
                    pairs.map(|(child, parent)| format!("map[child:{child} parent:{parent}]"));
                format!("[{}]", pairs.collect::<Vec<_>>().join(" "))
            }
        };
        format!("{} {} {imports};", d.name, d.enabled)
    };
    let declared: String = chart.metadata.declared().map(declared).collect();
    let inner: Vec<_> = chart
        .subcharts
        .iter()
        .map(|i| show_chart(prepared, *i))
        .collect();
    format!("{}({declared})[{}]", chart.full_path, inner.join(" "))
}

/// The prepared values of a recorded chart, in the recording's form.
fn prepared(case: &serde_json::Value, profile: &Profile) -> String {
    let files = case["Files"].as_object().unwrap().iter();
    let files = files.map(|(name, text)| File::in_memory(name, text.as_str().unwrap()));
    let mut files: Vec<_> = files.collect();
    files.sort_by(|a, b| a.name().cmp(b.name()));
    let chart = match chart::from_files(files, profile) {
        Ok(loaded) => loaded.chart,
        Err(error) => return format!("error: {error}"),
    };
    let mut supplied = UserValues::default();
    let node = goyaml::parse(case["Values"].as_str().unwrap().as_bytes()).unwrap();
    supplied.values = table::from_node(&node, SourceId::COMPUTED, &mut supplied.origins);
    let options = Options {
        skip_schema_validation: case["Schema"].as_bool() != Some(true),
        lint: false,
    };
    match prepare(&chart, &supplied, options, profile, &mut Vec::new()) {
        Ok(prepared) => format!(
            "{} {}",
            show_chart(&prepared, 0),
            show(&Value::Map(prepared.charts[0].values.clone()))
        ),
        Err(error) => format!("error: {error}"),
    }
}

fn check_prepared(recording: &str) {
    let mut wrong = Vec::new();
    for line in recording.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        for (profile, helm) in [(Profile::helm3(), "three"), (Profile::helm4(), "four")] {
            let expected = case[helm].as_str().unwrap();
            let got = prepared(&case["in"], &profile);
            if got != expected && expected != "unstable" {
                wrong.push(format!(
                    "{} {helm}\n  got  {got}\n  want {expected}",
                    case["in"]
                ));
            }
        }
    }
    let shortest = wrong.iter().min_by_key(|text| text.len());
    assert!(
        wrong.is_empty(),
        "{} wrong, one of them {}",
        wrong.len(),
        shortest.unwrap()
    );
}

#[test]
fn dependencies_and_coalescing() {
    check_prepared(include_str!("tests/prepare.jsonl"));
}

/// Checks a recording that `RHELM_PREPARE_RECORDING` names: for fuzzing against Helm.
#[test]
fn another_recording() {
    if let Ok(path) = std::env::var("RHELM_PREPARE_RECORDING") {
        check_prepared(&std::fs::read_to_string(path).unwrap());
    }
}

#[test]
fn schemas() {
    check_prepared(include_str!("tests/schema.jsonl"));
}

#[test]
fn one_chart_serves_several_threads() {
    let files = vec![
        File::in_memory("Chart.yaml", "name: a\nversion: 1\n"),
        File::in_memory("values.yaml", "a: {b: 1}\n"),
    ];
    let profile = Profile::helm4();
    let chart = chart::from_files(files, &profile).unwrap().chart;
    let render = |set: &str| {
        let layers = Layers {
            set: vec![set.into()],
            ..Layers::default()
        };
        let supplied = layers.read(&mut LocalFiles, &profile).unwrap();
        let prepared = prepare(
            &chart,
            &supplied,
            Options::default(),
            &profile,
            &mut Vec::new(),
        )
        .unwrap();
        show(&Value::Map(prepared.charts[0].values.clone()))
    };
    std::thread::scope(|scope| {
        let one = scope.spawn(|| render("a.c=2"));
        let two = scope.spawn(|| render("a=null"));
        assert_eq!(
            one.join().unwrap(),
            r#"{"a": {"b": float64(1), "c": int64(2)}}"#
        );
        assert_eq!(two.join().unwrap(), "{}");
    });
}

#[test]
fn origins_tell_files_lines_and_flags() {
    let files = vec![
        File::in_memory("Chart.yaml", "name: a\nversion: 1\n"),
        File::in_memory("values.yaml", "# x\na:\n  b: 1\nglobal: {g: 1}\n"),
        File::in_memory("charts/s/Chart.yaml", "name: s\nversion: 1\n"),
        File::in_memory("charts/s/values.yaml", "z: 1\n"),
    ];
    let profile = Profile::helm4();
    let chart = chart::from_files(files, &profile).unwrap().chart;
    let layers = Layers {
        set: vec!["a.c=2,x=1".into()],
        ..Layers::default()
    };
    let supplied = layers.read(&mut LocalFiles, &profile).unwrap();
    let prepared = prepare(
        &chart,
        &supplied,
        Options::default(),
        &profile,
        &mut Vec::new(),
    )
    .unwrap();
    let origin = |path: &[&str]| {
        let (key, tables) = path.split_last().unwrap();
        let mut map = prepared.charts[0].values.clone();
        for name in tables {
            map = table::subtable(&map, name.as_bytes()).unwrap();
        }
        prepared
            .origins
            .get(map.entry(key.as_bytes()).unwrap().origin)
    };
    let from_chart = |chart: &str| Source::Chart {
        chart: chart.into(),
        file: None,
    };
    let from_flag = Source::Flag {
        flag: Flag::Set,
        argument: "a.c=2,x=1".into(),
    };
    assert_eq!(*origin(&["a", "b"]).source, from_chart("a"));
    assert_eq!(origin(&["a", "b"]).mark.line, 3);
    assert_eq!(*origin(&["a", "c"]).source, from_flag);
    assert_eq!(*origin(&["s", "z"]).source, from_chart("a.s"));
    assert_eq!(*origin(&["s", "global", "g"]).source, from_chart("a"));
    assert_eq!(origin(&["s", "global", "g"]).via, Via::Global);
}
