import { describe, expect, it } from 'vitest'
import { drive, enterUntil, keys } from './drive.js'
import { sessionInput } from './input.js'

const types = (effects: readonly { type: string }[]) => effects.map((e) => e.type)

describe('review', () => {
  it('jumps to any line and comes back', () => {
    const run = enterUntil(drive(sessionInput()), 'review')
    run.press(`${keys.down}${keys.down}${keys.down}`)
    expect(run.session.focus).toBe('database')
    run.press('e')
    expect(run.session.at).toBe('database')
    run.press(`${keys.down}${keys.down}${keys.ctrlU}33Gi`).enter()
    expect(run.session.at).toBe('review')
    expect(run.session.resolved.answers['database.size']).toBe('33Gi')
    expect(run.effects.filter((e) => e.type === 'make-plan')).toHaveLength(2)
    run.press('e').press(keys.escape)
    expect(run.session.at).toBe('review')
  })

  it('sends to an answer that a later change made necessary', () => {
    const run = enterUntil(drive(sessionInput()), 'review')
    run
      .act({ type: 'chosen', setting: 'backup.schedule', value: '99 * * * *' })
      .act({ type: 'chosen', setting: 'backup.enabled', value: true })
    run.enter()
    expect(run.session.at).toBe('backup')
    expect(run.session.focus).toBe('backup.schedule')
  })

  it('asks for the name of the context before the prod preset touches a cluster', () => {
    const run = drive(sessionInput())
    run.enter().press(keys.down).enter()
    enterUntil(run, 'review').enter()
    expect(types(run.effects)).not.toContain('deploy')
    run.press('kind').enter()
    expect(types(run.effects)).not.toContain('deploy')
    expect(run.session.notice).toContain('type kind-test')
    run.press('-test').enter()
    expect(types(run.effects)).toContain('deploy')
  })

  it('does not ask in rehearsal, nor for the dev preset', () => {
    const run = drive(sessionInput({ rehearsal: true, contexts: [{ name: 'rehearsal', current: true }] }))
    run.enter().press(keys.down).enter()
    enterUntil(run, 'review').enter()
    expect(types(run.effects)).toContain('deploy')
    const dev = enterUntil(drive(sessionInput()), 'review').enter()
    expect(types(dev.effects)).toContain('deploy')
  })

  it('saves the values file and leaves', () => {
    const run = enterUntil(drive(sessionInput()), 'review').press('s')
    expect(run.session.ended).toMatchObject({ code: 0 })
    expect(run.session.ended?.summary.join(' ')).toContain('mlflow-values.yaml')
    expect(types(run.effects)).not.toContain('deploy')
  })

  it('shows the whole difference and scrolls it', () => {
    const run = enterUntil(drive(sessionInput()), 'review').press('d').press(keys.down)
    expect(run.session.diff).toBe(1)
    expect(run.press('d').session.diff).toBeUndefined()
  })

  it('cannot deploy a plan that could not be made', () => {
    const run = enterUntil(drive(sessionInput(), { planFails: 'values do not fit the schema' }), 'review')
    expect(run.session.planning).toMatchObject({ state: 'failed', message: 'values do not fit the schema' })
    run.enter()
    expect(run.session.at).toBe('review')
    expect(run.session.notice).toContain('could not be made')
    expect(types(run.effects)).not.toContain('deploy')
  })
})
