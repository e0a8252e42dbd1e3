import { describe, expect, it } from 'vitest'
import { closingLine, closingPattern, count } from '../../scripts/lib/closing-line.mjs'

interface Fake {
  states: string[]
  suiteErrors?: number
  fileErrors?: number
  state?: string
}

/** A test file as Vitest reports it. */
const file = ({ states, suiteErrors = 0, fileErrors = 0, state = 'passed' }: Fake) => ({
  state: () => state,
  errors: () => Array(fileErrors).fill({}),
  children: {
    allTests: () => states.map((s) => ({ result: () => ({ state: s }) })),
    allSuites: () => [{ errors: () => Array(suiteErrors).fill({}) }],
  },
})
const counted = (files: Fake[], unhandled: unknown[] = []) => count(files.map(file) as never, unhandled)

describe('the closing line', () => {
  it('counts tests', () => {
    expect(counted([{ states: ['passed', 'failed', 'passed'], state: 'failed' }, { states: ['passed'] }])).toEqual({
      passed: 3,
      failed: 1,
    })
  })

  it.each<[string, Fake]>([
    ['a file that cannot be loaded', { states: [], fileErrors: 1, state: 'failed' }],
    [
      'a suite whose hook failed, although its tests are only skipped',
      { states: ['skipped', 'skipped'], suiteErrors: 1, state: 'failed' },
    ],
    ['a file without a test', { states: [] }],
    ['a file that failed for no reason that is told', { states: ['passed'], state: 'failed' }],
  ])('counts %s as one failed', (_, broken) => {
    expect(counted([broken]).failed).toBe(1)
  })

  it('counts errors that belong to no test', () => {
    expect(counted([{ states: ['passed'] }], [new Error('later')])).toEqual({ passed: 1, failed: 1 })
  })

  it('is one line that its own pattern finds', () => {
    expect(closingLine(12, 0)).toBe('12 passed, 0 failed')
    expect(closingLine(12, 0)).toMatch(closingPattern)
    expect(' Tests  12 passed (12)').not.toMatch(closingPattern)
  })
})
