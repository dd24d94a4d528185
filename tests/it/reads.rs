//! The readers of values: observed while a chart with a subchart is rendered.
#![allow(clippy::unwrap_used)]

use rhelm::action::{self, Request};
use rhelm::background::with_large_stack;
use rhelm::chart::{File, from_files};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::usage::UsageRecorder;
use rhelm::values::{Layers, Provenance, ReadError, ReadFile, Source};

const VALUES: &str = "\
image:
  tag: '1'
labels: {a: b}
unused: 1
child:
  port: 80
  name: c
";

const CHILD_VALUES: &str = "port: 1\nname: x\nhost: h\n";

const USER_VALUES: &str = "\
image:
  tag: '2'
imgae: typo
labels:
  c: d
child:
  port: 8080
  prot: 1
";

const TEMPLATE: &str = "\
{{- /* a comment */ -}}
kind: A
tag: {{ .Values.image.tag }}
labels: {{ toYaml .Values.labels | nindent 2 }}
missing: {{ .Values.missing | default \"m\" }}
";

const CHILD_TEMPLATE: &str = "\
kind: B
port: {{ .Values.port }}
host: {{ get .Values \"host\" }}
global: {{ index .Values \"global\" \"zone\" }}
";

struct UserFile;

impl ReadFile for UserFile {
    fn read(&mut self, _name: &str) -> Result<Vec<u8>, ReadError> {
        Ok(USER_VALUES.into())
    }
}

fn observed() -> (Vec<String>, Vec<String>) {
    let profile = Profile::helm4();
    let files = [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: parent\nversion: 1.0.0\n",
        ),
        ("values.yaml", VALUES),
        ("templates/a.yaml", TEMPLATE),
        (
            "charts/child/Chart.yaml",
            "apiVersion: v2\nname: child\nversion: 1.0.0\n",
        ),
        ("charts/child/values.yaml", CHILD_VALUES),
        ("charts/child/templates/b.yaml", CHILD_TEMPLATE),
    ];
    let files = files.map(|(name, text)| File::in_memory(name, text));
    let chart = from_files(files.into(), &profile).unwrap().chart;
    let layers = Layers {
        files: vec!["user.yaml".into()],
        set: vec!["global.zone=z,nobody=1".into()],
        ..Layers::default()
    };
    let supplied = layers.read(&mut UserFile, &profile).unwrap();
    let functions = function_table(&profile);
    let request = Request {
        track_lines: true,
        ..Request::new(
            profile,
            &functions,
            &System,
            Release::new("r", "default"),
            Capabilities::new(&profile),
        )
    };
    let mut notices = Vec::new();
    let prepared = action::prepare(&chart, &supplied, &request, &mut notices).unwrap();
    let mut reads = UsageRecorder::new(&prepared).unwrap();
    action::render(&chart, &prepared, &request, Some(&mut reads), &mut notices).unwrap();
    let read = reads.reads().iter().map(|(path, reads)| {
        let origin = reads.origin.map(|o| place(prepared.origins.get(o)));
        let whole = if reads.whole { ", whole" } else { "" };
        let lines: Vec<_> = reads
            .lines
            .iter()
            .map(|(_, line)| line.to_string())
            .collect();
        format!(
            "{} (line {}{whole}) from {}",
            path.join("."),
            lines.join(" "),
            origin.unwrap_or_else(|| "nowhere".into())
        )
    });
    let unread = reads.unread(&prepared);
    let unread = unread
        .into_iter()
        .map(|(path, from)| format!("{} from {}", path.join("."), place(from)));
    (read.collect(), unread.collect())
}

fn place(provenance: Provenance<'_>) -> String {
    let line = provenance.mark.line;
    match provenance.source {
        Source::Computed => "nobody".into(),
        Source::Chart { chart, .. } => format!("{chart}:{line}"),
        Source::File { name } => format!("{name}:{line}"),
        Source::Flag { flag, argument } => format!("--{} {argument}", flag.name()),
    }
}

#[test]
fn every_value_that_templates_read_and_who_supplied_it() {
    let (read, unread) = with_large_stack(observed).unwrap();
    assert_eq!(
        read,
        [
            "child.global (line 4) from --set global.zone=z,nobody=1",
            "child.global.zone (line 4) from --set global.zone=z,nobody=1",
            "child.host (line 3) from parent.child:3",
            "child.port (line 2) from user.yaml:7",
            "image (line 3) from user.yaml:1",
            "image.tag (line 3) from user.yaml:2",
            "labels (line 4, whole) from user.yaml:4",
            "missing (line 5) from nowhere",
        ]
    );
    assert_eq!(
        unread,
        [
            "imgae from user.yaml:3",
            "nobody from --set global.zone=z,nobody=1",
            "child.prot from user.yaml:8",
        ]
    );
}
