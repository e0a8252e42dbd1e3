import { clone, type Json } from '../json.js'
import { adopt, controlledBy, hashOf, isAlive, isReady, type Control } from './context.js'
import { createPod } from './pods.js'

const component = 'statefulset-controller'
const indexKey = 'apps.kubernetes.io/pod-index'
const revisionKey = 'controller-revision-hash'

/** Ordered pods with claims of their own, and rolling updates from the highest ordinal down. */
export function statefulSets(control: Control): void {
  for (const s of control.store.ofKind('StatefulSet')) {
    if (s.metadata.deletionTimestamp) continue
    adopt(control, s, 'Pod')
    const revision = `${s.metadata.name}-${hashOf(s.spec.template)}`
    const pods = controlledBy(control, s, 'Pod')
    fill(control, s, pods, revision)
    shrinkOrUpdate(control, s, pods, revision)
    report(control, s, revision)
  }
}

const podName = (s: Json, index: number) => `${s.metadata.name}-${index}`
const at = (s: Json, pods: Json[], index: number) => pods.find((p) => p.metadata.name === podName(s, index))

function fill(control: Control, s: Json, pods: Json[], revision: string): void {
  const isOrdered = s.spec.podManagementPolicy === 'OrderedReady'
  for (let i = 0; i < s.spec.replicas; i++) {
    const pod = at(s, pods, i)
    if (!pod) {
      createClaims(control, s, i)
      createPod(control, s, { name: podName(s, i) }, (p) => dress(p, s, i, revision))
    }
    if (isOrdered && !(pod && isReady(pod))) return
  }
}

function createClaims({ store, create, event }: Control, s: Json, index: number): void {
  const { namespace, name } = s.metadata
  for (const template of s.spec.volumeClaimTemplates ?? []) {
    const claim = `${template.metadata.name}-${podName(s, index)}`
    if (store.find('PersistentVolumeClaim', namespace, claim)) continue
    const labels = { ...template.metadata.labels, ...s.spec.selector.matchLabels }
    create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace, labels },
      spec: clone(template.spec),
    })
    const message = `create Claim ${claim} Pod ${podName(s, index)} in StatefulSet ${name} success`
    event(s, { reason: 'SuccessfulCreate', message, component })
  }
}

/** Gives a pod its identity: labels, host name and its claims as volumes. */
function dress(pod: Json, s: Json, index: number, revision: string): void {
  const { name } = pod.metadata
  Object.assign(pod.metadata.labels, {
    [indexKey]: String(index),
    [revisionKey]: revision,
    'statefulset.kubernetes.io/pod-name': name,
  })
  const claims = (s.spec.volumeClaimTemplates ?? []).map((t: Json) => t.metadata.name as string)
  Object.assign(pod.spec, {
    hostname: name,
    subdomain: s.spec.serviceName,
    volumes: [
      ...(pod.spec.volumes ?? []).filter((v: Json) => !claims.includes(v.name)),
      ...claims.map((claim: string) => ({ name: claim, persistentVolumeClaim: { claimName: `${claim}-${name}` } })),
    ],
  })
}

function shrinkOrUpdate(control: Control, s: Json, pods: Json[], revision: string): void {
  const remove = (pod: Json) => {
    control.remove(pod)
    const message = `delete Pod ${pod.metadata.name} in StatefulSet ${s.metadata.name} successful`
    control.event(s, { reason: 'SuccessfulDelete', message, component })
  }
  const surplus = pods.filter((p) => Number(p.metadata.labels[indexKey]) >= s.spec.replicas)
  if (surplus.length > 0) {
    const last = surplus.at(-1)
    if (!last.metadata.deletionTimestamp) remove(last)
    return
  }
  if (s.spec.updateStrategy.type !== 'RollingUpdate' || pods.length < s.spec.replicas) return
  for (let i = s.spec.replicas - 1; i >= (s.spec.updateStrategy.rollingUpdate?.partition ?? 0); i--) {
    const pod = at(s, pods, i)
    if (!pod || pod.metadata.deletionTimestamp) return
    if (pod.metadata.labels[revisionKey] !== revision) return remove(pod)
    // Like the real controller: no pod is replaced while a newer one is unhealthy.
    if (!isReady(pod)) return
  }
}

function report(control: Control, s: Json, revision: string): void {
  const live = controlledBy(control, s, 'Pod').filter(isAlive)
  const ready = live.filter(isReady).length
  const updated = live.filter((p) => p.metadata.labels[revisionKey] === revision).length
  const isDone = updated === s.spec.replicas && ready === s.spec.replicas
  const currentRevision = isDone ? revision : (s.status?.currentRevision ?? revision)
  const current = currentRevision === revision ? live.length : live.length - updated
  control.setStatus(s, {
    observedGeneration: s.metadata.generation,
    replicas: live.length,
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    availableReplicas: ready,
    ...(current > 0 ? { currentReplicas: current } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  })
}
