{{- define "wrong.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/version: {{ .Values.version | default 1.0 }}
{{- end }}
