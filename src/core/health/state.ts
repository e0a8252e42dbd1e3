import type { FlowEvent, Stage } from '../events.js'
import type { Result } from '../result.js'
import type { SmokeStep } from '../smoke/steps.js'
import { advance } from './progress.js'
import { isLater } from './resource-version.js'
import type { HealthSpec, KubeObject, WatchedKind } from './types.js'

export type ObjectsById = ReadonlyMap<string, KubeObject>

/** The last lines of one container, or of its previous run. */
export interface LogTail {
  lines: readonly string[]
  at: number
}

/** All that is known of a release. Only `reduceHealth` makes a new one. */
export interface HealthState {
  readonly spec: HealthSpec
  /** Moment of the last event, epoch milliseconds. */
  readonly at: number
  /** By kind, then by uid. */
  readonly objects: ReadonlyMap<WatchedKind, ObjectsById>
  /** Uids of deleted objects, so that a late repetition does not bring them back. */
  readonly gone: ReadonlySet<string>
  readonly synced: ReadonlySet<WatchedKind>
  readonly forbidden: ReadonlySet<WatchedKind>
  /** When an object appeared after the first list was complete, by our own clock (epoch milliseconds), by uid. */
  readonly bornAt: ReadonlyMap<string, number>
  /** By `logKey`. */
  readonly logs: ReadonlyMap<string, LogTail>
  readonly stages: ReadonlyMap<Stage, 'started' | 'ended'>
  readonly smoke: readonly SmokeStep[]
  readonly result: Result | undefined
  readonly staleSince: number | undefined
  /** When Helm was done, epoch milliseconds. */
  readonly appliedAt: number | undefined
  /** Expected Jobs that were seen complete: they may be removed afterwards. */
  readonly completedJobs: ReadonlySet<string>
  readonly progress: Progress
}

/** What is remembered between events about the way to health. Moments are epoch milliseconds. */
export interface Progress {
  readonly lastAt: number
  /** How far each object got, by uid; a new best is progress, going back and forth is not. */
  readonly best: ReadonlyMap<string, number>
  /** When the symptom of a cause was first seen, by cause key. */
  readonly symptoms: ReadonlyMap<string, number>
  /** Since when everything is current without a restart. */
  readonly stableSince: number | undefined
  /** What `stableSince` belongs to. */
  readonly stableMark: string
}

/** Key of `HealthState.logs`. */
export const logKey = (pod: string, container: string, previous: boolean) => `${pod}/${container}${previous ? '/previous' : ''}`

/** The state before the first event. */
export function createHealth(spec: HealthSpec): HealthState {
  return {
    spec,
    at: spec.startedAt,
    objects: new Map(),
    gone: new Set(),
    synced: new Set(),
    forbidden: new Set(),
    bornAt: new Map(),
    logs: new Map(),
    stages: new Map(),
    smoke: [],
    result: undefined,
    staleSince: undefined,
    appliedAt: undefined,
    completedJobs: new Set(),
    progress: { lastAt: spec.startedAt, best: new Map(), symptoms: new Map(), stableSince: undefined, stableMark: '' },
  }
}

/**
 * The state after one event of a flow. Events may repeat and come out of order; those that say nothing about health
 * change nothing. The symptoms' clocks move on `tick`.
 */
export function reduceHealth(state: HealthState, event: FlowEvent): HealthState {
  const next = apply(state, event)
  if (next === state && event.type !== 'tick') return state
  const moved = { ...next, at: event.at }
  return { ...moved, progress: advance(moved, event) }
}

