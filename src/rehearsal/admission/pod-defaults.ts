import type { Json } from '../json.js'

/** Sets a field that is absent. */
export function setDefault(o: Json, field: string, value: Json): void {
  if (o[field] === undefined || o[field] === null) o[field] = value
}

/** What the API server fills into a pod spec; source: pkg/apis/core/v1/defaults.go of Kubernetes 1.34. */
export function defaultPodSpec(spec: Json): void {
  setDefault(spec, 'restartPolicy', 'Always')
  setDefault(spec, 'terminationGracePeriodSeconds', 30)
  setDefault(spec, 'dnsPolicy', 'ClusterFirst')
  setDefault(spec, 'securityContext', {})
  setDefault(spec, 'schedulerName', 'default-scheduler')
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

function defaultContainer(c: Json): void {
  setDefault(c, 'resources', {})
  setDefault(c, 'terminationMessagePath', '/dev/termination-log')
  setDefault(c, 'terminationMessagePolicy', 'File')
  const isPinned = /@sha256:|:(?!latest$)[^/:]+$/.test(c.image ?? '')
  setDefault(c, 'imagePullPolicy', isPinned ? 'IfNotPresent' : 'Always')
  for (const port of c.ports ?? []) setDefault(port, 'protocol', 'TCP')
  for (const e of c.env ?? []) if (e.valueFrom?.fieldRef) setDefault(e.valueFrom.fieldRef, 'apiVersion', 'v1')
  for (const probe of [c.livenessProbe, c.readinessProbe, c.startupProbe]) if (probe) defaultProbe(probe)
  for (const [resource, limit] of Object.entries(c.resources.limits ?? {}))
    setDefault((c.resources.requests ??= {}), resource, limit)
}

function defaultProbe(probe: Json): void {
  setDefault(probe, 'timeoutSeconds', 1)
  setDefault(probe, 'periodSeconds', 10)
  setDefault(probe, 'successThreshold', 1)
  setDefault(probe, 'failureThreshold', 3)
  if (probe.httpGet) {
    setDefault(probe.httpGet, 'path', '/')
    setDefault(probe.httpGet, 'scheme', 'HTTP')
  }
}

function defaultVolume(volume: Json): void {
  for (const kind of ['secret', 'configMap', 'projected', 'downwardAPI'])
    if (volume[kind]) setDefault(volume[kind], 'defaultMode', 420)
  if (Object.keys(volume).length === 1) volume.emptyDir = {}
}

/** Quality of service class; https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosClass(spec: Json): string {
  const all: Json[] = spec.containers.map((c: Json) => c.resources ?? {})
  if (all.every((r) => !r.requests && !r.limits)) return 'BestEffort'
  const isGuaranteed = (r: Json) => ['cpu', 'memory'].every((name) => r.limits?.[name] && r.requests?.[name] === r.limits[name])
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}
