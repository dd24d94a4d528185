{{- define "lib.cm" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
  labels: {mine: "no", base: "1"}
{{- end -}}
{{- define "lib.merge" -}}
{{- $top := first . -}}
{{- $over := fromYaml (include (index . 1) $top) | default (dict) -}}
{{- $base := fromYaml (include "lib.cm" $top) | default (dict) -}}
{{- toYaml (merge $over $base) -}}
{{- end -}}
