{{- define "same.label" -}}
from: {{ .Template.Name }} of {{ .Chart.Name }}
{{- if .Values.fail }}
{{ fail "asked to" }}
{{- end }}
{{- end }}
{{/* A template that has the name of a file: */}}
{{- define "same-files/charts/two/templates/named.yaml" -}}
replaced: {{ .Chart.Name }}
{{- end }}
