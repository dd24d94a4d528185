{{/* The name of the ClusterRole and of its binding, which the whole cluster sees. */}}
{{- define "istio-reader.clusterRole" -}}
{{- .Values.clusterRole | default (printf "istio-reader-%s" .Release.Namespace) -}}
{{- end }}

{{/* Labels of every object. */}}
{{- define "istio-reader.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.Version | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: istio
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
