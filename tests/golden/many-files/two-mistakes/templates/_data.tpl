{{- define "data" -}}
n: {{ .n | quote }}
{{- end }}
{{ unknown }}
