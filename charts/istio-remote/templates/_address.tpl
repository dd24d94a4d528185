{{/*
What a text names, as JSON: "family" (ipv4 or ipv6) and "ip" in the one spelling that Kubernetes
takes, or "host". Everything else is refused with its key and the reason.
Takes a dict of root, key and text.
*/}}
{{- define "istio-remote.address" -}}
{{- $text := .text -}}
{{- $wrong := "" -}}
{{- if regexMatch "[,;\\s]" (trim $text) -}}
  {{- $wrong = "holds several values: write a list, {a,b} with --set or [a, b] in a file" -}}
{{- else if ne (trim $text) $text -}}
  {{- $wrong = "has blanks around it" -}}
{{- else if contains "://" $text -}}
  {{- $wrong = "is a URL: give the address alone" -}}
{{- else if contains "/" $text -}}
  {{- $wrong = "is a range of addresses or a path: give one address" -}}
{{- else if contains "%" $text -}}
  {{- $wrong = "has a zone id, which means something on one machine only" -}}
{{- else if regexMatch "[][]" $text -}}
  {{- $wrong = "has brackets: give the address alone, without brackets and without a port" -}}
{{- else if regexMatch "^[^:]*:[^:]*$" $text -}}
  {{- $wrong = "has a port: give the address alone, the service's ports are fixed" -}}
{{- end -}}
{{- if $wrong -}}
  {{- fail (printf "%s: %q %s" .key $text $wrong) -}}
{{- end -}}
{{- if contains ":" $text -}}
  {{- $ip := include "istio-remote.ipv6" . -}}
  {{- dict "family" "ipv6" "ip" $ip | toJson -}}
{{- else if regexMatch "^[0-9.]+$" $text -}}
  {{- $ip := include "istio-remote.ipv4" . -}}
  {{- dict "family" "ipv4" "ip" $ip | toJson -}}
{{- else -}}
  {{- $host := include "istio-remote.host" . -}}
  {{- dict "host" $host | toJson -}}
{{- end -}}
{{- end }}

{{/* The IPv4 address that a text of digits and dots is. Takes a dict of key and text. */}}
{{- define "istio-remote.ipv4" -}}
{{- $text := .text -}}
{{- $wrong := "" -}}
{{- if not (regexMatch "^([0-9]+\\.){3}[0-9]+$" $text) -}}
  {{- $wrong = "is no IPv4 address: four numbers with dots between them" -}}
{{- else if regexMatch "(^|\\.)0[0-9]" $text -}}
  {{- $wrong = "is no IPv4 address: leading zeros, which some programs read as octal" -}}
{{- else if not (regexMatch "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.|$)){4}$" $text) -}}
  {{- $wrong = "is no IPv4 address: each number is at most 255" -}}
{{- else if eq $text "0.0.0.0" -}}
  {{- $wrong = "is the unspecified address, which reaches nothing" -}}
{{- else if hasPrefix "127." $text -}}
  {{- $wrong = "is a loopback address: each pod would reach itself" -}}
{{- else if hasPrefix "169.254." $text -}}
  {{- $wrong = "is a link-local address, which no other cluster reaches" -}}
{{- else if regexMatch "^(22[4-9]|23[0-9])\\." $text -}}
  {{- $wrong = "is a multicast address" -}}
{{- else if eq $text "255.255.255.255" -}}
  {{- $wrong = "is the broadcast address" -}}
{{- end -}}
{{- if $wrong -}}
  {{- fail (printf "%s: %q %s" .key $text $wrong) -}}
{{- end -}}
{{- $text -}}
{{- end }}

