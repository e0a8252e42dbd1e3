import { problemOfCidr, problemOfEndpoint } from '../../text/address.js'
import { problemOfNamespace, problemOfPodLabel } from '../../text/names.js'
import type { AnswerValue, Peer, Problem, Setting } from '../types.js'
import { text } from './validators.js'
import { withIngress, withMetrics, withPolicies, withTracing } from './when.js'

const on = (setting: string) => [{ setting, value: true }]

export const networkSettings: readonly Setting[] = [
  {
    id: 'network.enabled',
    section: 'network',
    path: 'networkPolicy.enabled',
    flag: 'network-policy',
    kind: 'toggle',
    title: 'Network policies',
    help: 'Deny all traffic but the named. Needs a network plugin that enforces policies.',
  },
  {
    id: 'network.clients',
    section: 'network',
    path: 'networkPolicy.clients',
    flag: 'client',
    kind: 'peers',
    title: 'Clients',
    help: 'Who may call MLflow inside the cluster: namespace, or namespace/label=value for some of its pods.',
    example: 'threads-agent/app=orchestrator',
    when: withPolicies,
    implies: on('network.enabled'),
    validate: problemOfPeers,
  },
  {
    id: 'network.ingressNamespace',
    section: 'network',
    path: 'networkPolicy.ingressController.namespace',
    flag: 'ingress-namespace',
    kind: 'text',
    title: 'Ingress controller',
    help: 'Namespace of the ingress controller. Without it the policies cut the Ingress off.',
    example: 'kube-system',
    when: (a) => withPolicies(a) && withIngress(a),
    required: (a) => withPolicies(a) && withIngress(a),
    validate: text(problemOfNamespace),
  },
  {
    id: 'network.monitoringNamespace',
    section: 'network',
    path: 'networkPolicy.monitoring.namespace',
    flag: 'monitoring-namespace',
    kind: 'text',
    title: 'Monitoring',
    help: 'Namespace of Prometheus and the trace collector.',
    example: 'monitoring',
    when: (a) => withPolicies(a) && (withMetrics(a) || withTracing(a)),
    validate: text(problemOfNamespace),
  },
  {
    id: 'network.egressCIDRs',
    section: 'network',
    path: 'networkPolicy.externalEgressCIDRs',
    flag: 'egress-cidr',
    kind: 'list',
    title: 'External ranges',
    help: 'Address ranges outside the cluster that MLflow may reach: an external database or store.',
    example: '10.20.0.0/16',
    when: withPolicies,
    validate: (value) => firstProblem(value as readonly string[], problemOfCidr),
  },
]

export const monitoringSettings: readonly Setting[] = [
  {
    id: 'metrics.enabled',
    section: 'monitoring',
    path: 'metrics.enabled',
    flag: 'metrics',
    kind: 'toggle',
    title: 'Metrics',
    help: 'A sidecar that serves Prometheus metrics of the server.',
  },
  {
    id: 'metrics.serviceMonitor',
    section: 'monitoring',
    path: 'metrics.serviceMonitor.enabled',
    flag: 'service-monitor',
    kind: 'toggle',
    title: 'ServiceMonitor',
    help: 'Let the Prometheus operator scrape and alert. Needs its CRDs in the cluster.',
    when: withMetrics,
    implies: on('metrics.enabled'),
  },
  {
    id: 'tracing.enabled',
    section: 'monitoring',
    path: 'tracing.enabled',
    flag: 'tracing',
    kind: 'toggle',
    title: 'Tracing',
    help: "Send traces of the server's requests by OTLP to a collector.",
  },
  {
    id: 'tracing.endpoint',
    section: 'monitoring',
    path: 'tracing.endpoint',
    flag: 'tracing-endpoint',
    kind: 'text',
    title: 'Trace collector',
    help: 'OTLP address of Jaeger or any collector.',
    example: 'http://jaeger-collector.monitoring:4318',
    when: withTracing,
    required: withTracing,
    implies: on('tracing.enabled'),
    validate: text((typed) => problemOfEndpoint(typed, { path: true })),
  },
  {
    id: 'tracing.samplingRatio',
    section: 'monitoring',
    path: 'tracing.samplingRatio',
    flag: 'tracing-ratio',
    kind: 'text',
    number: true,
    title: 'Traced share',
    help: 'Share of requests that are traced, between 0 and 1.',
    example: '0.1',
    when: withTracing,
    validate: (value) =>
      typeof value === 'number' && value >= 0 && value <= 1
        ? null
        : {
            message: `${value} is not between 0 and 1`,
            ...(Number(value) > 1 && Number(value) <= 100 ? { suggestion: String(Number(value) / 100) } : {}),
          },
  },
]

function firstProblem(items: readonly string[], check: (item: string) => Problem | null): Problem | null {
  for (const item of items) {
    const problem = check(item)
    if (problem) return problem
  }
  return null
}

function problemOfPeers(value: AnswerValue): Problem | null {
  for (const peer of value as readonly Peer[]) {
    const problem = problemOfNamespace(peer.namespace)
    if (problem) return problem
    for (const [key, label] of Object.entries(peer.podLabels ?? {})) {
      const wrong = problemOfPodLabel(key, label)
      if (wrong) return wrong
    }
  }
  return null
}
