import { Text } from 'ink'
import { describe, expect, it } from 'vitest'
import type { Action, Effect } from '../../../src/core/wizard/types.js'
import { runProgram, type Program, type ProgramOptions } from '../../../src/ui/ink/program.js'
import { streams } from './streams.js'

/** Counts keys; `x` ends it, `!` breaks it while drawing, `?` while stepping. */
const counter: Program<number> = {
  initial: { state: 0, effects: [] },
  step: (state, action) => {
    if (action.type === 'jumped') throw new Error('stepped wrong')
    const effects: Effect[] = action.type === 'back' ? [{ type: 'exit', code: 7, summary: ['counted', String(state)] }] : []
    return { state: action.type === 'interrupted' ? -1 : state + 1, effects }
  },
  actionOf: (_, key): Action | undefined => {
    if (key.name !== 'text') return undefined
    return (
      { x: { type: 'back' } as const, '!': { type: 'interrupted' } as const, '?': { type: 'jumped', step: 'size' } as const }[
        key.text
      ] ?? { type: 'entered' }
    )
  },
  takesText: () => false,
  isAlternate: () => false,
  hasClock: () => false,
  element: (state) => <Counted count={state} />,
  printed: () => 0,
}

function Counted({ count }: { count: number }) {
  if (count < 0) throw new Error('drawn wrong')
  return <Text>count {count}</Text>
}

const host: ProgramOptions['host'] = { run: () => {} }

describe('runProgram', () => {
  it('takes keys typed fast as several commands, and ends with what the state says', async () => {
    const { stdin, written, raw, options } = streams()
    const end = runProgram(counter, { host, ...options })
    stdin.emit('data', Buffer.from('aaax'))
    expect(await end).toEqual({ exitCode: 7, summary: ['counted', '3'] })
    expect(raw).toEqual([true, false])
    expect(written.at(-1)).toBe('\x1b[?2004l\x1b[?25h')
  })

  it.each([
    ['!', 'drawn wrong'],
    ['?', 'stepped wrong'],
  ])('gives the terminal back when something breaks (%s)', async (key, message) => {
    const { stdin, written, raw, options } = streams()
    const end = runProgram(counter, { host, ...options })
    stdin.emit('data', Buffer.from(key))
    await expect(end).rejects.toThrow(message)
    expect(raw).toEqual([true, false])
    expect(written.join('')).toContain('\x1b[?2004l\x1b[?25h')
  })

  it('carries out what effects answer at once, in order', async () => {
    const { options } = streams()
    const program: Program<string[]> = {
      ...(counter as unknown as Program<string[]>),
      initial: { state: [], effects: [{ type: 'list-contexts' }] },
      step: (state, action) => {
        const next = [...state, action.type]
        if (action.type === 'contexts') return { state: next, effects: [{ type: 'start-rehearsal' }] }
        return { state: next, effects: action.type === 'rehearsal-started' ? [{ type: 'exit', code: 0, summary: next }] : [] }
      },
      element: () => <Text>x</Text>,
    }
    const answering: ProgramOptions['host'] = {
      run: (effect, dispatch) =>
        dispatch(effect.type === 'list-contexts' ? { type: 'contexts', items: [] } : { type: 'rehearsal-started', contexts: [] }),
    }
    expect((await runProgram(program, { host: answering, ...options })).summary).toEqual(['contexts', 'rehearsal-started'])
  })
})
