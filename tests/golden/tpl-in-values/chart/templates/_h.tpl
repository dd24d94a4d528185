{{- define "chart.hello" -}}
hi {{ .Values.name }}
{{- end -}}
{{- define "chart.render" -}}
{{- tpl (.value | toYaml) .context }}
{{- end -}}
