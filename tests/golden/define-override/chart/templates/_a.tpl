{{- define "who" }}chart/_a{{ end }}
{{- define "blank" }}   {{/* nothing */}}
{{ end }}
