{{ include "chart.fullname" . }}
