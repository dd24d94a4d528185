{{- define "one" }}{{ include "two" . }}{{ end }}
{{- define "two" }}
  {{- include "three" (dict "v" .Values) }}
{{- end }}
{{- define "three" -}}
x: {{ .v.text.field }}
{{- end }}
{{- define "tpl-here" }}{{ tpl "{{ .Values.text.field }}" . }}{{ end }}
{{- define "four" }}{{ template "three" (dict "v" .Values) }}{{ end }}
