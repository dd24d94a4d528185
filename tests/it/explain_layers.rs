//! The last layer that `rhelm explain` lists for a value is the one that counts: for every value of every
//! chart of the repository, aliases, globals and import-values among them.
#![allow(clippy::unwrap_used)]

use gostd::{Map, Value};
use rhelm::action::Request;
use rhelm::background::with_large_stack;
use rhelm::chart::{Chart, load};
use rhelm::explain::{self, Effect};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::secrets::Visibility;
use rhelm::values::{Layers, LocalFiles, Options, prepare};
use std::fs;
use std::path::{Path, PathBuf};

/// Directories that hold a Chart.yaml, but not those in them.
fn charts(below: &Path, directories: &mut Vec<PathBuf>) {
    if below.join("Chart.yaml").is_file() {
        directories.push(below.into());
        return;
    }
    let mut entries: Vec<_> = fs::read_dir(below).unwrap().flatten().collect();
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries.iter().filter(|e| e.path().is_dir()) {
        charts(&entry.path(), directories);
    }
}

/// The paths of all values that are no maps.
fn leaves(map: &Map, path: &[String], paths: &mut Vec<Vec<String>>) {
    for (key, value) in map.snapshot() {
        let path = [path, &[key.to_string()]].concat();
        match value.underlying() {
            Value::Map(inner) => leaves(inner, &path, paths),
            _ => paths.push(path),
        }
    }
}

fn differences(chart: &Chart, layers: &Layers, profile: Profile) -> (usize, Vec<String>) {
    let functions = function_table(&profile);
    let request = Request {
        skip_schema_validation: true,
        ..Request::new(
            profile,
            &functions,
            &System,
            Release::new("r", "default"),
            Capabilities::new(&profile),
        )
    };
    let options = Options {
        skip_schema_validation: true,
        lint: false,
    };
    let Ok(supplied) = layers.read(&mut LocalFiles, &profile) else {
        return (0, Vec::new());
    };
    let Ok(prepared) = prepare(chart, &supplied, options, &profile, &mut Vec::new()) else {
        return (0, Vec::new());
    };
    let mut paths = Vec::new();
    leaves(&prepared.root().unwrap().values, &[], &mut paths);
    let mut wrong = Vec::new();
    for path in &paths {
        let explanation = explain::value(
            chart,
            path,
            layers,
            &mut LocalFiles,
            &request,
            Visibility::Shown,
        )
        .unwrap();
        let last = explanation
            .layers
            .iter()
            .fold(None, |last, layer| match &layer.effect {
                Effect::Value(value) => Some(value.clone()),
                Effect::Null => None,
                _ => last,
            });
        let actual = explanation.value.filter(|value| value != "null");
        if last != actual {
            wrong.push(format!("{}: {last:?}, not {actual:?}", path.join(".")));
        }
    }
    (paths.len(), wrong)
}

#[test]
fn the_last_layer_is_the_one_that_counts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut directories = Vec::new();
    for below in ["charts", "tests/golden", "tests/cmd"] {
        charts(&root.join(below), &mut directories);
    }
    let (mut count, mut wrong) = (0, Vec::new());
    for dir in directories {
        let set = Layers {
            set: vec!["global.zone=set,image.tag=set,a=null".into()],
            ..Layers::default()
        };
        for profile in [Profile::helm3(), Profile::helm4()] {
            let Ok(loaded) = load(&dir, &profile) else {
                continue;
            };
            for layers in [Layers::default(), set.clone()] {
                let work = || differences(&loaded.chart, &layers, profile);
                let (checked, differing) = with_large_stack(work).unwrap();
                count += checked;
                let chart_name = dir.strip_prefix(root).unwrap().display().to_string();
                wrong.extend(differing.iter().map(|text| format!("{chart_name}: {text}")));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count > 1000, "only {count} values");
}
