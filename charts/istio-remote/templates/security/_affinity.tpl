{{/* Which nodes Citadel runs on, by global.arch; nothing where that is empty. */}}
{{- define "istio-remote.nodeAffinity" -}}
{{- $allowed := list -}}
{{- range $arch, $weight := .Values.global.arch -}}
  {{- if gt (int $weight) 0 -}}
    {{- $allowed = append $allowed $arch -}}
  {{- end -}}
{{- end -}}
{{- if .Values.global.arch -}}
{{- if not $allowed -}}
  {{- fail "global.arch: every architecture is 0, so no node is left for Citadel" -}}
{{- end -}}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions:
            - key: kubernetes.io/arch
              operator: In
              values:
                {{- toYaml $allowed | nindent 16 }}
    preferredDuringSchedulingIgnoredDuringExecution:
      {{- range $arch := $allowed }}
      - weight: {{ get $.Values.global.arch $arch }}
        preference:
          matchExpressions:
            - key: kubernetes.io/arch
              operator: In
              values: [{{ $arch }}]
      {{- end }}
{{- end -}}
{{- end }}
