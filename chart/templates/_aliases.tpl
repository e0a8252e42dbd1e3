{{/*
Names that guides use, brought to the chart's own. Nothing else in the chart reads minio.*, backendStore.uri,
AWS keys in env, or guesses whether there is an Ingress.
*/}}

{{/* "true" when there is an embedded object store: minio.enabled wins over objectStore.enabled. */}}
{{- define "mlflow.objectStore.enabled" -}}
{{- if ternary .Values.minio.enabled .Values.objectStore.enabled (kindIs "bool" .Values.minio.enabled) -}}true{{- end -}}
{{- end -}}

{{/* "true" when there is an Ingress: as said, and where nothing is said, when a host is given. */}}
{{- define "mlflow.ingress.enabled" -}}
{{- if kindIs "bool" .Values.ingress.enabled -}}
{{- if .Values.ingress.enabled -}}true{{- end -}}
{{- else if .Values.ingress.hosts -}}
{{- with (first .Values.ingress.hosts).host -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* Plain value of an environment variable of the server that moves into the Secret: (list . "AWS_ACCESS_KEY_ID"). */}}
{{- define "mlflow.aliases.envValue" -}}
{{- $name := index . 1 -}}
{{- range (index . 0).Values.env -}}
{{- if and (eq .name $name) (not .valueFrom) -}}{{- .value -}}{{- end -}}
{{- end -}}
{{- end -}}

{{/* Keys of the object store as given in plain values: JSON {accessKey, secretKey}, empty where not given. */}}
{{- define "mlflow.aliases.s3" -}}
{{- $access := default .Values.minio.auth.rootUser (include "mlflow.aliases.envValue" (list . "AWS_ACCESS_KEY_ID")) -}}
{{- $secret := default .Values.minio.auth.rootPassword (include "mlflow.aliases.envValue" (list . "AWS_SECRET_ACCESS_KEY")) -}}
{{- dict "accessKey" $access "secretKey" $secret | toJson -}}
{{- end -}}

{{/* The person's environment variables, as a YAML list without those that moved into the chart's Secret. */}}
{{- define "mlflow.aliases.env" -}}
{{- $kept := list -}}
{{- $moved := list -}}
{{- if not .Values.secrets.existingSecret -}}{{- $moved = list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" -}}{{- end -}}
{{- range .Values.env -}}
{{- if not (and (has .name $moved) (not .valueFrom)) -}}{{- $kept = append $kept . -}}{{- end -}}
{{- end -}}
{{- toYaml $kept -}}
{{- end -}}

{{/* Percent-decodes a part of a URI. A lone percent sign means that it was not encoded at all. */}}
{{- define "mlflow.aliases.decode" -}}
{{- if regexMatch "%([^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)" . -}}
{{- . -}}
{{- else -}}
{{- $safe := . | replace "?" "%3F" | replace "#" "%23" -}}
{{- trimPrefix "/" (urlParse (printf "http://h/%s" $safe)).path -}}
{{- end -}}
{{- end -}}

{{/*
backendStore with its uri taken apart, as JSON {host, port, database, username, password, sslMode}. Not by urlParse:
people put unescaped characters into passwords, so the last @ ends the credentials.
*/}}
{{- define "mlflow.aliases.backendStore" -}}
{{- $store := .Values.backendStore -}}
{{- $parts := dict "host" $store.host "port" $store.port "database" $store.database "username" $store.username "password" "" "sslMode" $store.sslMode -}}
{{- with $store.uri -}}
{{- $form := "(?s)^postgres(?:ql)?(?:\\+[a-z0-9_]+)?://(?:(.*)@)?(\\[[^\\]]+\\]|[^@:/?#]+)(?::([0-9]+))?(?:/([^?#@]*))?(?:\\?([^#@]*))?$" -}}
{{- if not (regexMatch $form .) -}}
{{- fail "backendStore.uri is not of the form postgresql://user:password@host:5432/database (only PostgreSQL is supported)" -}}
{{- end -}}
{{- $credentials := regexReplaceAll $form . "${1}" -}}
{{- $_ := set $parts "host" (regexReplaceAll $form . "${2}" | trimPrefix "[" | trimSuffix "]") -}}
{{- with regexReplaceAll $form . "${3}" -}}{{- $_ := set $parts "port" (int .) -}}{{- end -}}
{{- with regexReplaceAll $form . "${4}" -}}{{- $_ := set $parts "database" (include "mlflow.aliases.decode" .) -}}{{- end -}}
{{- if $credentials -}}
{{- $_ := set $parts "username" (include "mlflow.aliases.decode" (regexReplaceAll "(?s)^([^:]*):.*$" $credentials "${1}")) -}}
{{- if contains ":" $credentials -}}
{{- $_ := set $parts "password" (include "mlflow.aliases.decode" (regexReplaceAll "(?s)^[^:]*:(.*)$" $credentials "${1}")) -}}
{{- end -}}
{{- end -}}
{{- range regexReplaceAll $form . "${5}" | splitList "&" -}}
{{- if . -}}
{{- if not (hasPrefix "sslmode=" .) -}}
{{- fail (printf "backendStore.uri: the option %s is not supported, only sslmode is" (splitList "=" . | first)) -}}
{{- end -}}
{{- $_ := set $parts "sslMode" (trimPrefix "sslmode=" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $parts | toJson -}}
{{- end -}}
