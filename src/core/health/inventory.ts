import { idOf, logKey, type HealthState } from './state.js'
import type { KubeObject, WatchedKind } from './types.js'

/** Which workload a pod serves, and whether at its newest revision. */
export interface PodOwner {
  /** `Deployment/mlflow`; '' for a bare pod. */
  workload: string
  /** False for pods of an older ReplicaSet or revision: on their way out. */
  isCurrent: boolean
}

/** An event of the cluster about one object. Moments are epoch milliseconds. */
export interface KubeEvent {
  reason: string
  message: string
  type: string
  count: number
  firstAt: number
  lastAt: number
  /** Container that it is about, when it names one. */
  container?: string
}

/** Finds things in the state. Made per look; what is looked up twice is kept. */
export class Inventory {
  private eventsByUid: Map<string, KubeEvent[]> | undefined
  private readonly owners = new Map<string, PodOwner>()
  private readonly lists = new Map<WatchedKind, KubeObject[]>()
  private readonly newestSets = new Map<string, KubeObject | undefined>()

  constructor(readonly state: HealthState) {}

  all(kind: WatchedKind): readonly KubeObject[] {
    const known = this.lists.get(kind)
    if (known) return known
    const list = [...(this.state.objects.get(kind)?.values() ?? [])]
    this.lists.set(kind, list)
    return list
  }

  named(kind: WatchedKind, name: string): KubeObject | undefined {
    const found = this.all(kind).filter((o) => o.metadata.name === name)
    // While one is being deleted, its successor of the same name is the one that counts.
    return found.find((o) => !o.metadata.deletionTimestamp) ?? found[0]
  }

  events(object: KubeObject): KubeEvent[] {
    if (!this.eventsByUid) {
      this.eventsByUid = new Map()
      for (const raw of this.all('Event')) {
        const uid = String(raw.involvedObject?.uid ?? raw.involvedObject?.name ?? '')
        const list = this.eventsByUid.get(uid)
        if (list) list.push(readEvent(raw))
        else this.eventsByUid.set(uid, [readEvent(raw)])
      }
    }
    return this.eventsByUid.get(idOf(object)) ?? []
  }

  log(pod: string, container: string, previous: boolean): readonly string[] {
    return this.state.logs.get(logKey(pod, container, previous))?.lines ?? []
  }

  /** When our own clock first saw it, or what the object says if it was there before us (epoch milliseconds). */
  bornAt(object: KubeObject): number {
    return this.state.bornAt.get(idOf(object)) ?? timeOf(object.metadata.creationTimestamp)
  }

  owner(pod: KubeObject): PodOwner {
    const id = idOf(pod)
    const known = this.owners.get(id)
    if (known) return known
    const owner = this.findOwner(pod)
    this.owners.set(id, owner)
    return owner
  }

  /** Pods of a workload at its newest revision that are not being deleted. */
  currentPods(workload: string): KubeObject[] {
    return this.all('Pod').filter((pod) => {
      const owner = this.owner(pod)
      return owner.workload === workload && owner.isCurrent && !pod.metadata.deletionTimestamp
    })
  }

  /** The ReplicaSet of a Deployment's newest revision. */
  currentReplicaSet(deployment: KubeObject): KubeObject | undefined {
    const id = idOf(deployment)
    if (this.newestSets.has(id)) return this.newestSets.get(id)
    const newest = this.findNewestSet(deployment)
    this.newestSets.set(id, newest)
    return newest
  }

  private findNewestSet(deployment: KubeObject): KubeObject | undefined {
    const owned = this.all('ReplicaSet').filter((rs) => controllerOf(rs)?.uid === deployment.metadata.uid)
    return owned.sort((a, b) => revisionOf(b) - revisionOf(a))[0]
  }

  private findOwner(pod: KubeObject): PodOwner {
    const controller = controllerOf(pod)
    if (!controller) return { workload: '', isCurrent: true }
    if (controller.kind !== 'ReplicaSet') return this.ownerOfPlainPod(pod, controller)
    const replicaSet = this.all('ReplicaSet').find((rs) => rs.metadata.uid === controller.uid)
    // Before the ReplicaSet is seen its name still tells: <deployment>-<pod-template-hash>.
    const hash = String(pod.metadata.labels?.['pod-template-hash'] ?? '')
    const name = controllerOf(replicaSet)?.name ?? controller.name.replace(new RegExp(`-${hash || '[a-z0-9]+'}$`), '')
    const deployment = this.named('Deployment', name)
    const current = deployment && this.currentReplicaSet(deployment)
    return { workload: `Deployment/${name}`, isCurrent: !current || current.metadata.uid === controller.uid }
  }

  private ownerOfPlainPod(pod: KubeObject, controller: { kind: string; name: string }): PodOwner {
    const workload = `${controller.kind}/${controller.name}`
    if (controller.kind !== 'StatefulSet') return { workload, isCurrent: true }
    const status = this.named('StatefulSet', controller.name)?.status
    const revision = pod.metadata.labels?.['controller-revision-hash']
    // A StatefulSet replaces its pods one by one: an old pod that fails holds the new revision up, so it counts as current.
    const isOld = Boolean(status?.updateRevision && revision && status.updateRevision !== revision)
    return { workload, isCurrent: !isOld || !isReady(pod) }
  }
}

/** Whether the pod belongs to the workload, at whatever revision. */
export const isOfWorkload = (inventory: Inventory, pod: KubeObject, workload: string) =>
  inventory.owner(pod).workload === workload

/** `metadata.ownerReferences` entry of the controller. */
export const controllerOf = (object: KubeObject | undefined) =>
  object?.metadata.ownerReferences?.find((o) => o.controller !== false)

const revisionOf = (rs: KubeObject) => Number(rs.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

/** Whether the pod's Ready condition is true. */
export const isReady = (pod: KubeObject) => conditionOf(pod, 'Ready')?.status === 'True'

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
}

/** The condition of that type in the object's status. */
export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  (object.status?.conditions ?? []).find((c: Condition) => c.type === type)

/** Epoch milliseconds of an API timestamp; 0 when there is none. */
export const timeOf = (text: string | null | undefined) => (text ? Date.parse(text) || 0 : 0)

const readEvents = new WeakMap<KubeObject, KubeEvent>()

/** Objects never change once they are in the state, so each event is read once. */
function readEvent(raw: KubeObject): KubeEvent {
  const known = readEvents.get(raw)
  if (known) return known
  const read = parseEvent(raw)
  readEvents.set(raw, read)
  return read
}

function parseEvent(raw: KubeObject): KubeEvent {
  const container = /\{([^}]+)\}/.exec(String(raw.involvedObject?.fieldPath ?? ''))?.[1]
  const created = timeOf(raw.metadata.creationTimestamp)
  // Aggregated events keep their first moment; which field holds the last one depends on the reporting API.
  const lastAt = Math.max(timeOf(raw.lastTimestamp), timeOf(raw.series?.lastObservedTime), timeOf(raw.eventTime), created)
  return {
    reason: String(raw.reason ?? ''),
    message: String(raw.message ?? ''),
    type: String(raw.type ?? ''),
    count: Number(raw.series?.count ?? raw.count ?? 1),
    firstAt: timeOf(raw.firstTimestamp) || timeOf(raw.eventTime) || created || lastAt,
    lastAt,
    ...(container ? { container } : {}),
  }
}
