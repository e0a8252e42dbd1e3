{{/* The image has no instrumentation: it is copied out of OpenTelemetry's own image. */}}
{{- define "mlflow.tracing.initContainer" -}}
- name: copy-instrumentation
  image: {{ include "mlflow.imageOf" (list . .Values.tracing.image) }}
  imagePullPolicy: {{ .Values.tracing.image.pullPolicy }}
  command: [cp, -r, /autoinstrumentation/., /opt/otel]
  securityContext:
    {{- include "mlflow.containerSecurity" . | nindent 4 }}
  resources:
    requests: { cpu: 20m, memory: 32Mi }
    limits: { memory: 256Mi }
  volumeMounts:
    - name: otel
      mountPath: /opt/otel
{{- end -}}

{{- define "mlflow.tracing.mounts" -}}
- name: otel
  mountPath: /opt/otel
  readOnly: true
- name: config
  mountPath: /opt/otel-site/sitecustomize.py
  subPath: sitecustomize.py
  readOnly: true
{{- end -}}

{{/*
sitecustomize.py comes first in PYTHONPATH: it starts the instrumentation in every process, also in workers, whose
parent older agents have already taken their own folder from the path.
*/}}
{{- define "mlflow.tracing.env" -}}
- name: PYTHONPATH
  value: /opt/otel-site:/opt/otel
- name: OTEL_SERVICE_NAME
  value: {{ include "mlflow.fullname" . }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: service.namespace={{ .Release.Namespace }},service.version={{ .Chart.AppVersion }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .Values.tracing.endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: http/protobuf
- name: OTEL_TRACES_EXPORTER
  value: otlp
- name: OTEL_METRICS_EXPORTER
  value: none
- name: OTEL_LOGS_EXPORTER
  value: none
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .Values.tracing.samplingRatio | toString | quote }}
- name: OTEL_PYTHON_EXCLUDED_URLS
  value: health,metrics
- name: OTEL_EXPERIMENTAL_RESOURCE_DETECTORS
  value: process
# MLflow's own SDK reads the endpoint above too: traces that people log must stay in MLflow.
- name: MLFLOW_ENABLE_OTLP_EXPORTER
  value: "false"
{{- end -}}