{{/*
The IPv6 address that a text with colons is, in the spelling of RFC 5952: EndpointSlices take no
other. Takes a dict of key and text.
*/}}
{{- define "istio-remote.ipv6" -}}
{{- $text := lower .text -}}
{{- /* 64:ff9b::10.0.0.1: the last two groups in the form of IPv4. */ -}}
{{- $dotted := regexFind "[0-9.]+$" $text -}}
{{- if contains "." $dotted -}}
  {{- if not (regexMatch "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.|$)){4}$" $dotted) -}}
    {{- fail (printf "%s: %q is no IPv6 address: %q in it is no IPv4 address" .key .text $dotted) -}}
  {{- end -}}
  {{- $bytes := splitList "." $dotted -}}
  {{- $high := printf "%02x%02x" (index $bytes 0 | int) (index $bytes 1 | int) -}}
  {{- $low := printf "%02x%02x" (index $bytes 2 | int) (index $bytes 3 | int) -}}
  {{- $text = printf "%s%s:%s" (trimSuffix $dotted $text) $high $low -}}
{{- end -}}
{{- /* All eight groups, without leading zeros. */ -}}
{{- $halves := splitList "::" $text -}}
{{- $left := first $halves | splitList ":" | compact -}}
{{- $right := list -}}
{{- $groups := $left -}}
{{- if gt (len $halves) 1 -}}
  {{- $right = last $halves | splitList ":" | compact -}}
  {{- $missing := sub 8 (add (len $left) (len $right)) | int -}}
  {{- if gt $missing 0 -}}
    {{- $groups = concat $left (repeat $missing "0" | splitList "" ) $right -}}
  {{- else -}}
    {{- $groups = list -}}
  {{- end -}}
{{- end -}}
{{- $whole := regexMatch "^([0-9a-f]{1,4}(:[0-9a-f]{1,4})*)?(::([0-9a-f]{1,4}(:[0-9a-f]{1,4})*)?)?$" $text -}}
{{- if not (and $whole (eq (len $groups) 8)) -}}
  {{- fail (printf "%s: %q is no IPv6 address: eight groups of up to four hexadecimal digits, one run of zeros shortened to \"::\"" .key .text) -}}
{{- end -}}
{{- $plain := list -}}
{{- range $groups -}}
  {{- $plain = append $plain (regexReplaceAll "^0+([0-9a-f])" . "${1}") -}}
{{- end -}}
{{- $full := join ":" $plain -}}
{{- $wrong := "" -}}
{{- if eq $full "0:0:0:0:0:0:0:0" -}}
  {{- $wrong = "is the unspecified address, which reaches nothing" -}}
{{- else if eq $full "0:0:0:0:0:0:0:1" -}}
  {{- $wrong = "is a loopback address: each pod would reach itself" -}}
{{- else if hasPrefix "0:0:0:0:0:ffff:" $full -}}
  {{- $wrong = "is an IPv4 address in the form of IPv6: give it as IPv4" -}}
{{- else if regexMatch "^fe[89ab][0-9a-f]:" $full -}}
  {{- $wrong = "is a link-local address, which no other cluster reaches" -}}
{{- else if regexMatch "^ff[0-9a-f]{2}:" $full -}}
  {{- $wrong = "is a multicast address" -}}
{{- end -}}
{{- if $wrong -}}
  {{- fail (printf "%s: %q %s" .key .text $wrong) -}}
{{- end -}}
{{- /* The longest run of zeros, the first one of several. */ -}}
{{- $short := "" -}}
{{- range $more := list 6 5 4 3 2 1 -}}
  {{- $run := printf "(^|:)0(:0){%d}(:|$)" $more -}}
  {{- if not $short | and (regexMatch $run $full) -}}
    {{- $short = regexSplit $run $full 2 | join "::" -}}
  {{- end -}}
{{- end -}}
{{- $short | default $full -}}
{{- end }}

{{/*
The host that a text names, without a dot at its end. An alias is looked up without the search path
of pods: what only this cluster's pods understand is refused.
Takes a dict of root, key and text.
*/}}
{{- define "istio-remote.host" -}}
{{- $host := trimSuffix "." .text -}}
{{- $domain := include "istio-remote.clusterDomain" .root -}}
{{- $wrong := "" -}}
{{- if regexMatch (include "istio-remote.domain" .) (lower $host | replace "_" "-") | not | or (gt (len $host) 253) -}}
  {{- $wrong = "is neither an IP address nor a host name" -}}
{{- else if contains "_" $host -}}
  {{- $wrong = "is no host name: these have no underscores" -}}
{{- else if ne $host (lower $host) -}}
  {{- $wrong = printf "is no host name: these are in lower case, %q" (lower $host) -}}
{{- else if regexMatch "(^|\\.)([0-9]+|0x[0-9a-f]*)$" $host -}}
  {{- $wrong = "is neither an IP address nor a host name: it ends in a number" -}}
{{- else if regexMatch "(^|\\.)localhost(\\.localdomain)?$" $host -}}
  {{- $wrong = "is a loopback name: each pod would reach itself" -}}
{{- else if not (contains "." $host) -}}
  {{- $wrong = "is a name without a domain, and an alias is looked up without search path: give the full name" -}}
{{- else if hasSuffix ".svc" $host -}}
  {{- $wrong = printf "is a service of this cluster, and an alias is looked up without search path: give the full name, %s.%s" $host $domain -}}
{{- else if hasSuffix ".istio-system" $host -}}
  {{- $wrong = printf "is a service of this cluster, and an alias is looked up without search path: give the full name, %s.svc.%s" $host $domain -}}
{{- end -}}
{{- if $wrong -}}
  {{- fail (printf "%s: %q %s" .key .text $wrong) -}}
{{- end -}}
{{- $host -}}
{{- end }}

{{/* The pattern of a DNS name: a DNS-1123 subdomain whose labels have up to 63 characters. */}}
{{- define "istio-remote.domain" -}}
{{- $label := "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?" -}}
^{{ $label }}(\.{{ $label }})*$
{{- end }}
