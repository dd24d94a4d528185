{{- define "data" -}}
n: {{ .n | quote }}
{{- end }}
{{- define "named/templates/part-05.yaml" -}}
kind: Secret
metadata:
  name: instead-of-part-05
{{- end }}