function apply(state: HealthState, event: FlowEvent): HealthState {
  switch (event.type) {
    case 'object':
      return event.change === 'gone'
        ? without(state, event.kind, event.object)
        : withObject(state, event.kind, event.object, event.at)
    case 'synced':
      return { ...state, synced: added(state.synced, event.kind), forbidden: removed(state.forbidden, event.kind) }
    case 'forbidden':
      return { ...state, forbidden: added(state.forbidden, event.kind) }
    case 'stale':
      return { ...state, staleSince: event.since }
    case 'log':
      return {
        ...state,
        logs: new Map(state.logs).set(logKey(event.pod, event.container, event.previous), { lines: event.lines, at: event.at }),
      }
    case 'stage':
      return {
        ...state,
        stages: new Map(state.stages).set(event.stage, event.state),
        ...(event.stage === 'helm' && event.state === 'ended' ? { appliedAt: event.at } : {}),
        ...(event.stage === 'smoke' && event.state === 'started' ? { smoke: [] } : {}),
      }
    case 'smoke':
      return { ...state, smoke: [...state.smoke.filter((s) => s.step !== event.step.step), event.step] }
    case 'result':
      return { ...state, result: event.result }
    case 'helm-line':
      // A sign of life; nothing to remember but the moment.
      return { ...state }
    case 'watching':
    case 'tick':
    case 'check':
    case 'note':
      return state
  }
}

/** Events of others in the namespace are many; of ours the last ones are enough. */
const maxEvents = 1000
const maxGone = 2000

function withObject(state: HealthState, kind: WatchedKind, object: KubeObject, at: number): HealthState {
  const id = idOf(object)
  const ofKind = state.objects.get(kind) ?? new Map<string, KubeObject>()
  const known = ofKind.get(id)
  if (state.gone.has(id) || (known && !isLater(object.metadata.resourceVersion, known.metadata.resourceVersion))) return state
  if (kind === 'Event' && !isAboutUs(object, state.spec.fullname)) return state
  const objects = new Map(ofKind)
  // Set anew, so that the oldest events are the first.
  objects.delete(id)
  objects.set(id, object)
  if (kind === 'Event' && objects.size > maxEvents) objects.delete(objects.keys().next().value as string)
  const isBorn = !known && kind !== 'Event' && state.synced.has(kind)
  return {
    ...state,
    objects: new Map(state.objects).set(kind, objects),
    ...(isBorn ? { bornAt: new Map(state.bornAt).set(id, at) } : {}),
    ...(kind === 'Job' && isComplete(object) ? { completedJobs: added(state.completedJobs, object.metadata.name) } : {}),
  }
}

function without(state: HealthState, kind: WatchedKind, object: KubeObject): HealthState {
  const id = idOf(object)
  const gone = added(state.gone, id)
  const excess = [...gone].slice(0, Math.max(0, gone.size - maxGone))
  const kept = excess.length === 0 ? gone : new Set([...gone].slice(excess.length))
  const ofKind = state.objects.get(kind)
  if (!ofKind?.has(id)) return { ...state, gone: kept }
  const objects = new Map(ofKind)
  objects.delete(id)
  const bornAt = new Map(state.bornAt)
  bornAt.delete(id)
  const logs =
    kind === 'Pod' ? new Map([...state.logs].filter(([key]) => !key.startsWith(`${object.metadata.name}/`))) : state.logs
  return { ...state, gone: kept, objects: new Map(state.objects).set(kind, objects), bornAt, logs }
}

/** Uid, else the name: what makes an object the same one. */
export const idOf = (object: KubeObject) => object.metadata.uid ?? object.metadata.name

/** Claims are named `data-<fullname>-postgresql-0`, all other objects begin with the full name. */
function isAboutUs(event: KubeObject, fullname: string): boolean {
  const name = String(event.involvedObject?.name ?? '')
  return name === fullname || name.startsWith(`${fullname}-`) || name.includes(`-${fullname}-`)
}

const isComplete = (job: KubeObject) =>
  (job.status?.conditions ?? []).some((c: { type: string; status: string }) => c.type === 'Complete' && c.status === 'True')

function added<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  return set.has(value) ? set : new Set(set).add(value)
}

function removed<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  if (!set.has(value)) return set
  const rest = new Set(set)
  rest.delete(value)
  return rest
}
