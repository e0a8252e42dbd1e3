{{/*
Where the databases are, as JSON {host, port, database, authDatabase, username, sslMode, secret}. "secret" is the Secret
whose key postgres-password holds the password.
*/}}
{{- define "mlflow.database" -}}
{{- if .Values.postgresql.enabled -}}
{{- $auth := .Values.postgresql.auth -}}
{{- dict "host" (include "mlflow.name" (list . "postgresql")) "port" 5432 "database" $auth.database "authDatabase" (printf "%s_auth" $auth.database) "username" $auth.username "sslMode" "disable" "secret" (include "mlflow.secretName" .) | toJson -}}
{{- else -}}
{{- $parts := include "mlflow.aliases.backendStore" . | fromJson -}}
{{- $secret := include "mlflow.secretName" . -}}
{{- if and $parts.password .Values.secrets.existingSecret -}}{{- $secret = include "mlflow.name" (list . "backend-store") -}}{{- end -}}
{{- omit (merge (dict "authDatabase" .Values.backendStore.authDatabase "secret" $secret) $parts) "password" | toJson -}}
{{- end -}}
{{- end -}}

{{/*
libpq's variables, so that any password works and no URI holds one: (list . "mlflow-server"). The application name is
how the migration Job tells running servers from other connections.
*/}}
{{- define "mlflow.env.database" -}}
{{- $root := index . 0 -}}
{{- $database := include "mlflow.database" $root | fromJson -}}
- name: PGHOST
  value: {{ $database.host | quote }}
- name: PGPORT
  value: {{ $database.port | toString | quote }}
- name: PGUSER
  value: {{ $database.username | quote }}
- name: PGDATABASE
  value: {{ $database.database | quote }}
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $database.secret }}
      key: postgres-password
      {{- if not $root.Values.postgresql.enabled }}
      optional: true
      {{- end }}
- name: PGSSLMODE
  value: {{ $database.sslMode | quote }}
{{- if include "mlflow.databaseCa" $root }}
- name: PGSSLROOTCERT
  value: /etc/mlflow/database-ca/ca.crt
{{- else if eq $database.sslMode "verify-full" }}
# libpq looks for a file in HOME otherwise and refuses to connect without it.
- name: PGSSLROOTCERT
  value: system
{{- end }}
- name: PGCONNECT_TIMEOUT
  value: "10"
- name: PGAPPNAME
  value: {{ index . 1 }}
{{- end -}}

{{/* "true" when an external database has a certificate authority of its own. */}}
{{- define "mlflow.databaseCa" -}}
{{- if and (not .Values.postgresql.enabled) .Values.backendStore.caSecret.name -}}true{{- end -}}
{{- end -}}

{{- define "mlflow.databaseCa.mount" -}}
{{- if include "mlflow.databaseCa" . }}
- name: database-ca
  mountPath: /etc/mlflow/database-ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "mlflow.databaseCa.volume" -}}
{{- if include "mlflow.databaseCa" . }}
- name: database-ca
  secret:
    secretName: {{ .Values.backendStore.caSecret.name }}
    items:
      - key: {{ .Values.backendStore.caSecret.key }}
        path: ca.crt
{{- end }}
{{- end -}}

{{/* What the schema scripts of the server's init container and of the migration Job read besides libpq's variables. */}}
{{- define "mlflow.env.schema" -}}
- name: AUTH_DATABASE
  value: {{ ternary (include "mlflow.database" . | fromJson).authDatabase "" .Values.auth.enabled | quote }}
- name: HOME
  value: /tmp
- name: PYTHONDONTWRITEBYTECODE
  value: "1"
- name: PYTHONUNBUFFERED
  value: "1"
{{- end -}}

{{/* Annotation value that changes with the schema scripts. */}}
{{- define "mlflow.schemaScripts.checksum" -}}
{{- printf "%s%s%s" (.Files.Get "files/schema.py") (.Files.Get "files/wait_for_schema.py") (.Files.Get "files/migrate.py") | sha256sum | trunc 16 -}}
{{- end -}}
