//! The values that `validate` calls unread, and those that it leaves alone: by paths, not by last keys.
#![allow(clippy::unwrap_used)]

use rhelm::action::Request;
use rhelm::background::with_large_stack;
use rhelm::chart::{self, File};
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::validate::{Selection, rules, validate};
use rhelm::values::{Layers, ReadError, ReadFile};
use std::collections::BTreeSet;

struct Text(&'static str);

impl ReadFile for Text {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.into())
    }
}

const DEFAULTS: &str = "\
image: {repository: nginx, tag: '1'}
metrics: {image: {repository: exporter}, port: ''}
auth: {password: x}
servers: {}
extra: {}
";

/// A helper that finds a value by a path with dots, one that takes a map of arguments, a loop, a map that
/// is written whole, a comparison.
const TEMPLATE: &str = r#"
{{- define "at" -}}
{{- $value := .context.Values -}}
{{- range splitList "." .key }}{{ $value = index $value . }}{{ end -}}
{{- $value -}}
{{- end -}}
{{- define "image" }}{{ .image.repository }}:{{ .image.tag | default "x" }}{{ end -}}
a: {{ include "image" (dict "image" .Values.image "context" $) }}
b: {{ include "at" (dict "key" (printf "%s.password" "auth") "context" $) }}
c: {{ .Values.metrics.port }}{{ .Values.metrics.image.repository }}
d:
{{- range $name, $server := .Values.servers }}
  {{ $name }}: {{ $server.host }}
{{- end }}
{{- if eq (.Values.mode | default "") "extra" }}
e: {{ toYaml .Values.extra | nindent 2 }}
{{- end }}
"#;

fn findings(values: &'static str) -> Vec<String> {
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("values.yaml", DEFAULTS),
        ("templates/a.yaml", TEMPLATE),
    ];
    let files = files.map(|(name, text)| File::in_memory(name, text));
    let texts = with_large_stack(|| {
        let profile = Profile::helm4();
        let chart = chart::from_files(files.into(), &profile).unwrap().chart;
        let functions = function_table(&profile);
        let request = Request::new(
            profile,
            &functions,
            &System,
            Release::new("release-name", "default"),
            Capabilities::new(&profile),
        );
        let layers = Layers {
            files: vec!["values.yaml".into()],
            ..Layers::default()
        };
        // What the template writes is no resource.
        let selection = Selection {
            ignore: BTreeSet::from([rules::MISSING_FIELD.id]),
            ..Selection::default()
        };
        validate(
            &chart,
            &layers,
            &mut Text(values),
            &request,
            &selection,
            &[],
        )
        .unwrap()
    });
    let diagnostics = texts.unwrap().diagnostics;
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.plain())
        .collect()
}

#[test]
fn what_templates_read_is_no_finding() {
    for values in [
        "image: {tag: '2'}",
        "auth: {password: other}",
        "servers: {one: {host: a}}",
        "extra: {anything: {at: all}}",
        "mode: extra",
        "metrics: {port: 80}",
    ] {
        assert!(
            findings(values).is_empty(),
            "{values}: {:?}",
            findings(values)
        );
    }
}

#[test]
fn a_key_that_is_right_elsewhere_is_wrong_here() {
    for (values, expected) in [
        (
            "metrics: {image: {tag: '2'}}",
            "metrics.image.tag is read by no template: did you mean image.tag?",
        ),
        (
            "password: other",
            "password is read by no template: did you mean auth.password?",
        ),
        (
            "auth: {passwrd: other}",
            "auth.passwrd is read by no template: did you mean auth.password?",
        ),
    ] {
        assert_eq!(findings(values), [expected], "{values}");
    }
}

#[test]
fn kinds_that_templates_cannot_use_are_told() {
    for (values, expected) in [
        (
            "metrics: {port: {http: 80}}",
            "metrics.port is a map, but templates write it as a string",
        ),
        (
            "extra: [a]",
            "extra is a list, but a map in the chart's values",
        ),
    ] {
        assert_eq!(findings(values), [expected], "{values}");
    }
}
