import { atTime, healthOf, initialDeploy, reduceDeploy, type DeploySpec } from '../deploy/model.js'
import type { FlowEvent } from '../events.js'
import { exitCodes } from '../exit-codes.js'
import { emptyResult } from '../outcome.js'
import { summaryOf } from './summary.js'
import type { Effect } from './types.js'
import type { WatchAction, WatchState } from './watch-types.js'

/** A step of the watch: its state, what is to be done, and whether it is over or leads back to the answers. */
export interface WatchTransition {
  watch: WatchState
  effects: Effect[]
  ended?: { code: number; summary: readonly string[] }
  /** To the answers, to correct one. */
  fix?: boolean
}

/** The watch before the first event. */
export function initialWatch(spec: DeploySpec, mode: WatchState['mode'], hasAnswers: boolean): WatchState {
  return { model: initialDeploy(spec), mode, panel: 'none', offset: 0, hasAnswers }
}

/** The watch after one action. */
export function stepWatch(watch: WatchState, action: WatchAction): WatchTransition {
  switch (action.type) {
    case 'flow':
      return flow(watch, action.event)
    case 'broken':
      return flow(watch, {
        type: 'result',
        at: watch.model.now,
        result: emptyResult('bug', action.message, watch.model.spec.rehearsal),
      })
    case 'clock':
      return stay({ ...watch, model: atTime(watch.model, action.at) })
    case 'logs':
      return stay({ ...watch, logs: { pod: action.pod, lines: action.lines } })
    case 'panel':
      return panel(watch, action.panel)
    case 'scrolled':
      return stay({ ...watch, offset: Math.max(0, Math.min(longest(watch), watch.offset + action.by)) })
    case 'fix':
      return watch.hasAnswers && watch.model.result ? { ...stay(watch), fix: true } : stay(watch)
    case 'roll-back':
      return canRollBack(watch) ? stay({ ...watch, asking: 'roll-back' }) : stay(watch)
    case 'leave':
      return leave(watch)
    case 'interrupted':
      return interrupt(watch)
    case 'answered':
      return answered(watch, action.answer)
  }
}

/** Scrolling further than this shows nothing new: lines of what is looked at. */
function longest({ model, panel, logs }: WatchState): number {
  if (panel === 'logs') return logs?.lines.length ?? 0
  if (panel === 'events') return model.events.length
  const { pods, workloads } = healthOf(model)
  return pods.length + workloads.length
}

/** Whether there is an earlier revision to go back to, and nothing at work that would be in the way. */
export function canRollBack({ model }: WatchState): boolean {
  return (
    model.result !== undefined &&
    model.result.exitCode !== exitCodes.healthy &&
    (model.spec.revision ?? 1) > 1 &&
    model.result.phase !== 'rolled-back'
  )
}

const stay = (watch: WatchState): WatchTransition => ({ watch, effects: [] })

function flow(watch: WatchState, event: FlowEvent): WatchTransition {
  const next = { ...watch, model: reduceDeploy(watch.model, event) }
  if (event.type !== 'result') return stay(next)
  const { asking: _asking, ...calm } = next
  // Success and an interrupt that was asked for need no further key.
  const isOver = event.result.exitCode === exitCodes.healthy || event.result.phase === 'interrupted' || watch.mode === 'watch'
  return isOver ? end(calm, event.result.exitCode) : stay(calm)
}

function panel(watch: WatchState, wanted: 'logs' | 'events'): WatchTransition {
  const { logs: _logs, ...rest } = watch
  if (watch.panel === wanted) return stay({ ...rest, panel: 'none', offset: 0 })
  if (wanted === 'events') return stay({ ...rest, panel: 'events', offset: 0 })
  const pod = podToShow(watch)
  return { watch: { ...rest, panel: 'logs', offset: 0 }, effects: pod === undefined ? [] : [{ type: 'show-logs', pod }] }
}

/** The pod whose log helps most: the first that is not well, else the first. */
export function podToShow({ model }: WatchState): string | undefined {
  const { pods } = healthOf(model)
  return (pods.find((pod) => !pod.ready && pod.status !== 'Completed') ?? pods.at(-1))?.name
}

function leave(watch: WatchState): WatchTransition {
  if (watch.panel !== 'none') return stay({ ...watch, panel: 'none', offset: 0 })
  const { result } = watch.model
  if (result) return end(watch, result.exitCode)
  if (watch.mode === 'watch')
    return end(watch, healthOf(watch.model).phase === 'healthy' ? exitCodes.healthy : exitCodes.unhealthy)
  return watch.asking ? stay(watch) : stay({ ...watch, asking: 'interrupt' })
}

function interrupt(watch: WatchState): WatchTransition {
  if (watch.mode === 'watch' || watch.model.result) return end(watch, exitCodes.interrupted)
  if (watch.asking === 'rolling-back' || watch.asking === 'stopping') return end(watch, exitCodes.interrupted)
  // The second press does not ask again.
  if (watch.asking === 'interrupt')
    return { ...end(watch, exitCodes.interrupted), effects: [{ type: 'interrupt', how: 'leave' }] }
  return stay({ ...watch, asking: 'interrupt' })
}

function answered(watch: WatchState, answer: 'stop' | 'leave' | 'cancel' | 'yes' | 'no'): WatchTransition {
  const { asking, ...calm } = watch
  if (asking === 'interrupt' && answer === 'stop')
    return { watch: { ...calm, asking: 'stopping' }, effects: [{ type: 'interrupt', how: 'stop' }] }
  if (asking === 'interrupt' && answer === 'leave')
    return { ...end(calm, exitCodes.interrupted), effects: [{ type: 'interrupt', how: 'leave' }] }
  if (asking === 'roll-back' && answer === 'yes') return rollBack(calm)
  return stay(calm)
}

function rollBack(watch: WatchState): WatchTransition {
  const { result: _before, ...model } = watch.model
  const revision = (model.spec.revision ?? 1) - 1
  return {
    watch: { ...watch, model, asking: 'rolling-back', panel: 'none', offset: 0 },
    effects: [{ type: 'roll-back', revision }],
  }
}

function end(watch: WatchState, code: number): WatchTransition {
  return { watch, effects: [], ended: { code, summary: summaryOf(watch.model, code) } }
}
