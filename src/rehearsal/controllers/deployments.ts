import { clone, same, type Json } from '../json.js'
import {
  adopt,
  amountOfTotal,
  controlledBy,
  hashOf,
  isAlive,
  isReady,
  ownerReference,
  withCondition,
  type Control,
} from './context.js'
import { createError } from './pods.js'

const revisionKey = 'deployment.kubernetes.io/revision'
const revisionOf = (o: Json) => Number(o.metadata.annotations?.[revisionKey] ?? 0)
const byRevision = (a: Json, b: Json) => revisionOf(a) - revisionOf(b)

/** Rolling updates (and Recreate), revisions, conditions, progress deadline. */
export function deployments(control: Control): void {
  for (const d of control.store.ofKind('Deployment')) {
    if (d.metadata.deletionTimestamp) continue
    adopt(control, d, 'ReplicaSet')
    new Rollout(control, d).step()
  }
}

/** How many pods a rollout may have too many or too few. */
function limitsOf({ replicas, strategy }: Json): { surge: number; unavailable: number } {
  if (strategy.type === 'Recreate') return { surge: 0, unavailable: replicas }
  const surge = amountOfTotal(strategy.rollingUpdate.maxSurge, replicas, Math.ceil)
  const unavailable = amountOfTotal(strategy.rollingUpdate.maxUnavailable, replicas, Math.floor)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

class Rollout {
  private readonly sets: Json[]
  private readonly old: Json[]
  private current: Json | undefined
  private readonly limits: { surge: number; unavailable: number }

  constructor(
    private readonly control: Control,
    private readonly d: Json,
  ) {
    this.sets = controlledBy(control, d, 'ReplicaSet')
    this.current = this.sets.find((rs) => same(withoutHash(rs.spec.template), d.spec.template))
    this.old = this.sets.filter((rs) => rs !== this.current)
    this.limits = limitsOf(d.spec)
  }

  step(): void {
    const isRecreate = this.d.spec.strategy.type === 'Recreate'
    if (isRecreate && this.old.some((rs) => this.podsOf([rs]).length > 0 || rs.spec.replicas > 0)) {
      for (const rs of this.old) this.scale(rs, 0)
      return
    }
    if (this.current === undefined) this.createSet()
    else {
      this.scaleUp(this.current)
      this.scaleDownOld()
    }
    this.noteRevision()
    this.report()
    this.dropHistory()
  }

  private podsOf(sets: Json[]): Json[] {
    return sets.flatMap((rs) => controlledBy(this.control, rs, 'Pod'))
  }

  private scale(rs: Json, to: number): void {
    const from = rs.spec.replicas
    if (from === to) return
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${rs.metadata.name} from ${from} to ${to}`
    this.control.event(this.d, { reason: 'ScalingReplicaSet', message, component: 'deployment-controller' })
    this.control.edit(rs, (o) => (o.spec.replicas = to))
  }

  private createSet(): void {
    const { metadata, spec } = this.d
    const running = this.old.reduce((sum, rs) => sum + rs.spec.replicas, 0)
    const replicas = Math.max(0, Math.min(spec.replicas, spec.replicas + this.limits.surge - running))
    const hash = hashOf(spec.template)
    const template = clone(spec.template)
    template.metadata.labels = { ...template.metadata.labels, 'pod-template-hash': hash }
    const revision = Math.max(0, ...this.sets.map(revisionOf)) + 1
    const rs = this.control.create({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${hash}`,
        namespace: metadata.namespace,
        labels: template.metadata.labels,
        annotations: { [revisionKey]: String(revision), 'deployment.kubernetes.io/desired-replicas': String(spec.replicas) },
        ownerReferences: [ownerReference(this.d)],
      },
      spec: { replicas: 0, selector: { matchLabels: { ...spec.selector.matchLabels, 'pod-template-hash': hash } }, template },
    })
    this.current = rs
    this.scale(rs, replicas)
  }

  private scaleUp(rs: Json): void {
    const newest = Math.max(0, ...this.sets.map(revisionOf))
    if (revisionOf(rs) < newest) this.control.edit(rs, (o) => (o.metadata.annotations[revisionKey] = String(newest + 1)))
    const desired = this.d.spec.replicas
    const total = this.sets.reduce((sum, other) => sum + other.spec.replicas, 0)
    const room = Math.max(0, desired + this.limits.surge - total)
    this.scale(rs, Math.min(desired, rs.spec.replicas + room))
  }

  private scaleDownOld(): void {
    let spare = this.podsOf(this.sets).filter(isReady).length - (this.d.spec.replicas - this.limits.unavailable)
    for (const rs of this.old) {
      const ready = this.podsOf([rs]).filter(isReady).length
      // Pods that are not ready serve nobody: they go first and cost no availability.
      const sick = spare >= 0 ? rs.spec.replicas - ready : 0
      const healthy = Math.max(0, Math.min(ready, spare))
      spare -= healthy
      this.scale(rs, Math.max(0, rs.spec.replicas - sick - healthy))
    }
  }

  private noteRevision(): void {
    const revision = this.current && this.control.fresh(this.current)?.metadata.annotations[revisionKey]
    const d = this.control.fresh(this.d)
    if (!revision || !d || d.metadata.annotations?.[revisionKey] === revision) return
    const change = (o: Json) => (o.metadata.annotations = { ...o.metadata.annotations, [revisionKey]: revision })
    this.control.edit(d, change, { manager: 'kube-controller-manager' })
  }

  private report(): void {
    const d = this.control.fresh(this.d)
    const rs = this.current
    if (!d || !rs) return
    const { now } = this.control
    const desired = d.spec.replicas
    const live = this.podsOf([rs, ...this.old]).filter(isAlive)
    const updated = this.podsOf([rs]).filter(isAlive)
    const ready = live.filter(isReady).length
    const updatedReady = updated.filter(isReady).length
    const isAvailable = ready >= desired - this.limits.unavailable
    let conditions = withCondition(
      d.status?.conditions,
      isAvailable
        ? {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          }
        : {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
      now,
    )
    const isComplete = updated.length === desired && updatedReady === desired && live.length === desired
    const progress = `${rs.metadata.name} ${d.metadata.generation} ${updated.length} ${updatedReady} ${live.length}`
    conditions = withCondition(conditions, this.progressing(rs, isComplete, progress, updated.length > 0), now)
    const refused = createError(this.control, rs)
    conditions = refused
      ? withCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refused }, now)
      : conditions.filter((c) => c.type !== 'ReplicaFailure')
    // The API leaves out numbers that are zero.
    const counts = {
      replicas: live.length,
      updatedReplicas: updated.length,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(0, Math.max(desired, live.length) - ready),
    }
    const shown = Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))
    this.control.setStatus(d, { observedGeneration: d.metadata.generation, ...shown, conditions })
  }

  private progressing(rs: Json, isComplete: boolean, signature: string, hasPods: boolean) {
    const { memo, now, delay, wakeAt } = this.control
    const key = `progress ${this.d.metadata.uid}`
    if (memo.get(key)?.signature !== signature) memo.set(key, { signature, at: now })
    const deadline = memo.get(key).at + delay(this.d.spec.progressDeadlineSeconds * 1000)
    const name = `ReplicaSet "${rs.metadata.name}"`
    const type = 'Progressing'
    if (isComplete)
      return { type, status: 'True', reason: 'NewReplicaSetAvailable', message: `${name} has successfully progressed.` }
    if (now >= deadline)
      return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message: `${name} has timed out progressing.` }
    wakeAt(deadline)
    return hasPods
      ? { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${name} is progressing.` }
      : { type, status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${rs.metadata.name}"` }
  }

  private dropHistory(): void {
    const unused = this.old.filter((rs) => rs.spec.replicas === 0).sort(byRevision)
    for (const rs of unused.slice(0, Math.max(0, unused.length - this.d.spec.revisionHistoryLimit))) this.control.remove(rs)
  }
}

function withoutHash(template: Json): Json {
  const out = clone(template)
  delete out.metadata.labels?.['pod-template-hash']
  return out
}
