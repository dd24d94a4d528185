{{- define "outer" -}}
{{- include "inner" (dict "v" .Values "deep" true) -}}
{{- end -}}
{{- define "inner" -}}
x: {{ .v.a.b.c }}
{{- end -}}
