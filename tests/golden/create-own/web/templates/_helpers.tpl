{{/* Templates that the others share. Each takes the top of the values' tree: include "NAME" . */}}

{{/* The short name of what runs here. */}}
{{- define "web.name" -}}
{{- $own := .Chart.Name | lower | replace "_" "-" | replace "." "-" }}
{{- coalesce .Values.nameOverride $own | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of objects: the release's name, and the short one unless the release is called by it. */}}
{{- define "web.fullname" -}}
{{- $short := include "web.name" . }}
{{- $joined := contains $short .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $short) }}
{{- coalesce .Values.fullnameOverride $joined | replace "." "-" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The chart and its version, as a label's value. */}}
{{- define "web.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What tells the pods of a release from others. It must not change from one version to the next. */}}
{{- define "web.selectorLabels" -}}
app.kubernetes.io/name: {{ include "web.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* The labels of every object. */}}
{{- define "web.labels" -}}
{{ include "web.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | quote }}
helm.sh/chart: {{ include "web.chart" . }}
{{- end }}

{{/* The account that pods run as. */}}
{{- define "web.serviceAccountName" -}}
{{- $own := .Values.serviceAccount.create | ternary (include "web.fullname" .) "default" }}
{{- .Values.serviceAccount.name | default $own }}
{{- end }}
