{{- define "demo.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- define "demo.labels" -}}
app: {{ template "demo.fullname" . }}
{{ if .Chart.AppVersion -}}
version: {{ .Chart.AppVersion | quote }}
{{ end -}}
by: {{ .Release.Service }}
{{- end -}}
