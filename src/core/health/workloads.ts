import { conditionOf, isOfWorkload, isReady, type Inventory } from './inventory.js'
import type { KubeObject, WorkloadRow } from './types.js'

/**
 * How each expected workload stands: current means that its newest generation and revision is complete (the rules of
 * kstatus, with a Job done only when it is Complete). Sources: apps/v1 and batch/v1 status fields.
 */
export function workloadRows(inventory: Inventory): WorkloadRow[] {
  const rows = inventory.state.spec.expected.map(({ kind, name, component }): WorkloadRow => {
    const object = inventory.named(kind, name)
    const common = { id: `${kind}/${name}`, kind, name, component }
    if (!object) return { ...common, ready: 0, desired: 1, current: false, failed: false }
    return { ...common, ...judge[kind](object, inventory) }
  })
  // A finished Job may have been removed by its time to live; the servers that waited for it prove that it was done.
  const servers = rows.filter((r) => r.component === 'server')
  const serversStand = servers.length > 0 && servers.every((r) => r.current)
  return rows.map((row) => {
    if (row.kind !== 'Job' || row.current || row.failed || inventory.named('Job', row.name)) return row
    const isDone = inventory.state.completedJobs.has(row.name) || (serversStand && inventory.state.synced.has('Job'))
    return isDone ? { ...row, ready: 1, current: true } : row
  })
}

type Judgement = Pick<WorkloadRow, 'ready' | 'desired' | 'current' | 'failed'>

const judge: Record<WorkloadRow['kind'], (object: KubeObject, inventory: Inventory) => Judgement> = {
  Deployment(object, inventory) {
    const { spec, status = {} } = object
    const desired = Number(spec?.replicas ?? 1)
    const ready = Number(status.readyReplicas ?? 0)
    const updated = Number(status.updatedReplicas ?? 0)
    const total = Number(status.replicas ?? 0)
    const progressing = conditionOf(object, 'Progressing')
    const failed = progressing?.reason === 'ProgressDeadlineExceeded'
    const current =
      isObserved(object) &&
      !spec?.paused &&
      !failed &&
      conditionOf(object, 'ReplicaFailure')?.status !== 'True' &&
      updated >= desired &&
      (total === updated || onlyDeadOnesLeft(object, inventory, desired)) &&
      Number(status.availableReplicas ?? 0) >= desired &&
      ready >= desired
    return { ready: Math.min(ready, desired), desired, current, failed }
  },
  StatefulSet(object) {
    const { spec, status = {} } = object
    const desired = Number(spec?.replicas ?? 1)
    const ready = Number(status.readyReplicas ?? 0)
    const rolls = spec?.updateStrategy?.type !== 'OnDelete'
    const atRevision =
      !rolls || !status.updateRevision || !status.currentRevision || status.updateRevision === status.currentRevision
    const updated = !rolls || status.updatedReplicas === undefined || Number(status.updatedReplicas) >= desired
    const current = isObserved(object) && ready >= desired && Number(status.replicas ?? 0) >= desired && atRevision && updated
    return { ready: Math.min(ready, desired), desired, current, failed: false }
  },
  Job(object) {
    const desired = Number(object.spec?.completions ?? 1)
    const current = conditionOf(object, 'Complete')?.status === 'True'
    const failed = conditionOf(object, 'Failed')?.status === 'True'
    return { ready: current ? desired : Math.min(Number(object.status?.succeeded ?? 0), desired), desired, current, failed }
  },
}

const isObserved = (object: KubeObject) =>
  Number(object.status?.observedGeneration ?? 0) >= Number(object.metadata.generation ?? 0)

/** Old pods that do not serve any more and do not go either: the new version is complete without their end. */
function onlyDeadOnesLeft(deployment: KubeObject, inventory: Inventory, desired: number): boolean {
  if (Number(inventory.currentReplicaSet(deployment)?.status?.readyReplicas ?? 0) < desired) return false
  const pods = inventory.all('Pod').filter((p) => isOfWorkload(inventory, p, `Deployment/${deployment.metadata.name}`))
  return pods.every((p) => inventory.owner(p).isCurrent || !isReady(p))
}
