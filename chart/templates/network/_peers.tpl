{{/* Pods of a component of this release, as a peer: (list . "server"). */}}
{{- define "mlflow.peer" -}}
- podSelector:
    matchLabels:
      {{- include "mlflow.selectorLabels" . | nindent 6 }}
{{- end -}}

{{/* Head of a policy that denies both directions for a component: (list . "server" "suffix of its name"). */}}
{{- define "mlflow.policy.head" -}}
{{- $root := index . 0 -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ index . 2 }}
  labels:
    {{- include "mlflow.labels" (list $root (index . 1)) | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "mlflow.selectorLabels" (list $root (index . 1)) | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end -}}

{{/*
Egress to DNS. Policies see the address and port after the Service's translation: 5353 is OpenShift's, and the node-local
cache runs in the node's own network, where no pod selector finds it.
*/}}
{{- define "mlflow.egress.dns" -}}
- to:
    - namespaceSelector:
        matchExpressions:
          - key: kubernetes.io/metadata.name
            operator: In
            values: [kube-system, openshift-dns]
    - ipBlock:
        cidr: 169.254.20.10/32
  ports:
    {{- range list 53 5353 }}
    - { protocol: UDP, port: {{ . }} }
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end -}}

{{/*
Egress to another system: (dict "root" . "host" HOST "port" PORT). A name without a dot is a Service of this namespace,
a name with .svc (or with the monitoring namespace) one of another: only pods are let through then, on any port, as they
may listen on another one than their Service. Other names with two labels may be both. Addresses are the named ranges,
else all but the clouds' metadata services, which hand out the node's credentials.
*/}}
{{- define "mlflow.egress.external" -}}
{{- $labels := splitList "." .host -}}
{{- $address := regexMatch "^[0-9.]+$|:" .host -}}
{{- $second := "" -}}
{{- if and (not $address) (gt (len $labels) 1) -}}{{- $second = index $labels 1 -}}{{- end -}}
{{- $inside := and (not $address) (or (not $second) (regexMatch "\\.svc(\\.|$)" .host) (eq $second .root.Values.networkPolicy.monitoring.namespace)) -}}
{{- if not $address -}}
- to:
    {{- if $second }}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ $second }}
    {{- else }}
    - podSelector: {}
    {{- end }}
{{- end }}
{{- if not $inside }}
- to:
    {{- range .root.Values.networkPolicy.externalEgressCIDRs }}
    - ipBlock:
        cidr: {{ . | quote }}
    {{- else }}
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
    - ipBlock:
        cidr: "::/0"
        except: ["fd00:ec2::254/128"]
    {{- end }}
  ports:
    - { protocol: TCP, port: {{ int .port }} }
{{- end }}
{{- end -}}

{{/*
Namespaces of the ingress controller as a JSON list: the named one; with an Ingress and none named, those where controllers
usually are (kube-system is k3s and k3d), as the policy would cut the Ingress off otherwise.
*/}}
{{- define "mlflow.ingressNamespaces" -}}
{{- with .Values.networkPolicy.ingressController.namespace -}}
{{- list . | toJson -}}
{{- else -}}
{{- if include "mlflow.ingress.enabled" . -}}
{{- list "ingress-nginx" "traefik" "kube-system" "haproxy-controller" "projectcontour" "istio-system" "istio-ingress" "envoy-gateway-system" | toJson -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Host and port of an http address, as JSON. */}}
{{- define "mlflow.endpoint" -}}
{{- $url := urlParse . -}}
{{- $port := ternary 443 80 (eq $url.scheme "https") -}}
{{- $host := $url.host -}}
{{- if regexMatch ":[0-9]+$" $host -}}
{{- $port = regexFind "[0-9]+$" $host | int -}}
{{- $host = regexReplaceAll ":[0-9]+$" $host "" -}}
{{- end -}}
{{- dict "host" $host "port" $port | toJson -}}
{{- end -}}

{{- define "mlflow.egress.database" -}}
{{- if .Values.postgresql.enabled -}}
- to:
    {{- include "mlflow.peer" (list . "postgresql") | nindent 4 }}
  ports:
    - { protocol: TCP, port: 5432 }
{{- else -}}
{{- $database := include "mlflow.database" . | fromJson -}}
{{- include "mlflow.egress.external" (dict "root" . "host" $database.host "port" $database.port) -}}
{{- end -}}
{{- end -}}

{{/* Egress to S3: (dict "root" . "embedded" BOOL "endpoint" URL); without an endpoint it is Amazon's. */}}
{{- define "mlflow.egress.s3" -}}
{{- if .embedded -}}
- to:
    {{- include "mlflow.peer" (list .root "object-store") | nindent 4 }}
  ports:
    - { protocol: TCP, port: 8333 }
{{- else -}}
{{- $at := include "mlflow.endpoint" (default "https://s3.amazonaws.com" .endpoint) | fromJson -}}
{{- include "mlflow.egress.external" (dict "root" .root "host" $at.host "port" $at.port) -}}
{{- end -}}
{{- end -}}
