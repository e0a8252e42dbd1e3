{{/* storageClassName of a claim: the component's, else the global one, else none of both: the cluster's default. */}}
{{- define "mlflow.storageClass" -}}
{{- $class := default (index . 0).Values.global.storageClass (index . 1).storageClass -}}
{{- if eq $class "-" -}}
storageClassName: ""
{{- else if $class -}}
storageClassName: {{ $class }}
{{- end -}}
{{- end -}}
