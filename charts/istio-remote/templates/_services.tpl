{{/*
The services of the control plane: their values and ports. The keys of the list are the names of
the services.
*/}}
{{- define "istio-remote.services" -}}
istio-pilot:
  value: pilotEndpoint
  ports:
    - {name: http-old-discovery, port: 15003}
    - {name: https-discovery, port: 15005}
    - {name: http-discovery, port: 15007}
    - {name: grpc-xds, port: 15010}
    - {name: https-xds, port: 15011}
    - {name: http-legacy-discovery, port: 8080}
    - {name: http-monitoring, port: 9093}
istio-policy:
  value: policyEndpoint
  ports:
    - {name: grpc-mixer, port: 9091}
    - {name: grpc-mixer-mtls, port: 15004}
    - {name: http-monitoring, port: 9093}
    - {name: configapi, port: 9094}
    - {name: statsd-prom, port: 9102}
    - {name: statsd-udp, port: 9125, protocol: UDP}
    - {name: prometheus, port: 42422}
istio-statsd-prom-bridge:
  value: statsdEndpoint
  ports:
    - {name: statsd-prom, port: 9102}
    - {name: statsd-udp, port: 9125, protocol: UDP}
istio-telemetry:
  value: telemetryEndpoint
  optional: true
  ports:
    - {name: http2-mixer, port: 9091}
    - {name: tcp-mtls, port: 15004}
    - {name: http-monitoring, port: 9093}
    - {name: prometheus, port: 42422}
zipkin:
  value: zipkinEndpoint
  optional: true
  ports:
    - {name: http-zipkin, port: 9411}
{{- end }}

{{/*
What the value of a service means, as YAML: "kind" is absent, own, address or host; "ipv4" and
"ipv6" list addresses, "host" is a name.
Takes a dict of root, name and service.
*/}}
{{- define "istio-remote.target" -}}
{{- $key := printf "global.%s" .service.value -}}
{{- $value := index .root.Values.global .service.value -}}
{{- $values := list -}}
{{- if kindIs "slice" $value -}}
  {{- $values = $value -}}
{{- else if not (empty $value) -}}
  {{- $values = list (toString $value) -}}
{{- end -}}
{{- if not $values -}}
  {{- if not .service.optional -}}
    {{- fail (printf "%s is empty: give the address of %s (is the variable that holds it set?)" $key .name) -}}
  {{- end -}}
kind: absent
{{- else -}}
  {{- $own := list .name -}}
  {{- range list .root.Release.Namespace "istio-system" -}}
    {{- $short := printf "%s.%s" $.name . -}}
    {{- $full := printf "%s.svc.%s" $short $.root.Values.global.clusterDomain -}}
    {{- $own = concat $own (list $short (printf "%s.svc" $short) $full) -}}
  {{- end -}}
  {{- $first := first $values | toString -}}
  {{- if and (eq (len $values) 1) (has (trimSuffix "." (lower $first)) $own) -}}
kind: own
  {{- else -}}
    {{- $ipv4 := list -}}
    {{- $ipv6 := list -}}
    {{- $hosts := list -}}
    {{- range $values -}}
      {{- $text := toString . -}}
      {{- if regexMatch (include "istio-remote.ipv4" $) $text -}}
        {{- $ipv4 = append $ipv4 $text -}}
      {{- else if regexMatch (include "istio-remote.ipv6" $) $text -}}
        {{- $ipv6 = append $ipv6 $text -}}
      {{- else if regexMatch (include "istio-remote.host" $) $text -}}
        {{- $hosts = append $hosts $text -}}
      {{- else -}}
        {{- fail (printf "%s: %q is neither an IP address nor a host name (a list of addresses is written [a, b]; ports do not belong here)" $key $text) -}}
      {{- end -}}
    {{- end -}}
    {{- if not $hosts -}}
kind: address
ipv4: {{ uniq $ipv4 | toJson }}
ipv6: {{ uniq $ipv6 | toJson }}
    {{- else if gt (len $values) 1 -}}
      {{- fail (printf "%s: a host name stands alone, not in a list" $key) -}}
    {{- else -}}
kind: host
host: {{ first $hosts | toJson }}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- end }}

{{/* Four numbers up to 255 without leading zeros. */}}
{{- define "istio-remote.ipv4" -}}
{{- $byte := "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])" -}}
^({{ $byte }}\.){3}{{ $byte }}$
{{- end }}

{{/* Groups of hexadecimal digits in lower case, one run of zeros shortened to "::". */}}
{{- define "istio-remote.ipv6" -}}
{{- $g := "[0-9a-f]{1,4}" -}}
^(({{ $g }}:){7}{{ $g }}|({{ $g }}:){1,7}:|({{ $g }}:){1,6}:{{ $g }}|({{ $g }}:){1,5}(:{{ $g }}){1,2}|({{ $g }}:){1,4}(:{{ $g }}){1,3}|({{ $g }}:){1,3}(:{{ $g }}){1,4}|({{ $g }}:){1,2}(:{{ $g }}){1,5}|{{ $g }}:(:{{ $g }}){1,6}|:(:{{ $g }}){1,7})$
{{- end }}

{{/* A DNS name whose last label is no number: such a name would be a mistyped address. */}}
{{- define "istio-remote.host" -}}
{{- $label := "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?" -}}
^({{ $label }}\.)*([a-z]|[a-z][-a-z0-9]{0,61}[a-z0-9])\.?$
{{- end }}

{{/* Labels of every object. */}}
{{- define "istio-remote.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
