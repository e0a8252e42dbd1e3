{{/* Fewest server pods. */}}
{{- define "mlflow.minReplicas" -}}
{{- ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int -}}
{{- end -}}

{{/* Most server pods. */}}
{{- define "mlflow.maxReplicas" -}}
{{- ternary .Values.autoscaling.maxReplicas .Values.replicaCount .Values.autoscaling.enabled | int -}}
{{- end -}}

{{/*
MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW. A Gunicorn worker serves as many requests at once as it has threads, and each takes
two connections at most, so more than that is never used.
*/}}
{{- define "mlflow.maxOverflow" -}}
{{- $overflow := int .Values.mlflow.pool.maxOverflow -}}
{{- $threads := int .Values.mlflow.threads -}}
{{- if gt $threads 0 -}}
{{- $needed := sub (mul 2 $threads) (int .Values.mlflow.pool.size) | max 1 | int -}}
{{- $overflow = min $overflow $needed -}}
{{- end -}}
{{- $overflow -}}
{{- end -}}

{{/*
The budget of database connections, as JSON {pods, perPod, total, limit}. Each worker has a pool per store (tracking, and
users under authentication), the supervising process keeps one connection per store; a rolling update has one pod more;
twelve are for the migration, the backup, people and PostgreSQL's own reserve.
*/}}
{{- define "mlflow.connections" -}}
{{- $stores := ternary 2 1 .Values.auth.enabled -}}
{{- $pool := add (int .Values.mlflow.pool.size) (int (include "mlflow.maxOverflow" .)) -}}
{{- $perPod := add (mul (int .Values.mlflow.workers) $stores $pool) $stores -}}
{{- $pods := add 1 (int (include "mlflow.maxReplicas" .)) -}}
{{- $total := add (mul $pods $perPod) 12 -}}
{{- $limit := int .Values.postgresql.maxConnections -}}
{{- if not $limit -}}{{- $limit = max 100 $total -}}{{- end -}}
{{- dict "pods" $pods "perPod" $perPod "total" $total "limit" $limit | toJson -}}
{{- end -}}

{{/* A Kubernetes quantity of memory in MiB, rounded down; 0 when there is none. */}}
{{- define "mlflow.mebibytes" -}}
{{- $text := toString (default "0" .) -}}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?" $text | float64 -}}
{{- $unit := regexReplaceAll "^[0-9.]+" $text "" -}}
{{- $bytes := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 -}}
{{- divf (mulf $number (default 1.0 (get $bytes $unit))) 1048576.0 | floor | int -}}
{{- end -}}

{{/* Memory in MiB that a server pod needs: about 230 for each worker and the supervising process, and room for requests. */}}
{{- define "mlflow.neededMebibytes" -}}
{{- add (mul 230 (add1 (int .Values.mlflow.workers))) 100 -}}
{{- end -}}
