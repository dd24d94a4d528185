//! The chart whose values the flags change: tables, lists, nulls, globals, an aliased subchart.

use std::fs;
use std::io;
use std::path::Path;

const FILES: [(&str, &str); 6] = [
    (
        "Chart.yaml",
        "apiVersion: v2
name: top
version: 1.0.0
dependencies:
- name: sub
  version: 1.0.0
  condition: sub.enabled
  tags: [t]
- name: sub
  alias: other
  version: 1.0.0
  import-values:
  - child: exported
    parent: imported
",
    ),
    (
        "values.yaml",
        "a: 1
b: text
nothing: null
map:
  x: 1
  y:
    z: true
    w: [1, 2]
  gone: null
list: [1, two, {k: v}]
global:
  g: parent
  map: {x: 1}
sub:
  a: from parent
  map:
    x: null
    y: {z: parent}
other:
  list: []
",
    ),
    (
        "templates/values.yaml",
        r#"{{- define "top.describe" -}}
{{- $path := index . 0 }}{{- $value := index . 1 }}
{{ $path | quote }}: {{ printf "%s %v" (typeOf $value) (kindIs "map" $value | ternary "" $value) | quote }}
{{- if kindIs "map" $value }}
{{- range $key, $item := $value }}
{{- include "top.describe" (list (printf "%s/%s" $path $key) $item) }}
{{- end }}
{{- else if kindIs "slice" $value }}
{{- range $index, $item := $value }}
{{- include "top.describe" (list (printf "%s/%d" $path $index) $item) }}
{{- end }}
{{- end }}
{{- end -}}
values: {{ toJson .Values | quote }}
apis: {{ toJson .Capabilities.APIVersions | quote }}
{{- include "top.describe" (list "" .Values) }}
"#,
    ),
    (
        "charts/sub/Chart.yaml",
        "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
    ),
    (
        "charts/sub/values.yaml",
        "a: default
enabled: true
map:
  x: 1
  y:
    z: child
list: [a, b]
exported:
  a: 1
  m: {n: true}
global:
  g: child
  only: child
",
    ),
    (
        "charts/sub/templates/values.yaml",
        "values: {{ toJson .Values | quote }}\n{{- include \"top.describe\" (list \"\" .Values) }}\n",
    ),
];

/// Writes the chart below `dir` as `chart/`.
pub(super) fn write(dir: &Path) -> io::Result<()> {
    for (path, text) in FILES {
        let file = dir.join("chart").join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, text)?;
    }
    Ok(())
}
