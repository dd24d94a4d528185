{{- define "calls.name" -}}
{{ include "calls.inner" . }}
{{- end }}
{{- define "calls.inner" -}}
{{ .Values.image.registry.host }}
{{- end }}
