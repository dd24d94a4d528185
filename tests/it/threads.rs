//! One chart, loaded once, rendered many times: from several threads at once, and again and again. Each test has a
//! process for itself: there is one worker in it, and its memory is measured.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::thread;

use rhelm::action::{self, HookFilter, Request};
use rhelm::chart::{self, Chart, File};
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::values::{Layers, LocalFiles};
use rhelm::{background, host};

use crate::process::alone;

fn render(chart: &Chart, functions: &gotemplate::FunctionTable, address: &str) -> String {
    let profile = Profile::helm4();
    let layers = Layers {
        set: vec![format!("global.pilotEndpoint={address}")],
        ..Layers::default()
    };
    let text = background::with_large_stack(|| {
        let supplied = layers.read(&mut LocalFiles, &profile).unwrap();
        let request = Request::new(
            profile,
            functions,
            &host::System,
            Release::new("remote", "istio-system"),
            Capabilities::new(&profile),
        );
        let manifests = action::template(chart, &supplied, &request, &mut Vec::new()).unwrap();
        manifests.text(HookFilter::default())
    });
    String::from_utf8(text.unwrap()).unwrap()
}

#[test]
fn one_chart_renders_on_many_threads() {
    alone("threads::one_chart_renders_on_many_threads", || {
        let profile = Profile::helm4();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/istio-remote");
        let chart = chart::load(&path, &profile).unwrap().chart;
        let functions = function_table(&profile);
        let addresses: Vec<String> = (1..=6).map(|n| format!("10.1.2.{n}")).collect();
        let expected: Vec<String> = addresses
            .iter()
            .map(|address| {
                // Each from a chart of its own.
                let chart = chart::load(&path, &profile).unwrap().chart;
                render(&chart, &functions, address)
            })
            .collect();
        let (chart, functions) = (&chart, &functions);
        let actual: Vec<String> = thread::scope(|scope| {
            let work = |address| scope.spawn(move || render(chart, functions, address));
            let threads: Vec<_> = addresses
                .iter()
                .map(|address| work(address.as_str()))
                .collect();
            let threads = threads.into_iter();
            threads.map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(actual, expected);
        for (text, address) in actual.iter().zip(&addresses) {
            assert!(text.contains(&format!("\"{address}\"")), "{text}");
        }
    });
}

/// A render waits for files that a second thread is still parsing.
#[test]
fn what_takes_long_to_parse_is_there_when_it_is_called() {
    alone(
        "threads::what_takes_long_to_parse_is_there_when_it_is_called",
        || {
            let profile = Profile::helm4();
            let functions = function_table(&profile);
            let long = "{{ if .Values.a }}{{ .Values.b | quote }}{{ end }}\n".repeat(20_000);
            // Preparing these takes long enough for the second thread to begin.
            let values: String = (0..10_000).map(|n| format!("k{n}: {{a: b}}\n")).collect();
            let partial = format!(
                "{{{{ define \"unused\" }}}}{long}{{{{ end }}}}{{{{ define \"last\" }}}}x{{{{ end }}}}"
            );
            let mut files = vec![
                (
                    "Chart.yaml".to_owned(),
                    "apiVersion: v2\nname: c\nversion: 0.1.0\n".to_owned(),
                ),
                ("values.yaml".to_owned(), values),
                ("templates/_partial.tpl".to_owned(), partial),
            ];
            let template = "{{ include \"last\" . }}: 1\n";
            files.extend((0..40).map(|n| (format!("templates/{n}.yaml"), template.to_owned())));
            for _ in 0..10 {
                let files = files
                    .iter()
                    .map(|(name, text)| File::in_memory(name, text.as_str()));
                let chart = chart::from_files(files.collect(), &profile).unwrap().chart;
                let text = render(&chart, &functions, "10.1.2.3");
                assert_eq!(text.matches("x: 1\n").count(), 40);
            }
        },
    );
}

/// Large charts with aliases, loaded and rendered by several threads at once, which one worker serves.
#[test]
fn many_renders_share_the_worker() {
    alone("threads::many_renders_share_the_worker", || {
        let profile = Profile::helm4();
        let functions = function_table(&profile);
        let scratch = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = scratch.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let dependency = "- {name: inner, version: 0.1.0, repository: ''";
        write(
            "Chart.yaml",
            &format!(
                "apiVersion: v2\nname: outer\nversion: 0.1.0\ndependencies:\n{dependency}, alias: one}}\n\
             {dependency}, alias: two}}\n"
            ),
        );
        write(
            "charts/inner/Chart.yaml",
            "apiVersion: v2\nname: inner\nversion: 0.1.0\n",
        );
        let values: String = (0..2000)
            .map(|n| format!("key{n}: {{a: b{n}}}\n"))
            .collect();
        let large = format!("{{{{ toYaml .Values }}}}\n# {}\n", "x".repeat(2000));
        for chart in ["", "charts/inner/"] {
            write(&format!("{chart}values.yaml"), &values);
            let name = "{{ define \"name\" }}{{ .Chart.Name }}{{ end }}";
            write(&format!("{chart}templates/_helpers.tpl"), name);
            for number in 0..30 {
                let text = "{{ $.Template.Name }}: {{ include \"name\" . }}\n";
                write(&format!("{chart}templates/{number}.yaml"), text);
            }
            write(&format!("{chart}templates/large.yaml"), &large);
        }
        let load_and_render = || {
            let chart = chart::load(scratch.path(), &profile).unwrap().chart;
            render(&chart, &functions, "10.1.2.3")
        };
        let expected = load_and_render();
        assert_eq!(
            expected
                .matches("outer/charts/two/templates/7.yaml: two\n")
                .count(),
            1
        );
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| (0..5).for_each(|_| assert_eq!(load_and_render(), expected)));
            }
        });
    });
}

/// The process's memory in KiB.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn many_renders_need_no_more_memory_than_few() {
    alone("threads::many_renders_need_no_more_memory_than_few", || {
        let profile = Profile::helm4();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/istio-remote");
        let chart = chart::load(&path, &profile).unwrap().chart;
        let functions = function_table(&profile);
        let renders = |from: usize| {
            for n in from..from + 40 {
                render(&chart, &functions, &format!("10.1.2.{n}"));
            }
            resident()
        };
        let (few, more) = (renders(1), renders(41));
        // One render's values and output are about a tenth of that.
        assert!(more < few + 4096, "{few} KiB, then {more} KiB");
    });
}
