{{- define "data" -}}
n: {{ .n | quote }}
{{- end }}
