{{- define "self" }}{{ include "self" . }}{{ end }}
{{- define "tself" }}{{ template "tself" . }}{{ end }}
{{- define "ping" }}{{ include "pong" . }}{{ end }}
{{- define "pong" }}{{ include "ping" . }}{{ end }}
{{- define "count" }}{{ if gt . 1 }}{{ include "count" (sub . 1 | int) }}{{ else }}done{{ end }}{{ end }}
{{- define "deep" }}{{ if gt . 1 }}{{ template "deep" (sub . 1 | int) }}{{ else }}done{{ end }}{{ end }}
