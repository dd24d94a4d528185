{{- define "who" }}chart/sub/_a{{ end }}
{{- define "deep" }}deep{{ end }}
