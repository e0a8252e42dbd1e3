{{/*
Annotations that artifacts need: they pass through the server, so bodies are large and slow. nginx takes 1 MB and 60 s by
default. Traefik takes any size, its time limits are settings of its entry points (NOTES say so).
*/}}
{{- define "mlflow.ingress.annotations" -}}
{{- $annotations := dict -}}
{{- $timeout := .Values.mlflow.requestTimeoutSeconds | toString -}}
{{- if contains "nginx" .Values.ingress.className -}}
{{- $_ := set $annotations "nginx.ingress.kubernetes.io/proxy-body-size" .Values.ingress.maxBodySize -}}
{{- $_ := set $annotations "nginx.ingress.kubernetes.io/proxy-read-timeout" $timeout -}}
{{- $_ := set $annotations "nginx.ingress.kubernetes.io/proxy-send-timeout" $timeout -}}
{{- $_ := set $annotations "nginx.ingress.kubernetes.io/proxy-request-buffering" "off" -}}
{{- else if contains "traefik" .Values.ingress.className -}}
{{- if include "mlflow.ingress.tls" . | fromYamlArray -}}
{{- /* Not also on the plain entry point: passwords would travel readable there. */ -}}
{{- $_ := set $annotations "traefik.ingress.kubernetes.io/router.entrypoints" "websecure" -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.tls.mode "cert-manager") (not .Values.ingress.tls) -}}
{{- $_ := set $annotations (ternary "cert-manager.io/cluster-issuer" "cert-manager.io/issuer" (eq .Values.tls.issuer.kind "ClusterIssuer")) .Values.tls.issuer.name -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}
