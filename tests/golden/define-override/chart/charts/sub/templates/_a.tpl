{{- define "who" }}sub{{ end }}
{{- define "sub.name" }}{{ .Chart.Name }}{{ end }}
