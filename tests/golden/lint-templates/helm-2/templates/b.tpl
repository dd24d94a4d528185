helm.sh/hook:  crd-install {{/* .Release.Time */}}
