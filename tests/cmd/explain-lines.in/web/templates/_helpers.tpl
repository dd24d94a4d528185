{{- define "web.image" -}}
{{- $registry := default .image.registry .global.registry -}}
{{- $name := printf "%s/%s" $registry .image.repository -}}
{{ $name }}:{{ .image.tag }}
{{- end }}
{{- define "web.port" -}}
port: {{ .port }}
{{- end }}
