{{- define "one" }}{{ include "two" . }}{{ end }}
{{- define "two" }}
  {{- if eq (toString .Values.nested) "required" }}
    {{- required "nested need" .Values.nothing }}
  {{- else if eq (toString .Values.nested) "tpl" }}
    {{- tpl "{{ fail \"in tpl\" }}" . }}
  {{- else }}{{ fail "nested" }}{{ end }}
{{- end }}
