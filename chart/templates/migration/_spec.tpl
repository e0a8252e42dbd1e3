{{/* "true" when there is a migration Job. In maintenance there is none, so that a restored older database is migrated again
     afterwards: the same Job would not run twice. */}}
{{- define "mlflow.migration.enabled" -}}
{{- if and .Values.migration.enabled (not .Values.maintenance.enabled) -}}true{{- end -}}
{{- end -}}

{{/* Spec of the migration Job. Its hash is part of the Job's name, as Jobs can't be changed. */}}
{{- define "mlflow.migration.spec" -}}
backoffLimit: 4
template:
  metadata:
    labels:
      {{- include "mlflow.labels" (list . "migration") | nindent 6 }}
    annotations:
      checksum/schema-scripts: {{ include "mlflow.schemaScripts.checksum" . }}
  spec:
    serviceAccountName: {{ include "mlflow.name" (list . "migrate") }}
    {{- include "mlflow.podBasics" . | nindent 4 }}
    restartPolicy: Never
    securityContext:
      {{- include "mlflow.podSecurity" (list . 10001) | nindent 6 }}
    containers:
      - name: migrate
        image: {{ include "mlflow.image" . }}
        imagePullPolicy: {{ .Values.image.pullPolicy }}
        command: [python3, /opt/mlflow-schema/migrate.py]
        env:
          {{- include "mlflow.env.database" (list . "mlflow-migration") | nindent 10 }}
          {{- include "mlflow.env.schema" . | nindent 10 }}
          - name: EXTRA_INDEXES
            value: {{ .Values.migration.extraIndexes | toString | quote }}
          - name: WAIT_FOR_SERVERS_SECONDS
            value: {{ .Values.migration.waitForServersSeconds | toString | quote }}
          - name: SERVER_HEALTH
            value: http://{{ include "mlflow.fullname" . }}.{{ .Release.Namespace }}.svc:{{ int .Values.service.port }}/health
          - name: MLFLOW_DISABLE_TELEMETRY
            value: "true"
        securityContext:
          {{- include "mlflow.containerSecurity" . | nindent 10 }}
        resources:
          {{- toYaml .Values.migration.resources | nindent 10 }}
        volumeMounts:
          - name: tmp
            mountPath: /tmp
          - name: schema-scripts
            mountPath: /opt/mlflow-schema
            readOnly: true
          {{- include "mlflow.databaseCa.mount" . | nindent 10 }}
    volumes:
      - name: tmp
        emptyDir:
          sizeLimit: 100Mi
      - name: schema-scripts
        configMap:
          name: {{ include "mlflow.name" (list . "schema") }}
      {{- include "mlflow.databaseCa.volume" . | nindent 6 }}
{{- end -}}
