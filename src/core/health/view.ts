import { toCauses } from './causes.js'
import { Inventory, isReady, timeOf } from './inventory.js'
import { milestones } from './milestones.js'
import { podNote, podStatus } from './pod-status.js'
import { probeRow } from './probes.js'
import { componentOf } from './rules/contexts.js'
import type { HealthState } from './state.js'
import { findSymptoms } from './symptoms.js'
import type { Cause, HealthPhase, HealthView, KubeObject, PodRow, ProbeRow, WatchedKind, WorkloadRow } from './types.js'
import { workloadRows } from './workloads.js'

const defaultStallAfterMs = 300_000
/** A small rollout: what crashes on its first request does so within the first probes. */
const defaultStableForMs = 5000
/** With a cause past its grace, waiting without any progress ends sooner: it would only end the same later. */
const stuckAfterMs = 60_000

/** All that a renderer draws, at the moment `now` (epoch milliseconds). */
export function viewHealth(state: HealthState, now: number): HealthView {
  const inventory = new Inventory(state)
  const workloads = workloadRows(inventory)
  const { told, suspects } = toCauses(findSymptoms(inventory), state.progress.symptoms, now, state.spec.pace)
  const isSeen = (row: WorkloadRow) => inventory.named(row.kind, row.name) !== undefined
  return {
    phase: phaseOf(state, inventory, workloads, told, now),
    workloads,
    pods: podRows(inventory, workloads, now),
    causes: told,
    milestones: milestones(state, workloads, told, isSeen),
    lastProgressAt: state.progress.lastAt,
    ...(suspects.length > 0 ? { suspects } : {}),
    ...(state.forbidden.size > 0 ? { forbidden: [...state.forbidden] } : {}),
    ...(state.staleSince === undefined ? {} : { staleSince: state.staleSince }),
  }
}

function phaseOf(
  state: HealthState,
  inventory: Inventory,
  rows: readonly WorkloadRow[],
  causes: readonly Cause[],
  now: number,
): HealthPhase {
  if (isApplying(state)) return hasFailed(rows, causes) && state.stages.get('helm') === 'started' ? 'failed' : 'applying'
  if (hasFailed(rows, causes)) return 'failed'
  if (isHealthy(state, inventory, rows, causes, now)) return 'healthy'
  const isKnown = causes.some((c) => !c.note)
  const patience = state.spec.stallAfterMs ?? defaultStallAfterMs
  const stallAfter = isKnown ? Math.min(patience, stuckAfterMs / (state.spec.pace ?? 1)) : patience
  // Without a connection nothing changes for us; that says nothing about the release.
  return state.staleSince === undefined && now - state.progress.lastAt >= stallAfter ? 'stalled' : 'progressing'
}

/** Before Helm is done, what stands is the revision before. */
const isApplying = (state: HealthState) => {
  if (state.stages.get('helm') !== undefined) return state.stages.get('helm') === 'started'
  return state.stages.has('preflight') || state.stages.has('secrets')
}

const hasFailed = (rows: readonly WorkloadRow[], causes: readonly Cause[]) =>
  causes.some((c) => c.permanent && !c.note) || rows.some((r) => r.kind === 'Job' && r.failed)

const neededKinds: readonly WatchedKind[] = ['Pod', 'Deployment', 'StatefulSet', 'Job']

function isHealthy(
  state: HealthState,
  inventory: Inventory,
  rows: readonly WorkloadRow[],
  causes: readonly Cause[],
  now: number,
): boolean {
  const { stableSince } = state.progress
  if (rows.length === 0 || !rows.every((r) => r.current) || stableSince === undefined || state.staleSince !== undefined)
    return false
  const isKnown = neededKinds.every((kind) => state.synced.has(kind) || !rows.some((r) => r.kind === kind))
  if (!isKnown || causes.some((c) => !c.note)) return false
  const servers = rows.filter((r) => r.component === 'server')
  const isServed = servers.every((r) => r.desired === 0 || !state.synced.has('Pod') || inventory.currentPods(r.id).some(isReady))
  const stableFor = now - Math.max(stableSince, state.appliedAt ?? 0)
  return isServed && stableFor >= (state.spec.stableForMs ?? Math.max(1000, defaultStableForMs / (state.spec.pace ?? 1)))
}

/** Pods of the release, those that need a look first. Pods of backup Jobs that are done are left out. */
function podRows(inventory: Inventory, rows: readonly WorkloadRow[], now: number): PodRow[] {
  const expected = new Set(rows.map((r) => r.id))
  return inventory
    .all('Pod')
    .filter((pod) => {
      if (expected.has(inventory.owner(pod).workload) || componentOf(pod) === 'smoke-test') return true
      return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
    })
    .map((pod) => podRow(inventory, pod, now))
    .sort((a, b) => Number(isFine(a)) - Number(isFine(b)) || a.workload.localeCompare(b.workload) || a.name.localeCompare(b.name))
}

const isFine = (row: PodRow) => row.ready || row.status === 'Completed'

function podRow(inventory: Inventory, pod: KubeObject, now: number): PodRow {
  const owner = inventory.owner(pod)
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  const note = podNote(pod, owner.isCurrent, now)
  return {
    name: pod.metadata.name,
    workload: owner.workload,
    status: podStatus(pod),
    ...(note ? { note } : {}),
    ready: isReady(pod),
    probes: podProbes(inventory, pod),
    restarts: statuses.reduce((sum, s) => sum + Number(s.restartCount ?? 0), 0),
    createdAt: timeOf(pod.metadata.creationTimestamp),
  }
}

/** The probes of the pod's first container, or of the one that fails. */
function podProbes(inventory: Inventory, pod: KubeObject): ProbeRow {
  const events = inventory.events(pod)
  const rows: ProbeRow[] = (pod.spec?.containers ?? []).map((container: KubeObject & { name: string }) => {
    const status = (pod.status?.containerStatuses ?? []).find((s: { name: string }) => s.name === container.name)
    const own = events.filter((e) => e.container === undefined || e.container === container.name)
    return probeRow(container, status, own)
  })
  return rows.find((r) => r.detail !== undefined) ?? rows[0] ?? { startup: 'none', readiness: 'none', liveness: 'none' }
}
