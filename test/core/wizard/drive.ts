import { actionOf } from '../../../src/core/wizard/keymap.js'
import { initialSession, step } from '../../../src/core/wizard/session.js'
import { decodeKeys, flushKeys } from '../../../src/core/text/keys.js'
import type { Action, Effect, Session, SessionInput } from '../../../src/core/wizard/types.js'
import { scriptedHost, type HostScript } from './scripted-host.js'

/** A session with a host that answers at once. */
export interface Driven {
  readonly session: Session
  readonly effects: Effect[]
  act(action: Action): Driven
  /** Keys as a terminal sends them. */
  press(bytes: string): Driven
  /** Enter, so many times. */
  enter(times?: number): Driven
}

export const keys = {
  enter: '\r',
  escape: '\x1b',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  space: ' ',
  backspace: '\x7f',
  ctrlC: '\x03',
  ctrlU: '\x15',
  tab: '\t',
}

export function drive(input: SessionInput, script: HostScript = {}): Driven {
  const host = scriptedHost(script)
  const first = initialSession(input)
  let session = first.session
  const queue: Action[] = []
  const run = (effects: readonly Effect[]) =>
    effects.forEach((effect) =>
      effect.type === 'exit' ? host.effects.push(effect) : host.run(effect, (action) => queue.push(action)),
    )
  const drain = () => {
    while (queue.length > 0) {
      const next = step(session, queue.shift()!)
      session = next.session
      run(next.effects)
    }
  }
  run(first.effects)
  drain()
  const driven: Driven = {
    get session() {
      return session
    },
    get effects() {
      return host.effects
    },
    act(action) {
      queue.push(action)
      drain()
      return driven
    },
    press(bytes) {
      const { keys: decoded, rest } = decodeKeys(bytes)
      for (const key of [...decoded, ...flushKeys(rest)]) {
        const action = actionOf(session, key)
        if (action) driven.act(action)
      }
      return driven
    },
    enter(times = 1) {
      for (let i = 0; i < times; i++) driven.press(keys.enter)
      return driven
    },
  }
  return driven
}

/** Enter until the session is at a step. @throws Error when it does not get there */
export function enterUntil(driven: Driven, at: Session['at']): Driven {
  for (let i = 0; i < 30 && driven.session.at !== at; i++) driven.enter()
  if (driven.session.at !== at) throw new Error(`stuck at ${driven.session.at}: ${driven.session.notice ?? ''}`)
  return driven
}
