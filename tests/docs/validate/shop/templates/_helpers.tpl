{{- define "shop.name" -}}
{{ .Chart.Name }}
{{- end }}
{{- define "shop.registry" -}}
{{ .Values.image.registry.host }}
{{- end }}
