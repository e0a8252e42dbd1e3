import type { HealthState } from './state.js'
import type { Cause, Milestone, MilestoneState, WorkloadRow } from './types.js'
import type { Stage } from '../events.js'

const ofComponents = [
  { id: 'database', label: 'database', component: 'postgresql' },
  { id: 'objects', label: 'objects', component: 'object-store' },
  { id: 'schema', label: 'schema', component: 'migration' },
  { id: 'server', label: 'server', component: 'server' },
]

/** The line of stages. What the release does not have (an external database, no smoke test) is left out. */
export function milestones(
  state: HealthState,
  rows: readonly WorkloadRow[],
  causes: readonly Cause[],
  isSeen: (row: WorkloadRow) => boolean,
): Milestone[] {
  const line: Milestone[] = [
    { id: 'secrets', label: 'secrets', state: ofStage(state, 'secrets') ?? (isPast(state, 'helm') ? 'ok' : 'waiting') },
    { id: 'helm', label: 'helm', state: ofStage(state, 'helm') ?? (isPast(state, 'rollout') ? 'ok' : 'waiting') },
  ]
  for (const { id, label, component } of ofComponents) {
    const own = rows.filter((r) => r.component === component)
    if (own.length > 0) line.push({ id, label, state: ofRows(own, causes, isSeen) })
  }
  if (state.spec.hasSmoke) line.push({ id: 'smoke', label: 'smoke test', state: ofSmoke(state) })
  return line
}

/** Watching may begin when those stages are over, or at a release of long ago: then no stage was heard of. */
const isPast = (state: HealthState, next: Stage) =>
  state.stages.has(next) || ![...state.stages.keys()].some((s) => s === 'preflight' || s === 'secrets' || s === 'helm')

function ofStage(state: HealthState, stage: Stage): MilestoneState | undefined {
  const seen = state.stages.get(stage)
  if (seen === 'ended') return stage === 'helm' && state.result?.phase === 'helm-failed' ? 'failed' : 'ok'
  if (seen === 'started') return state.result ? 'failed' : 'running'
  return undefined
}

function ofRows(rows: readonly WorkloadRow[], causes: readonly Cause[], isSeen: (row: WorkloadRow) => boolean): MilestoneState {
  if (rows.every((r) => r.current)) return 'ok'
  const names = new Set(rows.map((r) => r.name))
  const isBroken = causes.some(
    (c) =>
      c.permanent &&
      !c.note &&
      [...names].some((n) =>
        c.headline
          .split(': ')[0]!
          .replace(/ \(.*$/, '')
          .split(', ')
          .includes(n),
      ),
  )
  if (isBroken || rows.some((r) => r.failed)) return 'failed'
  return rows.some(isSeen) ? 'running' : 'waiting'
}

function ofSmoke(state: HealthState): MilestoneState {
  if (state.smoke.some((s) => !s.ok)) return 'failed'
  return ofStage(state, 'smoke') ?? 'waiting'
}
