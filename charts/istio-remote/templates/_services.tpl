{{/*
The services of the control plane, by mode and name: the keys below global that say where the
service is (the first one is the mode's own, the others are synonyms), its ports, other names that
mean the service itself, and whether it may be left out.
*/}}
{{- define "istio-remote.services" -}}
{{- if eq .Values.mode "istiod" -}}
istiod:
  keys: [remotePilotAddress, pilotEndpoint]
  others: [istio-pilot]
  ports:
    - {name: tcp-istiod, port: 15012}
    - {name: tcp-webhook, port: 443, targetPort: 15017}
{{- else -}}
istio-pilot:
  keys: [pilotEndpoint, remotePilotAddress]
  ports:
    - {name: http-old-discovery, port: 15003}
    - {name: https-discovery, port: 15005}
    - {name: http-discovery, port: 15007}
    - {name: grpc-xds, port: 15010}
    - {name: https-xds, port: 15011}
    - {name: http-legacy-discovery, port: 8080}
    - {name: http-monitoring, port: 9093}
istio-policy:
  keys: [policyEndpoint, remotePolicyAddress]
  ports:
    - {name: grpc-mixer, port: 9091}
    - {name: grpc-mixer-mtls, port: 15004}
    - {name: http-monitoring, port: 9093}
    - {name: configapi, port: 9094}
    - {name: statsd-prom, port: 9102}
    - {name: statsd-udp, port: 9125, protocol: UDP}
    - {name: prometheus, port: 42422}
istio-statsd-prom-bridge:
  keys: [statsdEndpoint]
  ports:
    - {name: statsd-prom, port: 9102}
    - {name: statsd-udp, port: 9125, protocol: UDP}
istio-telemetry:
  keys: [telemetryEndpoint, remoteTelemetryAddress]
  optional: true
  ports:
    - {name: http2-mixer, port: 9091}
    - {name: tcp-mtls, port: 15004}
    - {name: http-monitoring, port: 9093}
    - {name: prometheus, port: 42422}
zipkin:
  keys: [zipkinEndpoint, remoteZipkinAddress]
  optional: true
  ports:
    - {name: http-zipkin, port: 9411}
{{- end }}
{{- end }}

{{/*
The ports of a service, as an EndpointSlice and an Endpoints object list them.
Takes the ports.
*/}}
{{- define "istio-remote.endpointPorts" -}}
{{- range . }}
- name: {{ .name }}
  port: {{ .targetPort | default .port }}
  protocol: {{ .protocol | default "TCP" }}
{{- end }}
{{- end }}
