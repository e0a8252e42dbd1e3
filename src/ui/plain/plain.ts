import { createHealth, reduceHealth, viewHealth } from '../../core/health/model.js'
import type { HealthState } from '../../core/health/state.js'
import type { HealthView, PodRow } from '../../core/health/types.js'
import type { CheckState } from '../../core/checks/types.js'
import type { FlowEvent } from '../../core/events.js'
import type { Result } from '../../core/result.js'
import { smokeSteps } from '../../core/smoke/steps.js'
import { causeText } from '../../core/text/cause-text.js'
import { formatDuration } from '../../core/text/duration.js'
import { nextSteps } from '../../core/text/next-steps.js'
import type { Renderer } from '../json/json.js'

const words: Record<CheckState, string> = { pass: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip', unknown: '?' }
/** Silence for longer than this (milliseconds) gets a sign of life. */
const heartbeatMs = 30_000

/** One line per change of state, nothing is ever redrawn: for pipes, logs and screen readers. */
export function plainRenderer(write: (text: string) => void, options: { rehearsal: boolean; verbose: boolean }): Renderer {
  let health: HealthState | undefined
  let startedAt: number | undefined
  let lastLineAt = 0
  const shown = new Map<string, string>()

  const say = (at: number, text: string) => {
    lastLineAt = at
    write(`${text}\n`)
  }
  const stamp = (at: number) => formatDuration(Math.max(0, at - (startedAt ?? at))).padStart(7)
  /** Says it, with the time, only when it differs from what was last said of that thing. */
  const change = (at: number, thing: string, text: string, before = `${stamp(at)}  `) => {
    if (shown.get(thing) === text) return
    shown.set(thing, text)
    say(at, `${before}${text}`)
  }

  const show = (at: number, view: HealthView) => {
    for (const w of view.workloads)
      change(at, w.id, `${w.id} ${w.ready}/${w.desired}${w.failed ? ' FAILED' : w.current ? ' current' : ''}`)
    for (const pod of view.pods) change(at, `pod/${pod.name}`, `  ${podLine(pod)}`)
    const [top] = view.causes
    if (top) change(at, 'cause', causeText(top).join('\n'), '')
    if (view.staleSince !== undefined) change(at, 'stale', `no word from the API server: what is shown may be old`)
    else if (shown.delete('stale')) say(at, `${stamp(at)}  the API server answers again`)
  }

  if (options.rehearsal) write('rehearsal: nothing is installed\n')

  return {
    event(event: FlowEvent) {
      const { at } = event
      startedAt ??= at
      switch (event.type) {
        case 'check': {
          const { result } = event
          if (result.state === 'skip' && !options.verbose) return
          const [first, ...rest] = result.evidence.split('\n')
          say(at, `  ${words[result.state].padEnd(5)} ${result.title}: ${first}`)
          for (const line of rest) say(at, `        ${line}`)
          if (result.remedy)
            for (const line of [result.remedy.text, result.remedy.command ?? ''].filter(Boolean)) say(at, `        ${line}`)
          return
        }
        case 'stage':
          if (event.state === 'started' && event.stage !== 'done') say(at, `${stamp(at)}  ${stageTitles[event.stage]}`)
          return
        case 'note':
          return say(at, `${stamp(at)}  ${event.text}`)
        case 'helm-line':
          return options.verbose ? say(at, `${stamp(at)}    helm: ${event.line}`) : undefined
        case 'smoke': {
          const title = smokeSteps.find((s) => s.id === event.step.step)?.title ?? event.step.step
          return say(
            at,
            `${stamp(at)}    ${event.step.ok ? 'ok   ' : 'FAIL '} ${title}${event.step.detail ? `: ${event.step.detail}` : ''}`,
          )
        }
        case 'watching':
          health = createHealth(event.spec)
          return
        case 'result':
          return
        case 'tick':
          if (health) show(at, viewHealth(health, at))
          if (at - lastLineAt > heartbeatMs) say(at, `${stamp(at)}  still waiting`)
          return
        default:
          if (health) health = reduceHealth(health, event)
      }
    },
    result(result: Result) {
      if (result.durations.total !== undefined) write('\n')
      write(`${result.message}${result.durations.total === undefined ? '' : `  (${formatDuration(result.durations.total)})`}\n`)
      for (const cause of result.causes) write(`${causeText(cause).join('\n')}\n`)
      for (const [name, text] of nextSteps(result)) write(`  ${name.padEnd(10)}${text}\n`)
    },
  }
}

const stageTitles = {
  preflight: 'prerequisites',
  secrets: 'Secrets',
  helm: 'Helm',
  rollout: 'waiting for health',
  smoke: 'smoke test',
  done: 'done',
}

function podLine(pod: PodRow): string {
  return [
    pod.name,
    pod.status,
    pod.note,
    pod.probes.detail,
    pod.restarts > 0 && `${pod.restarts} restart${pod.restarts === 1 ? '' : 's'}`,
  ]
    .filter(Boolean)
    .join('  ')
}
