import type { CheckResult } from '../checks/types.js'
import type { FlowEvent, Stage } from '../events.js'
import { createHealth, reduceHealth, type HealthState } from '../health/state.js'
import type { HealthSpec, HealthView } from '../health/types.js'
import { viewHealth } from '../health/view.js'
import type { Result } from '../result.js'
import type { SmokeStep } from '../smoke/steps.js'

/** What a deploy, or a look at a release, is about. `startedAt` 0: the first event's moment. */
export interface DeploySpec extends HealthSpec {
  context: string
  rehearsal: boolean
  /** The revision that is deployed or looked at, when known. */
  revision?: number
  /** How long it usually takes, in milliseconds. */
  usualMs?: number
}

export interface StageRow {
  stage: Stage
  state: 'waiting' | 'running' | 'ok' | 'failed'
  /** Epoch milliseconds. */
  startedAt?: number
  endedAt?: number
  detail?: string
}

/** A Kubernetes Event as one line. */
export interface EventLine {
  /** Epoch milliseconds of its arrival. */
  at: number
  warning: boolean
  reason: string
  /** `Pod/mlflow-6d9f-abcde`. */
  object: string
  message: string
}

/** The one model that all renderers draw: Ink, plain text and JSON fold the same events into it. */
export interface DeployModel {
  readonly spec: DeploySpec
  /** Epoch milliseconds of the last event, or of the clock. */
  readonly now: number
  readonly stages: readonly StageRow[]
  readonly checks: readonly CheckResult[]
  /** The last lines of Helm. */
  readonly helmTail: readonly string[]
  readonly notes: readonly string[]
  readonly events: readonly EventLine[]
  readonly health: HealthState
  readonly smoke: readonly SmokeStep[]
  readonly result?: Result
}

const stageOrder: readonly Stage[] = ['preflight', 'secrets', 'helm', 'rollout', 'smoke']
const helmTailLength = 50
const notesLength = 20
const eventsLength = 200

/** The model before the first event. */
export function initialDeploy(spec: DeploySpec): DeployModel {
  return {
    spec,
    now: spec.startedAt,
    stages: stageOrder.filter((stage) => stage !== 'smoke' || spec.hasSmoke).map((stage) => ({ stage, state: 'waiting' })),
    checks: [],
    helmTail: [],
    notes: [],
    events: [],
    health: createHealth(spec),
    smoke: [],
  }
}

/** The model after one event of a flow. */
export function reduceDeploy(before: DeployModel, event: FlowEvent): DeployModel {
  const model = before.spec.startedAt === 0 ? initialDeploy({ ...before.spec, startedAt: event.at }) : before
  const next = { ...model, now: Math.max(model.now, event.at), health: reduceHealth(model.health, event) }
  switch (event.type) {
    case 'stage':
      return { ...next, stages: model.stages.map((row) => (row.stage === event.stage ? staged(row, event) : row)) }
    case 'check':
      // A check that is tried again replaces its first result.
      return { ...next, checks: replaced(model.checks, event.result, (c) => c.id) }
    case 'helm-line':
      return { ...next, helmTail: [...model.helmTail, event.line].slice(-helmTailLength) }
    case 'note':
      return { ...next, notes: [...model.notes, event.text].slice(-notesLength) }
    case 'smoke':
      return { ...next, smoke: replaced(model.smoke, event.step, (s) => s.step) }
    case 'object':
      return event.kind === 'Event' && event.change === 'seen'
        ? { ...next, events: [...model.events, eventLine(event)].slice(-eventsLength) }
        : next
    case 'watching':
      // The flow knows best what is expected and how patient to be; what was folded before was not yet about it.
      return {
        ...next,
        spec: { ...model.spec, ...event.spec, startedAt: model.spec.startedAt },
        health: createHealth(event.spec),
      }
    case 'result':
      return {
        ...next,
        result: event.result,
        stages: model.stages.map((row) =>
          row.state === 'running' ? { ...row, state: event.result.exitCode === 0 ? 'ok' : 'failed', endedAt: event.at } : row,
        ),
      }
    default:
      return next
  }
}

/** The model at a later moment: only shown times change. */
export function atTime(model: DeployModel, now: number): DeployModel {
  return now > model.now && model.spec.startedAt !== 0 && model.result === undefined ? { ...model, now } : model
}

/** Health as it is now. Walks over all objects: renderers ask once per frame, not per event. */
export function healthOf(model: DeployModel): HealthView {
  const view = viewHealth(model.health, model.now)
  // A smoke test can fail without a failing step: when its pod never came.
  const smokeFailed = model.stages.some((row) => row.stage === 'smoke' && row.state === 'failed')
  return smokeFailed
    ? { ...view, milestones: view.milestones.map((m) => (m.id === 'smoke' ? { ...m, state: 'failed' } : m)) }
    : view
}

/** Milliseconds since the start, until the result. */
export const elapsedOf = (model: DeployModel): number => Math.max(0, model.now - model.spec.startedAt)

/** The stage that is at work; undefined before the first and after the last. */
export const runningStage = (model: DeployModel): StageRow | undefined => model.stages.find((row) => row.state === 'running')

function staged(row: StageRow, event: Extract<FlowEvent, { type: 'stage' }>): StageRow {
  if (event.state === 'started') return { stage: row.stage, state: 'running', startedAt: event.at }
  // A stage that ends with a word did not end well, but for the rollout, which ends with the health phase.
  const failed = event.detail !== undefined && event.detail !== 'healthy'
  return { ...row, state: failed ? 'failed' : 'ok', endedAt: event.at, ...(event.detail ? { detail: event.detail } : {}) }
}

function replaced<T>(list: readonly T[], item: T, key: (item: T) => string): T[] {
  const at = list.findIndex((other) => key(other) === key(item))
  return at < 0 ? [...list, item] : list.map((other, i) => (i === at ? item : other))
}

function eventLine({ at, object }: Extract<FlowEvent, { type: 'object' }>): EventLine {
  const about = object.involvedObject as { kind?: string; name?: string } | undefined
  return {
    at,
    warning: object.type === 'Warning',
    reason: String(object.reason ?? ''),
    object: `${about?.kind ?? ''}/${about?.name ?? ''}`,
    message: String(object.message ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
  }
}
