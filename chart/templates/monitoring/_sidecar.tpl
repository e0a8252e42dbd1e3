{{/* Container that serves the server's metric files, without the password and the host check of the server's own path. */}}
{{- define "mlflow.metrics.sidecar" -}}
- name: metrics
  image: {{ include "mlflow.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  command: [python3, /opt/mlflow-metrics/serve_metrics.py]
  env:
    - name: METRICS_DIR
      value: /var/run/mlflow-metrics
    - name: METRICS_PORT
      value: {{ .Values.metrics.port | toString | quote }}
    - name: PYTHONDONTWRITEBYTECODE
      value: "1"
  ports:
    - name: metrics
      containerPort: {{ int .Values.metrics.port }}
  readinessProbe:
    tcpSocket:
      port: metrics
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    tcpSocket:
      port: metrics
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  lifecycle:
    preStop:
      # The last requests are worth a scrape too.
      exec:
        command: [sleep, {{ .Values.preStopSleepSeconds | toString | quote }}]
  securityContext:
    {{- include "mlflow.containerSecurity" . | nindent 4 }}
  resources:
    {{- toYaml .Values.metrics.resources | nindent 4 }}
  volumeMounts:
    - name: metrics
      mountPath: /var/run/mlflow-metrics
      readOnly: true
    - name: config
      mountPath: /opt/mlflow-metrics
      readOnly: true
{{- end -}}
