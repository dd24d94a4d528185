//! Renders the project's `sprig-*` vectors with nothing but text/template and Sprig.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod render;

use recorded::Major;
use recorded::vector::{Answer, read};
use std::fs;
use std::path::Path;

#[test]
fn vectors_render_as_helm_recorded_them() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let Ok(files) = fs::read_dir(dir) else {
        return; // published alone, the crate has no vectors
    };
    let mut failures = Vec::new();
    for path in files.map(|file| file.unwrap().path()) {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !stem.starts_with("sprig-") {
            continue;
        }
        for vector in read(&fs::read(&path).unwrap()).unwrap().vectors {
            let Some(answer) = vector.expected.get(&Major::V3) else {
                failures.push(format!("{stem}/{}: nothing is recorded", vector.name));
                continue;
            };
            let expected = match answer {
                Answer::Output(text) => Ok(text),
                Answer::Error(text) | Answer::Panic(text) => Err(text),
            };
            let got = render::render(&format!("test/{}", vector.path), &vector.template);
            if expected != got.as_ref() {
                let name = &vector.name;
                let show = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
                let expected = expected.map_or_else(|e| show(e), |t| show(t));
                let got = got.map_or_else(|e| show(&e), |t| show(&t));
                failures.push(format!("{stem}/{name}\n wanted {expected}\n got    {got}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
