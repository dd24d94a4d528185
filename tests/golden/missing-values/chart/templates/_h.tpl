{{- define "show" -}}
{{ .Values.a }}
{{- end -}}
