{{/*
Where a service is, as JSON: "kind" is absent (left out), own (no address yet), address or host;
"ipv4" and "ipv6" list addresses, "host" is a name, "key" is the value that says so.
Takes a dict of root, name and service (an entry of istio-remote.services).
*/}}
{{- define "istio-remote.target" -}}
{{- $given := include "istio-remote.given" . | fromJson -}}
{{- $target := dict "key" $given.key "ipv4" list "ipv6" list -}}
{{- if eq $given.state "own" -}}
  {{- $_ := set $target "kind" "own" -}}
{{- else if eq $given.state "empty" -}}
  {{- if not .service.optional -}}
    {{- fail (printf "%s: is empty, but %s is needed: give its address (is the variable that should hold it set?)" $given.key .name) -}}
  {{- end -}}
  {{- $_ := set $target "kind" "absent" -}}
{{- else -}}
  {{- $_ := set $target "kind" "address" -}}
  {{- $list := gt (len $given.values) 1 -}}
  {{- range $index, $text := $given.values -}}
    {{- $key := $given.key -}}
    {{- if $list -}}
      {{- $key = printf "%s[%d]" $given.key $index -}}
    {{- end -}}
    {{- $address := include "istio-remote.address" (dict "root" $.root "key" $key "text" (toString $text)) | fromJson -}}
    {{- if not $address.host -}}
      {{- $_ := set $target $address.family (append (get $target $address.family) $address.ip | uniq) -}}
    {{- else if $list -}}
      {{- fail (printf "%s: %q is a host name, and a list can only hold addresses: a service is an alias of one host" $key $text) -}}
    {{- else -}}
      {{- $_ := set $target "kind" "host" -}}
      {{- $_ := set $target "host" $address.host -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toJson $target -}}
{{- end }}

{{/*
What the values say of a service, as JSON: "state" is own, empty or given; "key" is the value that
says so, "values" is the list of its texts. Several keys may name one service; what is at its
default says nothing then, and neither does what is empty.
Takes what istio-remote.target takes.
*/}}
{{- define "istio-remote.given" -}}
{{- $found := dict "state" "own" "key" (printf "global.%s" (first .service.keys)) -}}
{{- range $name := .service.keys -}}
  {{- $key := printf "global.%s" $name -}}
  {{- $value := get $.root.Values.global $name -}}
  {{- if hasKey $.root.Values.global $name | and (not (kindIs "invalid" $value)) -}}
    {{- $values := kindIs "slice" $value | ternary $value (list $value) -}}
    {{- if or (not $values) (eq (len $values) 1 | and (not (first $values))) -}}
      {{- if eq $found.state "own" -}}
        {{- $found = dict "state" "empty" "key" $key -}}
      {{- end -}}
    {{- else if not (eq (len $values) 1 | and (include "istio-remote.isOwn" (dict "root" $.root "name" $.name "service" $.service "text" (first $values | toString)))) -}}
      {{- if eq $found.state "given" | and (ne (toJson $found.values) (toJson $values)) -}}
        {{- fail (printf "%s: is %s, but %s is %s: both say where %s is, give one of them" $key (toJson $values) $found.key (toJson $found.values) $.name) -}}
      {{- end -}}
      {{- $found = dict "state" "given" "key" $key "values" $values -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- toJson $found -}}
{{- end }}

{{/*
Whether a text is a service's own name, in any of the forms that this cluster resolves, or the
default that the table of values has for it.
Takes a dict of root, name, service and text.
*/}}
{{- define "istio-remote.isOwn" -}}
{{- $text := lower .text | trimSuffix "." -}}
{{- range $name := concat (list .name) (.service.others | default list) -}}
  {{- $short := printf "%s.%s" $name $.root.Release.Namespace -}}
  {{- $full := printf "%s.svc.%s" $short (include "istio-remote.clusterDomain" $.root) -}}
  {{- if has $text (list $name $short (printf "%s.svc" $short) $full (printf "%s.istio-system" $name)) -}}
true
  {{- end -}}
{{- end -}}
{{- end }}

{{/* The domain of the cluster's services, without a dot at its end. */}}
{{- define "istio-remote.clusterDomain" -}}
{{- $domain := .Values.global.clusterDomain | default "cluster.local" | trimSuffix "." -}}
{{- if not (regexMatch (include "istio-remote.domain" .) $domain) -}}
  {{- fail (printf "global.clusterDomain: %q is no domain: lower-case labels of letters, digits and '-', with dots between them" $domain) -}}
{{- end -}}
{{- $domain -}}
{{- end }}

{{/* Refuses what cannot be in the chosen mode. Empty otherwise. */}}
{{- define "istio-remote.checkMode" -}}
{{- if eq .Values.mode "istiod" -}}
  {{- range $name, $keys := dict "istio-policy" (list "policyEndpoint" "remotePolicyAddress") "istio-statsd-prom-bridge" (list "statsdEndpoint") "istio-telemetry" (list "telemetryEndpoint" "remoteTelemetryAddress") "zipkin" (list "zipkinEndpoint" "remoteZipkinAddress") -}}
    {{- $given := include "istio-remote.given" (dict "root" $ "name" $name "service" (dict "keys" $keys)) | fromJson -}}
    {{- if eq $given.state "given" -}}
      {{- fail (printf "%s: is given, but there is no %s in mode istiod: give global.remotePilotAddress alone" $given.key $name) -}}
    {{- end -}}
  {{- end -}}
  {{- if .Values.security.enabled -}}
    {{- fail "security.enabled: is true, but there is no Citadel in mode istiod: istiod signs certificates itself" -}}
  {{- end -}}
{{- end -}}
{{- end }}
