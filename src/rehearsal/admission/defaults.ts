import type { Json } from '../json.js'
import { defaultPodSpec, qosClass, setDefault } from './pod-defaults.js'

let lastAddress = 10
/** The next free address, e.g. `10.244.0.11`. @param network first two bytes */
export function nextAddress(network: string): string {
  lastAddress++
  return `${network}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`
}

function defaultTemplate(spec: Json): void {
  const template = (spec.template ??= {})
  setDefault(template, 'metadata', {})
  defaultPodSpec((template.spec ??= {}))
}

function defaultStrategy(spec: Json, field: 'strategy' | 'updateStrategy', rolling: Json): void {
  const strategy = (spec[field] ??= {})
  setDefault(strategy, 'type', 'RollingUpdate')
  if (strategy.type === 'RollingUpdate') strategy.rollingUpdate = { ...rolling, ...strategy.rollingUpdate }
}

function defaultService(spec: Json, old: Json | undefined): void {
  const isOpen = ['NodePort', 'LoadBalancer'].includes(spec.type)
  setDefault(spec, 'type', 'ClusterIP')
  setDefault(spec, 'sessionAffinity', 'None')
  setDefault(spec, 'internalTrafficPolicy', 'Cluster')
  setDefault(spec, 'ipFamilies', ['IPv4'])
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack')
  if (isOpen) setDefault(spec, 'externalTrafficPolicy', 'Cluster')
  setDefault(spec, 'clusterIP', old?.spec.clusterIP ?? nextAddress('10.96'))
  setDefault(spec, 'clusterIPs', [spec.clusterIP])
  for (const port of spec.ports ?? []) {
    setDefault(port, 'protocol', 'TCP')
    setDefault(port, 'targetPort', port.port)
    const before = old?.spec.ports?.find((p: Json) => p.port === port.port)?.nodePort
    if (isOpen) setDefault(port, 'nodePort', before ?? 30000 + Math.floor(Math.random() * 2767))
  }
}

const outages = ['not-ready', 'unreachable']

/** Status of an object that was just created. */
const firstStatus: Record<string, (spec: Json) => Json> = {
  Pod: (spec) => ({ phase: 'Pending', qosClass: qosClass(spec) }),
  ReplicaSet: () => ({ replicas: 0 }),
  StatefulSet: () => ({ replicas: 0, availableReplicas: 0 }),
  Deployment: () => ({}),
  Job: () => ({}),
  CronJob: () => ({}),
  Service: () => ({ loadBalancer: {} }),
  Ingress: () => ({ loadBalancer: {} }),
  PersistentVolumeClaim: () => ({ phase: 'Pending' }),
  HorizontalPodAutoscaler: () => ({ desiredReplicas: 0, currentMetrics: null }),
  PodDisruptionBudget: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
  Namespace: () => ({ phase: 'Active' }),
}

const byKind: Record<string, (o: Json, spec: Json, old: Json | undefined) => void> = {
  Pod(_o, spec) {
    defaultPodSpec(spec)
    setDefault(spec, 'enableServiceLinks', true)
    setDefault(spec, 'serviceAccountName', 'default')
    spec.serviceAccount = spec.serviceAccountName
    setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority')
    setDefault(spec, 'priority', 0)
    spec.tolerations ??= []
    for (const key of outages.map((k) => `node.kubernetes.io/${k}`)) {
      if (!spec.tolerations.some((t: Json) => t.key === key)) {
        spec.tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
      }
    }
  },
  Deployment(_o, spec) {
    setDefault(spec, 'replicas', 1)
    defaultStrategy(spec, 'strategy', { maxSurge: '25%', maxUnavailable: '25%' })
    setDefault(spec, 'revisionHistoryLimit', 10)
    setDefault(spec, 'progressDeadlineSeconds', 600)
    defaultTemplate(spec)
  },
  ReplicaSet(_o, spec) {
    setDefault(spec, 'replicas', 1)
    defaultTemplate(spec)
  },
  StatefulSet(_o, spec) {
    setDefault(spec, 'replicas', 1)
    setDefault(spec, 'podManagementPolicy', 'OrderedReady')
    defaultStrategy(spec, 'updateStrategy', { partition: 0 })
    setDefault(spec, 'revisionHistoryLimit', 10)
    setDefault(spec, 'persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' })
    defaultTemplate(spec)
    for (const claim of spec.volumeClaimTemplates ?? []) {
      Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } })
      setDefault(claim.spec, 'volumeMode', 'Filesystem')
    }
  },
  Job(_o, spec) {
    setDefault(spec, 'completions', 1)
    setDefault(spec, 'parallelism', 1)
    setDefault(spec, 'backoffLimit', 6)
    setDefault(spec, 'completionMode', 'NonIndexed')
    setDefault(spec, 'suspend', false)
    setDefault(spec, 'podReplacementPolicy', 'TerminatingOrFailed')
    defaultTemplate(spec)
  },
  CronJob(_o, spec) {
    setDefault(spec, 'concurrencyPolicy', 'Allow')
    setDefault(spec, 'suspend', false)
    setDefault(spec, 'successfulJobsHistoryLimit', 3)
    setDefault(spec, 'failedJobsHistoryLimit', 1)
    defaultTemplate((spec.jobTemplate.spec ??= {}))
  },
  Service: (_o, spec, old) => defaultService(spec, old),
  Secret(o) {
    setDefault(o, 'type', 'Opaque')
    for (const [key, value] of Object.entries(o.stringData ?? {}))
      (o.data ??= {})[key] = Buffer.from(String(value)).toString('base64')
    delete o.stringData
  },
  PersistentVolumeClaim: (_o, spec) => setDefault(spec, 'volumeMode', 'Filesystem'),
  NetworkPolicy(_o, spec) {
    setDefault(spec, 'podSelector', {})
    setDefault(spec, 'policyTypes', spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) setDefault(port, 'protocol', 'TCP')
  },
  RoleBinding(o) {
    setDefault(o.roleRef, 'apiGroup', 'rbac.authorization.k8s.io')
  },
  HorizontalPodAutoscaler(_o, spec) {
    setDefault(spec, 'minReplicas', 1)
    setDefault(spec, 'metrics', [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ])
  },
  Namespace(o) {
    o.spec = { finalizers: ['kubernetes'] }
    o.metadata.labels = { ...o.metadata.labels, 'kubernetes.io/metadata.name': o.metadata.name }
  },
  StorageClass(o) {
    setDefault(o, 'reclaimPolicy', 'Delete')
    setDefault(o, 'volumeBindingMode', 'Immediate')
  },
}

/** Fills in what the API server fills in, in place. @param old undefined: the object is created */
export function applyDefaults(kind: string, o: Json, old: Json | undefined): void {
  const status = firstStatus[kind]
  // Kinds with a status have a spec as well.
  if (status) o.spec ??= {}
  byKind[kind]?.(o, o.spec, old)
  if (!old && status) o.status = status(o.spec)
}
