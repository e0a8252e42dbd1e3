{{/* Environment variables that the chart sets on the server, as a YAML list. */}}
{{- define "mlflow.server.ownEnv" -}}
{{ include "mlflow.env.database" (list . "mlflow-server") }}
- name: MLFLOW_BACKEND_STORE_URI
  value: "postgresql://"
- name: MLFLOW_SQLALCHEMYSTORE_POOL_SIZE
  value: {{ .Values.mlflow.pool.size | toString | quote }}
- name: MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW
  value: {{ include "mlflow.maxOverflow" . | quote }}
{{ include "mlflow.env.s3" . }}
{{- if .Values.auth.enabled }}
- name: MLFLOW_AUTH_CONFIG_PATH
  value: /etc/mlflow/config/auth.ini
{{- range $variable, $key := dict "MLFLOW_AUTH_ADMIN_USERNAME" "admin-username" "MLFLOW_AUTH_ADMIN_PASSWORD" "admin-password" "MLFLOW_FLASK_SERVER_SECRET_KEY" "flask-secret-key" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "mlflow.secretName" $ }}
      key: {{ $key }}
{{- end }}
{{- end }}
{{- range $variable, $key := dict "MLFLOW_CRYPTO_KEK_PASSPHRASE" "kek-passphrase" "MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY" "webhook-encryption-key" }}
- name: {{ $variable }}
  valueFrom:
    secretKeyRef:
      name: {{ include "mlflow.secretName" $ }}
      key: {{ $key }}
{{- end }}
- name: MLFLOW_SERVER_ALLOWED_HOSTS
  value: {{ include "mlflow.allowedHosts" . | quote }}
{{- with include "mlflow.corsOrigins" . }}
- name: MLFLOW_SERVER_CORS_ALLOWED_ORIGINS
  value: {{ . | quote }}
{{- end }}
- name: MLFLOW_SERVER_ENABLE_JOB_EXECUTION
  value: {{ .Values.mlflow.jobs.enabled | toString | quote }}
- name: MLFLOW_DISABLE_TELEMETRY
  value: "true"
- name: DO_NOT_TRACK
  value: "true"
# Python finds no home directory for a user id without a name.
- name: HOME
  value: /tmp
- name: MPLCONFIGDIR
  value: /tmp/matplotlib
- name: PYTHONUNBUFFERED
  value: "1"
{{- if .Values.tracing.enabled }}
{{ include "mlflow.tracing.env" . }}
{{- end }}
{{- end -}}

{{/* The server's environment: the chart's, replaced and followed by the person's. A name stands there only once, as
     server-side apply refuses doubles. */}}
{{- define "mlflow.server.env" -}}
{{- $given := include "mlflow.aliases.env" . | fromYamlArray -}}
{{- $names := list -}}
{{- range $given -}}{{- $names = append $names .name -}}{{- end -}}
{{- $env := list -}}
{{- range include "mlflow.server.ownEnv" . | fromYamlArray -}}
{{- if not (has .name $names) -}}{{- $env = append $env . -}}{{- end -}}
{{- end -}}
{{- toYaml (concat $env $given) -}}
{{- end -}}

{{/* Arguments of "mlflow server". Host and port are always said: both can be set by variables that others inject. */}}
{{- define "mlflow.server.args" -}}
- --host=0.0.0.0
- --port=5000
- --workers={{ int .Values.mlflow.workers }}
- --artifacts-destination={{ (include "mlflow.artifacts" . | fromJson).uri }}
{{- if .Values.auth.enabled }}
- --app-name=basic-auth
{{- end }}
{{- if .Values.metrics.enabled }}
- --expose-prometheus=/var/run/mlflow-metrics
{{- end }}
{{- $graceful := sub (int .Values.terminationGracePeriodSeconds) (add (int .Values.preStopSleepSeconds) 5) }}
{{- if gt (int .Values.mlflow.threads) 0 }}
- --gunicorn-opts=--threads {{ int .Values.mlflow.threads }} --timeout {{ int .Values.mlflow.requestTimeoutSeconds }} --graceful-timeout {{ $graceful }} --worker-tmp-dir /dev/shm
{{- else }}
# The server must keep idle connections longer than the proxy in front (nginx: 60 s), or requests get lost in between.
- --uvicorn-opts=--timeout-keep-alive 75 --timeout-graceful-shutdown {{ $graceful }}
{{- end }}
{{- with .Values.mlflow.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}
