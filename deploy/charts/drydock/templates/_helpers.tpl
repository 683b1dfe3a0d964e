{{- define "drydock.namespace" -}}
{{ .Values.namespace | default .Release.Namespace }}
{{- end }}

{{- define "drydock.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "drydock.selector" -}}
app.kubernetes.io/name: drydock
app.kubernetes.io/component: operator
{{- end }}

{{- define "drydock.labels" -}}
{{ include "drydock.selector" . }}
app.kubernetes.io/part-of: drydock
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
