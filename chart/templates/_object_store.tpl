{{/*
Where artifacts are, as JSON {uri, bucket, endpoint, region, pathStyle, caSecret}. An empty endpoint is Amazon S3.
*/}}
{{- define "mlflow.artifacts" -}}
{{- if include "mlflow.objectStore.enabled" . -}}
{{- dict "uri" (printf "s3://%s/artifacts" .Values.objectStore.bucket) "bucket" .Values.objectStore.bucket "endpoint" (printf "http://%s:8333" (include "mlflow.name" (list . "objects"))) "region" "us-east-1" "pathStyle" true "caSecret" "" | toJson -}}
{{- else -}}
{{- $store := .Values.artifactStore -}}
{{- dict "uri" $store.uri "bucket" (trimPrefix "s3://" $store.uri | splitList "/" | first) "endpoint" $store.endpoint "region" $store.region "pathStyle" $store.pathStyle "caSecret" $store.caSecret.name | toJson -}}
{{- end -}}
{{- end -}}

{{/*
Where backups go, as JSON {bucket, endpoint, region, pathStyle, prefix, secret, embedded, shared}. "shared" says that
artifacts are in the same store, "secret" is empty when the pod has a cloud identity only.
*/}}
{{- define "mlflow.backupDestination" -}}
{{- $destination := .Values.backup.destination -}}
{{- $artifacts := include "mlflow.artifacts" . | fromJson -}}
{{- $embedded := include "mlflow.objectStore.enabled" . -}}
{{- $prefix := default (printf "%s/%s" .Release.Namespace (include "mlflow.fullname" .)) $destination.prefix -}}
{{- $region := default $artifacts.region $destination.region -}}
{{- if $destination.endpoint -}}
{{- $secret := default (ternary "" (include "mlflow.secretName" .) (not (not $embedded))) $destination.existingSecret -}}
{{- dict "bucket" $destination.bucket "endpoint" $destination.endpoint "region" $region "pathStyle" true "prefix" $prefix "secret" $secret "embedded" false "shared" (eq $destination.endpoint $artifacts.endpoint) | toJson -}}
{{- else -}}
{{- $own := ternary .Values.objectStore.backupBucket $artifacts.bucket (not (not $embedded)) -}}
{{- $secret := default (include "mlflow.secretName" .) $destination.existingSecret -}}
{{- dict "bucket" (default $own $destination.bucket) "endpoint" $artifacts.endpoint "region" $region "pathStyle" $artifacts.pathStyle "prefix" $prefix "secret" $secret "embedded" (not (not $embedded)) "shared" true | toJson -}}
{{- end -}}
{{- end -}}

{{/* The buckets that the embedded store makes at its start. */}}
{{- define "mlflow.objectStore.buckets" -}}
{{- $backup := .Values.objectStore.backupBucket -}}
{{- if and .Values.backup.enabled .Values.backup.destination.bucket (not .Values.backup.destination.endpoint) -}}
{{- $backup = .Values.backup.destination.bucket -}}
{{- end -}}
{{- list .Values.objectStore.bucket $backup | uniq | join "," -}}
{{- end -}}

{{/* A key pair out of a Secret: (dict "secret" NAME "optional" BOOL). */}}
{{- define "mlflow.env.s3Keys" -}}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: s3-access-key
      {{- if .optional }}
      optional: true
      {{- end }}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: s3-secret-key
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}

{{/* S3 for the server. External stores may be entered by a cloud identity, so their keys may be missing. */}}
{{- define "mlflow.env.s3" -}}
{{- $artifacts := include "mlflow.artifacts" . | fromJson -}}
{{ include "mlflow.env.s3Keys" (dict "secret" (include "mlflow.secretName" .) "optional" (not (include "mlflow.objectStore.enabled" .))) }}
{{- with $artifacts.endpoint }}
- name: MLFLOW_S3_ENDPOINT_URL
  value: {{ . | quote }}
# Many S3-compatible stores refuse the checksums that newer AWS libraries send by default.
- name: AWS_REQUEST_CHECKSUM_CALCULATION
  value: when_required
- name: AWS_RESPONSE_CHECKSUM_VALIDATION
  value: when_required
{{- end }}
- name: AWS_DEFAULT_REGION
  value: {{ $artifacts.region | quote }}
- name: MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE
  value: {{ ternary "path" "auto" $artifacts.pathStyle }}
{{- if $artifacts.caSecret }}
- name: AWS_CA_BUNDLE
  value: /etc/mlflow/s3-ca/ca.crt
{{- end }}
{{- end -}}

{{- define "mlflow.s3Ca.mount" -}}
{{- if (include "mlflow.artifacts" . | fromJson).caSecret }}
- name: s3-ca
  mountPath: /etc/mlflow/s3-ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "mlflow.s3Ca.volume" -}}
{{- with (include "mlflow.artifacts" . | fromJson).caSecret }}
- name: s3-ca
  secret:
    secretName: {{ . }}
    items:
      - key: {{ $.Values.artifactStore.caSecret.key }}
        path: ca.crt
{{- end }}
{{- end -}}
