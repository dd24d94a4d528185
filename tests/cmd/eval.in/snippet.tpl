name: {{ include "web.name" . }}
