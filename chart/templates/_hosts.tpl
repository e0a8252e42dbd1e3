{{/* TLS of the Ingress as a YAML list: ingress.tls, or what tls.mode makes for the first host. */}}
{{- define "mlflow.ingress.tls" -}}
{{- if .Values.ingress.tls -}}
{{- toYaml .Values.ingress.tls -}}
{{- else if and (ne .Values.tls.mode "none") .Values.ingress.hosts -}}
{{- $secret := default (include "mlflow.name" (list . "tls")) .Values.tls.secretName -}}
{{- list (dict "secretName" $secret "hosts" (list (first .Values.ingress.hosts).host)) | toYaml -}}
{{- else -}}
[]
{{- end -}}
{{- end -}}

{{/* The names by which pods of the cluster call the server, without ports. */}}
{{- define "mlflow.serviceHosts" -}}
{{- $name := include "mlflow.fullname" . -}}
{{- $space := printf "%s.%s" $name .Release.Namespace -}}
{{- list $name $space (printf "%s.svc" $space) (printf "%s.svc.%s" $space .Values.clusterDomain) | join "," -}}
{{- end -}}

{{/*
MLFLOW_SERVER_ALLOWED_HOSTS. It replaces MLflow's own list, and a name without a glob counts only with exactly this port:
so every name stands there twice. Address ranges are those that pods have (the kubelet, Prometheus and port-forward call
by address); 100.64.0.0/10 is missing in MLflow's own list although EKS and other clouds use it.
*/}}
{{- define "mlflow.allowedHosts" -}}
{{- $names := splitList "," (include "mlflow.serviceHosts" .) -}}
{{- if include "mlflow.ingress.enabled" . -}}
{{- range .Values.ingress.hosts -}}{{- $names = append $names .host -}}{{- end -}}
{{- end -}}
{{- $names = concat $names (list "localhost" "127.0.0.1" "0.0.0.0") -}}
{{- $hosts := list -}}
{{- range $names | uniq -}}{{- $hosts = concat $hosts (list . (printf "%s:*" .)) -}}{{- end -}}
{{- $hosts = concat $hosts (list "10.*" "192.168.*") -}}
{{- range untilStep 16 32 1 -}}{{- $hosts = append $hosts (printf "172.%d.*" .) -}}{{- end -}}
{{- range untilStep 64 128 1 -}}{{- $hosts = append $hosts (printf "100.%d.*" .) -}}{{- end -}}
{{- $hosts = concat $hosts (list "[[]::1]*" "[[]fc*" "[[]fd*") .Values.mlflow.extraAllowedHosts -}}
{{- $hosts | uniq | join "," -}}
{{- end -}}

{{/*
MLFLOW_SERVER_CORS_ALLOWED_ORIGINS. MLflow's own pages send an Origin, and the same origin is no exception: without the
Ingress's address in this list the web interface can't even search runs. Localhost is always allowed.
*/}}
{{- define "mlflow.corsOrigins" -}}
{{- $origins := list -}}
{{- if include "mlflow.ingress.enabled" . -}}
{{- $secured := list -}}
{{- range include "mlflow.ingress.tls" . | fromYamlArray -}}{{- $secured = concat $secured (default list .hosts) -}}{{- end -}}
{{- range .Values.ingress.hosts -}}
{{- $origins = append $origins (printf "https://%s" .host) -}}
{{- /* Without TLS here a load balancer in front may still have it, so both are right. */ -}}
{{- if not (has .host $secured) -}}{{- $origins = append $origins (printf "http://%s" .host) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- concat $origins .Values.mlflow.extraCorsOrigins | uniq | join "," -}}
{{- end -}}
