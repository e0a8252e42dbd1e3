{{/* Prefix of every object: fullnameOverride, or the release's name if it holds the chart's name, else both. */}}
{{- define "mlflow.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Name of the object of a component: (list . "postgresql") gives <fullname>-postgresql, cut to what a label may hold. */}}
{{- define "mlflow.name" -}}
{{- $root := index . 0 -}}
{{- $suffix := index . 1 -}}
{{- printf "%s-%s" (include "mlflow.fullname" $root | trunc (int (sub 62 (len $suffix))) | trimSuffix "-") $suffix -}}
{{- end -}}

{{- define "mlflow.secretName" -}}
{{- default (include "mlflow.name" (list . "secret")) .Values.secrets.existingSecret -}}
{{- end -}}

{{- define "mlflow.backupKeyName" -}}
{{- default (include "mlflow.name" (list . "backup-key")) .Values.backup.encryption.existingSecret -}}
{{- end -}}

{{- define "mlflow.chartLabel" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels that select the pods of a component. They never change: selectors are immutable. */}}
{{- define "mlflow.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: mlflow
app.kubernetes.io/instance: {{ $root.Release.Name | trunc 63 | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* Labels of every object and pod of a component: (list . "server"). */}}
{{- define "mlflow.labels" -}}
{{- $root := index . 0 -}}
{{- include "mlflow.selectorLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: mlflow
helm.sh/chart: {{ include "mlflow.chartLabel" $root }}
{{- range $key, $value := $root.Values.commonLabels }}
{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* A service account without a token, as no component talks to the Kubernetes API:
     (dict "root" . "name" NAME "component" COMPONENT "annotations" MAP). */}}
{{- define "mlflow.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  labels:
    {{- include "mlflow.labels" (list .root .component) | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
