{{- define "names.port" -}}
http
{{- end }}
