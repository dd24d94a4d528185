{{- define "who" }}chart/_b{{ end }}
{{- define "only-b" }}b{{ end }}
{{- define "blank" }}full{{ end }}
