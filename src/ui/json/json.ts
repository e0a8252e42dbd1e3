import type { FlowEvent } from '../../core/events.js'
import type { Result } from '../../core/result.js'

/** One of the three renderers: takes each event as it comes, and the result at the end. */
export interface Renderer {
  event(event: FlowEvent): void
  /** The last thing that a command prints. */
  result(result: Result): void
}

type Write = (text: string) => void

/** One object at the end, nothing else on stdout. */
export function jsonRenderer(write: Write): Renderer {
  return {
    event: () => {},
    result: (result) => write(`${JSON.stringify(result, null, 2)}\n`),
  }
}

/** Every event as a line of JSON; the result is the last one, as an event of type `result`. */
export function ndjsonRenderer(write: Write, now: () => number): Renderer {
  const line = (event: FlowEvent) => write(`${JSON.stringify(event)}\n`)
  return {
    // Ticks only move clocks on a screen.
    event: (event) => event.type !== 'tick' && line(event),
    result: (result) => line({ type: 'result', at: now(), result }),
  }
}
