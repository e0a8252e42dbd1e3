import { describe, expect, it } from 'vitest'
import type { FlowEvent } from '../../../src/core/events.js'
import { emptyResult } from '../../../src/core/outcome.js'
import { drive, enterUntil, keys } from './drive.js'
import { sessionInput } from './input.js'
import { imageEvents, rollingEvents } from './events.js'

const types = (effects: readonly { type: string }[]) => effects.map((e) => e.type)

describe('deploying', () => {
  it('asks at the first Ctrl-C and leaves at the second', () => {
    const run = enterUntil(drive(sessionInput(), { events: rollingEvents, withoutResult: true }), 'review').enter()
    run.press(keys.ctrlC)
    expect(run.session.watch?.asking).toBe('interrupt')
    expect(run.session.ended).toBeUndefined()
    run.press(keys.ctrlC)
    expect(run.session.ended?.code).toBe(130)
    expect(run.effects).toContainEqual({ type: 'interrupt', how: 'leave' })
  })

  it('stops Helm when told so, and ends with the flow', () => {
    const run = enterUntil(drive(sessionInput(), { events: rollingEvents, withoutResult: true }), 'review').enter()
    run.press(keys.ctrlC).press('s')
    expect(run.effects).toContainEqual({ type: 'interrupt', how: 'stop' })
    expect(run.session.ended?.code).toBe(130)
    expect(run.session.ended?.summary.join(' ')).toContain('What was made is kept')
  })

  it('goes on when the question is cancelled', () => {
    const run = enterUntil(drive(sessionInput(), { events: rollingEvents, withoutResult: true }), 'review').enter()
    run.press(keys.ctrlC).press(keys.escape)
    expect(run.session.watch?.asking).toBeUndefined()
    expect(run.session.ended).toBeUndefined()
  })

  it('leads back to the answers after a failure', () => {
    const run = enterUntil(drive(sessionInput(), { events: failing }), 'review').enter()
    expect(run.session.at).toBe('deploy')
    run.press('f')
    expect(run.session.at).toBe('review')
    expect(run.session.watch).toBeUndefined()
    run.enter()
    expect(run.effects.filter((e) => e.type === 'deploy')).toHaveLength(2)
  })

  const failing = (at: number): FlowEvent[] => [
    ...imageEvents(at),
    { type: 'result', at: at + 73_000, result: emptyResult('unhealthy', 'MLflow is not healthy', false) },
  ]

  it('rolls back to the earlier revision, once that is confirmed', () => {
    const run = enterUntil(drive(sessionInput(), { events: failing, revision: 4 }), 'review').enter()
    run.press('b')
    expect(types(run.effects)).not.toContain('roll-back')
    run.press('n').press('b').press('y')
    expect(run.effects).toContainEqual({ type: 'roll-back', revision: 3 })
    expect(run.session.watch?.model.result?.phase).toBe('rolled-back')
    run.press('b')
    expect(run.session.watch?.asking).toBeUndefined()
    expect(run.press('q').session.ended?.code).toBe(7)
  })

  it('offers no rollback of a first install', () => {
    const run = enterUntil(drive(sessionInput(), { events: failing }), 'review')
      .enter()
      .press('b')
    expect(run.session.watch?.asking).toBeUndefined()
    expect(run.press('q').session.ended?.code).toBe(6)
  })

  it('ends as a bug when the flow breaks', () => {
    const run = enterUntil(drive(sessionInput(), { events: rollingEvents, withoutResult: true }), 'review').enter()
    run.act({ type: 'failed', effect: 'deploy', message: 'ENOSPC: no space left on device' })
    expect(run.session.watch?.model.result?.message).toContain('ENOSPC')
    expect(run.press('q').session.ended?.code).toBe(1)
  })

  it('shows the log of the pod that needs a look', () => {
    const run = enterUntil(drive(sessionInput(), { events: rollingEvents, withoutResult: true }), 'review')
      .enter()
      .press('l')
    expect(run.effects.at(-1)).toEqual({ type: 'show-logs', pod: 'mlflow-abc-klmno' })
    expect(run.session.watch?.logs?.lines).toContain('listening on :5000')
    expect(run.press('q').session.watch?.panel).toBe('none')
  })
})
