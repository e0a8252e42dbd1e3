{{/* "true" on OpenShift, where the namespace's range gives user and group ids. */}}
{{- define "mlflow.openshift" -}}
{{- $wanted := toString .Values.openshift.enabled -}}
{{- if or (eq $wanted "true") (and (eq $wanted "auto") (.Capabilities.APIVersions.Has "security.openshift.io/v1")) -}}true{{- end -}}
{{- end -}}

{{/* Security context of a pod, as Pod Security "restricted" wants it: (list . UID). */}}
{{- define "mlflow.podSecurity" -}}
{{- $root := index . 0 -}}
{{- $id := index . 1 -}}
runAsNonRoot: true
{{- if not (include "mlflow.openshift" $root) }}
runAsUser: {{ $id }}
runAsGroup: {{ $id }}
fsGroup: {{ $id }}
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Security context of every container. */}}
{{- define "mlflow.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{/* What every pod has. Service links would set MLFLOW_PORT=tcp://..., which "mlflow server" reads as its port. */}}
{{- define "mlflow.podBasics" -}}
enableServiceLinks: false
automountServiceAccountToken: false
{{- include "mlflow.imagePullSecrets" . }}
{{- end -}}
