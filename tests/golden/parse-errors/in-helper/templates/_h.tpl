{{ define "x" }}


{{ with }}{{ end }}
{{ end }}
