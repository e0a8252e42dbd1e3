import { describe, expect, it } from 'vitest'
import type { DeploySpec } from '../../../src/core/deploy/model.js'
import type { FlowEvent } from '../../../src/core/events.js'
import { emptyResult } from '../../../src/core/outcome.js'
import { Queue } from '../../../src/core/queue.js'
import type { Effect } from '../../../src/core/wizard/types.js'
import { runWatch } from '../../../src/ui/ink/app.js'
import { expectedWorkloads, happyEvents, rollingEvents } from '../../core/wizard/events.js'
import { streams } from './streams.js'

const spec: DeploySpec = {
  context: 'kind-test',
  namespace: 'mlflow',
  release: 'mlflow',
  fullname: 'mlflow',
  rehearsal: false,
  startedAt: 1_000_000,
  expected: expectedWorkloads,
}

function watching(mode: 'watch' | 'deploy', events: AsyncIterable<FlowEvent>) {
  const { stdin, written, options } = streams()
  const effects: Effect[] = []
  const end = runWatch({ spec, mode, events, host: { run: (effect) => effects.push(effect) }, now: () => 1_050_000, ...options })
  return { end, effects, written, press: (bytes: string) => stdin.emit('data', Buffer.from(bytes)) }
}

/** A stream that stays open after these events. */
function stream(events: FlowEvent[]): Queue<FlowEvent> {
  const queue = new Queue<FlowEvent>()
  events.forEach((event) => queue.offer(event))
  return queue
}

/** Lets the events that are there be taken. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('runWatch', () => {
  it('is left with q: 0 when the release is healthy, else 6', async () => {
    for (const [events, code] of [
      [happyEvents(1_000_000), 0],
      [rollingEvents(1_000_000), 6],
    ] as const) {
      const run = watching('watch', stream([...events]))
      await settled()
      run.press('q')
      expect((await run.end).exitCode).toBe(code)
    }
  })

  it('ends at Ctrl-C with 130 when it only looks', async () => {
    const run = watching('watch', stream(rollingEvents(1_000_000)))
    await settled()
    run.press('\x03')
    expect(await run.end).toMatchObject({ exitCode: 130 })
    expect(run.effects).toEqual([])
  })

  it('ends by itself with the result, on the normal screen', async () => {
    const result: FlowEvent = { type: 'result', at: 1_060_000, result: emptyResult('healthy', 'MLflow is healthy.', false) }
    const run = watching('deploy', stream([...happyEvents(1_000_000), result]))
    const end = await run.end
    expect(end.exitCode).toBe(0)
    expect(end.summary.join(' ')).toContain('MLflow is healthy.')
    const text = run.written.join('')
    expect(text.indexOf('\x1b[?1049h')).toBeLessThan(text.indexOf('\x1b[?1049l'))
    expect(text).not.toContain('\x1b[3J')
  })

  it('asks before it leaves a deploy, and tells the host to stop', async () => {
    const run = watching('deploy', stream(rollingEvents(1_000_000)))
    await settled()
    run.press('\x03')
    run.press('s')
    expect(run.effects).toEqual([{ type: 'interrupt', how: 'stop' }])
    run.press('\x03')
    expect((await run.end).exitCode).toBe(130)
  })

  it('shows why the stream broke, and ends as a bug', async () => {
    async function* broken(): AsyncGenerator<FlowEvent> {
      yield* rollingEvents(1_000_000)
      throw new Error('the API sent nonsense')
    }
    const run = watching('deploy', broken())
    await settled()
    run.press('q')
    expect(await run.end).toMatchObject({ exitCode: 1 })
    expect((await run.end).summary.join(' ')).toContain('the API sent nonsense')
  })
})
