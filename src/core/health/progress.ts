import type { FlowEvent } from '../events.js'
import { findSymptoms } from './symptoms.js'
import { conditionOf, Inventory, isReady, timeOf } from './inventory.js'
import { idOf, type HealthState, type Progress } from './state.js'
import type { KubeObject, WatchedKind } from './types.js'
import { workloadRows } from './workloads.js'

/** A pull is counted as progress for so long; a bigger image on a slower line is a stall worth telling. */
const longestPullMs = 20 * 60_000

/** Moves what is remembered about the way to health on to the event's moment. */
export function advance(state: HealthState, event: FlowEvent): Progress {
  const { at } = event
  let { lastAt, best, symptoms, stableSince, stableMark } = state.progress
  const inventory = new Inventory(state)

  if (event.type === 'object' && event.change === 'seen') {
    const score = scores[event.kind]?.(event.object, inventory)
    const id = idOf(event.object)
    if (score !== undefined && score > (best.get(id) ?? -1)) {
      // What was there before the first list was complete is no news.
      if (state.synced.has(event.kind) || isFresh(event.object, state)) lastAt = Math.max(lastAt, at)
      best = new Map(best).set(id, score)
    }
  }
  if (event.type === 'object' && event.change === 'gone' && best.has(idOf(event.object))) {
    const rest = new Map(best)
    rest.delete(idOf(event.object))
    best = rest
  }
  if (event.type === 'stage' || event.type === 'helm-line' || event.type === 'smoke') lastAt = Math.max(lastAt, at)

  if (event.type === 'tick') {
    symptoms = rememberSymptoms(symptoms, findSymptoms(inventory), at)
    if (isPulling(inventory, at)) lastAt = Math.max(lastAt, at)
  }

  if (event.type === 'object' || event.type === 'tick' || event.type === 'synced') {
    const rows = workloadRows(inventory)
    const mark = rows.length > 0 && rows.every((r) => r.current) ? restartMark(inventory) : ''
    if (mark !== stableMark || (mark !== '' && stableSince === undefined)) {
      stableMark = mark
      stableSince = mark === '' ? undefined : at
    }
  }
  return { lastAt, best, symptoms, stableSince, stableMark }
}

/** Changes with every restart of a container that counts. */
function restartMark(inventory: Inventory): string {
  let restarts = 0
  for (const pod of inventory.all('Pod')) {
    if (!inventory.owner(pod).isCurrent) continue
    for (const status of pod.status?.containerStatuses ?? []) restarts += Number(status.restartCount ?? 0)
  }
  return `current ${restarts}`
}

/** The moment a symptom was first seen stays while it lasts. A cluster's clock that is ahead of ours counts as now. */
function rememberSymptoms(
  known: ReadonlyMap<string, number>,
  found: readonly { key: string; at?: number }[],
  now: number,
): ReadonlyMap<string, number> {
  const isSame = found.length === known.size && found.every((s) => known.has(s.key))
  return isSame ? known : new Map(found.map((s) => [s.key, known.get(s.key) ?? Math.min(s.at ?? now, now)]))
}

const isFresh = (object: KubeObject, state: HealthState) => timeOf(object.metadata.creationTimestamp) >= state.spec.startedAt

/** How far an object got. Each score only grows on the way to health; a crash loop going up and down makes no new best. */
const scores: Partial<Record<WatchedKind, (object: KubeObject, inventory: Inventory) => number>> = {
  Pod(pod) {
    const inits = pod.status?.initContainerStatuses ?? []
    const mains = pod.status?.containerStatuses ?? []
    const count = (list: KubeObject[], test: (s: KubeObject) => boolean) => list.filter(test).length
    return (
      (conditionOf(pod, 'PodScheduled')?.status === 'True' ? 1 : 0) +
      count([...inits, ...mains], (s) => Boolean(s.imageID)) +
      count(inits, (s) => s.state?.terminated?.exitCode === 0 || s.started === true) +
      count(mains, (s) => s.started === true || s.state?.terminated?.exitCode === 0) +
      (isReady(pod) ? 1 : 0)
    )
  },
  Deployment: rolloutScore,
  StatefulSet: rolloutScore,
  ReplicaSet: (rs) => Number(rs.status?.replicas ?? 0),
  Job: (job) => Number(job.status?.succeeded ?? 0) + (job.status?.startTime ? 1 : 0),
  PersistentVolumeClaim: (claim) => (claim.status?.phase === 'Bound' ? 1 : 0),
}

function rolloutScore({ metadata, status = {} }: KubeObject): number {
  const done = Number(status.updatedReplicas ?? 0) + Number(status.readyReplicas ?? 0) + Number(status.availableReplicas ?? 0)
  return Number(metadata.generation ?? 0) * 10_000 + done
}

/** Whether an image is being pulled for one of our pods right now. */
function isPulling(inventory: Inventory, now: number): boolean {
  return inventory.all('Pod').some((pod) => {
    if (pod.status?.phase !== 'Pending' || pod.metadata.deletionTimestamp) return false
    const pulls = inventory.events(pod).filter((e) => /^(Pulling|Pulled|Failed|BackOff)$/.test(e.reason))
    // Event times are whole seconds: a quick pull begins and ends in the same one.
    const ended = (e: { reason: string }) => Number(e.reason !== 'Pulling')
    const last = pulls.sort((a, b) => a.lastAt - b.lastAt || ended(a) - ended(b)).at(-1)
    return last?.reason === 'Pulling' && now - last.lastAt < longestPullMs
  })
}
