{{- define "web.labels" -}}
app: {{ .Chart.Name }}
{{- range $key, $value := .Values.labels }}
{{ $key }}: {{ $value }}
{{- end }}
{{- end -}}

{{- define "web.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}

{{- define "web.metadata" -}}
name: {{ .Release.Name }}
labels:
  {{- include "web.labels" . | nindent 2 }}
{{- end -}}
