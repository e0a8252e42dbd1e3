{{/* Reference of an image: (list . .Values.postgresql.image). The registry is the part before the first slash. */}}
{{- define "mlflow.imageOf" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $repository := $image.repository -}}
{{- with $root.Values.global.imageRegistry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "") -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository $image.tag -}}
{{- end -}}
{{- end -}}

{{/* The MLflow image. */}}
{{- define "mlflow.image" -}}
{{- $image := deepCopy .Values.image -}}
{{- if not $image.tag -}}{{- $_ := set $image "tag" (printf "v%s-full" .Chart.AppVersion) -}}{{- end -}}
{{- include "mlflow.imageOf" (list . $image) -}}
{{- end -}}

{{- define "mlflow.imagePullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
