//! The template line of an output line: origins that travel in the strings.
#![allow(clippy::unwrap_used)]

use rhelm::background::with_large_stack;
use rhelm::chart::{File, from_files};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, Request, function_table};
use rhelm::values::{self, UserValues};

const HELPERS: &str = "\
{{- define \"labels\" -}}
app: {{ .Chart.Name }}
team: web
{{- end }}
";

const TEMPLATE: &str = "\
kind: A
{{- /* nothing */}}
labels:
  {{- include \"labels\" . | nindent 2 }}
list: {{ list 1 2 | toYaml | nindent 2 }}
again:
  {{- dict \"inner\" (include \"labels\" .) | toYaml | nindent 2 }}
tpl: |
  {{- tpl \"{{ include \\\"labels\\\" . }}\" . | trim | nindent 2 }}
";

/// Every output line with the file and line it comes from.
fn lines() -> Vec<String> {
    let profile = Profile::helm4();
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("templates/_helpers.tpl", HELPERS),
        ("templates/a.yaml", TEMPLATE),
    ];
    let files = files.map(|(name, text)| File::in_memory(name, text));
    let chart = from_files(files.into(), &profile).unwrap().chart;
    let options = values::Options::default();
    let prepared = values::prepare(
        &chart,
        &UserValues::default(),
        options,
        &profile,
        &mut Vec::new(),
    )
    .unwrap();
    let functions = function_table(&profile);
    let (release, capabilities) = (Release::new("r", "default"), Capabilities::new(&profile));
    let request = Request {
        track_lines: true,
        ..Request::new(profile, &functions, &System, release, capabilities)
    };
    let mut texts = Vec::new();
    let sink = |file: rhelm::render::RenderedFile<'_>| {
        let text = String::from_utf8_lossy(file.text.as_bytes()).into_owned();
        for (line, origin) in text.split('\n').zip(file.text.lines().unwrap()) {
            texts.push(format!("{}:{} {line}", origin.template, origin.line));
        }
    };
    request.render(&prepared, None, sink).unwrap();
    texts
}

#[test]
fn every_line_knows_the_template_line_that_made_it() {
    // Templates are numbered in Helm's order: 1 is a.yaml, 2 is _helpers.tpl.
    assert_eq!(
        with_large_stack(lines).unwrap(),
        [
            "1:1 kind: A",
            "1:3 labels:",
            "2:2   app: c",
            "2:3   team: web",
            "1:5 list: ",
            "1:5   - 1",
            "1:5   - 2",
            "1:6 again:",
            // toYaml gives the line of a key to the string that follows it.
            "2:2   inner: |-",
            "2:2     app: c",
            "2:3     team: web",
            "1:8 tpl: |",
            "2:2   app: c",
            "2:3   team: web",
            "0:0 ",
        ]
    );
}
